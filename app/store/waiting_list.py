"""What waits to be carried out, or for somebody to choose, as lists a person can go through."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from app.domain.private import Private
from app.domain.views import FoundBooking, WaitingAction
from app.domain.withdrawal import withdrawal_of
from app.store.booking_codec import parse_booking
from app.store.outbox import parse_action
from app.store.schema import booking, clinician, patient, pending_action
from app.store.sync_state import in_dispute, waits

_ALL = (
    select(
        pending_action,
        waits().label("waits"),
        patient.c.name.label("patient_name"),
        booking.c.starts_at.label("booking_start"),
        booking.c.live,
    )
    .outerjoin(patient, patient.c.id == pending_action.c.patient_id)
    .outerjoin(booking, booking.c.id == pending_action.c.booking_id)
    .order_by(pending_action.c.sequence)
)


def read_waiting_actions(connection: Connection) -> tuple[WaitingAction, ...]:
    """Return what waits, oldest first, as the status line counts it; none is tried before what it waits behind."""
    next_try: dict[str, datetime] = {}
    found = []
    for row in connection.execute(_ALL):
        next_try[row.queue] = max(row.not_before, next_try.get(row.queue, row.not_before))
        if row.waits:
            found.append(_waiting_action(row, next_try[row.queue]))
    return tuple(found)


def read_to_settle(connection: Connection) -> tuple[FoundBooking, ...]:
    """Return the appointments two people disagree about, by start."""
    rows = connection.execute(
        select(booking, patient.c.name.label("patient_name"), clinician.c.name.label("clinician_name"))
        .outerjoin(patient, patient.c.id == booking.c.patient_id)
        .outerjoin(clinician, clinician.c.id == booking.c.clinician_id)
        .where(in_dispute())
        .order_by(booking.c.starts_at, booking.c.id)
    )
    return tuple(
        FoundBooking(parse_booking(row), Private(row.patient_name or ""), row.clinician_name or "") for row in rows
    )


def _waiting_action(row: Row[Any], next_try_at: datetime) -> WaitingAction:
    action = parse_action(row)
    return WaitingAction(
        id=action.id,
        kind=action.kind,
        patient_id=action.patient_id,
        patient_name=Private(row.patient_name or ""),
        booking_start=row.booking_start,
        made_at=action.made_at,
        attempts=action.attempts,
        last_failure=action.last_failure,
        next_try_at=next_try_at,
        withdrawal=withdrawal_of(action, live=action.booking_id is None or bool(row.live)),
    )
