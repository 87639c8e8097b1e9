"""A booking that was over here and is to stand again: how far it had come, read from its facts."""

from dataclasses import replace
from datetime import datetime

from app.booking.effects import asks, invited
from app.booking.progress import (
    at_time,
    invitation_asked,
    is_video,
    last_invitation,
    planned_time,
    rank,
    reach,
    taken_back,
    was_invited_once,
)
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition

_REACHED = {
    Delivery.ACCEPTED: BookingState.INVITED,
    Delivery.DELIVERED: BookingState.DELIVERED,
    Delivery.OPENED: BookingState.OPENED,
    Delivery.TESTED: BookingState.TESTED,
    Delivery.WAITING: BookingState.WAITING,
    Delivery.IN_CALL: BookingState.WAITING,
}
"""No call goes on in a booking that was over, so the waiting room is as far as it can have come."""
_FAILED = frozenset({BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED})
_OF_THE_WISH = frozenset({ErrorKind.CONFLICT, ErrorKind.SLOT_TAKEN})


def reached(booking: Booking) -> BookingState:
    """Return how far a booking has come by its room, its appointment and what became of its newest invitation."""
    if is_video(booking) and booking.room is None and was_invited_once(booking):
        return BookingState.REQUESTED
    confirmed = BookingState.ROOM_READY if booking.room is not None else BookingState.REQUESTED
    state = confirmed if booking.appointment_id is None else BookingState.CONFIRMED
    for delivery, _ in _newest_lines(booking):
        state = max(state, _REACHED.get(delivery, state), key=rank)
    return BookingState.UNDELIVERABLE if _not_delivered(booking) and rank(state) <= _INVITED else state


def reopened(booking: Booking, now: datetime, *, room_closed: bool) -> Transition:
    """Return the transition to a booking that stands again, at the time the practice system last had.

    A closed room is asked for anew, and what the patient was sent counts no more.
    """
    back = replace(at_time(booking, booking.moved_from or planned_time(booking)), moved_from=None)
    room = asks(back, ActionKind.ENSURE_ROOM, occasion=now.isoformat()) if room_closed and back.room else ()
    if room:
        back = replace(taken_back(back, now), room=None)
    return Transition(replace(back, state=reached(back), failure=_not_delivered(back)), room)


def invited_if_due(booking: Booking, now: datetime) -> Transition:
    """Return the transition that sends the invitation of a confirmed booking which has none on its way."""
    confirmed = booking.row_state is RowState.CONFIRMED and booking.moved_from is None
    if not booking.live or not confirmed or booking.room is None:
        return Transition(booking)
    stands = reach(booking, BookingState.CONFIRMED)
    return Transition(stands) if invitation_asked(stands) else invited(stands, now)


def without_failed_wish(booking: Booking) -> Booking:
    """Return the booking without the failure of a wish that another one has replaced."""
    of_the_wish = booking.failure in _OF_THE_WISH and booking.state not in _FAILED
    return replace(booking, failure=None) if of_the_wish else booking


def to_be_settled(booking: Booking) -> bool:
    """Tell whether a person has to decide between two changes of the appointment."""
    return booking.conflict is not None and booking.row_state is RowState.CONFLICT


_INVITED = rank(BookingState.INVITED)


def _newest_lines(booking: Booking) -> list[tuple[Delivery, ErrorKind | None]]:
    invitation = last_invitation(booking)
    since = booking.ledger.index(invitation) if invitation else 0
    return [(entry.delivery, entry.failure) for entry in booking.ledger[since:]]


def _not_delivered(booking: Booking) -> ErrorKind | None:
    """Return why the newest invitation did not arrive, unless it is not known to have failed."""
    if not invitation_asked(booking):
        return None
    failed = [failure for delivery, failure in _newest_lines(booking) if delivery is Delivery.FAILED]
    known = (_REACHED[delivery] for delivery, _ in _newest_lines(booking) if delivery in _REACHED)
    arrived = any(rank(state) > _INVITED for state in known)
    return failed[-1] if failed and not arrived else None
