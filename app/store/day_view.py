"""A day of the calendar: every consultation, and the times that nothing holds."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.clinic_time import midnight
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, PatientId, SlotId
from app.domain.private import Private
from app.domain.slot import SlotKind
from app.domain.views import DayRow
from app.store.calendar import FREE_AS_IF_DONE, LETS_GO, held_slots
from app.store.schema import consultation, patient, slot


def read_day(connection: Connection, day: date, clinician_id: ClinicianId | None) -> tuple[DayRow, ...]:
    """Return what starts on a day of the clinic's calendar, for one clinician or for all, by start."""
    first, after = midnight(day), midnight(day + timedelta(days=1))

    def among(starts_at: ColumnElement[datetime], owner: ColumnElement[str]) -> ColumnElement[bool]:
        within = and_(starts_at >= first, starts_at < after)
        return within if clinician_id is None else and_(within, owner == clinician_id)

    slots = connection.execute(
        select(slot, FREE_AS_IF_DONE.label("open")).where(
            among(slot.c.starts_at, slot.c.clinician_id), slot.c.id.not_in(held_slots(first, after))
        )
    )
    consultations = connection.execute(
        select(consultation, patient.c.name.label("patient_name"), slot.c.kind.label("slot_kind"))
        .outerjoin(patient, patient.c.id == consultation.c.patient_id)
        .outerjoin(slot, slot.c.id == consultation.c.slot_id)
        .where(among(consultation.c.starts_at, consultation.c.clinician_id), consultation.c.state.not_in(LETS_GO))
    )
    rows = [*map(_slot_row, slots), *map(_consultation_row, consultations)]
    return tuple(sorted(rows, key=lambda row: (row.start, row.end, row.clinician_id, row.slot_id or "")))


def _slot_row(row: Row[Any]) -> DayRow:
    return DayRow(
        start=row.starts_at,
        end=row.ends_at,
        clinician_id=ClinicianId(row.clinician_id),
        slot_id=SlotId(row.id),
        slot_kind=SlotKind(row.kind),
        free=bool(row.open),
        form=None,
        patient_id=None,
        patient_name=None,
        booking_id=None,
        booking_state=None,
        row_state=None,
        failure=None,
    )


def _consultation_row(row: Row[Any]) -> DayRow:
    return DayRow(
        start=row.starts_at,
        end=row.ends_at,
        clinician_id=ClinicianId(row.clinician_id or ""),
        slot_id=None if row.slot_id is None else SlotId(row.slot_id),
        slot_kind=SlotKind.ANY if row.slot_kind is None else SlotKind(row.slot_kind),
        free=False,
        form=ConsultationForm(row.form),
        patient_id=PatientId(row.patient_id) if row.patient_id else None,
        patient_name=None if row.patient_name is None else Private(row.patient_name),
        booking_id=BookingId(row.id),
        booking_state=BookingState(row.state),
        row_state=RowState(row.row_state),
        failure=None if row.failure is None else ErrorKind(row.failure),
        row_state_at=row.row_state_at,
    )
