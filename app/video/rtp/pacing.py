"""A leaky bucket as pure functions: a picture leaves as a stream, not as a burst that fills the router's queue."""

PACE = 2.5
"""Times the target rate, so that a key frame leaves quickly and an average frame in less than half its time."""
_BURST = 0.01
"""Seconds of sending that may go at once: a timer of a busy PC is as late as that."""
LONGEST_QUEUE = 0.2
"""Seconds of unsent picture beyond which no new one is encoded: a newer one later is worth more."""


def wait(free_at: float, at: float) -> float:
    """Return the seconds until the next packet may go."""
    return max(0.0, free_at - at)


def booked(free_at: float, at: float, size: int, bitrate: float) -> float:
    """Return when the packet after one of `size` bytes sent at `at` (s) may go, at PACE times `bitrate` (bit/s)."""
    return max(free_at, at - _BURST) + 8 * size / (PACE * max(bitrate, 1.0))


def queued(free_at: float, at: float, size: int, bitrate: float) -> float:
    """Return the seconds that `size` waiting bytes take."""
    return wait(free_at, at) + 8 * size / (PACE * max(bitrate, 1.0))
