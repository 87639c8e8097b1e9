"""How well the patient's picture moves, in figures: what was shown, what stood still and for how long."""

from collections import deque
from dataclasses import dataclass

FREEZE = 0.15
"""Seconds without a new picture that are seen as a freeze."""
_SLACK = 0.1
_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class VideoFigures:
    """Totals since the stream began, but for the last three: how it goes now.

    `frames` were shown; `frozen_seconds` passed in gaps of more than 150 ms between them, the longest of which
    lasted `longest_freeze` s. A sender that makes few frames does not freeze. `delay_ms` is how long a frame that
    came straight through is held back, `size` width and height in pixels, `fps` frames shown in the last second.
    """

    packets: int = 0
    frames: int = 0
    frozen_seconds: float = 0.0
    longest_freeze: float = 0.0
    delay_ms: float = 0.0
    size: tuple[int, int] = (0, 0)
    fps: float = 0.0


class MotionMeter:
    """Counts shown pictures. Fed by one thread; figures may be read by another."""

    def __init__(self) -> None:
        self.frames = 0
        self.frozen_seconds = 0.0
        self.longest_freeze = 0.0
        self._last: tuple[float, float] | None = None
        self._recent: deque[float] = deque(maxlen=64)

    def show(self, now: float, captured: float, *, skipped: bool) -> None:
        """Note a picture shown at `now` (monotonic s), `captured` by the sender's clock (s).

        `skipped` says that frames before it were given up.
        """
        if self._last is not None:
            shown, before = self._last
            gap, sender_gap = now - shown, captured - before
            if gap > FREEZE and (skipped or gap > sender_gap + _SLACK):
                self.frozen_seconds += gap
                self.longest_freeze = max(self.longest_freeze, gap)
        self._last = (now, captured)
        self._recent.append(now)
        self.frames += 1

    def fps(self, now: float) -> float:
        """Return how many pictures were shown in the second before `now` (monotonic s)."""
        return float(sum(now - _SECOND < shown <= now for shown in tuple(self._recent)))
