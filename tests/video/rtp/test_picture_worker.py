"""The encoder's thread: it ends with the stream, however the end comes about."""

import asyncio
import threading
from contextlib import suppress
from fractions import Fraction

import pytest
from av.frame import Frame
from av.video.frame import VideoFrame

from app.video.rtp.picture_size import PictureSize
from app.video.rtp.picture_worker import PictureWorker

_PATIENCE = 30.0
SIZE = PictureSize(64, 48, 30)


class Held:
    """An encoder that is at its picture until it is let go; tells when it is thrown away."""

    target_bitrate = 0

    def __init__(self) -> None:
        self.begun, self.go, self.gone = threading.Event(), threading.Event(), threading.Event()

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        self.begun.set()
        self.go.wait(_PATIENCE)
        return [b"picture"], 0


def picture() -> VideoFrame:
    frame = VideoFrame(64, 48, "yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 90_000)
    return frame


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("picture encoder")]


@pytest.mark.parametrize("impatient", [False, True])
async def test_the_thread_ends_though_the_close_is_cancelled(impatient: bool) -> None:
    held = Held()
    worker = PictureWorker(lambda bitrate: held)
    loop = asyncio.get_running_loop()
    encoding = loop.create_task(worker.encode(picture(), SIZE, 100_000, key_frame=True))
    async with asyncio.timeout(_PATIENCE):
        await loop.run_in_executor(None, held.begun.wait)
    encoding.cancel()
    closing = loop.create_task(worker.close())
    await asyncio.sleep(0)
    if impatient:
        closing.cancel()
    left = threads()
    assert left
    held.go.set()
    with suppress(asyncio.CancelledError):
        await closing
    for thread in left:
        thread.join(_PATIENCE)
    assert not threads()
    with suppress(asyncio.CancelledError):
        await encoding
    await loop.shutdown_default_executor()


async def test_closing_again_changes_nothing() -> None:
    worker = PictureWorker(lambda bitrate: Held())
    await worker.close()
    await worker.close()
    assert not threads()
