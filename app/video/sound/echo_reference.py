"""What the loudspeaker was given, waiting until the microphone has had the same time to hear it."""

from collections import deque

from app.domain.ports.media import SILENCE

_WINDOW = 25
"""Frames (half a second) over which the least that waited is found."""
_FIRST = 1
"""Frames that wait after the first take, for the next lump to find."""
_SPARE = 3
"""Frames that may wait all the time: 60 ms, less than the shortest way from loudspeaker to microphone. Each drop
costs the canceller a second to find its way again, so it is done only when an echo could come before its sound."""
_MOST = 10


class EchoReference:
    """Pairs each captured 20 ms with 20 ms that were played, though both come in lumps and by two clocks.

    The canceller wants the way from sound to echo to stay as long as it is, and never negative. What waits here
    shortens it; so as much waits from the first take on, what is more is dropped, and what is missing is silence.
    """

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque(maxlen=_MOST)
        self._least = _MOST
        self._taken = 0
        self._begun = False

    def put(self, frame: bytes) -> None:
        """Add 20 ms given to the loudspeaker; beyond 200 ms the oldest goes."""
        self._frames.append(frame)

    def take(self) -> bytes:
        """Return the 20 ms that belong to the 20 ms captured now."""
        if not self._begun:
            self._begun = True
            self._drop(len(self._frames) - _FIRST - 1)
        frame = self._frames.popleft() if self._frames else SILENCE
        self._least = min(self._least, len(self._frames))
        self._taken += 1
        if self._taken == _WINDOW:
            self._drop(self._least - _SPARE)
            self._least, self._taken = _MOST, 0
        return frame

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._frames.popleft()
