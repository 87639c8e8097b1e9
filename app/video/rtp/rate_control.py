"""How many bits a second our picture may take: pure, from what the far end reports, the sound's share set aside.

Loss as in Google congestion control (draft-ietf-rmcat-gcc-02, section 6), delay by the round trip's growth over its
shortest, and never more than the far end's own estimate (REMB, draft-alvestrand-rmcat-remb-03).
"""

from dataclasses import dataclass, replace
from typing import assert_never

AUDIO_BITRATE = 56_000
"""bit/s that sound takes on the wire: 32 kbit/s of Opus and 60 bytes of headers fifty times a second."""
_HEAVY_LOSS, _LIGHT_LOSS = 0.10, 0.02
_QUEUE_LONG, _QUEUE_SEEN = 0.080, 0.040
"""Seconds the round trip may grow over its shortest before we take it for a queue of our own making."""
_BACK_OFF, _DRAIN = 0.85, 0.6
_USED, _MOST_CUT = 0.6, 0.5
_NO_QUEUE, _NOT_FULL, _LOSSY_ENOUGH = 0.020, 0.25, 300_000
"""A line that loses up to a quarter without any queue is bad rather than full: below 300 kbit/s nobody gains."""
_BASE_DRIFT = 0.005
"""Seconds a second by which the shortest round trip is let grow, so that a longer route is not a queue for ever."""
_RAMP, _FREE, _NORMAL, _NEAR = 1.5, 1.15, 1.08, 1.02
"""Growth a second: at the start, after a while without trouble, after a cut, and near where it was full before."""
_CALM = 5.0
"""Seconds since a cut after which the way counts as free."""
_NEAR_FROM, _NEAR_TO = 0.75, 1.10
_CLEARLY_LESS = 0.95
_MOST_AUDIO_SHARE = 0.08
_SPARE = 100_000
_FAR_KEEPS = 5.0
_SILENCE, _SILENCE_STEP, _SILENCE_CUT = 4.0, 1.0, 0.7
_EARLY_SHARE, _EARLY_PAUSE = 0.30, 0.5
_LONGEST_STEP = 2.0


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Least, first and most bit/s of the picture."""

    least: float
    first: float
    most: float


@dataclass(frozen=True, slots=True)
class Reported:
    """The far end's report, at `at` (s): share lost (0 to 1), round trip (s) or None; bit/s since the last one."""

    at: float
    lost: float
    round_trip: float | None
    sent: float
    received: float


@dataclass(frozen=True, slots=True)
class Estimated:
    """The far end's estimate of what the way to it carries, and what has gone there lately (bit/s of payload)."""

    at: float
    bitrate: float
    sent: float


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Packets were asked for again; `share` of those sent lately (0 to 1)."""

    at: float
    share: float


@dataclass(frozen=True, slots=True)
class Passed:
    """Time went by."""

    at: float


@dataclass(frozen=True, slots=True)
class Reopened:
    """More may be sent than before (a higher rung): the way is felt for quickly."""

    at: float


RateEvent = Reported | Estimated | AskedAgain | Passed | Reopened


@dataclass(frozen=True, slots=True)
class RateState:
    """What is known of the way to the far end; `target` is the picture's bit/s."""

    target: float
    ramping: bool = True
    reported_at: float | None = None
    cut_at: float = float("-inf")
    shortest: float | None = None
    queue: float = 0.0
    full_at: float | None = None
    """bit/s that came through when the way was last full."""
    far: float | None = None
    far_at: float = 0.0


def new_rate(limits: RateLimits) -> RateState:
    """Return the state before anything was sent."""
    return RateState(target=limits.first)


def advance(state: RateState, event: RateEvent, limits: RateLimits) -> RateState:
    """Return what is known after `event`; the target stays within the limits and within the far end's estimate."""
    match event:
        case Reported():
            state = _report(state, event)
        case Estimated():
            state = _estimate(state, event)
        case AskedAgain(at, share):
            state = _ask_again(state, at, share)
        case Passed(at):
            state = _pass(state, at)
        case Reopened(at):
            state = replace(state, ramping=True, full_at=None, cut_at=at)
        case _:
            assert_never(event)
    return replace(state, target=_bounded(state, limits))


def _bounded(state: RateState, limits: RateLimits) -> float:
    return max(limits.least, min(state.target, limits.most))


def _room(far: float) -> float:
    """Return what the picture may take of the far end's estimate: the sound's share comes first."""
    return far - min(AUDIO_BITRATE, _MOST_AUDIO_SHARE * far)


def _estimate(state: RateState, estimate: Estimated) -> RateState:
    """Stay below an estimate that tells of the network.

    Estimators begin at what arrives and stop at 1.5 times that: with a still picture, which takes little, they tell
    of the picture. Only less than what was sent is a line's doing.
    """
    state = replace(state, far=estimate.bitrate, far_at=estimate.at)
    if estimate.bitrate >= _CLEARLY_LESS * estimate.sent:
        return state
    return replace(state, target=min(state.target, _room(estimate.bitrate)))


def _report(state: RateState, report: Reported) -> RateState:
    seconds = 1.0 if state.reported_at is None else min(max(report.at - state.reported_at, 0.0), _LONGEST_STEP)
    state = _measure(state, report, seconds)
    if state.far is not None and report.at - state.far_at > _FAR_KEEPS:
        state = replace(state, far=None)
    if state.queue > _QUEUE_LONG:
        return _back_off(state, report)
    if report.lost > _HEAVY_LOSS:
        return _cut(state, report)
    if report.lost > _LIGHT_LOSS or state.queue > _QUEUE_SEEN:
        return replace(state, ramping=False)
    return _grow(state, report, seconds)


def _measure(state: RateState, report: Reported, seconds: float) -> RateState:
    """Take in the round trip: its excess over the shortest one is the queue."""
    state = replace(state, reported_at=report.at)
    if report.round_trip is None:
        return state
    drifted = report.round_trip if state.shortest is None else state.shortest + _BASE_DRIFT * seconds
    shortest = min(report.round_trip, drifted)
    return replace(state, shortest=shortest, queue=report.round_trip - shortest)


def _cut(state: RateState, report: Reported) -> RateState:
    """Send less. The first time so little that a queue, if that is why, empties and the round trip shows it."""
    target = state.target * (1 - 0.5 * report.lost)
    if state.ramping:
        target = min(target, _DRAIN * report.received)
    elif state.queue < _NO_QUEUE and report.lost <= _NOT_FULL:
        target = max(target, min(state.target, _LOSSY_ENOUGH))
    return replace(state, target=target, ramping=False, cut_at=report.at)


def _back_off(state: RateState, report: Reported) -> RateState:
    """Send less than came through, so that the queue empties.

    Where little was sent anyway the queue is not ours, and what came through tells nothing. Without loss it may be
    a PC that was busy for a moment: then one report at most halves the rate.
    """
    through = report.received if report.sent >= _USED * state.target else state.target
    target = min(state.target * (1 - 0.5 * report.lost), _BACK_OFF * through)
    if report.lost <= _LIGHT_LOSS:
        target = max(target, _MOST_CUT * state.target)
    return replace(state, target=target, ramping=False, full_at=max(through, target), cut_at=report.at)


def _grow(state: RateState, report: Reported, seconds: float) -> RateState:
    full_at = state.full_at
    if full_at is not None and state.target > _NEAR_TO * full_at:
        full_at = None
    if full_at is not None and state.target > _NEAR_FROM * full_at:
        growth = _NEAR
    elif state.ramping:
        growth = _RAMP
    elif report.at - state.cut_at > _CALM:
        growth = _FREE
    else:
        growth = _NORMAL
    room = float("inf") if state.far is None else _room(state.far)
    grown = min(state.target * growth**seconds, 1.5 * report.sent + _SPARE, room)
    return replace(state, target=max(state.target, grown), full_at=full_at)


def _ask_again(state: RateState, at: float, share: float) -> RateState:
    """Cut before the next report when much is missing: it may be a second away."""
    if share <= _EARLY_SHARE or at - state.cut_at < _EARLY_PAUSE:
        return state
    target = state.target * (1 - 0.5 * share)
    return replace(state, target=max(target, min(state.target, _LOSSY_ENOUGH)), cut_at=at)


def _pass(state: RateState, at: float) -> RateState:
    """Send less and less to a far end that has gone silent, and feel the way anew when it is back."""
    if state.reported_at is None or at - state.reported_at < _SILENCE or at - state.cut_at < _SILENCE_STEP:
        return state
    return replace(state, target=state.target * _SILENCE_CUT, ramping=True, full_at=None, cut_at=at)
