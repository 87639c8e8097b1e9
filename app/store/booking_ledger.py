"""Bookings on this PC: a step of the saga and the effects it asks for are one commit."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.booking import Booking
from app.domain.changes import Changes
from app.domain.ids import BookingId
from app.domain.ports.store import Step
from app.store import outbox
from app.store.booking_codec import booking_values, parse_booking
from app.store.outbox import Leaving
from app.store.schema import booking

BOOKING_SHOWS_IN = Changes.BOOKINGS | Changes.MESSAGES | Changes.PATIENTS | Changes.CALENDAR | Changes.WAITING
"""A booking is part of the inbox's rows, the patient card, the day list and the waiting list."""


def apply_step(
    connection: Connection, booking_id: BookingId, step: Step, leaving: Leaving, now: datetime
) -> tuple[Booking | None, Changes]:
    """Take out the action that leaves, apply the step, write the booking and its effects.

    Returns the booking as it then stands, and what changed.
    """
    changes = outbox.take_out(connection, leaving, now)
    before = read_booking(connection, booking_id)
    transition = step(before)
    if transition is None:
        return before, changes
    after = transition.booking
    if after.id != booking_id:
        raise ValueError("a step must keep to its booking")
    if after != before:
        _write_booking(connection, after)
        changes |= BOOKING_SHOWS_IN
    return after, changes | outbox.add_effects(connection, transition.effects, now)


def read_booking(connection: Connection, booking_id: BookingId) -> Booking | None:
    """Return a booking made on this console."""
    row = connection.execute(select(booking).where(booking.c.id == booking_id)).one_or_none()
    return None if row is None else parse_booking(row)


def live_bookings(connection: Connection) -> tuple[Booking, ...]:
    """Return bookings made on this console that are ahead or under way, by start."""
    rows = connection.execute(select(booking).where(booking.c.live).order_by(booking.c.starts_at, booking.c.id))
    return tuple(parse_booking(row) for row in rows)


def _write_booking(connection: Connection, after: Booking) -> None:
    values = booking_values(after)
    connection.execute(insert(booking).values(values).on_conflict_do_update(index_elements=["id"], set_=values))
