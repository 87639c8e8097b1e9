"""Speech that nobody spoke: syllables with pitch, formants and pauses, and a room that throws an echo back."""

import numpy as np
from numpy.typing import NDArray

from app.domain.ports.media import SAMPLE_RATE

Wave = NDArray[np.float64]
"""Sound at 48 kHz, full scale is 1."""

_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
"""The first three formants (Hz) of five vowels of a man (Peterson and Barney 1952)."""


def speech(seconds: float, seed: int, pitch: float = 120.0) -> Wave:
    """Return speech-like sound: voiced syllables, hisses and pauses at a speaker's pace; 0.1 RMS in sound."""
    rng = np.random.default_rng(seed)
    parts: list[Wave] = []
    length = 0
    while length < seconds * SAMPLE_RATE:
        parts += [_syllable(rng, pitch), _hiss(rng), np.zeros(int(rng.uniform(0.02, 0.12) * SAMPLE_RATE))]
        if rng.random() < 0.2:
            parts.append(np.zeros(int(rng.uniform(0.2, 0.5) * SAMPLE_RATE)))
        length = sum(map(len, parts))
    whole = np.concatenate(parts)[: int(seconds * SAMPLE_RATE)]
    sounding = np.abs(whole) > 1e-3
    return np.asarray(0.1 * whole / np.sqrt(np.mean(whole[sounding] ** 2)))


def _syllable(rng: np.random.Generator, pitch: float) -> Wave:
    count = int(rng.uniform(0.12, 0.3) * SAMPLE_RATE)
    glide = pitch * rng.uniform(0.85, 1.2) * np.linspace(1, rng.uniform(0.85, 1.15), count)
    phase = 2 * np.pi * np.cumsum(glide) / SAMPLE_RATE
    formants = _VOWELS[rng.integers(len(_VOWELS))]
    voiced = np.zeros(count)
    for harmonic in range(1, int(6000 / pitch)):
        heights = (1 / (1 + ((harmonic * pitch - formant) / 90) ** 2) for formant in formants)
        voiced += (sum(heights) + 0.01) / np.sqrt(harmonic) * np.sin(harmonic * phase)
    return voiced * np.hanning(count) * rng.uniform(0.6, 1)


def _hiss(rng: np.random.Generator) -> Wave:
    count = int(rng.uniform(0.03, 0.09) * SAMPLE_RATE)
    return 0.1 * np.diff(rng.normal(size=count + 1)) * np.hanning(count)


def room(delay: float, seed: int = 7, seconds: float = 0.25) -> Wave:
    """Return a room's impulse response: silence for `delay` s, the direct sound, a tail that falls by 60 dB."""
    rng = np.random.default_rng(seed)
    count = int(seconds * SAMPLE_RATE)
    tail = 0.05 * rng.normal(size=count) * 10 ** (-3 * np.arange(count) / count)
    tail[0] = 1.0
    return np.concatenate((np.zeros(int(delay * SAMPLE_RATE)), tail))


def echo(far: Wave, response: Wave, gain: float = 0.5) -> Wave:
    """Return what a microphone hears of `far`: overdriven a little by the loudspeaker, coloured by the room."""
    played = np.tanh(2 * far) / 2
    size = 1 << (len(far) + len(response)).bit_length()
    heard = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(response, size), size)[: len(far)]
    return np.asarray(gain * heard)


def pcm(wave: Wave) -> bytes:
    """Return the sound as 16-bit samples."""
    return np.clip(wave * 32767, -32768, 32767).astype("<i2").tobytes()


def wave(sound: bytes) -> Wave:
    """Return 16-bit samples as a wave."""
    return np.frombuffer(sound, "<i2").astype(np.float64) / 32767
