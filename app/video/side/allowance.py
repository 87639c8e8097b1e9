"""How much a page may say: a pure token bucket, so that a page gone wild slows nothing but its own talk."""

from dataclasses import dataclass

RATE = 40.0
"""Messages a second; a page at rest says one. The chunks of a picture are not counted: their head bounds them."""
BURST = 1200.0
"""Messages at once: everything that was written in a long call, said again after a reconnection, twice over."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`left` messages may be said at `at` (seconds of any clock that never goes back)."""

    at: float
    left: float = BURST


def spend(allowance: Allowance, now: float) -> tuple[Allowance, bool]:
    """Take one message off, or say no."""
    left = min(BURST, allowance.left + max(0.0, now - allowance.at) * RATE)
    return (Allowance(now, left - 1), True) if left >= 1 else (Allowance(now, left), False)
