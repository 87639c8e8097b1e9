"""How much a camera hisses: taking that out is worth its cost only where there is much of it."""

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
"""Brightness of a picture or of some of its rows, shape (rows, width)."""

EVERY = 30
"""Frames between two looks: a second."""
HISSING, QUIET = 2.5, 2.0
"""Levels (of 255) of noise at which it is to be taken out, and below which it need not be any longer."""
CALM_LOOKS = 5
"""Looks in a row that must find it quiet."""
_ROW_EVERY = 32
_BLOCK = 32
_MEAN_TO_SIGMA = 1.128
"""Mean distance of two values with the same normal noise, in standard deviations."""


class CameraNoise:
    """Looks now and then at two frames that follow each other. Not thread-safe."""

    def __init__(self) -> None:
        self._count = 0
        self._calm = 0
        self._before: Luma | None = None
        self.hisses = True
        """Whether noise is to be taken out; until it is known, it is."""

    def look(self, luma: Luma) -> None:
        """Take the next frame's brightness."""
        before, self._before = self._before, None
        if before is not None:
            rows = luma[::_ROW_EVERY]
            if rows.shape == before.shape:
                self._note(noise_between(before, rows))
        elif self._count % EVERY == 0:
            self._before = luma[::_ROW_EVERY].copy()
        self._count += 1

    def _note(self, noise: float) -> None:
        self._calm = self._calm + 1 if noise < QUIET else 0
        if noise >= HISSING:
            self.hisses = True
        elif self._calm >= CALM_LOOKS:
            self.hisses = False


def noise_between(before: Luma, after: Luma) -> float:
    """Return the noise of two like pictures as a standard deviation in levels; 0 when narrower than a block.

    By the middle one of many small blocks: what moves is in fewer than half of them.
    """
    blocks = before.shape[1] // _BLOCK
    if not blocks or not before.shape[0]:
        return 0.0
    width = blocks * _BLOCK
    apart = np.abs(after[:, :width].astype(np.int16) - before[:, :width])
    return float(np.median(apart.reshape(-1, blocks, _BLOCK).mean(axis=2))) / _MEAN_TO_SIGMA
