"""Finds consultations by patient, clinician, form and day, those ahead first."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.clinic_time import clinic_date, midnight
from app.domain.ids import BookingId
from app.domain.patient import Clinician
from app.domain.private import Private
from app.domain.search_days import days_of
from app.domain.search_query import Query, Term, holds
from app.domain.search_text import plain
from app.domain.views import FoundBooking
from app.store.booking_codec import parse_booking
from app.store.calendar import read_clinicians
from app.store.schema import among, consultation
from app.store.search_people import names_of, patients_called

_FORMS = {
    "video": ConsultationForm.VIDEO,
    "telefon": ConsultationForm.TELEPHONE,
    "tlf": ConsultationForm.TELEPHONE,
    "fremmode": ConsultationForm.IN_PERSON,
    "klinik": ConsultationForm.IN_PERSON,
}
_LEAST_OF_A_FORM = 3
_PATIENTS_MEANT = 60
_DOUBTFUL_AT_MOST = 2
_AROUND = timedelta(days=60)
"""How far ahead and back is looked for consultations of nobody in particular."""

Condition = ColumnElement[bool]


def find_bookings(
    connection: Connection, query: Query, limit: int, now: datetime
) -> tuple[tuple[FoundBooking, ...], bool]:
    """Return consultations that fit every word in one of its meanings, those ahead first; and if there are more.

    Those of a name that too many patients have are left out until more of it is typed.
    """
    clinicians = read_clinicians(connection)
    found: dict[BookingId, Booking] = {}
    unsaid = False
    for named, rest in _meanings(query, clinicians, now):
        conditions = [or_(*_other_meanings(term, clinicians, now)) for term in rest]
        if named:
            ids = patients_called(connection, Query(named), _PATIENTS_MEANT + 1)
            if not 0 < len(ids) <= _PATIENTS_MEANT:
                unsaid = unsaid or bool(ids)
                continue
            conditions.append(consultation.c.patient_id.in_(among("ids")))
        else:
            ids = []
            if not any(days_of(term.typed, clinic_date(now)) for term in rest):
                conditions.append(consultation.c.starts_at.between(now - _AROUND, now + _AROUND))
        found |= {each.id: each for each in _read(connection, and_(*conditions), ids, limit, now)}
    ahead = sorted((each for each in found.values() if each.end > now), key=lambda each: (each.start, each.id))
    over = sorted((each for each in found.values() if each.end <= now), key=lambda each: each.start, reverse=True)
    shown = [*ahead, *over][:limit]
    patients = names_of(connection, {each.patient_id for each in shown})
    staff = {each.id: each.name for each in clinicians}
    return tuple(
        FoundBooking(each, Private(patients.get(each.patient_id, "")), staff.get(each.clinician_id, ""))
        for each in shown
    ), unsaid or len(found) > limit


def _meanings(
    query: Query, clinicians: tuple[Clinician, ...], now: datetime
) -> Iterator[tuple[tuple[Term, ...], tuple[Term, ...]]]:
    """Yield the ways to read a query: which terms name the patient, and which say something else.

    A term that can only name a patient always does; the others are tried both ways.
    """
    doubtful = [term for term in query.terms if _other_meanings(term, clinicians, now)][:_DOUBTFUL_AT_MOST]
    for count in range(len(doubtful) + 1):
        for others in combinations(doubtful, count):
            yield tuple(term for term in query.terms if term not in others), others


def _other_meanings(term: Term, clinicians: tuple[Clinician, ...], now: datetime) -> list[Condition]:
    conditions: list[Condition] = []
    if staff := [each.id for each in clinicians if holds(Query((term,)), each.name)]:
        conditions.append(consultation.c.clinician_id.in_(staff))
    typed = plain(term.ways[0][0])
    if len(typed) >= _LEAST_OF_A_FORM and (
        forms := {form.value for word, form in _FORMS.items() if word.startswith(typed)}
    ):
        conditions.append(consultation.c.form.in_(forms))
    if days := days_of(term.typed, clinic_date(now)):
        first, after = map(midnight, days)
        conditions.append(and_(consultation.c.starts_at >= first, consultation.c.starts_at < after))
    return conditions


def _read(
    connection: Connection, condition: Condition, ids: list[str], limit: int, now: datetime
) -> Iterator[Booking]:
    """Yield a few more than are asked for of those ahead, and of those that are over."""
    starts = consultation.c.starts_at
    held = and_(condition, consultation.c.state != BookingState.SLOT_TAKEN.value)
    for part, order in (
        (starts >= now - timedelta(hours=1), starts),
        (starts < now - timedelta(hours=1), starts.desc()),
    ):
        rows = connection.execute(
            select(consultation).where(held, part).order_by(order).limit(limit + 1),
            {"ids": json.dumps(ids)} if ids else {},
        )
        yield from map(parse_booking, rows)
