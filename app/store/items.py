"""What the console reads out of a resource, as rows of the typed tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Table

from app.domain.assignment import HeldThread
from app.domain.booking import BookingState, ConsultationForm
from app.domain.cpr import Cpr
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, SlotId, ThreadId
from app.domain.message import Direction, Message
from app.domain.patient import Clinician, Patient, Role
from app.domain.phone import PhoneNumber
from app.domain.ports.practice_system import Appointment
from app.domain.private import Private
from app.domain.slot import Slot, SlotKind
from app.store.schema import appointment, clinician, message, patient, slot, thread_holder

Item = Patient | Clinician | Slot | Message | Appointment | HeldThread

ITEM_TABLES: dict[str, Table] = {
    each.name: each for each in (patient, clinician, slot, message, appointment, thread_holder)
}
"""The typed tables by their names, which are what `resource.item_kind` holds."""


def item_kind(item: Item) -> str:
    """Return the name of the table an item belongs in."""
    match item:
        case Patient():
            return patient.name
        case Clinician():
            return clinician.name
        case Slot():
            return slot.name
        case Message():
            return message.name
        case Appointment():
            return appointment.name
        case HeldThread():
            return thread_holder.name


def item_values(item: Item, fetched_at: datetime) -> dict[str, object]:
    """Return the columns of an item; `fetched_at` is this PC's time of storing."""
    match item:
        case Patient():
            return _patient_values(item) | {"fetched_at": fetched_at}
        case Clinician():
            return {"id": item.id, "name": item.name, "role": item.role.value}
        case Slot():
            return _slot_values(item) | {"fetched_at": fetched_at}
        case Message():
            return _message_values(item)
        case Appointment():
            return _appointment_values(item) | {"fetched_at": fetched_at}
        case HeldThread():
            return _held_thread_values(item)


def parse_patient(row: Row[Any]) -> Patient:
    """Read a row of `patient`."""
    return Patient(
        id=PatientId(row.id),
        name=Private(row.name),
        cpr=None if row.cpr is None else Private(Cpr(row.cpr)),
        birth_date=None if row.birth_date is None else Private(date.fromisoformat(row.birth_date)),
        phone=None if row.phone is None else Private(PhoneNumber(row.phone)),
        address=None if row.address is None else Private(row.address),
    )


def parse_clinician(row: Row[Any]) -> Clinician:
    """Read a row of `clinician`."""
    return Clinician(ClinicianId(row.id), row.name, Role(row.role))


def parse_slot(row: Row[Any]) -> Slot:
    """Read a row of `slot`."""
    return Slot(
        id=SlotId(row.id),
        clinician_id=ClinicianId(row.clinician_id),
        start=row.starts_at,
        end=row.ends_at,
        kind=SlotKind(row.kind),
        free=row.free,
        version=row.version,
    )


def parse_message(row: Row[Any]) -> Message:
    """Read a row of `message`."""
    return Message(
        id=MessageId(row.id),
        thread_id=ThreadId(row.thread_id),
        patient_id=PatientId(row.patient_id),
        direction=Direction(row.direction),
        subject=Private(row.subject),
        body=Private(row.body),
        sent_at=row.sent_at,
        urgent=row.urgent,
        attachments=row.attachments,
    )


def parse_appointment(row: Row[Any]) -> Appointment:
    """Read a row of `appointment`; its booking id is the one it is known as, whoever made it."""
    return Appointment(
        id=row.id,
        booking_id=BookingId(row.booking_id),
        patient_id=None if row.patient_id is None else PatientId(row.patient_id),
        clinician_id=None if row.clinician_id is None else ClinicianId(row.clinician_id),
        slot_id=None if row.slot_id is None else SlotId(row.slot_id),
        form=ConsultationForm(row.form),
        start=row.starts_at,
        end=row.ends_at,
        status=row.status,
        reached=BookingState(row.reached),
        made_at=row.made_at,
        changed_by=row.changed_by,
        version_at=row.version_at,
    )


def _patient_values(item: Patient) -> dict[str, object]:
    return {
        "id": item.id,
        "name": item.name.reveal(),
        "cpr": item.cpr.reveal().digits if item.cpr else None,
        "birth_date": item.birth_date.reveal().isoformat() if item.birth_date else None,
        "phone": item.phone.reveal().e164 if item.phone else None,
        "address": item.address.reveal() if item.address else None,
    }


def _slot_values(item: Slot) -> dict[str, object]:
    return {
        "id": item.id,
        "clinician_id": item.clinician_id,
        "starts_at": item.start,
        "ends_at": item.end,
        "kind": item.kind.value,
        "free": item.free,
        "version": item.version,
    }


def _message_values(item: Message) -> dict[str, object]:
    return {
        "id": item.id,
        "thread_id": item.thread_id,
        "patient_id": item.patient_id,
        "direction": item.direction.value,
        "subject": item.subject.reveal(),
        "body": item.body.reveal(),
        "sent_at": item.sent_at,
        "urgent": item.urgent,
        "attachments": item.attachments,
    }


def _appointment_values(item: Appointment) -> dict[str, object]:
    return {
        "id": item.id,
        "booking_id": item.known_as,
        "patient_id": item.patient_id,
        "clinician_id": item.clinician_id,
        "slot_id": item.slot_id,
        "form": item.form.value,
        "starts_at": item.start,
        "ends_at": item.end,
        "status": item.status,
        "reached": item.reached.value,
        "made_at": item.made_at,
        "changed_by": item.changed_by,
        "version_at": item.version_at,
    }


def _held_thread_values(item: HeldThread) -> dict[str, object]:
    return {
        "id": item.id,
        "thread_id": item.thread_id,
        "patient_id": item.patient_id,
        "clinician_id": item.holder.clinician_id if item.holder else None,
        "name": item.holder.name if item.holder else None,
        "since": item.holder.since if item.holder else None,
    }
