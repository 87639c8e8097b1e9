"""Which appointments of a batch the bookings they stand for have to be told of: brought by it, or taken away."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, func, select

from app.domain.booking import BookingState
from app.domain.ports.practice_system import Appointment, ChangeBatch
from app.store.booking_codec import parse_booking
from app.store.instant import Instant
from app.store.items import parse_appointment
from app.store.schema import among, appointment, booking, resource

APPOINTMENT = "Appointment"
_GONE = "entered-in-error"
_UNREAD_FOR = timedelta(minutes=2)
"""What was written is read soon after; an appointment not read for so long may have been deleted before that."""
_LATER = timedelta(microseconds=1)
"""When something vanished nobody knows, but it was after the last version that is known."""

_KEPT = select(resource.c.id).where(resource.c.type == bindparam("type"), resource.c.deleted.is_(False))
_NEVER_READ = select(booking.c.appointment_id).where(
    booking.c.live,
    booking.c.appointment_id.is_not(None),
    func.coalesce(booking.c.changed_at, booking.c.made_at) < bindparam("since", type_=Instant),
    ~exists().where(resource.c.type == APPOINTMENT, resource.c.id == booking.c.appointment_id),
)
_MADE_HERE = select(booking.c.id).where(booking.c.id.in_(among("ids")))


def read(connection: Connection, batch: ChangeBatch) -> tuple[Appointment, ...]:
    """Return the appointments a batch, not stored yet, brings of bookings made here, and all that it takes away.

    One that is taken away is returned as withdrawn just then. A batch of another type has none.
    """
    if batch.type != APPOINTMENT:
        return ()
    return (*_brought(connection, batch), *_taken_away(connection, batch))


def held(connection: Connection, resource_type: str, now: datetime) -> frozenset[str]:
    """Return what `LocalCopy.held` does."""
    kept = frozenset(connection.scalars(_KEPT, {"type": resource_type}))
    if resource_type != APPOINTMENT:
        return kept
    return kept | frozenset(connection.scalars(_NEVER_READ, {"since": now - _UNREAD_FOR}))


def _brought(connection: Connection, batch: ChangeBatch) -> list[Appointment]:
    there = [each.item for each in batch.resources if isinstance(each.item, Appointment)]
    ids = json.dumps([each.known_as for each in there])
    made_here = set(connection.scalars(_MADE_HERE, {"ids": ids})) if there else set()
    return [each for each in there if each.known_as in made_here]


def _taken_away(connection: Connection, batch: ChangeBatch) -> tuple[Appointment, ...]:
    gone: dict[str, datetime | None] = dict.fromkeys(batch.gone)
    gone |= {each.id: each.last_updated for each in batch.resources if each.deleted}
    if batch.present is not None:
        gone |= _vanished(connection, batch.present)
    if not gone:
        return ()
    known = {each.id: each for each in (*_of_bookings(connection, gone), *_kept(connection, gone))}
    return tuple(
        replace(
            each,
            status=_GONE,
            reached=BookingState.CANCELLED,
            changed_by="",
            version_at=gone[each.id] or each.version_at,
        )
        for each in known.values()
    )


def _vanished(connection: Connection, present: frozenset[str]) -> dict[str, datetime]:
    rows = connection.execute(
        select(resource.c.id, resource.c.last_updated).where(
            resource.c.type == APPOINTMENT,
            resource.c.deleted.is_(False),
            resource.c.id.not_in(among("present")),
        ),
        {"present": json.dumps(sorted(present))},
    )
    return {row.id: row.last_updated + _LATER for row in rows}


def _kept(connection: Connection, gone: Mapping[str, datetime | None]) -> list[Appointment]:
    rows = connection.execute(
        select(appointment).where(appointment.c.id.in_(among("gone"))), {"gone": json.dumps(sorted(gone))}
    )
    return [parse_appointment(row) for row in rows]


def _of_bookings(connection: Connection, gone: Mapping[str, datetime | None]) -> list[Appointment]:
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
            version_at=made.version_at and made.version_at + _LATER,
        )
        for made in map(parse_booking, rows)
    ]
