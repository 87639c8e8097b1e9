"""Decides which threads wait for the clinic and which of them are urgent.

The store answers the same in SQL, for it lists many threads at once; a property test holds the two together.
"""

from collections.abc import Sequence
from datetime import datetime

from app.domain.message import Direction, Message


def is_unanswered(thread: Sequence[Message]) -> bool:
    """Tell whether the newest message of a thread, given in any order, is the patient's."""
    return bool(thread) and max(thread, key=_age).direction is Direction.FROM_PATIENT


def is_urgent(thread: Sequence[Message]) -> bool:
    """Tell whether something the patient has written since the clinic's last answer is marked urgent."""
    answered = max(
        (_age(message) for message in thread if message.direction is Direction.FROM_CLINIC), default=None
    )
    return any(
        message.urgent
        and message.direction is Direction.FROM_PATIENT
        and (answered is None or _age(message) > answered)
        for message in thread
    )


def _age(message: Message) -> tuple[datetime, str]:
    return message.sent_at, message.id
