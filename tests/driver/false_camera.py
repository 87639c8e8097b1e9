"""A camera for machines without one: a clip or the numbered test picture, for as long as a file says it is free.

A clip goes by the wall clock (`tests.driver.clips.clinic_number`), so that others know when each picture was taken.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from app.domain.errors import ErrorKind, KlinikError
from app.video import exchange
from app.video.devices.camera import CameraSource
from app.video.devices.colour_bars import ColourBars
from app.video.profile import VideoProfile
from tests.driver.clips import CLIP_RATE
from tests.driver.console import CAMERA_TAKEN

_NAME = "False camera"
_FRAME = b"FRAME\n"


class FalseCamera:
    """An open camera; its pictures end when it is taken away or closed."""

    name = _NAME

    def __init__(self, profile: VideoProfile, state: Path) -> None:
        self._profile = profile
        self._state = state
        self._open = True

    def frames(self) -> Iterator[VideoFrame]:
        said = self._state.read_text(encoding="utf-8")
        pictures = _clip(Path(said)) if said.startswith("/") else _bars(self._profile)
        while self._open and self._state.read_text(encoding="utf-8") == said:
            time.sleep(-time.time() % (1 / self._profile.fps))
            yield next(pictures)

    def close(self) -> None:
        self._open = False


def _bars(profile: VideoProfile) -> Iterator[VideoFrame]:
    bars = ColourBars(profile.width, profile.height)
    while True:
        yield bars.next_frame()


def _clip(path: Path) -> Iterator[VideoFrame]:
    """Yield those frames of a Y4M file (`tests.driver.clips`) whose time it is, again and again."""
    with path.open("rb") as clip:
        fields = clip.readline().split()
        width, height = (int(field[1:]) for field in fields[1:3])
        begin, size = clip.tell(), len(_FRAME) + width * height * 3 // 2
        count = (path.stat().st_size - begin) // size
        while True:
            # A sleep may end a trifle before its time.
            step = int(time.time() * CLIP_RATE + 0.05)
            clip.seek(begin + step % count * size + len(_FRAME))
            planes = np.frombuffer(clip.read(size - len(_FRAME)), np.uint8).reshape(-1, width)
            yield VideoFrame.from_ndarray(planes, format="yuv420p")


def plug_in(state: Path) -> None:
    """Let every call find this camera alone.

    The file says `free` (the test picture), the path of a clip, or `taken` while another program holds it.
    """

    def open_camera(profile: VideoProfile, _wish: str) -> FalseCamera:
        if state.read_text(encoding="utf-8") == CAMERA_TAKEN:
            raise KlinikError(ErrorKind.CAMERA_BUSY, CAMERA_TAKEN)
        return FalseCamera(profile, state)

    false_source = partial(CameraSource, open_camera=open_camera, find=lambda: (_NAME,))
    setattr(exchange, "CameraSource", false_source)  # noqa: B010 - set from outside, as no type checker likes
