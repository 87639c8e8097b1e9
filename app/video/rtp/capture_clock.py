"""When something sent was captured: sender reports tie RTP time to the wall clock by it, so lips meet voice.

RFC 3550, section 6.4.1: both time stamps of a report name the same instant, that of capture and not of sending.
"""

from dataclasses import dataclass, replace

_FORGET = 0.005
"""Share by which the origin gives way to later captures: a track that skips moves it, jitter hardly."""


@dataclass(frozen=True, slots=True)
class CaptureClock:
    """`origin` is the monotonic time (s) of media time 0, as the least delayed captures show it."""

    origin: float | None = None

    def seen(self, media_time: float, at: float) -> "CaptureClock":
        """Take note of something captured at media time (s) that was handed over at `at` (monotonic s)."""
        origin = at - media_time
        if self.origin is None or origin < self.origin or origin - self.origin > 1.0:
            return replace(self, origin=origin)
        return replace(self, origin=self.origin + _FORGET * (origin - self.origin))

    def media_time(self, at: float) -> float | None:
        """Return the media time (s) at `at` (monotonic s); None before anything was captured."""
        return None if self.origin is None else at - self.origin
