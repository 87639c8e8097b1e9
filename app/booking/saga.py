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

from app.booking.appointment_steps import follow_appointment
from app.booking.effects import room_closing, with_effects
from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
    CallBegan,
    CallNoted,
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
from app.booking.progress import (
    SEEN,
    appointment_asked,
    can_be_texted,
    entered,
    invitation_asked,
    is_video,
    rank,
    reach,
)
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.invitation import Delivery
from app.domain.outcome import Outcome
from app.domain.ports.store import Transition
from app.domain.waiting import PatientPhase


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
            transition = _room(booking, event, now)
        case (
            AppointmentPending()
            | AppointmentConfirmed()
            | AppointmentRefused()
            | AppointmentTimed()
            | AppointmentWithdrawn()
            | AppointmentEnded()
        ):
            transition = follow_appointment(booking, event, now)
        case InvitationAccepted() | InvitationDelivered() | InvitationFailed():
            transition = _invitation(booking, event, now)
        case PatientSeen(phase):
            transition = _patient_seen(booking, phase, now)
        case CallBegan():
            transition = with_effects(reach(booking, BookingState.IN_CALL))
        case CallNoted(record):
            transition = with_effects(replace(booking, call=record)) if booking.live else None
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
    return with_effects(booking, ActionKind.ENSURE_ROOM if video else ActionKind.WRITE_APPOINTMENT)


def _room(booking: Booking, event: RoomStands | RoomRefused, now: datetime) -> Transition | None:
    if not booking.live or booking.room is not None or not is_video(booking):
        return None
    if isinstance(event, RoomStands):
        ready = replace(reach(booking, BookingState.ROOM_READY), room=event.room, row_state=RowState.QUEUED)
        if booking.slot_id is not None:
            return with_effects(ready, ActionKind.WRITE_APPOINTMENT)
        # An instant consultation has no slot to lose: the patient is called at once, the record follows.
        called = entered(ready, now, Delivery.QUEUED)
        return with_effects(called, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION)
    state = BookingState.ROOM_FAILED if booking.state is BookingState.REQUESTED else booking.state
    return with_effects(replace(booking, state=state, failure=event.failure))


def _invitation(
    booking: Booking, event: InvitationAccepted | InvitationDelivered | InvitationFailed, now: datetime
) -> Transition | None:
    if not invitation_asked(booking):
        return None
    match event:
        case InvitationAccepted(reference):
            taken = entered(booking, now, Delivery.ACCEPTED, reference=reference)
            if not booking.live or taken is booking:
                return with_effects(taken)
            return with_effects(reach(taken, BookingState.INVITED), ActionKind.WATCH_DELIVERY)
        case InvitationDelivered():
            return with_effects(reach(entered(booking, now, Delivery.DELIVERED), BookingState.DELIVERED))
        case InvitationFailed(failure):
            failed = entered(booking, now, Delivery.FAILED, failure=failure)
            if not booking.live or rank(booking.state) > rank(BookingState.INVITED):
                return with_effects(failed)
            return with_effects(replace(failed, state=BookingState.UNDELIVERABLE, failure=failure))
        case _:
            assert_never(event)


def _patient_seen(booking: Booking, phase: PatientPhase, now: datetime) -> Transition | None:
    if not booking.live or phase not in SEEN:
        return None
    state, delivery = SEEN[phase]
    return with_effects(entered(reach(booking, state), now, delivery))


def _cancel(booking: Booking) -> Transition | None:
    if not booking.live:
        return None
    kinds: list[ActionKind] = []
    row_state = booking.row_state
    if appointment_asked(booking) and row_state is not RowState.CONFLICT:
        kinds.append(ActionKind.CANCEL_APPOINTMENT)
        row_state = RowState.QUEUED
    if can_be_texted(booking):
        kinds.append(ActionKind.SEND_CANCELLATION)
    cancelled = replace(booking, state=BookingState.CANCELLED, row_state=row_state, failure=None)
    return with_effects(cancelled, *kinds, *room_closing(booking))


def _end(booking: Booking, outcome: Outcome) -> Transition | None:
    if not booking.live:
        return None
    ended = replace(booking, state=BookingState.ENDED, outcome=outcome, row_state=RowState.QUEUED, failure=None)
    # Without a room (it failed, and they talked on the telephone) the appointment was never asked for.
    first = () if appointment_asked(booking) else (ActionKind.WRITE_APPOINTMENT,)
    return with_effects(ended, *first, ActionKind.WRITE_OUTCOME, *room_closing(booking))


def _afterwards(
    booking: Booking, event: OutcomeWritten | CancellationWritten | CancellationUndelivered | RecordRefused
) -> Transition | None:
    ended, cancelled = booking.state is BookingState.ENDED, booking.state is BookingState.CANCELLED
    match event:
        case OutcomeWritten() if ended:
            return with_effects(replace(booking, row_state=RowState.CONFIRMED))
        case CancellationWritten() if cancelled:
            return with_effects(replace(booking, row_state=RowState.CONFIRMED))
        case CancellationUndelivered(failure) if cancelled:
            return with_effects(replace(booking, failure=failure))
        case RecordRefused(failure) if ended or cancelled:
            return with_effects(replace(booking, row_state=RowState.CONFLICT, failure=failure))
        case _:
            return None
