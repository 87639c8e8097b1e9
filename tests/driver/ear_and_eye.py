"""Looks at the pictures on their way to the screen and reads the numbers burned into them."""

import time
from collections import deque
from collections.abc import Callable

import numpy as np

from app.video.devices.pattern import read
from app.video.frames import FrameSlot, Picture

_blind: list[Callable[[], None]] = []
_seen: deque[int] = deque(maxlen=300)
_shown: deque[tuple[float, int | None, int, int]] = deque(maxlen=4000)


def open_eyes() -> None:
    """From now on, read every picture that any slot hands to the screen."""
    take = FrameSlot.take
    _blind.append(lambda: setattr(FrameSlot, "take", take))

    def watched(slot: FrameSlot) -> Picture | None:
        picture = take(slot)
        if picture is not None:
            pixels = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.stride)
            green = pixels[:, 1 : picture.width * 4 : 4]
            number = read(green)
            if number is not None:
                _seen.append(number)
            _shown.append((time.time(), number, picture.came_as[0], id(slot)))
        return picture

    setattr(FrameSlot, "take", watched)  # noqa: B010 - set from outside, as no type checker likes


def close_eyes() -> None:
    """Read no more pictures: it takes time of the screen's thread that no user's console spends."""
    while _blind:
        _blind.pop()()


def numbers_seen() -> list[int]:
    """Return the numbers read since last asked, of either picture: the clinic's own and the patient's."""
    seen = list(_seen)
    _seen.clear()
    return seen


def pictures_shown() -> list[tuple[float, int | None, int, int]]:
    """Return the pictures shown since last asked: when (s since the epoch), number, width in px, and whose slot."""
    shown = list(_shown)
    _shown.clear()
    return shown
