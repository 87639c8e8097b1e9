"""What an outside system says, turned into an event of the saga."""

import logging
from dataclasses import replace
from datetime import datetime
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
    ConflictFound,
    Event,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    MoveRefused,
    MoveTaken,
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
    Conflicted,
    InvitationArrived,
    InvitationTaken,
    NotYet,
    PictureSaved,
    Refused,
    RoomEnsured,
    ThreadHeld,
)
from app.domain.booking import BookingState
from app.domain.ports.practice_system import Appointment

_log = logging.getLogger(__name__)


def events_of(kind: ActionKind, result: ActionResult) -> tuple[Event, ...]:
    """Return the events an action's result stands for; none when there is nothing to know."""
    event: Event | None = None
    match result:
        case RoomEnsured(room):
            event = RoomStands(room)
        case AppointmentBooked():
            return _booked(kind, result)
        case InvitationTaken(reference) if kind is ActionKind.SEND_INVITATION:
            event = InvitationAccepted(reference)
        case InvitationArrived():
            event = InvitationDelivered()
        case Carried(version_at):
            event = _carried(kind, version_at)
        case Refused():
            event = _refused(kind, result)
        case Conflicted(conflict):
            event = ConflictFound(conflict)
        case InvitationTaken() | ThreadHeld() | PictureSaved() | NotYet():
            pass
        case _:
            assert_never(result)
    return () if event is None else (event,)


def overtaken(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return what is left of the answer to a move that was followed by another, which meets the rest itself."""
    kept = (event for event in events if not isinstance(event, MoveRefused | ConflictFound))
    return tuple(replace(event, another_waits=True) if isinstance(event, MoveTaken) else event for event in kept)


def events_in(appointment: Appointment) -> tuple[Event, ...]:
    """Return what an appointment read from the practice system says of its booking.

    The time comes before the confirmation, so that an invitation names the time that was confirmed.
    """
    by, version_at = appointment.changed_by, appointment.version_at
    timed = AppointmentTimed(
        appointment.start, appointment.end, appointment.slot_id, appointment.clinician_id, by, version_at
    )
    match appointment.reached:
        case BookingState.REQUESTED:
            return timed, AppointmentPending(appointment.id, version_at)
        case BookingState.CANCELLED:
            return (AppointmentWithdrawn(by, version_at),)
        case BookingState.ENDED:
            return (AppointmentEnded(appointment.id, by, version_at),)
        case _:
            return timed, AppointmentConfirmed(appointment.id, version_at)


def _booked(kind: ActionKind, booked: AppointmentBooked) -> tuple[Event, ...]:
    """An appointment that was there already may have another time: that is known before it is confirmed."""
    known, planned, version_at = booked.appointment_id, booked.planned, booked.version_at
    if kind is ActionKind.MOVE_APPOINTMENT:
        return (MoveTaken(known, booked.confirmed, planned, version_at),)
    timed = (
        (AppointmentTimed(planned.start, planned.end, planned.slot_id, version_at=version_at),) if planned else ()
    )
    answer = AppointmentConfirmed if booked.confirmed else AppointmentPending
    return (*timed, answer(known, version_at))


def _carried(kind: ActionKind, version_at: datetime | None) -> Event | None:
    if kind is ActionKind.WRITE_OUTCOME:
        return OutcomeWritten(version_at)
    return CancellationWritten(version_at) if kind is ActionKind.CANCEL_APPOINTMENT else None


def _refused(kind: ActionKind, refused: Refused) -> Event | None:
    failure, by = refused.kind, refused.by
    event: Event | None = None
    match kind:
        case ActionKind.ENSURE_ROOM:
            event = RoomRefused(failure)
        case ActionKind.WRITE_APPOINTMENT:
            event = AppointmentRefused(failure, by)
        case ActionKind.MOVE_APPOINTMENT:
            event = MoveRefused(failure, by)
        case ActionKind.SEND_INVITATION | ActionKind.WATCH_DELIVERY:
            event = InvitationFailed(failure)
        case ActionKind.SEND_CANCELLATION:
            event = CancellationUndelivered(failure)
        case ActionKind.CANCEL_APPOINTMENT | ActionKind.WRITE_OUTCOME:
            event = RecordRefused(failure, by)
        case ActionKind.CLOSE_ROOM | ActionKind.ASSIGN_THREAD | ActionKind.SAVE_PICTURE:
            _log.warning("%s was refused: %s", kind.value, failure.value)
        case _:
            assert_never(kind)
    return event
