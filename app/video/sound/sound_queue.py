"""A short queue between a producer and a consumer of sound that run on different clocks."""

import threading
from collections import deque

import numpy as np

from app.domain.ports.media import FRAME_SAMPLES

FRAME_BYTES = 2 * FRAME_SAMPLES
"""20 ms of 16-bit mono sound."""
SILENCE = bytes(FRAME_BYTES)
_WINDOW = 50
"""Frames (a second) in which none may have been spare before one is taken out: bursts need theirs now and then."""
_FADE = FRAME_SAMPLES // 4


class SoundQueue:
    """Holds at most `limit` frames of 20 ms, the oldest dropped first; a dry queue gives silence. Thread-safe.

    After it ran dry it waits for `prefill` frames before giving sound again, so that one late frame makes one short
    gap and not a row of them. What was not needed for a second only makes the sound late: the quietest frame goes.
    """

    def __init__(self, prefill: int = 2, limit: int = 6) -> None:
        self._lock = threading.Lock()
        self._frames: deque[bytes] = deque()
        self._rest = b""
        self._prefill = prefill
        self._limit = limit
        self._flowing = self._begun = False
        self._pulls = 0
        self._spare = limit
        self.dropped = 0

    def push(self, pcm: bytes) -> None:
        """Add sound of any length in whole samples."""
        with self._lock:
            data = self._rest + pcm
            whole = len(data) - len(data) % FRAME_BYTES
            self._frames.extend(data[i : i + FRAME_BYTES] for i in range(0, whole, FRAME_BYTES))
            self._rest = data[whole:]
            self._keep(self._limit)

    def pull(self) -> bytes:
        """Return the next frame (1920 bytes), silence when there is none."""
        with self._lock:
            if not self._begun:
                self._begun = True
                self._keep(self._prefill)
            self._flowing = bool(self._frames) and (self._flowing or len(self._frames) >= self._prefill)
            if not self._flowing:
                return SILENCE
            frame = self._frames.popleft()
            self._catch_up()
            return frame

    def clear(self) -> None:
        """Forget all sound."""
        with self._lock:
            self._frames.clear()
            self._rest = b""
            self._flowing = False

    def _keep(self, most: int) -> None:
        while len(self._frames) > most:
            self._frames.popleft()
            self.dropped += 1

    def _catch_up(self) -> None:
        self._pulls += 1
        self._spare = min(self._spare, len(self._frames))
        if self._pulls % _WINDOW == 0:
            if self._spare > 0 and len(self._frames) > 1:
                self._take_one_out()
            self._spare = self._limit

    def _take_one_out(self) -> None:
        """Leave out the quietest frame that has another after it, and fade from its beginning into that one."""
        sounds = [np.frombuffer(frame, np.int16).astype(np.float32) for frame in self._frames]
        quiet = min(range(len(sounds) - 1), key=lambda at: float(np.abs(sounds[at]).mean()))
        fade = np.linspace(0, 1, _FADE, dtype=np.float32)
        joined = sounds[quiet + 1]
        joined[:_FADE] = sounds[quiet][:_FADE] * (1 - fade) + joined[:_FADE] * fade
        self._frames[quiet + 1] = joined.astype(np.int16).tobytes()
        del self._frames[quiet]
        self.dropped += 1
