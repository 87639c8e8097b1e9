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


SILENCE = 2.0
"""Seconds without sound and picture both, once there was some, that mean the way between the two is gone."""
SOUND_GAP = 3.0
"""Seconds without sound, once there was some, that mean it is lost though pictures come."""
PICTURE_GAP = 5.0
"""Seconds without a picture, once there was one, that make a gap; after the second within a minute only sound is
counted on, until a picture comes."""
PICTURE_GAPS_WITHIN = 60.0
PICTURE_GRACE = 3.0
"""Seconds of sound after which a connection that never showed a picture counts as sound only."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered between two looks at one connection; times are monotonic seconds, None for never.

    `wanted_since` is since when pictures are expected at all.
    """

    arrivals: Arrivals = Arrivals()
    first_sound_at: float | None = None
    sound_at: float | None = None
    picture_at: float | None = None
    gap_at: float | None = None
    earlier_gap_at: float | None = None
    wanted_since: float | None = None

    def silent_for(self, now: float) -> float:
        """Return the seconds for which nothing has come, 0 before anything has."""
        heard = [at for at in (self.sound_at, self.picture_at) if at is not None]
        return now - max(heard) if heard else 0.0


def look(watch: Watch, arrivals: Arrivals, now: float, *, picture_wanted: bool = True) -> tuple[Watch, Flow]:
    """Compare with the last look; a medium is missed only after it has been there, and is wanted."""
    watch = _note_arrivals(watch, arrivals, now)
    watch = _note_gap(watch, now) if picture_wanted else _no_picture_wanted(watch)
    if arrivals.broken or _lost(watch, now):
        return watch, Flow.LOST
    return watch, _flow(watch, now, picture_wanted)


def _flow(watch: Watch, now: float, picture_wanted: bool) -> Flow:
    if not picture_wanted:
        return Flow.NOTHING_YET if watch.sound_at is None and watch.picture_at is None else Flow.SOUND
    if watch.picture_at is not None:
        return Flow.SOUND if _blind(watch) else Flow.VIDEO
    if watch.first_sound_at is None:
        return Flow.NOTHING_YET
    since = max(watch.first_sound_at, watch.wanted_since or watch.first_sound_at)
    return Flow.SOUND if now - since >= PICTURE_GRACE else Flow.NOTHING_YET


def _note_arrivals(watch: Watch, arrivals: Arrivals, now: float) -> Watch:
    if arrivals.sounds > watch.arrivals.sounds:
        first = now if watch.first_sound_at is None else watch.first_sound_at
        watch = replace(watch, sound_at=now, first_sound_at=first)
    if arrivals.pictures > watch.arrivals.pictures:
        watch = replace(watch, picture_at=now)
        if _blind(watch):
            watch = replace(watch, gap_at=None, earlier_gap_at=None)
    return replace(watch, arrivals=arrivals)


def _no_picture_wanted(watch: Watch) -> Watch:
    return replace(watch, wanted_since=None, gap_at=None, earlier_gap_at=None)


def _note_gap(watch: Watch, now: float) -> Watch:
    if watch.wanted_since is None:
        watch = replace(watch, wanted_since=now)
    if watch.picture_at is None or _blind(watch):
        return watch
    marks = (watch.picture_at, watch.wanted_since, watch.gap_at)
    quiet_since = max(mark for mark in marks if mark is not None)
    if now - quiet_since < PICTURE_GAP:
        return watch
    return replace(watch, gap_at=now, earlier_gap_at=watch.gap_at)


def _blind(watch: Watch) -> bool:
    return (
        watch.gap_at is not None
        and watch.earlier_gap_at is not None
        and watch.gap_at - watch.earlier_gap_at <= PICTURE_GAPS_WITHIN
    )


def _lost(watch: Watch, now: float) -> bool:
    if watch.sound_at is not None and now - watch.sound_at >= SOUND_GAP:
        return True
    return watch.silent_for(now) >= SILENCE
