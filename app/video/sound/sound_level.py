"""How loud sound is, as a meter shows it."""

import numpy as np

_QUIETEST_DB = 60.0


def level(pcm: bytes) -> float:
    """Return how loud 16-bit sound is, 0 to 1 evenly in dB: -60 dB of full scale and less is 0."""
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    power = float(np.mean(samples * samples)) if samples.size else 0.0
    decibels = 10 * np.log10(power / 32768**2 + 1e-12)
    return float(np.clip(1 + decibels / _QUIETEST_DB, 0.0, 1.0))
