"""Which appointments a batch says are gone, for the bookings they stood for have to be told."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from app.domain.booking import BookingState
from app.domain.ports.practice_system import Appointment, ChangeBatch
from app.store.booking_codec import parse_booking
from app.store.items import parse_appointment
from app.store.schema import among, appointment, booking, resource

_APPOINTMENT = "Appointment"
_GONE = "entered-in-error"
_LATER = timedelta(microseconds=1)
"""When something vanished nobody knows, but it was after the last version that is known."""


def deleted_appointments(connection: Connection, batch: ChangeBatch) -> tuple[Appointment, ...]:
    """Return the appointments that a batch, not stored yet, takes away: each as one withdrawn just then."""
    if batch.type != _APPOINTMENT:
        return ()
    gone = {each.id: each.last_updated for each in batch.resources if each.deleted}
    if batch.present is not None:
        gone |= _vanished(connection, batch.present)
    if not gone:
        return ()
    known = {each.id: each for each in (*_of_bookings(connection, gone), *_kept(connection, gone))}
    return tuple(
        replace(each, status=_GONE, reached=BookingState.CANCELLED, changed_by="", version_at=gone[each.id])
        for each in known.values()
    )


def _vanished(connection: Connection, present: frozenset[str]) -> dict[str, datetime]:
    rows = connection.execute(
        select(resource.c.id, resource.c.last_updated).where(
            resource.c.type == _APPOINTMENT,
            resource.c.deleted.is_(False),
            resource.c.id.not_in(among("present")),
        ),
        {"present": json.dumps(sorted(present))},
    )
    return {row.id: row.last_updated + _LATER for row in rows}


def _kept(connection: Connection, gone: Mapping[str, datetime]) -> list[Appointment]:
    rows = connection.execute(
        select(appointment).where(appointment.c.id.in_(among("gone"))), {"gone": json.dumps(sorted(gone))}
    )
    return [parse_appointment(row) for row in rows]


def _of_bookings(connection: Connection, gone: Mapping[str, datetime]) -> list[Appointment]:
    """Those that were made here and are gone before they were ever read."""
    rows = connection.execute(
        select(booking).where(booking.c.appointment_id.in_(among("gone"))), {"gone": json.dumps(sorted(gone))}
    )
    return [
        Appointment(
            id=made.appointment_id or "",
            booking_id=made.id,
            patient_id=made.patient_id,
            clinician_id=made.clinician_id,
            slot_id=made.slot_id,
            form=made.form,
            start=made.start,
            end=made.end,
            status=_GONE,
            reached=BookingState.CANCELLED,
        )
        for made in map(parse_booking, rows)
    ]
