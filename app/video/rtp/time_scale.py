"""Speech a little faster or slower without a change of pitch: one period of the voice is taken out or put in twice.

Overlap-add at the lag where the sound is most like itself (WSOLA, Verhelst and Roelands 1993), as NetEq does it.
"""

import numpy as np
from numpy.typing import NDArray

from app.domain.ports.media import SAMPLE_RATE

Samples = NDArray[np.int16]

_COARSE = 4
_SHORTEST = SAMPLE_RATE * 25 // 10_000
_LONGEST = SAMPLE_RATE * 120 // 10_000
_OVERLAP = SAMPLE_RATE * 75 // 10_000
"""Samples: periods of 2.5 to 12 ms (83 to 400 Hz) are found, and 7.5 ms overlap."""
LEAST_SAMPLES = _LONGEST + _OVERLAP
_ALIKE = 0.85
_QUIET = 100.0
"""RMS (of 32768) below which anything may be cut anywhere unheard."""
_RISING = np.linspace(0.0, 1.0, _OVERLAP, endpoint=False, dtype=np.float32)


def faster(sound: Samples, anyhow: bool = False) -> Samples:
    """Return the sound with one period less, or as it is when none is alike enough; `anyhow` cuts in any case."""
    lag = _period(sound, anyhow)
    if lag == 0:
        return sound
    return np.concatenate((_faded(sound[:_OVERLAP], sound[lag : lag + _OVERLAP]), sound[lag + _OVERLAP :]))


def slower(sound: Samples) -> Samples:
    """Return the sound with one period more, or as it is when none is alike enough."""
    lag = _period(sound, anyhow=False)
    if lag == 0:
        return sound
    return np.concatenate((sound[:lag], _faded(sound[lag : lag + _OVERLAP], sound[:_OVERLAP]), sound[_OVERLAP:]))


def _faded(out: Samples, into: Samples) -> Samples:
    return (out * (1 - _RISING) + into * _RISING).astype(np.int16)


def _period(sound: Samples, anyhow: bool) -> int:
    """Return the lag (samples) at which the sound's beginning comes again, 0 for none."""
    if len(sound) < LEAST_SAMPLES:
        return 0
    wave = sound[:LEAST_SAMPLES].astype(np.float32)
    if float(wave @ wave) < _QUIET**2 * len(wave):
        return _LONGEST
    coarse = wave[: len(wave) // _COARSE * _COARSE].reshape(-1, _COARSE).mean(axis=1)
    first, last, width = _SHORTEST // _COARSE, _LONGEST // _COARSE, _OVERLAP // _COARSE
    rough = _COARSE * (first + int(np.argmax(_likeness(coarse, first, last, width))))
    first, last = max(_SHORTEST, rough - _COARSE), min(_LONGEST, rough + _COARSE)
    fine = _likeness(wave, first, last, _OVERLAP)
    best = int(np.argmax(fine))
    return first + best if anyhow or fine[best] >= _ALIKE else 0


def _likeness(wave: NDArray[np.float32], first: int, last: int, width: int) -> NDArray[np.float32]:
    """Return the normalised correlation of the beginning with each stretch from `first` to `last` on."""
    stretches = np.lib.stride_tricks.sliding_window_view(wave[first : last + width], width)
    start = wave[:width]
    powers = np.einsum("ij,ij->i", stretches, stretches)
    return np.asarray((stretches @ start) / np.sqrt(powers * (start @ start) + 1.0), np.float32)
