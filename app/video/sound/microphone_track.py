"""Our own voice as aiortc takes it: by the clock, never stalling, silence where there is nothing."""

import asyncio
import time
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.audio.frame import AudioFrame

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.sound.sound_queue import SILENCE, SoundQueue

_FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_STALL = 0.2
"""Seconds behind after which sound is skipped instead of sent in a burst."""


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
