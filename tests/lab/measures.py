"""From what both ends saw and heard to the figures of a call; pure functions over times in seconds."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

STILL = 0.15
"""Seconds between two pictures from which on the picture counts as frozen."""
SILENT = 0.04
"""Seconds without the tone from which on the sound has a gap."""
_PICTURE_LASTS = 0.5
"""A picture shows that the line lives for so many seconds."""
_OUTAGE = 1.0
"""Seconds without picture and sound from which on contact was lost."""
_RATE_OF_PICTURES = 30
_NEIGHBOURS = 3
_BLOCK = 480
_RATE = 48000


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture on a screen: when, the number burned into it (None: not readable), its width in px."""

    at: float
    number: int | None
    width: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from `begin` to `end`."""

    begin: float
    end: float

    @property
    def length(self) -> float:
        """How long it is."""
        return self.end - self.begin


def new_pictures(shown: Sequence[Shown]) -> list[Shown]:
    """Leave out pictures shown again; one that cannot be read is taken to be new."""
    kept: list[Shown] = []
    for picture in sorted(shown, key=lambda one: one.at):
        if not kept or picture.number is None or picture.number != kept[-1].number:
            kept.append(picture)
    return kept


def freezes(times: Sequence[float], window: Span, still: float = STILL) -> list[Span]:
    """Return the stretches within a window in which no new picture came for longer than `still`."""
    return [gap for gap in _between(times, window) if gap.length > still]


def share(parts: Sequence[Span], window: Span) -> float:
    """Return which part (0-1) of a window the spans take."""
    return sum(part.length for part in parts) / window.length if window.length > 0 else 0.0


def longest(parts: Sequence[Span]) -> float:
    """Return the length of the longest span, 0 when there is none."""
    return max((part.length for part in parts), default=0.0)


def tone_levels(samples: NDArray[np.float64], frequency: float) -> NDArray[np.float64]:
    """Return the strength (0-1) of a tone in every 10 ms of 48 kHz sound."""
    blocks = len(samples) // _BLOCK
    carrier = np.exp(-2j * np.pi * frequency * np.arange(blocks * _BLOCK) / _RATE)
    mixed = (samples[: blocks * _BLOCK] * carrier).reshape(blocks, _BLOCK)
    levels: NDArray[np.float64] = 2 * np.abs(mixed.mean(axis=1))
    return levels


def sounding(times: Sequence[float], levels: Sequence[float]) -> list[float]:
    """Return the times of the blocks in which the tone is there: at least a quarter as strong as it usually is."""
    strengths = np.asarray(levels, np.float64)
    loud = strengths[strengths > 0.003]
    if not len(loud):
        return []
    least = max(0.003, float(np.median(loud)) / 4)
    return [at for at, strength in zip(times, strengths, strict=True) if strength >= least]


def silences(sounds: Sequence[float], window: Span, silent: float = SILENT) -> list[Span]:
    """Return the gaps in a tone that is there in blocks of 10 ms beginning at these times."""
    gaps = _between(sounds, window)
    shorter = [Span(gap.begin + (0.01 if gap.begin > window.begin else 0.0), gap.end) for gap in gaps]
    return [gap for gap in shorter if gap.length > silent]


def alive(pictures: Sequence[float], sounds: Sequence[float]) -> list[Span]:
    """Return when an end saw or heard the other, as spans in order that do not touch."""
    return _joined([(at, at + _PICTURE_LASTS) for at in pictures] + [(at, at + 0.05) for at in sounds])


def whole(pictures: Sequence[float], sounds: Sequence[float]) -> list[Span]:
    """Return when an end saw and heard the other; holes shorter than half a second do not count."""
    seen, heard = ([(at, at + _PICTURE_LASTS) for at in times] for times in (pictures, sounds))
    return both(_joined(seen), _joined(heard))


def _joined(marks: Sequence[tuple[float, float]]) -> list[Span]:
    spans: list[Span] = []
    for begin, end in sorted(marks):
        if spans and begin <= spans[-1].end:
            spans[-1] = Span(spans[-1].begin, max(end, spans[-1].end))
        else:
            spans.append(Span(begin, end))
    return spans


def both(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Return when two ends were alive at once."""
    met = (Span(max(a.begin, b.begin), min(a.end, b.end)) for a in one for b in other)
    return sorted((span for span in met if span.length > 0), key=lambda span: span.begin)


def first_contact(contact: Sequence[Span], begin: float) -> float | None:
    """Return the seconds from `begin` to contact that held for a second; None when there was none."""
    return next((max(0.0, span.begin - begin) for span in contact if span.end > begin and span.length >= 1), None)


def again(contact: Sequence[Span], struck: float, over: float, end: float) -> float | None:
    """Return the seconds from `over`, when a trouble that struck at `struck` was over, until contact held again.

    0 when contact was never lost for longer than a second; None when it was not there at the `end`.
    """
    outages = [gap for gap in _outages(contact, Span(struck, end)) if gap.length > _OUTAGE]
    if not outages:
        return 0.0
    if outages[-1].end >= end:
        return None
    return max(0.0, outages[-1].end - over)


def delays(taken: Sequence[Shown], shown: Sequence[Shown]) -> list[float]:
    """Return for each picture shown how long ago (s) it was taken; see `delayed`."""
    return [delay for _, delay in delayed(taken, shown)]


def delayed(taken: Sequence[Shown], shown: Sequence[Shown]) -> list[tuple[float, float]]:
    """Return when each picture was shown, and how long ago (s) it was last taken.

    Its number, or one close to it, tells which it was: a clip that begins anew makes delays longer than itself look
    shorter by its length.
    """
    when: dict[int, list[float]] = {}
    for picture in sorted(taken, key=lambda one: one.at):
        if picture.number is not None:
            when.setdefault(picture.number, []).append(picture.at)
    found = []
    for picture in shown:
        if picture.number is None:
            continue
        # Of the pictures taken, some are missed by who takes the time; their neighbours tell when they were taken.
        times = [
            at - beside / _RATE_OF_PICTURES
            for beside in range(-_NEIGHBOURS, _NEIGHBOURS + 1)
            for at in _last(when.get(picture.number + beside, []), picture.at + beside / _RATE_OF_PICTURES)
        ]
        if times:
            found.append((picture.at, picture.at - max(times)))
    return found


def _last(times: Sequence[float], at: float) -> Sequence[float]:
    """Return the last of the times that is not after `at`, as a sequence of one or none."""
    count = bisect_right(times, at)
    return times[count - 1 : count] if count else ()


def _between(times: Sequence[float], window: Span) -> list[Span]:
    inside = sorted(at for at in times if window.begin < at < window.end)
    edges = [window.begin, *inside, window.end]
    return [Span(begin, end) for begin, end in pairwise(edges)]


def _outages(contact: Sequence[Span], window: Span) -> list[Span]:
    gaps, reached = [], window.begin
    for span in contact:
        if span.end <= window.begin or span.begin >= window.end:
            continue
        if span.begin > reached:
            gaps.append(Span(reached, span.begin))
        reached = max(reached, span.end)
    if reached < window.end:
        gaps.append(Span(reached, window.end))
    return gaps
