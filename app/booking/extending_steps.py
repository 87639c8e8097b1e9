"""The steps of the saga that give a consultation under way more time.

To the practice system it is a move of the end; the room is open for it at once, and whatever comes of that.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.booking.effects import asks
from app.booking.progress import appointment_asked, planned_time
from app.booking.reopening import to_be_settled, without_failed_wish
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, RowState
from app.domain.ports.store import Transition

STEP = timedelta(minutes=10)


def longer(until: datetime, now: datetime) -> datetime:
    """Return the end after the next extension: whole steps later, and still ahead."""
    return until + STEP * max(1, (now - until) // STEP + 1)


def extend(booking: Booking, end: datetime, now: datetime) -> Transition | None:
    """Return the transition to a consultation that lasts until `end`; None when it does already, or is not held."""
    under_way = booking.state is BookingState.IN_CALL or booking.call is not None
    if not (booking.live and under_way) or end <= booking.lasts_until:
        return None
    extended = replace(booking, extended_to=end)
    occasion = now.isoformat()
    room = asks(extended, ActionKind.ENSURE_ROOM, occasion=occasion) if booking.room else ()
    refused = booking.row_state is RowState.CONFLICT and booking.appointment_id is None
    if refused or to_be_settled(booking):
        return Transition(extended, room)
    if not appointment_asked(booking):
        # It will be written with the new end.
        return Transition(replace(extended, end=end), room)
    moved = replace(
        without_failed_wish(extended),
        end=end,
        moved_from=booking.moved_from or planned_time(booking),
        row_state=RowState.QUEUED,
        settled_by="",
    )
    return Transition(moved, (*room, *asks(moved, ActionKind.MOVE_APPOINTMENT, occasion=occasion)))
