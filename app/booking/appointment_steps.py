"""The steps of the saga that follow from what the practice system says of the appointment."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from app.booking.effects import asks, called_off, new_time_told, room_closing
from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
)
from app.booking.progress import (
    appointment_asked,
    at_time,
    invitation_asked,
    patient_is_there,
    planned_time,
    rank,
    reach,
    same_start,
    same_time,
)
from app.booking.reopening import invited_if_due, reopened, to_be_settled
from app.domain.actions import ActionKind
from app.domain.arrangement import Standing
from app.domain.booking import Booking, BookingState, PlannedTime, RowState
from app.domain.errors import ErrorKind
from app.domain.ports.store import Transition

_OVER_THERE: dict[type, BookingState] = {
    AppointmentWithdrawn: BookingState.CANCELLED,
    AppointmentEnded: BookingState.ENDED,
}
_News = AppointmentPending | AppointmentConfirmed | AppointmentTimed | AppointmentWithdrawn | AppointmentEnded


def follow_appointment(booking: Booking, event: _News | AppointmentRefused, now: datetime) -> Transition | None:
    """Return what news of the appointment leads to, or None when it changes nothing.

    A version older than one that led to something here is no news: it was read before a write of ours, and told of
    after it. While a move waits the practice system's time is not looked at, for the move itself meets it.
    """
    if isinstance(event, AppointmentRefused):
        waits = booking.live and appointment_asked(booking)
        return _refused(booking, event.failure, event.by, now) if waits else None
    if booking.version_at is not None and event.version_at is not None and event.version_at < booking.version_at:
        return None
    transition = _follow(booking, event, now)
    if transition is None or (transition.booking == booking and not transition.effects):
        return None
    newest = replace(transition.booking, version_at=event.version_at or booking.version_at)
    return replace(transition, booking=newest)


def timed(booking: Booking, planned: PlannedTime, now: datetime, by: str = "") -> Transition | None:
    """Return what follows when the practice system has this time; None when it is the booking's, to the minute."""
    before = planned_time(booking)
    if same_time(planned, before):
        return None
    moved = replace(at_time(booking, planned), settled_by=by)
    return new_time_told(_with_their_time(moved), now, before)


def _follow(booking: Booking, event: _News, now: datetime) -> Transition | None:
    if not booking.live:
        return _late(booking, event, now)
    if not appointment_asked(booking):
        return None
    match event:
        case AppointmentPending() | AppointmentConfirmed():
            return _held(booking, event, now)
        case AppointmentTimed(by=by):
            return None if booking.moved_from else _timed(booking, event, now, by)
        case AppointmentWithdrawn():
            return None if booking.moved_from else _withdrawn(booking, event, now)
        case AppointmentEnded(appointment_id, by):
            known = replace(booking, appointment_id=booking.appointment_id or appointment_id)
            return None if booking.moved_from else _ended(known, by, now)
        case _:
            assert_never(event)


def _late(booking: Booking, event: _News, now: datetime) -> Transition | None:
    """What is over for good follows a version that is certainly newer; else only the appointment's id is of use."""
    for_good = booking.row_state is RowState.CONFIRMED or to_be_settled(booking)
    if for_good and booking.state in _OVER_THERE.values() and _newer(booking, event.version_at):
        if isinstance(event, AppointmentTimed):
            return _booked_again(booking, event, now)
        if isinstance(event, AppointmentWithdrawn | AppointmentEnded):
            return _over_otherwise(booking, _OVER_THERE[type(event)], event.by)
    if isinstance(event, AppointmentTimed | AppointmentWithdrawn):
        return None
    return Transition(replace(booking, appointment_id=booking.appointment_id or event.appointment_id))


def _booked_again(booking: Booking, event: AppointmentTimed, now: datetime) -> Transition:
    stands = reopened(booking, now, room_closed=True)
    there = at_time(stands.booking, _planned(booking, event))
    back = replace(there, conflict=None, outcome=None, row_state=RowState.SENT, settled_by=event.by)
    return replace(stands, booking=back)


def _over_otherwise(booking: Booking, state: BookingState, by: str) -> Transition | None:
    if booking.state is state:
        return None
    settled = replace(booking, state=state, conflict=None, row_state=RowState.CONFIRMED, settled_by=by)
    return Transition(replace(settled, failure=None))


def _held(booking: Booking, event: AppointmentPending | AppointmentConfirmed, now: datetime) -> Transition | None:
    seen = booking.row_state is RowState.CONFLICT and booking.appointment_id is not None
    if booking.row_state is RowState.CONFIRMED or (seen and not _newer(booking, event.version_at)):
        return None
    known = replace(booking, appointment_id=event.appointment_id)
    if booking.moved_from is not None or to_be_settled(booking):
        return Transition(known)
    if isinstance(event, AppointmentPending):
        return Transition(replace(known, row_state=RowState.SENT))
    return invited_if_due(replace(reach(known, BookingState.CONFIRMED), row_state=RowState.CONFIRMED), now)


def _refused(booking: Booking, failure: ErrorKind, by: str, now: datetime) -> Transition | None:
    moved_there = booking.moved_from is not None and booking.appointment_id is not None
    if booking.row_state is RowState.CONFIRMED or moved_there:
        return None
    if booking.moved_from is not None:
        # Perhaps only the time was refused that it was moved away from: the new one is asked for on its own.
        anew = replace(booking, moved_from=None)
        return Transition(anew, asks(anew, ActionKind.WRITE_APPOINTMENT, occasion=now.isoformat()))
    if invitation_asked(booking) or rank(booking.state) >= rank(BookingState.OPENED):
        # Somebody is in the room already, or on the way: the record is in conflict, but nobody is thrown out.
        return _conflict(booking, failure, by)
    taken = replace(
        booking, state=BookingState.SLOT_TAKEN, row_state=RowState.CONFLICT, failure=failure, settled_by=by
    )
    return Transition(taken, room_closing(booking, now))


def _timed(booking: Booking, event: AppointmentTimed, now: datetime, by: str) -> Transition | None:
    clinician_id, slot_id = event.clinician_id or booking.clinician_id, event.slot_id or booking.slot_id
    theirs = replace(booking, clinician_id=clinician_id, slot_id=slot_id)
    planned = _planned(booking, event)
    only_longer = theirs == booking and same_start(planned, planned_time(booking))
    moved = timed(theirs, planned, now, booking.settled_by if only_longer else by)
    if moved is not None or theirs == booking:
        return moved
    room = asks(theirs, ActionKind.ENSURE_ROOM, occasion=now.isoformat()) if booking.room else ()
    return Transition(replace(theirs, settled_by=by), room)


def _withdrawn(booking: Booking, event: AppointmentWithdrawn, now: datetime) -> Transition | None:
    by, disputed = event.by, booking.row_state is RowState.CONFLICT
    stood = to_be_settled(booking) or (disputed and _newer(booking, event.version_at))
    if booking.row_state is not RowState.CONFIRMED and not stood:
        return _refused(booking, ErrorKind.CONFLICT, by, now)
    if patient_is_there(booking):
        return _conflict(booking, ErrorKind.CONFLICT, by)
    if booking.conflict is not None and to_be_settled(booking):
        theirs = replace(booking.conflict.theirs, standing=Standing.CANCELLED)
        conflict = replace(booking.conflict, theirs=theirs, by=by)
        over = replace(booking, state=BookingState.CANCELLED, conflict=conflict, settled_by=by)
        return Transition(over, called_off(over, now))
    over = replace(booking, state=BookingState.CANCELLED, row_state=RowState.CONFIRMED, failure=None, settled_by=by)
    return Transition(over, called_off(over, now))


def _ended(booking: Booking, by: str, now: datetime) -> Transition:
    if booking.call is not None:
        # The call is held at this console, which has an outcome of its own to save.
        return _conflict(booking, ErrorKind.CONFLICT, by)
    over = replace(booking, state=BookingState.ENDED, row_state=RowState.CONFIRMED, failure=None, settled_by=by)
    return Transition(replace(over, conflict=None), room_closing(over, now))


def _conflict(booking: Booking, failure: ErrorKind, by: str) -> Transition:
    """Put the row in conflict, with the name of who is known to have a hand in it."""
    return Transition(
        replace(booking, row_state=RowState.CONFLICT, failure=failure, settled_by=by or booking.settled_by)
    )


def _with_their_time(booking: Booking) -> Booking:
    """Keep an open conflict in step with what the other side now is."""
    conflict = booking.conflict
    if conflict is None or not to_be_settled(booking):
        return booking
    theirs = replace(conflict.theirs, start=booking.start, end=booking.end, slot_id=booking.slot_id)
    return replace(booking, conflict=replace(conflict, theirs=theirs))


def _planned(booking: Booking, event: AppointmentTimed) -> PlannedTime:
    return PlannedTime(event.start, event.end, event.slot_id or booking.slot_id)


def _newer(booking: Booking, version_at: datetime | None) -> bool:
    return booking.version_at is not None and version_at is not None and version_at > booking.version_at
