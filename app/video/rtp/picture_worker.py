"""Scales and encodes pictures in a thread of its own, so that the media loop carries packets meanwhile."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from app.video.rtp.encoders import PictureEncoder
from app.video.rtp.picture_size import PictureSize, fitted

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """The payloads of a frame (none when the encoder dropped it), its time (90 kHz), size and cost (s)."""

    payloads: list[bytes]
    timestamp: int
    width: int
    height: int
    seconds: float


class PictureWorker:
    """One encoder and its thread; `encode` is awaited by one task, one frame at a time."""

    def __init__(self, make_encoder: Callable[[int], PictureEncoder]) -> None:
        """`make_encoder` gets the first rate (bit/s)."""
        self._make_encoder = make_encoder
        self._encoder: PictureEncoder | None = None
        self._reformatter = VideoReformatter()
        self._thread = ThreadPoolExecutor(1, "picture encoder")
        self._failed = False
        self._closed = False

    async def encode(
        self, frame: VideoFrame, size: PictureSize, bitrate: int, key_frame: bool
    ) -> EncodedPicture | None:
        """Return the frame at most as large as `size`, at `bitrate` (bit/s); None when it could not be encoded."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._work, frame, size, bitrate, key_frame)

    async def close(self) -> None:
        """End the thread; waits for the frame it is at. It ends too when this is cancelled. Safe to call again."""
        if self._closed:
            return
        self._closed = True
        dropped = self._thread.submit(self._drop)
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(dropped)
        self._thread.shutdown()

    def _work(self, frame: VideoFrame, size: PictureSize, bitrate: int, key_frame: bool) -> EncodedPicture | None:
        begun = time.perf_counter()
        width, height = fitted(frame.width, frame.height, size)
        try:
            if (frame.width, frame.height, frame.format.name) != (width, height, "yuv420p"):
                frame = self._reformatter.reformat(frame, width, height, "yuv420p", interpolation="AREA", threads=1)
            if self._encoder is None:
                self._encoder = self._make_encoder(bitrate)
            self._encoder.target_bitrate = bitrate
            payloads, timestamp = self._encoder.encode(frame, key_frame)
        except Exception as error:  # libvpx, FFmpeg and ctypes fail each in its own way: the next frame tries anew
            self._drop()
            if not self._failed:
                _log.warning("a picture could not be encoded: %s", type(error).__name__)
            self._failed = True
            return None
        return EncodedPicture(payloads, timestamp, width, height, time.perf_counter() - begun)

    def _drop(self) -> None:
        self._encoder = None
