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


ChangeListener = Callable[[Changes], None]
