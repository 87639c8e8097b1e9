"""Our own picture as aiortc takes it: paced, the newest frame only, black while there is none."""

import asyncio
import time

from aiortc import MediaStreamTrack
from aiortc.mediastreams import VIDEO_TIME_BASE, MediaStreamError
from av.video.frame import VideoFrame

from app.video.profile import VideoProfile

_BLACK_EVERY = 0.25


class CameraTrack(MediaStreamTrack):
    """The camera's picture; black at a low rate while it gives none, so that the far end never waits."""

    kind = "video"

    def __init__(self, profile: VideoProfile, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._media_loop = loop
        self.profile = profile
        self._gap = 0.8 / profile.fps
        self._size = (profile.width, profile.height)
        self._newest: VideoFrame | None = None
        self._on = True
        self._news = asyncio.Event()
        self._start = time.monotonic()
        self._sent_at = -1.0
        self.sent = 0

    def offer(self, frame: VideoFrame) -> None:
        """Make this the next frame to send, in place of one not yet sent. From any thread."""
        if self._on:
            self._newest = frame
            self._wake()

    def turn(self, on: bool) -> None:
        """Send the camera's frames, or black. From any thread."""
        self._on = on
        self._newest = None
        self._wake()

    def stop(self) -> None:
        super().stop()
        self._newest = None

    async def recv(self) -> VideoFrame:
        """Return the next frame; its time stamp is the moment it is handed over (90 kHz)."""
        await asyncio.sleep(self._sent_at + self._gap - time.monotonic())
        if self._newest is None:
            self._news.clear()
            try:
                async with asyncio.timeout(_BLACK_EVERY):
                    await self._news.wait()
            except TimeoutError:
                pass
        if self.readyState != "live":
            raise MediaStreamError
        frame, self._newest = (self._on and self._newest) or _black_frame(*self._size), None
        self._sent_at = time.monotonic()
        frame.pts = int((self._sent_at - self._start) / VIDEO_TIME_BASE)
        frame.time_base = VIDEO_TIME_BASE
        self.sent += 1
        return frame

    def _wake(self) -> None:
        if not self._media_loop.is_closed():
            self._media_loop.call_soon_threadsafe(self._news.set)


def _black_frame(width: int, height: int) -> VideoFrame:
    frame = VideoFrame(width, height, "yuv420p")
    for plane, level in zip(frame.planes, (16, 128, 128), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    return frame
