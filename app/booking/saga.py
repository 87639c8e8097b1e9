"""The booking saga: the pure heart of the program, which says what follows when something happens to a booking.

    requested -> room_ready -> confirmed -> invited -> delivered -> opened -> tested -> waiting -> in_call -> ended

A booking only moves forward in that order and may skip states, for a patient can type the code before the text
arrives. Facts (room, appointment, ledger) are kept whatever the state, so a late, repeated or early answer is
either new knowledge or nothing. `undeliverable` and `room_failed` ask for a person and can still move on;
`ended`, `cancelled` and `slot_taken` are final, unless the appointment turns out to stand: then the booking is
opened again at what its facts say it had reached.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from app.booking.appointment_steps import follow_appointment
from app.booking.cancelling_steps import follow_end
from app.booking.conflict_steps import conflict_found, conflict_settled
from app.booking.effects import both, with_effects
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
    ConflictFound,
    ConflictSettled,
    Event,
    ExtendAsked,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    LaterEvent,
    LinkAsked,
    MoveAsked,
    MoveRefused,
    MoveTaken,
    MoveTakenBack,
    OutcomeChosen,
    OutcomeWritten,
    PatientSeen,
    RecordRefused,
    Requested,
    RoomRefused,
    RoomStands,
)
from app.booking.invitation_steps import follow_invitation, link_asked
from app.booking.moving_steps import follow_move
from app.booking.progress import SEEN, appointment_asked, entered, is_video, rank, reach
from app.booking.reopening import invited_if_due
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition
from app.domain.waiting import PatientPhase

_SMALLEST_STEP = timedelta(microseconds=1)


def advance(booking: Booking | None, event: Event, now: datetime) -> Transition | None:
    """Return what the event leads to, or None when it changes nothing.

    `now` (aware UTC) stamps the booking and its ledger line, and names what is asked for once more: so a clock that
    was set back is taken to go on where it was. Raises nothing: whatever order events come in, the answer is a step
    forward or None.
    """
    if isinstance(event, Requested):
        return _request(event, now) if booking is None else None
    if booking is None:
        return None
    if booking.changed_at is not None:
        now = max(now, booking.changed_at + _SMALLEST_STEP)
    transition = _follow(booking, event, now)
    if transition is None or (transition.booking == booking and not transition.effects):
        return None
    after = replace(transition.booking, changed_at=now)
    if after.row_state is not booking.row_state:
        after = replace(after, row_state_at=now)
    return replace(transition, booking=after)


def advance_all(booking: Booking | None, events: Iterable[Event], now: datetime) -> Transition | None:
    """Return what several events lead to, one after the other, or None when none changes anything."""
    whole: Transition | None = None
    for event in events:
        step = advance(whole.booking if whole else booking, event, now)
        if step is not None:
            whole = both(whole, step) if whole else step
    return whole


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
            transition = follow_invitation(booking, event, now)
        case LinkAsked():
            transition = link_asked(booking, now)
        case PatientSeen(phase):
            transition = _patient_seen(booking, phase, now)
        case CallBegan():
            transition = with_effects(reach(booking, BookingState.IN_CALL))
        case CallNoted(record):
            transition = with_effects(replace(booking, call=record)) if booking.live else None
        case MoveAsked() | ExtendAsked() | MoveTaken() | MoveRefused() | MoveTakenBack():
            transition = follow_move(booking, event, now)
        case ConflictFound(conflict):
            transition = conflict_found(booking, conflict, now)
        case ConflictSettled(keep_mine):
            transition = conflict_settled(booking, keep_mine, now)
        case (
            CancelAsked()
            | OutcomeChosen()
            | OutcomeWritten()
            | CancellationWritten()
            | CancellationUndelivered()
            | RecordRefused()
        ):
            transition = follow_end(booking, event, now)
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
        row_state_at=now,
    )
    return with_effects(booking, ActionKind.ENSURE_ROOM if video else ActionKind.WRITE_APPOINTMENT)


def _room(booking: Booking, event: RoomStands | RoomRefused, now: datetime) -> Transition | None:
    if not booking.live or booking.room is not None or not is_video(booking):
        return None
    if isinstance(event, RoomRefused):
        not_begun = rank(booking.state) <= rank(BookingState.CONFIRMED)
        state = BookingState.ROOM_FAILED if not_begun else booking.state
        return with_effects(replace(booking, state=state, failure=event.failure))
    ready = replace(reach(booking, BookingState.ROOM_READY), room=event.room)
    if appointment_asked(booking):
        # Made anew for an appointment that stands: whether the patient is invited depends on that.
        return invited_if_due(ready, now)
    ready = replace(ready, row_state=RowState.QUEUED)
    if booking.slot_id is not None:
        return with_effects(ready, ActionKind.WRITE_APPOINTMENT)
    # An instant consultation has no slot to lose: the patient is called at once, the record follows.
    called = entered(ready, now, Delivery.QUEUED)
    return with_effects(called, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION)


def _patient_seen(booking: Booking, phase: PatientPhase, now: datetime) -> Transition | None:
    if not booking.live or phase not in SEEN:
        return None
    state, delivery = SEEN[phase]
    return with_effects(entered(reach(booking, state), now, delivery))
