"""Bookings and actions for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.actions import ActionKind, PendingAction
from app.domain.booking import Booking, BookingState, ConsultationForm, RoomLink
from app.domain.ids import ActionId, ClinicianId, PatientId, SlotId, new_booking_id
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.private import Private
from tests.sync.server import START, Clinic

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""Past on any clock the tests run by, so that an action made now is due."""
ROOM = RoomLink("7KQ2P9FMCA", "https://moede.example/7KQ2P9FMCA")
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


def action_for(booking: Booking, kind: ActionKind, sequence: int = 1) -> PendingAction:
    return PendingAction(
        id=ActionId(f"{booking.id}-{kind.value}"),
        sequence=sequence,
        kind=kind,
        booking_id=booking.id,
        patient_id=booking.patient_id,
        idempotency_key=f"{booking.id}:{kind.value}",
        made_at=NOW,
        not_before=NOW,
    )


def outcome(kind: OutcomeKind, fee_code: str | None = "0125", note: str = NOTE) -> Outcome:
    return Outcome(kind, START, START + timedelta(minutes=11), fee_code, "Videokonsultation", Private(note))
