"""Forgets what the clinic is done with, a little at a time, so that no click waits for it.

What is forgotten here is still in the practice system. It leaves no tombstone: it lies behind what has been read,
so it is not asked for again, and comes back only if it is changed there.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, TextClause, delete, select, text

from app.store.instant import as_number
from app.store.schema import (
    among,
    appointment,
    booking,
    carried_key,
    message,
    read_point,
    record_picture,
    resource,
    slot,
    thread,
    thread_holder,
)

SLICE = 10
"""So many threads, or four times as many of anything else, go in one transaction."""

_PAST_BOOKINGS = text("""
    SELECT b.id FROM booking AS b
    WHERE b.starts_at < :before AND b.ends_at < :before
        AND b.row_state <> 'conflict'
        AND NOT EXISTS (SELECT 1 FROM pending_action AS p WHERE p.booking_id = b.id)
    LIMIT :most
""")
_CLOSED_THREADS = text("""
    SELECT t.id FROM thread AS t
    WHERE t.newest_at < :before AND NOT t.unanswered
        AND NOT EXISTS (SELECT 1 FROM assignment AS a WHERE a.thread_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM thread_holder AS h WHERE h.thread_id = t.id AND h.clinician_id IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM message AS m JOIN booking AS b ON b.message_id = m.id WHERE m.thread_id = t.id)
    ORDER BY t.newest_at LIMIT :most
""")
"""A thread is closed when the clinic wrote last. One that waits for an answer, that somebody has, or that led to a
booking which is still here, is not, however old it is."""
_PAST_APPOINTMENTS = text("""
    SELECT a.id FROM appointment AS a
    WHERE a.starts_at < :before AND a.ends_at < :before
        AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.id = a.booking_id)
        AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.appointment_id = a.id)
    LIMIT :most
""")
_PAST_SLOTS = text("""
    SELECT s.id FROM slot AS s
    WHERE s.starts_at < :before AND s.ends_at < :before
        AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.slot_id = s.id)
        AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.moved_from_slot = s.id)
    LIMIT :most
""")
_OLD_KEYS = text("""
    SELECT c.idempotency_key FROM carried_key AS c
    WHERE c.carried_at < :before
        AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.id = substr(c.idempotency_key, 1, 36))
    LIMIT :most
""")


def forget_calendar(connection: Connection, before: datetime) -> bool:
    """Forget some of what was held or offered before an instant; returns whether there may be more.

    A booking of which something waits in the outbox, or about which people disagree, stays with all it needs.
    """
    most = 4 * SLICE
    bookings = _ids(connection, _PAST_BOOKINGS, before, most)
    of_these = record_picture.c.booking_id.in_(among("ids"))
    connection.execute(delete(record_picture).where(of_these), {"ids": json.dumps(bookings)})
    _delete(connection, booking, bookings)
    keys = _ids(connection, _OLD_KEYS, before, most)
    _delete(connection, carried_key, keys)
    appointments = _ids(connection, _PAST_APPOINTMENTS, before, most)
    _forget(connection, appointment, appointments)
    slots = _ids(connection, _PAST_SLOTS, before, most)
    _forget(connection, slot, slots)
    return most in map(len, (bookings, keys, appointments, slots))


def forget_threads(connection: Connection, before: datetime) -> tuple[int, bool]:
    """Forget some closed threads whose newest message was sent before an instant, with the messages' raw resources.

    Returns how many messages went, and whether there may be more.
    """
    threads = _ids(connection, _CLOSED_THREADS, before, SLICE)
    messages = _of_threads(connection, message, threads)
    _forget(connection, message, messages)
    _forget(connection, thread_holder, _of_threads(connection, thread_holder, threads))
    _delete(connection, thread, threads)
    return len(messages), len(threads) == SLICE


def give_room_back(connection: Connection, pages: int) -> bool:
    """Give up to so many unused pages back to the disk; returns whether more can be given."""
    unused = _unused(connection)
    # Each page is a row without columns, which only the driver's own cursor can step through.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA incremental_vacuum({pages})")
    cursor.fetchall()
    return 0 < _unused(connection) < unused


def _unused(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())


def _ids(connection: Connection, query: TextClause, before: datetime, most: int) -> list[str]:
    return list(connection.scalars(query, {"before": as_number(before), "most": most}))


def _of_threads(connection: Connection, table: Table, threads: Sequence[str]) -> list[str]:
    found = select(table.c.id).where(table.c.thread_id.in_(among("ids")))
    return list(connection.scalars(found, {"ids": json.dumps(threads)}))


def _forget(connection: Connection, table: Table, ids: Sequence[str]) -> None:
    """Delete items with the resources they were read out of, which have their ids."""
    raw = delete(resource).where(
        resource.c.type.in_(select(read_point.c.type)),
        resource.c.id.in_(among("ids")),
        resource.c.item_kind == table.name,
    )
    connection.execute(raw, {"ids": json.dumps(ids)})
    _delete(connection, table, ids)


def _delete(connection: Connection, table: Table, ids: Sequence[str]) -> None:
    key = table.c.idempotency_key if table is carried_key else table.c.id
    connection.execute(delete(table).where(key.in_(among("ids"))), {"ids": json.dumps(ids)})
