"""What kind of thing changed after a commit, never which: each open view re-reads its own projection."""

from collections.abc import Callable
from enum import Flag, auto


class Changes(Flag):
    """The kinds of data a commit touched."""

    NOTHING = 0
    MESSAGES = auto()
    PATIENTS = auto()
    CALENDAR = auto()
    BOOKINGS = auto()
    WAITING = auto()
    OUTBOX = auto()
    SYNC = auto()
    """How things stand with the practice system: it fails, it answers again, how far the first reading has come."""
    PICTURES = auto()
    """Pictures on their way into the record: saved, tried, answered."""
    ANSWERED = auto()
    """Nothing but when the practice system last answered, which is news every few seconds."""


ChangeListener = Callable[[Changes], None]
