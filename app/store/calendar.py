"""What slot choice needs of the local copy: free times, people."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from app.domain.booking import BookingState
from app.domain.ids import BookingId, ClinicianId, PatientId, SlotId
from app.domain.patient import Clinician, Patient
from app.domain.ports.practice_system import Appointment
from app.domain.slot import Slot, SlotKind
from app.store.items import parse_appointment, parse_clinician, parse_patient, parse_slot
from app.store.schema import appointment, booking, clinician, consultation, patient, slot

LETS_GO = (BookingState.CANCELLED.value, BookingState.SLOT_TAKEN.value)
"""The states in which a consultation no longer holds its slot."""

_MOVED_AT_MOST = timedelta(days=1)

_REFUSED_SINCE = exists().where(
    booking.c.slot_id == slot.c.id,
    booking.c.state == BookingState.SLOT_TAKEN.value,
    func.coalesce(booking.c.changed_at, booking.c.made_at) >= slot.c.fetched_at,
)

_GIVEN_BACK = exists().where(
    booking.c.slot_id == slot.c.id,
    booking.c.state == BookingState.CANCELLED.value,
    or_(appointment.c.booking_id == booking.c.id, appointment.c.id == booking.c.appointment_id),
    appointment.c.reached.not_in(LETS_GO),
)


_MOVED_AWAY = exists().where(
    booking.c.moved_from_slot == slot.c.id,
    or_(appointment.c.booking_id == booking.c.id, appointment.c.id == booking.c.appointment_id),
    appointment.c.slot_id == slot.c.id,
    appointment.c.reached.not_in(LETS_GO),
)


FREE_AS_IF_DONE = or_(and_(slot.c.free, ~_REFUSED_SINCE), _GIVEN_BACK, _MOVED_AWAY)
"""Whether a slot that nothing holds is free: because the practice system says so and has not told us otherwise
since, or because what still holds it there is a booking cancelled here, or moved away from it."""


def held_slots(first: datetime, after: datetime | None = None) -> Select[tuple[str]]:
    """Select the slots from `first` on, and before `after`, that a consultation here or elsewhere has asked for.

    A consultation may have been moved a little within its slot, so its own start is looked for a day around.
    """
    held = select(consultation.c.slot_id).where(
        consultation.c.slot_id.is_not(None),
        consultation.c.state.not_in(LETS_GO),
        consultation.c.starts_at >= first - _MOVED_AT_MOST,
    )
    return held if after is None else held.where(consultation.c.starts_at < after + _MOVED_AT_MOST)


def free_slots(
    connection: Connection, clinician_id: ClinicianId, after: datetime, limit: int, kinds: Collection[SlotKind]
) -> Sequence[Slot]:
    """Return the clinician's first free slots of these kinds from an instant on, without those asked for here.

    A slot whose cancellation has not reached the practice system is not offered: it would be refused.
    """
    rows = connection.execute(
        select(slot)
        .where(
            slot.c.clinician_id == clinician_id,
            slot.c.free,
            slot.c.starts_at >= after,
            slot.c.kind.in_([kind.value for kind in kinds]),
            slot.c.id.not_in(held_slots(after)),
            ~_REFUSED_SINCE,
        )
        .order_by(slot.c.starts_at, slot.c.id)
        .limit(limit)
    )
    return tuple(parse_slot(row) for row in rows)


def read_slot(connection: Connection, slot_id: SlotId) -> Slot | None:
    """Return a slot as the practice system last gave it."""
    row = connection.execute(select(slot).where(slot.c.id == slot_id)).one_or_none()
    return None if row is None else parse_slot(row)


def read_appointment(connection: Connection, booking_id: BookingId) -> Appointment | None:
    """Return the appointment of a booking; of several under one id the one that still stands, then the newest."""
    rows = connection.execute(
        select(appointment)
        .where(appointment.c.booking_id == booking_id)
        .order_by(appointment.c.reached.in_(LETS_GO), appointment.c.fetched_at.desc(), appointment.c.id)
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else parse_appointment(row)


def read_patient(connection: Connection, patient_id: PatientId) -> Patient | None:
    """Return a patient."""
    row = connection.execute(select(patient).where(patient.c.id == patient_id)).one_or_none()
    return None if row is None else parse_patient(row)


def read_clinicians(connection: Connection) -> tuple[Clinician, ...]:
    """Return everyone who works at the clinic, by name."""
    rows = connection.execute(select(clinician).order_by(clinician.c.name, clinician.c.id))
    return tuple(parse_clinician(row) for row in rows)
