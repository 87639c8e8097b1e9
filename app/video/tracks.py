"""Our own picture and voice as aiortc takes them: paced, never stalling, the newest frame only."""

import asyncio
import time
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import VIDEO_TIME_BASE, MediaStreamError
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.profile import VideoProfile
from app.video.sound_queue import SILENCE, SoundQueue

_BLACK_EVERY = 0.25
_FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_STALL = 0.2
"""Seconds behind after which sound is skipped instead of sent in a burst."""


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


class MicrophoneTrack(MediaStreamTrack):
    """The microphone's sound, 20 ms at a time; silence while it is muted, missing or late."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._queue = SoundQueue()
        self._on = True
        self._start: float | None = None
        self._frames = 0

    def offer(self, pcm: bytes) -> None:
        """Queue captured sound (48 kHz, 16-bit, mono). From any thread."""
        self._queue.push(pcm)

    def turn(self, on: bool) -> None:
        """Send the microphone, or silence. From any thread."""
        self._on = on

    async def recv(self) -> AudioFrame:
        """Return the next 20 ms by the clock, whatever the microphone does."""
        await self._pace()
        if self.readyState != "live":
            raise MediaStreamError
        pcm = self._queue.pull()
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm if self._on else SILENCE)
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._frames * FRAME_SAMPLES
        frame.time_base = Fraction(1, SAMPLE_RATE)
        return frame

    async def _pace(self) -> None:
        now = time.monotonic()
        if self._start is None:
            self._start = now
            return
        self._frames += 1
        wait = self._start + self._frames * _FRAME_SECONDS - now
        if wait < -_STALL:
            self._frames += int(-wait / _FRAME_SECONDS)
        elif wait > 0:
            await asyncio.sleep(wait)


def _black_frame(width: int, height: int) -> VideoFrame:
    frame = VideoFrame(width, height, "yuv420p")
    for plane, level in zip(frame.planes, (16, 128, 128), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    return frame
