"""How a picture is made to fit into so many bytes: less of its fineness first, then less of its size; pure."""

from collections.abc import Iterator
from dataclasses import dataclass

_QUALITIES = (95, 90, 85, 80, 75)
"""JPEG quality, 0 to 100; under 75 a mole gets edges it does not have."""
_SMALLER = (85, 75)
"""Qualities of a picture made smaller: finer than these it would not need to be that small."""
_STEP = 0.84
"""Of each side, which leaves 70 per cent of the picture."""
_SMALLEST_SIDE = 240
"""Px of the longer side; even noise of that size is less than 60 000 bytes at the lowest quality."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One way to write a picture: px, px and JPEG quality."""

    width: int
    height: int
    quality: int


def fits(width: int, height: int) -> Iterator[Fit]:
    """Yield the ways to write a picture of `width` by `height` px, best first; the first that fits is to be taken.

    Never larger than it is. Raises ValueError for a picture without a size.
    """
    if width < 1 or height < 1:
        raise ValueError("a picture without a size")
    for quality in _QUALITIES:
        yield Fit(width, height, quality)
    scale = _STEP
    while max(width, height) * scale >= _SMALLEST_SIDE:
        for quality in _SMALLER:
            yield Fit(max(1, round(width * scale)), max(1, round(height * scale)), quality)
        scale *= _STEP
