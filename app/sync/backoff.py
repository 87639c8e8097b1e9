"""How long to wait before trying again, so that a practice system that is down is asked ever more seldom."""

from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
_SPREAD = 0.25


def pause_after(failures: int, chance: float, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """Return the pause after so many failures in a row (1 or more).

    It doubles from one second to the longest. `chance` in [0, 1] takes up to a quarter off, so that the consoles of
    a clinic do not all come back at the same instant.
    """
    doublings = min(max(failures, 1) - 1, 16)
    pause: timedelta = min(FIRST_PAUSE * (1 << doublings), longest)
    return pause * (1 - _SPREAD * chance)
