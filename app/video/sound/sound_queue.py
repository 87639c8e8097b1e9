"""A short queue between a producer and a consumer of sound that run on different clocks."""

import threading
from collections import deque

from app.domain.ports.media import FRAME_SAMPLES

FRAME_BYTES = 2 * FRAME_SAMPLES
"""20 ms of 16-bit mono sound."""
SILENCE = bytes(FRAME_BYTES)


class SoundQueue:
    """Holds at most `limit` frames of 20 ms, the oldest dropped first; a dry queue gives silence. Thread-safe.

    After it ran dry it waits for `prefill` frames before giving sound again, so that one late frame makes one short
    gap and not a row of them.
    """

    def __init__(self, prefill: int = 2, limit: int = 6) -> None:
        self._lock = threading.Lock()
        self._frames: deque[bytes] = deque()
        self._rest = b""
        self._prefill = prefill
        self._limit = limit
        self._flowing = False
        self.dropped = 0

    def push(self, pcm: bytes) -> None:
        """Add sound of any length in whole samples."""
        with self._lock:
            data = self._rest + pcm
            whole = len(data) - len(data) % FRAME_BYTES
            self._frames.extend(data[i : i + FRAME_BYTES] for i in range(0, whole, FRAME_BYTES))
            self._rest = data[whole:]
            while len(self._frames) > self._limit:
                self._frames.popleft()
                self.dropped += 1

    def pull(self) -> bytes:
        """Return the next frame (1920 bytes), silence when there is none."""
        with self._lock:
            self._flowing = bool(self._frames) and (self._flowing or len(self._frames) >= self._prefill)
            return self._frames.popleft() if self._flowing else SILENCE

    def clear(self) -> None:
        """Forget all sound."""
        with self._lock:
            self._frames.clear()
            self._rest = b""
            self._flowing = False
