"""The inbox and a thread of it."""

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from app.domain.booking import BookingState, RowState
from app.domain.ids import BookingId, PatientId, ThreadId
from app.domain.private import Private
from app.domain.views import ThreadRow, ThreadView
from app.store.calendar import LETS_GO
from app.store.holdings import NOBODY, Holding, read_holdings
from app.store.items import parse_message
from app.store.schema import among, booking, consultation, message, patient, thread

_NEWEST_BOOKING = (
    select(booking.c.id)
    .join(message, message.c.id == booking.c.message_id)
    .where(message.c.thread_id == thread.c.id)
    .order_by(booking.c.state.in_(LETS_GO), booking.c.made_at.desc(), booking.c.id)
    .limit(1)
    .correlate(thread)
    .scalar_subquery()
)
"""What a thread led to: its newest booking, one that still stands before any that was given up."""

_INBOX = (
    select(thread, patient.c.name.label("patient_name"), _NEWEST_BOOKING.label("booking_id"))
    .outerjoin(patient, patient.c.id == thread.c.patient_id)
    .order_by(thread.c.urgent.desc(), thread.c.unanswered.desc(), thread.c.newest_at.desc(), thread.c.id)
)
"""Only a thread that waits for the clinic can be urgent, so the urgent ones are the first of the unanswered."""


def read_inbox(connection: Connection, limit: int) -> tuple[ThreadRow, ...]:
    """Return threads: urgent ones that wait, others that wait, the rest; the newest of each first."""
    threads = connection.execute(_INBOX.limit(limit)).all()
    ids = json.dumps([row.booking_id for row in threads if row.booking_id])
    found = connection.execute(
        select(consultation.c.id, consultation.c.state, consultation.c.starts_at, consultation.c.row_state).where(
            consultation.c.id.in_(among("ids"))
        ),
        {"ids": ids},
    )
    led_to = {row.id: row for row in found}
    had_by = read_holdings(connection, [row.id for row in threads])
    return tuple(_thread_row(row, led_to.get(row.booking_id), had_by.get(row.id, NOBODY)) for row in threads)


def read_thread(connection: Connection, thread_id: ThreadId) -> ThreadView | None:
    """Return a whole thread, oldest message first."""
    rows = connection.execute(
        select(message).where(message.c.thread_id == thread_id).order_by(message.c.sent_at, message.c.id)
    )
    messages = tuple(parse_message(row) for row in rows)
    return ThreadView(thread_id, messages[-1].patient_id, messages) if messages else None


def _thread_row(row: Row[Any], led_to: Any, had_by: Holding) -> ThreadRow:
    return ThreadRow(
        thread_id=ThreadId(row.id),
        patient_id=PatientId(row.patient_id),
        patient_name=Private(row.patient_name or ""),
        subject=Private(row.subject),
        preview=Private(" ".join(row.preview.split())),
        newest_at=row.newest_at,
        unanswered=row.unanswered,
        urgent=row.urgent,
        messages=row.messages,
        attachments=row.attachments,
        booking_id=BookingId(led_to.id) if led_to else None,
        booking_state=BookingState(led_to.state) if led_to else None,
        booking_start=led_to.starts_at if led_to else None,
        booking_row_state=RowState(led_to.row_state) if led_to else None,
        holder=had_by.holder,
        holder_state=had_by.state,
        lost_to=had_by.lost_to,
    )
