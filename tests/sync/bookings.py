"""Bookings and actions for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.actions import ActionKind, Effect, PendingAction, PictureEffect, ThreadEffect
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime, RoomLink, RowState
from app.domain.ids import ActionId, ClinicianId, PatientId, SlotId, ThreadId, new_booking_id, picture_id_of
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.patient import Clinician
from app.domain.private import Private
from app.domain.record_picture import RecordPicture
from tests.sync.server import START, Clinic

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""Past on any clock the tests run by, so that an action made now is due."""
ROOM = RoomLink("7KQ2P9FMCA", "https://moede.example/7KQ2P9FMCA")
MOLE = b"\xff\xd8\xff\xe0 a mole"
NOTE = "Videokonsultation: knæet er i bedring æøå."


def booking_for(clinic: Clinic, slot: int | None = 0, **more: Any) -> Booking:
    start = START + timedelta(minutes=15 * (slot or 0))
    booking = Booking(
        id=new_booking_id(),
        patient_id=PatientId(clinic.patient),
        clinician_id=ClinicianId(clinic.practitioner),
        made_by=ClinicianId(clinic.practitioner),
        form=ConsultationForm.VIDEO,
        start=start,
        end=start + timedelta(minutes=15),
        made_at=NOW,
        state=BookingState.ROOM_READY,
        slot_id=None if slot is None else SlotId(clinic.slots[slot]),
        room=ROOM,
    )
    return replace(booking, **more)


def moved_to(booking: Booking, clinic: Clinic, slot: int, **more: Any) -> Booking:
    """The booking as if it had been moved already, as a console keeps it until the practice system has it so."""
    start = START + timedelta(minutes=15 * slot)
    return replace(
        booking,
        start=start,
        end=start + timedelta(minutes=15),
        slot_id=SlotId(clinic.slots[slot]),
        moved_from=booking.moved_from or PlannedTime(booking.start, booking.end, booking.slot_id),
        claimed_slots=(booking.slot_id,) if booking.moved_from and booking.slot_id else (),
        **more,
    )


def action_for(booking: Booking, kind: ActionKind, sequence: int = 1, console: str = "") -> PendingAction:
    """One action; the same booking, kind and console give the same one again, as a retry does."""
    effect = Effect(kind, booking.id, booking.patient_id)
    return PendingAction(
        id=ActionId(f"{booking.id}-{kind.value}{console}"),
        sequence=sequence,
        kind=kind,
        booking_id=booking.id,
        patient_id=booking.patient_id,
        idempotency_key=effect.idempotency_key,
        made_at=NOW,
        not_before=NOW,
        queue=effect.queue,
    )


def taking(
    clinic: Clinic, thread: str, by: Clinician | None, over: Clinician | None = None, **more: Any
) -> Assignment:
    """The wish that a thread be had by somebody, or by nobody."""
    wish = Assignment(
        thread_id=ThreadId(thread),
        patient_id=PatientId(clinic.patient),
        wanted=ThreadHolder(by.id, by.name, NOW) if by else None,
        row_state=RowState.QUEUED,
        changed_at=NOW,
        over=over.id if over else None,
    )
    return replace(wish, **more)


def action_on(assignment: Assignment, occasion: str) -> PendingAction:
    effect = ThreadEffect(ActionKind.ASSIGN_THREAD, assignment.thread_id, assignment.patient_id, occasion)
    return PendingAction(
        id=ActionId(f"{assignment.thread_id}-{occasion}"),
        sequence=1,
        kind=effect.kind,
        booking_id=None,
        patient_id=assignment.patient_id,
        idempotency_key=effect.idempotency_key,
        made_at=NOW,
        not_before=NOW,
        queue=effect.queue,
        thread_id=assignment.thread_id,
    )


def outcome(kind: OutcomeKind, fee_code: str | None = "0125", note: str = NOTE) -> Outcome:
    return Outcome(kind, START, START + timedelta(minutes=11), fee_code, "Videokonsultation", Private(note))


def picture_of(booking: Booking, data: bytes = MOLE, *, asked: bool = True) -> RecordPicture:
    return RecordPicture(
        id=picture_id_of(booking.id, data),
        booking_id=booking.id,
        patient_id=booking.patient_id,
        author=ClinicianId(booking.clinician_id),
        consent_at=NOW - timedelta(minutes=2),
        asked=asked,
        made_at=NOW,
        changed_at=NOW,
        jpeg=Private(data),
    )


def picture_action(booking: Booking, data: bytes = MOLE, picture: RecordPicture | None = None) -> PendingAction:
    """The action that saves a picture of a booking's call."""
    picture = picture or picture_of(booking, data)
    effect = PictureEffect(picture.id, picture.booking_id, picture.patient_id)
    return PendingAction(
        id=ActionId(f"save-{picture.id}"),
        sequence=1,
        kind=effect.kind,
        booking_id=picture.booking_id,
        patient_id=picture.patient_id,
        idempotency_key=effect.idempotency_key,
        made_at=NOW,
        not_before=NOW,
        queue=effect.queue,
        picture_id=picture.id,
    )
