"""From decoded frame to screen: one slot for the newest picture, so a slow screen costs frames, never delay."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

NO_SIZE = (0, 0)
"""Of a picture: none yet; of a room: any picture fits as it comes."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture in BGRA (bytes B, G, R, 255), as `QImage(data, width, height, stride, Format_RGB32)` takes it.

    `stride` is the length of one row in bytes. QImage does not own the data: keep the picture as long as the image.
    `came_as` is the width and height of what was decoded, before the picture was made to fit its room.
    """

    width: int
    height: int
    stride: int
    data: memoryview
    came_as: tuple[int, int] = NO_SIZE


def _nobody() -> None:
    return None


class FrameSlot:
    """Holds the newest picture of one stream. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._picture: Picture | None = None
        self._on_ready: Callable[[], None] = _nobody
        self._size = self._room = NO_SIZE
        self._dropped = 0
        self._closed = False

    def on_ready(self, listener: Callable[[], None]) -> None:
        """Call `listener` when a picture arrives in the empty slot, so at most once between two takes.

        It is called in the thread that put the picture (and at once when one is waiting): only post from it.
        """
        with self._lock:
            self._on_ready = listener
            waiting = self._picture is not None
        if waiting:
            listener()

    def put(self, picture: Picture) -> None:
        """Replace what the slot holds; a closed slot takes nothing."""
        with self._lock:
            if self._closed:
                return
            was_empty = self._picture is None
            self._dropped += not was_empty
            self._picture = picture
            self._size = (picture.width, picture.height)
            listener = self._on_ready
        if was_empty:
            listener()

    def take(self) -> Picture | None:
        """Return the newest picture and empty the slot; None when nothing has come since the last take."""
        with self._lock:
            picture, self._picture = self._picture, None
            return picture

    def clear(self) -> None:
        """Forget the picture; the next one is announced again."""
        with self._lock:
            self._picture = None
            self._size = NO_SIZE

    def close(self) -> None:
        """Forget the picture for good: nothing put later is kept and nobody is called any more."""
        with self._lock:
            self._closed = True
            self._picture = None
            self._on_ready = _nobody

    def fit(self, width: int, height: int) -> None:
        """Say how much room the pictures have, in pixels of the screen: those that fill it need not be scaled."""
        self._room = (width, height)

    @property
    def room(self) -> tuple[int, int]:
        """Width and height that `fit` gave, NO_SIZE before."""
        return self._room

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the newest picture, (0, 0) before the first."""
        return self._size

    @property
    def dropped(self) -> int:
        """How many pictures were replaced before anyone took them."""
        return self._dropped
