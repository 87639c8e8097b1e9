"""How late picture and sound come, and whether lips meet voice; pure functions over times in seconds.

The sources give a number with every picture and a beep now and then; both are noted where they are taken and where
they come out, so nothing has to be known about how the sources themselves keep together.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tests.lab.measures import Shown, delayed, new_pictures

MOST_APART = 1.0
"""Seconds that a beep may be on its way; beeps come more seldom than that."""
_QUIET = 0.2
"""Seconds of quiet before a sound counts as a beep's beginning."""
_BLOCK = 0.01
_FAINTEST = 0.003
_BESIDE = 0.25
"""Seconds around a beep in which pictures tell how late the picture is just then."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one end took and gave: pictures of its camera, pictures on its screen, beeps it said, beeps it heard."""

    taken: list[Shown]
    shown: list[Shown]
    said: list[float]
    heard: list[float]


@dataclass(frozen=True, slots=True)
class Way:
    """One direction: (when it came out, how late it was) of every picture and of every beep."""

    pictures: list[tuple[float, float]]
    sounds: list[tuple[float, float]]

    @property
    def picture_delays(self) -> list[float]:
        """How late each picture was, in ms."""
        return [1000 * delay for _, delay in self.pictures]

    @property
    def sound_delays(self) -> list[float]:
        """How late each beep was, in ms."""
        return [1000 * delay for _, delay in self.sounds]

    @property
    def apart(self) -> list[float]:
        """For each beep, by how many ms the picture was later (or, below 0, earlier) than the sound."""
        return [1000 * each for each in apart(self.pictures, self.sounds)]


def way(source: Side, sink: Side) -> Way:
    """Return how what one end took came out at the other."""
    return Way(delayed(source.taken, new_pictures(sink.shown)), sound_delays(source.said, sink.heard))


def beginnings(times: Sequence[float], levels: Sequence[float]) -> list[float]:
    """Return when beeps begin, from the strength of their tone in blocks of 10 ms that begin at `times`.

    The first block of a beep is sounding in part only: how strong it is beside the next tells how much of it.
    """
    strengths = np.asarray(levels, np.float64)
    loud = strengths[strengths > _FAINTEST]
    if not len(loud):
        return []
    least = max(_FAINTEST, float(np.percentile(loud, 90)) / 4)
    sounding = [at for at, strength in enumerate(strengths) if strength >= least]
    found = []
    for before, at in pairwise([-1, *sounding]):
        quiet_since = times[before] if before >= 0 else times[0]
        if times[at] - quiet_since >= _QUIET and at + 1 < len(strengths) and strengths[at + 1] >= least:
            part = min(1.0, strengths[at] / strengths[at + 1])
            found.append(times[at] + _BLOCK * float(1 - part))
    return found


def sound_delays(said: Sequence[float], heard: Sequence[float]) -> list[tuple[float, float]]:
    """Return when each beep was heard, and how long before that (s) the last one was said."""
    found = []
    for at in heard:
        count = bisect_right(said, at)
        if count and at - said[count - 1] < MOST_APART:
            found.append((at, at - said[count - 1]))
    return found


def apart(pictures: Sequence[tuple[float, float]], sounds: Sequence[tuple[float, float]]) -> list[float]:
    """Return by how much (s) the picture was later than the sound at each beep that had pictures beside it."""
    times = np.array([at for at, _ in pictures])
    late = np.array([delay for _, delay in pictures])
    found = []
    for at, delay in sounds:
        beside = late[np.abs(times - at) <= _BESIDE] if len(times) else late
        if len(beside):
            found.append(float(np.median(beside)) - delay)
    return found
