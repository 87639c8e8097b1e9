"""The patient card, and who is to be met now."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from app.domain.booking import ROOM_MARGIN, BookingState, ConsultationForm
from app.domain.clinic_time import clinic_date, midnight
from app.domain.ids import BookingId, PatientId
from app.domain.private import Private
from app.domain.views import PatientCard, WaitingRow
from app.domain.waiting import PatientPhase, PatientPresence
from app.store.booking_codec import parse_booking
from app.store.items import parse_patient
from app.store.schema import among, booking, clinician, consultation, patient

_OVER = (BookingState.ENDED.value, BookingState.CANCELLED.value, BookingState.SLOT_TAKEN.value)
_ABSENT = (PatientPhase.NOT_OPENED, PatientPhase.AWAY, PatientPhase.LEFT)
_WITH_PATIENT = (BookingState.WAITING.value, BookingState.IN_CALL.value)


def read_patient_card(connection: Connection, patient_id: PatientId) -> PatientCard | None:
    """Return a patient with all their bookings, newest first."""
    found = connection.execute(select(patient).where(patient.c.id == patient_id)).one_or_none()
    if found is None:
        return None
    bookings = connection.execute(
        select(consultation)
        .where(consultation.c.patient_id == patient_id)
        .order_by(consultation.c.starts_at.desc(), consultation.c.made_at.desc(), consultation.c.id)
    )
    return PatientCard(parse_patient(found), tuple(parse_booking(row) for row in bookings), found.fetched_at)


def read_waiting(
    connection: Connection, now: datetime, rooms: Mapping[BookingId, PatientPresence]
) -> tuple[WaitingRow, ...]:
    """Return live video bookings by start: whose room is open now, whose patient is there, or without an outcome.

    One that was to be held earlier is listed until it has an outcome or the clinic's day is over.
    `rooms` is the latest word on each room; a booking made elsewhere is listed if the room service knows its room.
    """
    since = min(midnight(clinic_date(now)), now - ROOM_MARGIN)
    due = and_(consultation.c.starts_at <= now + ROOM_MARGIN, consultation.c.ends_at >= since)
    rows = connection.execute(
        select(consultation, patient.c.name.label("patient_name"), clinician.c.name.label("clinician_name"))
        .outerjoin(patient, patient.c.id == consultation.c.patient_id)
        .outerjoin(clinician, clinician.c.id == consultation.c.clinician_id)
        .where(
            consultation.c.form == ConsultationForm.VIDEO.value,
            consultation.c.state.not_in(_OVER),
            consultation.c.id.in_(select(booking.c.id).where(booking.c.live).union_all(among("rooms"))),
            or_(due, consultation.c.state.in_(_WITH_PATIENT), consultation.c.id.in_(among("here"))),
        )
        .order_by(consultation.c.starts_at, consultation.c.id),
        {
            "rooms": json.dumps(list(rooms)),
            "here": json.dumps([room.booking_id for room in rooms.values() if room.phase not in _ABSENT]),
        },
    )
    found = [(parse_booking(row), row.patient_name, row.clinician_name) for row in rows]
    return tuple(
        WaitingRow(each, Private(name or ""), rooms.get(each.id), clinician_name or "")
        for each, name, clinician_name in found
    )
