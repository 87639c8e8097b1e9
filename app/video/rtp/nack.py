"""Which lost packets to ask for, and when again: at once, then once every round trip, until it is no use."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

LEAST_RETRY = 0.02
"""Seconds between two requests for the same packet at least, however short the round trip."""
UNKNOWN_ROUND_TRIP = 0.25
"""Seconds to wait for an answer before any has come."""
REPEAT_AFTER = 0.02
"""Seconds after which a request is sent once more, as it may be lost itself: a few bytes against a round trip."""
MOST_TRIES = 10
MOST_LOST = 300
"""Packets missing at once after which asking would only fill the line: a new key frame is smaller."""

_MARGIN = 0.01
_TOGETHER = 0.005
_MOST_REORDERING = 0.03
_REORDERING_FADES = 0.998
_DOUBTS = 5


@dataclass(frozen=True, slots=True)
class Lost:
    """A packet that has not come: when that was noticed, when it was asked for last (s) and how often.

    `repeated` says that the last request has been sent for safety's sake a second time, which is no further try.
    """

    noticed: float
    asked: float = 0.0
    tries: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Nack:
    """What is missing below the newest packet. Numbers do not wrap; times are monotonic seconds.

    `reordering` is how late packets come that were never lost: no request goes out before. `round_trip` is None
    until a retransmission has measured it.
    """

    newest: int | None = None
    lost: Mapping[int, Lost] = field(default_factory=dict)
    reordering: float = 0.0
    round_trip: float | None = None
    doubts: int = 0
    gave_up: bool = False

    @property
    def retry(self) -> float:
        """Seconds after which an unanswered request is repeated."""
        trip = UNKNOWN_ROUND_TRIP if self.round_trip is None else self.round_trip * 1.1 + _MARGIN
        return max(LEAST_RETRY, trip)


def arrive(state: Nack, number: int, now: float, *, repaired: bool = False) -> Nack:
    """Note a packet; `repaired` when it came as a retransmission (RTX), which measures the round trip."""
    if state.newest is None:
        return replace(state, newest=number)
    if number > state.newest:
        return _advance(state, state.newest, number, now)
    found = state.lost.get(number)
    if found is None:
        return state
    state = replace(state, lost={other: lost for other, lost in state.lost.items() if other != number})
    return _measure(state, found, now) if repaired else _note_reordering(state, now - found.noticed)


def ask(state: Nack, now: float, patience: float) -> tuple[Nack, tuple[int, ...]]:
    """Return which packets to ask for now; those missing for longer than `patience` (s) are given up."""
    if not state.lost:
        return state, ()
    kept, asked = dict(state.lost), []
    for number, lost in state.lost.items():
        if now >= lost.noticed + patience or lost.tries >= MOST_TRIES:
            del kept[number]
        elif _due(state, lost) <= now + _TOGETHER * (lost.tries > 0):
            repeat = _to_repeat(state, lost)
            kept[number] = replace(lost, repeated=True) if repeat else Lost(lost.noticed, now, lost.tries + 1)
            asked.append(number)
    if not asked and len(kept) == len(state.lost):
        return state, ()
    return replace(state, lost=kept), tuple(asked)


def forget_before(state: Nack, number: int) -> Nack:
    """Stop asking for packets below `number`: they are no longer needed."""
    if not state.lost or min(state.lost) >= number:
        return state
    return replace(state, lost={other: lost for other, lost in state.lost.items() if other >= number})


def wake_at(state: Nack) -> float | None:
    """Return when `ask` is worth a call again (monotonic s), None when nothing is missing."""
    return min((_due(state, lost) for lost in state.lost.values()), default=None)


def _due(state: Nack, lost: Lost) -> float:
    if not lost.tries:
        return lost.noticed + state.reordering
    return lost.asked + (REPEAT_AFTER if _to_repeat(state, lost) else state.retry)


def _to_repeat(state: Nack, lost: Lost) -> bool:
    return lost.tries > 0 and not lost.repeated and state.retry > 2 * REPEAT_AFTER


def _advance(state: Nack, newest: int, number: int, now: float) -> Nack:
    reordering = state.reordering * _REORDERING_FADES
    gap = range(newest + 1, number)
    if not gap:  # the usual packet: `replace` would cost three times as much
        return Nack(number, state.lost, reordering, state.round_trip, state.doubts)
    if len(state.lost) + len(gap) > MOST_LOST:
        return replace(state, newest=number, lost={}, gave_up=True)
    lost = {**state.lost, **{missing: Lost(now) for missing in gap}}
    return replace(state, newest=number, lost=lost, reordering=reordering)


def _note_reordering(state: Nack, late: float) -> Nack:
    return replace(state, reordering=min(_MOST_REORDERING, max(state.reordering, 1.2 * late)))


def _measure(state: Nack, found: Lost, now: float) -> Nack:
    """Learn the round trip from packets asked for once: else it is not known which request was answered (Karn)."""
    if found.tries == 1:
        sample = now - found.asked
        known = sample if state.round_trip is None else state.round_trip + (sample - state.round_trip) / 4
        return replace(state, round_trip=known, doubts=0)
    if found.tries == 0 or state.doubts + 1 < _DOUBTS:
        return replace(state, doubts=state.doubts + (found.tries > 0))
    # answers keep coming after the next request: the way has become longer than what was measured
    return replace(state, round_trip=1.5 * (state.round_trip or UNKNOWN_ROUND_TRIP), doubts=0)
