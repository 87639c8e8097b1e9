"""Which picture the line and this PC carry: down in seconds, so that the sound holds, and up again slowly."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, unique

from app.domain.call import Rung, StepReason

RUNGS = (Rung.VIDEO, Rung.LOWER_VIDEO, Rung.SOUND)
"""Where a connection that stands can be, from the top."""
MINUTE = timedelta(minutes=1)
MOST_CHANGES = 6
"""Times a minute that the rung may change by itself: up only while fewer than `_CHANGES_FOR_UP` have been made."""
_CHANGES_FOR_UP = MOST_CHANGES - (len(RUNGS) - 1)
FIRST_HOLD = timedelta(seconds=10)
"""The line must be good this long before the next rung up is tried; twice as long after each try that failed."""
LONGEST_HOLD = timedelta(seconds=120)
_FAILED_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """How the connection did over the last second or two.

    `loss_…` is 0 to 1 of the packets from and to the patient, `frozen` 0 to 1 of the time in which the patient's
    picture stood still, `encoder_load` what encoding a picture takes, as a share of the time there is for it, and
    `target_bitrate` (bit/s) what our picture may use. None is unknown.
    """

    loss_in: float = 0.0
    loss_out: float = 0.0
    round_trip_ms: float | None = None
    frozen: float = 0.0
    target_bitrate: int | None = None
    encoder_load: float = 0.0


ALL_WELL = LinkFigures()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a rung bears; beyond any of these for `patience` it is left downwards."""

    loss: float
    round_trip_ms: float
    frozen: float
    bitrate: int
    patience: timedelta


BOUNDS = {
    Rung.VIDEO: Bounds(0.12, 1000, 0.35, 120_000, timedelta(seconds=3)),
    Rung.LOWER_VIDEO: Bounds(0.20, 1500, 0.60, 60_000, timedelta(seconds=4)),
    Rung.SOUND: Bounds(0.30, 2000, 1.01, 0, timedelta(seconds=5)),
}
"""At 12 % of the packets lost the picture takes room that the sound's repair needs (Opus in-band FEC mends single
losses up to about there); below 120 kbit/s no picture of more than 320x180 moves."""
GOOD = Bounds(0.06, 600, 0.10, 100_000, FIRST_HOLD)
"""What the line must keep within before more is asked of it."""
_ENCODER_FULL = 0.9


@unique
class Strain(Enum):
    """What a reading says of the rung: leave it because of the line or of this PC, stay, or there is room above."""

    LINE = "line"
    PC = "pc"
    FAIR = "fair"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where the picture is and why it may move; `hopeless` tells that not even sound alone gets through well."""

    rung: Rung = Rung.VIDEO
    bad_since: datetime | None = None
    good_since: datetime | None = None
    raised_at: datetime | None = None
    hold: timedelta = FIRST_HOLD
    changes: tuple[datetime, ...] = ()
    hopeless: bool = False


AT_THE_TOP = Ladder()


def strain(rung: Rung, figures: LinkFigures) -> Strain:
    """Return what one reading says of a rung."""
    if _beyond(BOUNDS[rung], figures, count_bitrate=rung is not Rung.SOUND):
        return Strain.LINE
    if figures.encoder_load >= _ENCODER_FULL and rung is not Rung.SOUND:
        return Strain.PC
    return Strain.FAIR if _beyond(GOOD, figures, count_bitrate=rung is Rung.LOWER_VIDEO) else Strain.ROOM


def climb(ladder: Ladder, figures: LinkFigures, now: datetime) -> tuple[Ladder, StepReason | None]:
    """Return the ladder after a reading, and why its rung changed, None when it did not."""
    found = strain(ladder.rung, figures)
    bad, good = found in (Strain.LINE, Strain.PC), found is Strain.ROOM
    ladder = replace(
        ladder,
        bad_since=(ladder.bad_since or now) if bad else None,
        good_since=(ladder.good_since or now) if good else None,
        changes=recent(ladder.changes, now),
    )
    if ladder.bad_since is not None and now - ladder.bad_since >= BOUNDS[ladder.rung].patience:
        return _down(ladder, StepReason.SLOW_PC if found is Strain.PC else StepReason.POOR_LINE, now)
    if not bad and ladder.hopeless:
        ladder = replace(ladder, hopeless=False)
    if ladder.good_since is not None and now - ladder.good_since >= ladder.hold:
        return _up(ladder, now)
    return ladder, None


def raised(ladder: Ladder, now: datetime) -> Ladder:
    """Return the ladder one rung higher because somebody wants it so; where it fails it comes down as ever."""
    at = RUNGS.index(ladder.rung)
    return ladder if at == 0 else _moved(replace(ladder, hold=FIRST_HOLD), RUNGS[at - 1], now, raised_at=now)


def recent(changes: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    """Return the changes of the last minute."""
    return tuple(at for at in changes if now - at < MINUTE)


def may_rise(changes: tuple[datetime, ...], now: datetime) -> bool:
    """Tell whether one more change upwards keeps within `MOST_CHANGES` a minute, whatever comes after it."""
    return len(recent(changes, now)) < _CHANGES_FOR_UP


def _beyond(bounds: Bounds, figures: LinkFigures, *, count_bitrate: bool) -> bool:
    trip, bitrate = figures.round_trip_ms, figures.target_bitrate
    return (
        max(figures.loss_in, figures.loss_out) >= bounds.loss
        or (trip is not None and trip >= bounds.round_trip_ms)
        or figures.frozen >= bounds.frozen
        or (count_bitrate and bitrate is not None and bitrate < bounds.bitrate)
    )


def _down(ladder: Ladder, reason: StepReason, now: datetime) -> tuple[Ladder, StepReason | None]:
    at = RUNGS.index(ladder.rung)
    if at + 1 == len(RUNGS):
        return replace(ladder, hopeless=True), None
    failed = ladder.raised_at is not None and now - ladder.raised_at <= _FAILED_WITHIN
    hold = min(ladder.hold * 2, LONGEST_HOLD) if failed else FIRST_HOLD
    return _moved(replace(ladder, hold=hold), RUNGS[at + 1], now), reason


def _up(ladder: Ladder, now: datetime) -> tuple[Ladder, StepReason | None]:
    at = RUNGS.index(ladder.rung)
    if at == 0 or not may_rise(ladder.changes, now):
        return ladder, None
    return _moved(ladder, RUNGS[at - 1], now, raised_at=now), StepReason.RECOVERED


def _moved(ladder: Ladder, rung: Rung, now: datetime, raised_at: datetime | None = None) -> Ladder:
    changes = (*ladder.changes, now)
    return replace(
        ladder, rung=rung, bad_since=None, good_since=None, raised_at=raised_at, changes=changes, hopeless=False
    )
