"""Two who take turns to speak, and where in a recording their speech and their silence is; pure functions."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tests.driver.clips import Sound

RATE = 48_000
TURN = 24.0
"""Seconds from one beginning to speak to the next; the other speaks half of that later."""
TURNS = 3
QUIET_AFTER = 40.0
"""Seconds of quiet after the last turn."""
WHOLE = TURN * TURNS + QUIET_AFTER
"""Seconds after which all is said anew."""
SILENCE = 30.0
"""Seconds in the middle of the long quiet in which nobody speaks at either end."""
_STEP = 480
"""Samples (10 ms) of which the loudness is taken."""
_ALIKE = 0.5
"""Correlation of loudness from which on a stretch is the speech: other words come to about 0.2."""
_LIVELY = 0.25
"""Share of the speech's own changes of loudness that a stretch must have at least."""
_FAINTEST = -96.0
"""dB of the full scale that 16 bits can tell from nothing."""


def taking_turns(speech: Sound) -> Sound:
    """Return speech said TURNS times with pauses for the other, then quiet: to be played again and again."""
    turn = np.zeros(round(TURN * RATE), np.int16)
    turn[: len(speech)] = speech
    return np.concatenate([turn] * TURNS + [np.zeros(round(QUIET_AFTER * RATE), np.int16)])


def find(recording: Sound, speech: Sound) -> list[int]:
    """Return the samples at which the speech begins in a recording, to 10 ms.

    Its loudness is looked for, not its wave: noise suppression, gain control and small changes of tempo leave it.
    """
    wanted, heard = _loudness(speech), _loudness(recording)
    if len(heard) < len(wanted):
        return []
    alike = _correlation(heard, wanted)
    found: list[int] = []
    while len(alike) and alike.max() >= _ALIKE:
        at = int(alike.argmax())
        found.append(at * _STEP)
        alike[max(0, at - len(wanted)) : at + len(wanted)] = 0
    return sorted(found)


def silence(recording: Sound, begins: Sequence[int], length: int) -> Sound:
    """Return the middle SILENCE seconds of the longest stretch without speech, all of it when that is shorter."""
    ends = [0, *(begin + length for begin in begins)]
    gaps = [(begin, end) for end, begin in zip([*begins, len(recording)], ends, strict=True)]
    begin, end = max(gaps, key=lambda gap: gap[1] - gap[0])
    middle, half = (begin + end) // 2, round(SILENCE * RATE / 2)
    return recording[max(begin, middle - half) : min(end, middle + half)]


def levels(sound: Sound) -> list[float]:
    """Return how loud (dB of the full scale) every 100 ms of a sound are."""
    edges = range(0, len(sound) + 1, RATE // 10)
    return [_decibels(sound[begin:end]) for begin, end in pairwise(edges)]


def _decibels(sound: Sound) -> float:
    power = float(np.mean((sound.astype(np.float64) / 32768) ** 2))
    return max(_FAINTEST, float(10 * np.log10(power))) if power else _FAINTEST


def _loudness(sound: Sound) -> NDArray[np.float64]:
    blocks = sound[: len(sound) // _STEP * _STEP].astype(np.float64).reshape(-1, _STEP)
    return np.asarray(np.log10(1 + np.sqrt((blocks**2).mean(axis=1))))


def _correlation(heard: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Pearson's correlation of `wanted` with each stretch of `heard`."""
    windows = np.lib.stride_tricks.sliding_window_view(heard, len(wanted))
    pattern = wanted - wanted.mean()
    # What hardly moves beside speech is silence, whatever its last bit does.
    spread = np.maximum(windows.std(axis=1), _LIVELY * pattern.std())
    return np.asarray((windows @ pattern) / (spread * pattern.std() * len(wanted)))
