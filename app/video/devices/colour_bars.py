"""The moving picture sent when there is no camera: both ends see that the line works and the camera does not."""

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from app.video.devices.pattern import burn

_BARS = (
    (180, 128, 128),
    (162, 44, 142),
    (131, 156, 44),
    (112, 72, 58),
    (84, 184, 198),
    (65, 100, 212),
    (35, 212, 114),
)
"""The seven 75 % colour bars (white, yellow, cyan, green, magenta, red, blue) in Y, Cb, Cr of ITU-R BT.601."""
_PERIOD = 90


class ColourBars:
    """Colour bars with a white block wandering across and the frame's number burned in (`pattern`)."""

    def __init__(self, width: int, height: int, first: int = 0) -> None:
        self._width = width
        self._height = height
        self._number = first
        self._bars = _colour_bars(width, height)

    def next_frame(self) -> VideoFrame:
        """Return the next frame, yuv420p of the size asked for."""
        planes = self._bars.copy()
        luma = planes[: self._height]
        side = self._height // 8
        phase = abs(self._number % (2 * _PERIOD) - _PERIOD) / _PERIOD
        left = int(phase * (self._width - side))
        luma[self._height // 2 : self._height // 2 + side, left : left + side] = 235
        burn(luma, self._number)
        self._number += 1
        return VideoFrame.from_ndarray(planes, format="yuv420p")


def _colour_bars(width: int, height: int) -> NDArray[np.uint8]:
    """Return the bars as one yuv420p array, shape (height * 3 / 2, width)."""

    def plane(component: int, columns: int, rows: int) -> NDArray[np.uint8]:
        levels = np.array([bar[component] for bar in _BARS], np.uint8)
        row = levels[np.arange(columns) * len(_BARS) // columns]
        return np.broadcast_to(row, (rows, columns)).reshape(-1, width)

    return np.concatenate(
        (plane(0, width, height), plane(1, width // 2, height // 2), plane(2, width // 2, height // 2))
    )
