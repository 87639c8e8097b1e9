"""What an outside system says, turned into an event of the saga."""

import logging
from typing import assert_never

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
    CancellationUndelivered,
    CancellationWritten,
    Event,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    OutcomeWritten,
    RecordRefused,
    RoomRefused,
    RoomStands,
)
from app.domain.actions import (
    ActionKind,
    ActionResult,
    AppointmentBooked,
    Carried,
    InvitationArrived,
    InvitationTaken,
    NotYet,
    Refused,
    RoomEnsured,
)
from app.domain.booking import BookingState
from app.domain.errors import ErrorKind
from app.domain.ports.practice_system import Appointment

_log = logging.getLogger(__name__)


def event_of(kind: ActionKind, result: ActionResult) -> Event | None:
    """Return the event an action's result stands for, or None when there is nothing to know."""
    event: Event | None = None
    match result:
        case RoomEnsured(room):
            event = RoomStands(room)
        case AppointmentBooked(appointment_id, confirmed):
            event = AppointmentConfirmed(appointment_id) if confirmed else AppointmentPending(appointment_id)
        case InvitationTaken(reference) if kind is ActionKind.SEND_INVITATION:
            event = InvitationAccepted(reference)
        case InvitationArrived():
            event = InvitationDelivered()
        case Carried():
            event = _carried(kind)
        case Refused(failure):
            event = _refused(kind, failure)
        case InvitationTaken() | NotYet():
            pass
        case _:
            assert_never(result)
    return event


def events_in(appointment: Appointment) -> tuple[Event, ...]:
    """Return what an appointment read from the practice system says of its booking.

    The time comes before the confirmation, so that an invitation names the time that was confirmed.
    """
    timed = AppointmentTimed(appointment.start, appointment.end, appointment.slot_id)
    match appointment.reached:
        case BookingState.REQUESTED:
            return timed, AppointmentPending(appointment.id)
        case BookingState.CANCELLED:
            return (AppointmentWithdrawn(),)
        case BookingState.ENDED:
            return (AppointmentEnded(appointment.id),)
        case _:
            return timed, AppointmentConfirmed(appointment.id)


def _carried(kind: ActionKind) -> Event | None:
    if kind is ActionKind.WRITE_OUTCOME:
        return OutcomeWritten()
    return CancellationWritten() if kind is ActionKind.CANCEL_APPOINTMENT else None


def _refused(kind: ActionKind, failure: ErrorKind) -> Event | None:
    match kind:
        case ActionKind.ENSURE_ROOM:
            return RoomRefused(failure)
        case ActionKind.WRITE_APPOINTMENT:
            return AppointmentRefused(failure)
        case ActionKind.SEND_INVITATION | ActionKind.WATCH_DELIVERY:
            return InvitationFailed(failure)
        case ActionKind.SEND_CANCELLATION:
            return CancellationUndelivered(failure)
        case ActionKind.CANCEL_APPOINTMENT | ActionKind.WRITE_OUTCOME:
            return RecordRefused(failure)
        case ActionKind.CLOSE_ROOM:
            _log.warning("a room could not be closed: %s", failure.value)
            return None
        case _:
            assert_never(kind)
