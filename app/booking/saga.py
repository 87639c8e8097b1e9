"""The booking saga: the pure heart of the program, which says what follows when something happens to a booking.

    requested -> room_ready -> confirmed -> invited -> delivered -> opened -> tested -> waiting -> in_call -> ended

A booking only moves forward in that order and may skip states, for a patient can type the code before the text
arrives. Facts (room, appointment, ledger) are kept whatever the state, so a late, repeated or early answer is
either new knowledge or nothing. `undeliverable` and `room_failed` ask for a person and can still move on;
`ended`, `cancelled` and `slot_taken` are final.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentPending,
    AppointmentRefused,
    CallBegan,
    CancelAsked,
    CancellationUndelivered,
    CancellationWritten,
    Event,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    LaterEvent,
    OutcomeChosen,
    OutcomeWritten,
    PatientSeen,
    RecordRefused,
    Requested,
    RoomRefused,
    RoomStands,
)
from app.booking.progress import SEEN, appointment_asked, entered, invitation_asked, is_video, rank, reach
from app.domain.actions import ActionKind, Effect
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.outcome import Outcome
from app.domain.ports.store import Transition
from app.domain.waiting import PatientPhase

_NO_SMS_POSSIBLE = frozenset({ErrorKind.PATIENT_HAS_NO_PHONE, ErrorKind.SMS_NUMBER_REFUSED})


def advance(booking: Booking | None, event: Event, now: datetime) -> Transition | None:
    """Return what the event leads to, or None when it changes nothing.

    `now` (aware UTC) stamps the booking and its ledger line. Raises nothing: whatever order events come in, the
    answer is a step forward or None.
    """
    if isinstance(event, Requested):
        return _request(event, now) if booking is None else None
    if booking is None:
        return None
    transition = _follow(booking, event, now)
    if transition is None or (transition.booking == booking and not transition.effects):
        return None
    return replace(transition, booking=replace(transition.booking, changed_at=now))


def _follow(booking: Booking, event: LaterEvent, now: datetime) -> Transition | None:
    match event:
        case RoomStands() | RoomRefused():
            transition = _room(booking, event)
        case AppointmentPending() | AppointmentConfirmed():
            transition = _appointment(booking, event, now)
        case AppointmentRefused(failure):
            transition = _appointment_refused(booking, failure)
        case InvitationAccepted() | InvitationDelivered() | InvitationFailed():
            transition = _invitation(booking, event, now)
        case PatientSeen(phase):
            transition = _patient_seen(booking, phase, now)
        case CallBegan():
            transition = _with(reach(booking, BookingState.IN_CALL))
        case CancelAsked():
            transition = _cancel(booking)
        case OutcomeChosen(outcome):
            transition = _end(booking, outcome)
        case OutcomeWritten() | CancellationWritten() | CancellationUndelivered() | RecordRefused():
            transition = _afterwards(booking, event)
        case _:
            assert_never(event)
    return transition


def _request(event: Requested, now: datetime) -> Transition:
    video = event.form is ConsultationForm.VIDEO
    booking = Booking(
        id=event.booking_id,
        patient_id=event.patient_id,
        clinician_id=event.clinician_id,
        made_by=event.made_by,
        form=event.form,
        start=event.start,
        end=event.end,
        made_at=now,
        state=BookingState.REQUESTED,
        slot_id=event.slot_id,
        message_id=event.message_id,
        phone=event.phone,
        row_state=RowState.SAVED_HERE if video else RowState.QUEUED,
        changed_at=now,
    )
    return _with(booking, ActionKind.ENSURE_ROOM if video else ActionKind.WRITE_APPOINTMENT)


def _room(booking: Booking, event: RoomStands | RoomRefused) -> Transition | None:
    if not booking.live or booking.room is not None or not is_video(booking):
        return None
    if isinstance(event, RoomStands):
        ready = replace(reach(booking, BookingState.ROOM_READY), room=event.room, row_state=RowState.QUEUED)
        return _with(ready, ActionKind.WRITE_APPOINTMENT)
    state = BookingState.ROOM_FAILED if booking.state is BookingState.REQUESTED else booking.state
    return _with(replace(booking, state=state, failure=event.failure))


def _appointment(
    booking: Booking, event: AppointmentPending | AppointmentConfirmed, now: datetime
) -> Transition | None:
    if not booking.live:
        return _with(replace(booking, appointment_id=booking.appointment_id or event.appointment_id))
    if not appointment_asked(booking) or booking.row_state is RowState.CONFIRMED:
        return None
    known = replace(booking, appointment_id=event.appointment_id)
    if isinstance(event, AppointmentPending):
        return _with(replace(known, row_state=RowState.SENT))
    confirmed = replace(reach(known, BookingState.CONFIRMED), row_state=RowState.CONFIRMED)
    if not is_video(booking):
        return _with(confirmed)
    return _with(entered(confirmed, now, Delivery.QUEUED), ActionKind.SEND_INVITATION)


def _appointment_refused(booking: Booking, failure: ErrorKind) -> Transition | None:
    if not booking.live or not appointment_asked(booking) or booking.row_state is RowState.CONFIRMED:
        return None
    conflict = replace(booking, row_state=RowState.CONFLICT, failure=failure)
    if rank(booking.state) >= rank(BookingState.OPENED):
        # Somebody is in the room already: the record is in conflict, but nobody is thrown out.
        return _with(conflict)
    return _with(replace(conflict, state=BookingState.SLOT_TAKEN), *_room_closing(booking))


def _invitation(
    booking: Booking, event: InvitationAccepted | InvitationDelivered | InvitationFailed, now: datetime
) -> Transition | None:
    if not invitation_asked(booking):
        return None
    match event:
        case InvitationAccepted(reference):
            taken = entered(booking, now, Delivery.ACCEPTED, reference=reference)
            if not booking.live or taken is booking:
                return _with(taken)
            return _with(reach(taken, BookingState.INVITED), ActionKind.WATCH_DELIVERY)
        case InvitationDelivered():
            return _with(reach(entered(booking, now, Delivery.DELIVERED), BookingState.DELIVERED))
        case InvitationFailed(failure):
            failed = entered(booking, now, Delivery.FAILED, failure=failure)
            if not booking.live or rank(booking.state) > rank(BookingState.INVITED):
                return _with(failed)
            return _with(replace(failed, state=BookingState.UNDELIVERABLE, failure=failure))
        case _:
            assert_never(event)


def _patient_seen(booking: Booking, phase: PatientPhase, now: datetime) -> Transition | None:
    if not booking.live or phase not in SEEN:
        return None
    state, delivery = SEEN[phase]
    return _with(entered(reach(booking, state), now, delivery))


def _cancel(booking: Booking) -> Transition | None:
    if not booking.live:
        return None
    kinds: list[ActionKind] = []
    row_state = booking.row_state
    if appointment_asked(booking) and row_state is not RowState.CONFLICT:
        kinds.append(ActionKind.CANCEL_APPOINTMENT)
        row_state = RowState.QUEUED
    if invitation_asked(booking) and not any(entry.failure in _NO_SMS_POSSIBLE for entry in booking.ledger):
        kinds.append(ActionKind.SEND_CANCELLATION)
    cancelled = replace(booking, state=BookingState.CANCELLED, row_state=row_state, failure=None)
    return _with(cancelled, *kinds, *_room_closing(booking))


def _end(booking: Booking, outcome: Outcome) -> Transition | None:
    if not booking.live:
        return None
    ended = replace(booking, state=BookingState.ENDED, outcome=outcome, row_state=RowState.QUEUED, failure=None)
    # Without a room (it failed, and they talked on the telephone) the appointment was never asked for.
    first = () if appointment_asked(booking) else (ActionKind.WRITE_APPOINTMENT,)
    return _with(ended, *first, ActionKind.WRITE_OUTCOME, *_room_closing(booking))


def _afterwards(
    booking: Booking, event: OutcomeWritten | CancellationWritten | CancellationUndelivered | RecordRefused
) -> Transition | None:
    ended, cancelled = booking.state is BookingState.ENDED, booking.state is BookingState.CANCELLED
    match event:
        case OutcomeWritten() if ended:
            return _with(replace(booking, row_state=RowState.CONFIRMED))
        case CancellationWritten() if cancelled:
            return _with(replace(booking, row_state=RowState.CONFIRMED))
        case CancellationUndelivered(failure) if cancelled:
            return _with(replace(booking, failure=failure))
        case RecordRefused(failure) if ended or cancelled:
            return _with(replace(booking, row_state=RowState.CONFLICT, failure=failure))
        case _:
            return None


def _with(booking: Booking, *kinds: ActionKind) -> Transition:
    return Transition(booking, tuple(Effect(kind, booking.id, booking.patient_id) for kind in kinds))


def _room_closing(booking: Booking) -> tuple[ActionKind, ...]:
    return (ActionKind.CLOSE_ROOM,) if is_video(booking) else ()
