"""A number written into a picture as black and white cells, so that a far end can tell which frame it sees.

Geometry, relative to the picture's width W and height H, so that it survives scaling:

- The row fills the bottom fifteenth: y from 14/15 H to H.
- It has 28 cells of equal width: cell i covers x from i/28 W to (i+1)/28 W.
- Cells 0 and 1 are white, black; cells 26 and 27 are black, white: they give the levels and prove a row is there.
- Cells 2-17 hold the value, 16 bits, the most significant first; white is 1.
- Cells 18-25 hold the CRC-8 of the value's two bytes, big end first (polynomial 0x07, initial value 0xFF, not
  reflected, no final xor), the most significant bit first.

To read: average the luma over the middle half of each cell in both directions; the threshold is midway between the
mean of the two white marks and the mean of the two black ones, which must lie at least 48 of 255 apart.
"""

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
"""Brightness of a picture, shape (height, width)."""

VALUES = 1 << 16
_VALUE_BITS = 16
_CHECK_BITS = 8
_CELLS = 2 + _VALUE_BITS + _CHECK_BITS + 2
_LEAST_CONTRAST = 48
_LEAST_WIDTH = 4 * _CELLS
_WHITE, _BLACK = 235, 16


def burn(luma: Luma, value: int) -> None:
    """Write `value` modulo 65536 into the bottom row of `luma`, in place, at studio levels (16 and 235)."""
    height, width = luma.shape
    edges = np.arange(_CELLS + 1) * width // _CELLS
    levels = np.where(_cells(value % VALUES), _WHITE, _BLACK).astype(np.uint8)
    luma[height * 14 // 15 :, :] = np.repeat(levels, np.diff(edges))


def read(luma: Luma) -> int | None:
    """Return the value written in `luma`, or None when there is no whole, valid row."""
    height, width = luma.shape
    if width < _LEAST_WIDTH or height < 30:
        return None
    top, depth = height * 14 / 15, height / 15
    row = luma[int(top + depth / 4) : max(int(top + depth * 3 / 4), int(top + depth / 4) + 1)].mean(axis=0)
    cell = width / _CELLS
    means = np.array([row[int((i + 0.25) * cell) : int((i + 0.75) * cell) + 1].mean() for i in range(_CELLS)])
    white, black = (means[0] + means[-1]) / 2, (means[1] + means[-2]) / 2
    if white - black < _LEAST_CONTRAST:
        return None
    bits = means > (white + black) / 2
    value = int(np.packbits(bits[2 : 2 + _VALUE_BITS]).view(">u2")[0])
    return value if np.array_equal(bits, _cells(value)) else None


def _cells(value: int) -> NDArray[np.bool_]:
    words = np.frombuffer(value.to_bytes(2, "big") + bytes([_crc8(value)]), np.uint8)
    return np.concatenate(([True, False], np.unpackbits(words).astype(bool), [False, True]))


def _crc8(value: int) -> int:
    crc = 0xFF
    for byte in value.to_bytes(2, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc
