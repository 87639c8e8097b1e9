"""The outbox: what is to be done outside, in the order it was asked for, each thing once."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.actions import ActionKind, Effect, PendingAction
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, PatientId
from app.store.schema import carried_key, pending_action

_EARLIER = pending_action.alias("earlier")
_HEADS_ITS_QUEUE = ~exists().where(
    _EARLIER.c.booking_id == pending_action.c.booking_id,
    _EARLIER.c.channel == pending_action.c.channel,
    _EARLIER.c.sequence < pending_action.c.sequence,
)


def add_effects(connection: Connection, effects: Iterable[Effect], now: datetime) -> Changes:
    """Put effects in the outbox, save those already there or carried out."""
    added = sum(_add(connection, effect, now) for effect in effects)
    return _changed(added)


def finish(connection: Connection, action_id: ActionId, now: datetime) -> Changes:
    """Take an action out for good and remember its key; one that is not there is no error."""
    key = connection.scalar(
        delete(pending_action).where(pending_action.c.id == action_id).returning(pending_action.c.idempotency_key)
    )
    if key is None:
        return Changes.NOTHING
    connection.execute(insert(carried_key).values(idempotency_key=key, carried_at=now).on_conflict_do_nothing())
    return Changes.OUTBOX


def due_actions(connection: Connection, now: datetime) -> tuple[PendingAction, ...]:
    """Return the heads of the queues, one queue for each booking and channel, that may run now; oldest first."""
    rows = connection.execute(
        select(pending_action)
        .where(pending_action.c.not_before <= now, _HEADS_ITS_QUEUE)
        .order_by(pending_action.c.sequence)
    )
    return tuple(_parse_action(row) for row in rows)


def next_due(connection: Connection) -> datetime | None:
    """Return when the first head of a queue may run."""
    instant: datetime | None = connection.scalar(
        select(func.min(pending_action.c.not_before)).where(_HEADS_ITS_QUEUE)
    )
    return instant


def postpone(
    connection: Connection, action_id: ActionId, not_before: datetime, failure: ErrorKind | None
) -> Changes:
    """Keep an action for later; a failure counts as an attempt; one that is not there is no error."""
    changed = connection.execute(
        update(pending_action)
        .where(pending_action.c.id == action_id)
        .values(
            not_before=not_before,
            attempts=pending_action.c.attempts + (0 if failure is None else 1),
            last_failure=None if failure is None else failure.value,
        )
    )
    return _changed(changed.rowcount)


def retry_now(connection: Connection, now: datetime) -> Changes:
    """Let every action run at once."""
    changed = connection.execute(
        update(pending_action).where(pending_action.c.not_before > now).values(not_before=now)
    )
    return _changed(changed.rowcount)


def _changed(rows: int) -> Changes:
    return Changes.OUTBOX if rows else Changes.NOTHING


def _add(connection: Connection, effect: Effect, now: datetime) -> int:
    key = effect.idempotency_key
    if connection.scalar(select(exists().where(carried_key.c.idempotency_key == key))):
        return 0
    added = connection.execute(
        insert(pending_action)
        .values(
            id=str(uuid.uuid4()),
            kind=effect.kind.value,
            channel=effect.kind.channel.value,
            booking_id=effect.booking_id,
            patient_id=effect.patient_id,
            idempotency_key=key,
            made_at=now,
            not_before=now,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
    )
    return added.rowcount


def _parse_action(row: Row[Any]) -> PendingAction:
    return PendingAction(
        id=ActionId(row.id),
        sequence=row.sequence,
        kind=ActionKind(row.kind),
        booking_id=BookingId(row.booking_id),
        patient_id=PatientId(row.patient_id),
        idempotency_key=row.idempotency_key,
        made_at=row.made_at,
        not_before=row.not_before,
        attempts=row.attempts,
        last_failure=None if row.last_failure is None else ErrorKind(row.last_failure),
    )
