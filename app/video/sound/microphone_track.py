"""Our own voice as aiortc takes it: at once, never stalling, silence where there is nothing."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.audio.frame import AudioFrame

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE, SILENCE

_FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_MOST = 6
"""Frames kept; of more the oldest go: who talks is not to be heard late for the rest of the call."""
_PATIENCE = 0.06
"""Seconds a frame may be late before silence takes its place: sound comes in lumps of 20 to 50 ms."""
_STALL = 0.2
"""Seconds behind after which silence is skipped instead of sent in a burst."""


class MicrophoneTrack(MediaStreamTrack):
    """The microphone's sound, each 20 ms as soon as they are there; silence while it is muted, missing or late."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: deque[bytes] = deque(maxlen=_MOST)
        self._on = True
        self._media_loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._due = 0.0
        self._missing = False
        self._stood_in = 0
        self._given = 0

    def offer(self, pcm: bytes) -> None:
        """Hand over 20 ms (48 kHz, 16-bit, mono) that were captured. From any thread."""
        self._frames.append(pcm)
        loop = self._media_loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._news.set)

    def turn(self, on: bool) -> None:
        """Send the microphone, or silence. From any thread."""
        self._on = on

    async def recv(self) -> AudioFrame:
        """Return the next 20 ms."""
        if self._media_loop is None:
            self._begin()
        pcm = await self._next() if self.readyState == "live" else SILENCE
        if self.readyState != "live":
            raise MediaStreamError
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm if self._on else SILENCE)
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._given * FRAME_SAMPLES
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._given += 1
        return frame

    def _begin(self) -> None:
        """What waited while nobody listened is old."""
        self._media_loop = asyncio.get_running_loop()
        self._due = time.monotonic()
        while len(self._frames) > 1:
            self._frames.popleft()

    async def _next(self) -> bytes:
        if not self._frames:
            await self._wait()
        now = time.monotonic()
        if not self._frames:
            self._missing = True
            self._stood_in = min(self._stood_in + 1, _MOST)
            self._due = max(self._due, now - _STALL) + _FRAME_SECONDS
            return SILENCE
        # What silence stood in for has come after all: sent as well, it would make all that follows late.
        while self._stood_in and len(self._frames) > 1:
            self._frames.popleft()
            self._stood_in -= 1
        self._missing, self._stood_in = False, 0
        self._due = now + _FRAME_SECONDS
        return self._frames.popleft()

    async def _wait(self) -> None:
        """Wait for sound until silence is due."""
        patience = 0.0 if self._missing else _PATIENCE
        with suppress(TimeoutError):
            async with asyncio.timeout(self._due + patience - time.monotonic()):
                while not self._frames:  # the news may be of sound that was taken before the loop heard of it
                    self._news.clear()
                    await self._news.wait()
