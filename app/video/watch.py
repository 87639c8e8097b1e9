"""Is the patient still heard and seen? Judged from what has arrived, since aiortc itself needs 30 s to notice."""

from dataclasses import dataclass, replace
from enum import Enum, unique


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What one connection has brought so far: pictures and stretches of sound, and whether it is over."""

    pictures: int = 0
    sounds: int = 0
    broken: bool = False


@unique
class Flow(Enum):
    """What the arrivals amount to."""

    NOTHING_YET = "nothing_yet"
    VIDEO = "video"
    SOUND = "sound"
    LOST = "lost"


SOUND_GAP = 3.0
"""Seconds without sound, once there was some, that mean it is lost."""
PICTURE_GAP = 5.0
"""Seconds without a picture, once there was one, that make a gap; the second within a minute means it is lost."""
PICTURE_GAPS_WITHIN = 60.0
PICTURE_GRACE = 3.0
"""Seconds of sound after which a connection that never showed a picture counts as sound only."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered between two looks at one connection; times are monotonic seconds, None for never."""

    arrivals: Arrivals = Arrivals()
    first_sound_at: float | None = None
    sound_at: float | None = None
    picture_at: float | None = None
    gap_at: float | None = None
    earlier_gap_at: float | None = None


def look(watch: Watch, arrivals: Arrivals, now: float) -> tuple[Watch, Flow]:
    """Compare with the last look; a medium is missed only after it has been there."""
    watch = _note_gap(_note_arrivals(watch, arrivals, now), now)
    if arrivals.broken or _lost(watch, now):
        return watch, Flow.LOST
    if watch.picture_at is not None:
        return watch, Flow.VIDEO
    if watch.first_sound_at is not None and now - watch.first_sound_at >= PICTURE_GRACE:
        return watch, Flow.SOUND
    return watch, Flow.NOTHING_YET


def _note_arrivals(watch: Watch, arrivals: Arrivals, now: float) -> Watch:
    if arrivals.sounds > watch.arrivals.sounds:
        watch = replace(
            watch, sound_at=now, first_sound_at=now if watch.first_sound_at is None else watch.first_sound_at
        )
    if arrivals.pictures > watch.arrivals.pictures:
        watch = replace(watch, picture_at=now)
    return replace(watch, arrivals=arrivals)


def _note_gap(watch: Watch, now: float) -> Watch:
    if watch.picture_at is None:
        return watch
    quiet_since = watch.picture_at if watch.gap_at is None else max(watch.picture_at, watch.gap_at)
    if now - quiet_since < PICTURE_GAP:
        return watch
    return replace(watch, gap_at=now, earlier_gap_at=watch.gap_at)


def _lost(watch: Watch, now: float) -> bool:
    if watch.sound_at is not None and now - watch.sound_at >= SOUND_GAP:
        return True
    return (
        watch.gap_at is not None
        and watch.earlier_gap_at is not None
        and watch.gap_at - watch.earlier_gap_at <= PICTURE_GAPS_WITHIN
    )
