"""The steps of the saga that follow from what the practice system says of the appointment."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from app.booking.effects import room_closing, with_effects
from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
)
from app.booking.progress import appointment_asked, can_be_texted, entered, invitation_asked, is_video, rank, reach
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition

_AppointmentEvent = (
    AppointmentPending
    | AppointmentConfirmed
    | AppointmentRefused
    | AppointmentTimed
    | AppointmentWithdrawn
    | AppointmentEnded
)

_MOVED_AT_LEAST = timedelta(minutes=1)
"""A practice system may keep times to the minute; less than this is the same time."""


def follow_appointment(booking: Booking, event: _AppointmentEvent, now: datetime) -> Transition | None:
    """Return what news of the appointment leads to, or None when it changes nothing."""
    if not booking.live:
        return _late(booking, event)
    return _follow(booking, event, now) if appointment_asked(booking) else None


def _follow(booking: Booking, event: _AppointmentEvent, now: datetime) -> Transition | None:
    match event:
        case AppointmentPending() | AppointmentConfirmed():
            transition = _held(booking, event, now)
        case AppointmentRefused(failure):
            transition = _refused(booking, failure)
        case AppointmentTimed():
            transition = _timed(booking, event, now)
        case AppointmentWithdrawn():
            transition = _withdrawn(booking)
        case AppointmentEnded(appointment_id):
            transition = _ended(replace(booking, appointment_id=booking.appointment_id or appointment_id))
        case _:
            assert_never(event)
    return transition


def _late(booking: Booking, event: _AppointmentEvent) -> Transition | None:
    """Of a booking that is over only the appointment's id is still of use: its outcome may have to be written."""
    if isinstance(event, AppointmentPending | AppointmentConfirmed | AppointmentEnded):
        return with_effects(replace(booking, appointment_id=booking.appointment_id or event.appointment_id))
    return None


def _held(booking: Booking, event: AppointmentPending | AppointmentConfirmed, now: datetime) -> Transition | None:
    if booking.row_state is RowState.CONFIRMED:
        return None
    known = replace(booking, appointment_id=event.appointment_id)
    if isinstance(event, AppointmentPending):
        return with_effects(replace(known, row_state=RowState.SENT))
    confirmed = replace(reach(known, BookingState.CONFIRMED), row_state=RowState.CONFIRMED)
    if invitation_asked(booking) or booking.room is None or not is_video(booking):
        return with_effects(confirmed)
    return with_effects(entered(confirmed, now, Delivery.QUEUED), ActionKind.SEND_INVITATION)


def _refused(booking: Booking, failure: ErrorKind) -> Transition | None:
    if booking.row_state is RowState.CONFIRMED:
        return None
    if invitation_asked(booking) or rank(booking.state) >= rank(BookingState.OPENED):
        # Somebody is in the room already, or on the way: the record is in conflict, but nobody is thrown out.
        return _conflict(booking, failure)
    taken = replace(booking, state=BookingState.SLOT_TAKEN, row_state=RowState.CONFLICT, failure=failure)
    return with_effects(taken, *room_closing(booking))


def _timed(booking: Booking, event: AppointmentTimed, now: datetime) -> Transition | None:
    if max(abs(event.start - booking.start), abs(event.end - booking.end)) < _MOVED_AT_LEAST:
        return None
    moved = replace(booking, start=event.start, end=event.end, slot_id=event.slot_id or booking.slot_id)
    if booking.room is None:
        return with_effects(moved)
    tell = can_be_texted(booking) and rank(booking.state) < rank(BookingState.WAITING)
    text = (ActionKind.SEND_INVITATION,) if tell else ()
    return with_effects(moved, ActionKind.ENSURE_ROOM, *text, occasion=now.isoformat())


def _withdrawn(booking: Booking) -> Transition | None:
    if booking.row_state is not RowState.CONFIRMED:
        return _refused(booking, ErrorKind.CONFLICT)
    if rank(booking.state) >= rank(BookingState.WAITING):
        return _conflict(booking, ErrorKind.CONFLICT)
    text = (ActionKind.SEND_CANCELLATION,) if can_be_texted(booking) else ()
    cancelled = replace(booking, state=BookingState.CANCELLED, failure=None)
    return with_effects(cancelled, *text, *room_closing(booking))


def _ended(booking: Booking) -> Transition:
    if booking.call is not None:
        # The call is held at this console, which has an outcome of its own to save.
        return _conflict(booking, ErrorKind.CONFLICT)
    ended = replace(booking, state=BookingState.ENDED, row_state=RowState.CONFIRMED, failure=None)
    return with_effects(ended, *room_closing(booking))


def _conflict(booking: Booking, failure: ErrorKind) -> Transition:
    return with_effects(replace(booking, row_state=RowState.CONFLICT, failure=failure))
