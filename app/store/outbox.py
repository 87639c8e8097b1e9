"""The outbox: what is to be done outside, in the order it was asked for, each thing once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.actions import ActionKind, Effect, PendingAction, PictureEffect, ThreadEffect
from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, PatientId, PictureId, ThreadId
from app.store.schema import carried_key, pending_action

Asked = Effect | PictureEffect | ThreadEffect

_EARLIER = pending_action.alias("earlier")
_HEADS_ITS_QUEUE = ~exists().where(
    _EARLIER.c.queue == pending_action.c.queue, _EARLIER.c.sequence < pending_action.c.sequence
)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Which actions leave the outbox with a step: one that was carried out, those that were taken back."""

    finished: ActionId | None = None
    withdrawn: tuple[PendingAction, ...] = ()


def add_effects(connection: Connection, effects: Iterable[Asked], now: datetime) -> Changes:
    """Put effects in the outbox, save those already there or carried out."""
    added = sum(_add(connection, effect, now) for effect in effects)
    return _changed(added)


def take_out(connection: Connection, leaving: Leaving, now: datetime) -> Changes:
    """Take actions out for good; the key of a finished one counts as carried out, that of a withdrawn one does not.

    A finished one that is not there is no error. Raises KlinikError(NOT_WITHDRAWABLE) when a withdrawn one is gone,
    or has been begun since it was looked at.
    """
    for each in leaving.withdrawn:
        as_it_was = and_(pending_action.c.id == each.id, pending_action.c.begun == each.begun)
        if connection.execute(delete(pending_action).where(as_it_was)).rowcount != 1:
            raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, each.kind.value)
    changes = _changed(len(leaving.withdrawn))
    if leaving.finished is None:
        return changes
    key = connection.scalar(
        delete(pending_action)
        .where(pending_action.c.id == leaving.finished)
        .returning(pending_action.c.idempotency_key)
    )
    if key is None:
        return changes
    connection.execute(insert(carried_key).values(idempotency_key=key, carried_at=now).on_conflict_do_nothing())
    return Changes.OUTBOX


def due_actions(connection: Connection, now: datetime) -> tuple[PendingAction, ...]:
    """Return the heads of the queues that may run now; oldest first."""
    rows = connection.execute(
        select(pending_action)
        .where(pending_action.c.not_before <= now, _HEADS_ITS_QUEUE)
        .order_by(pending_action.c.sequence)
    )
    return tuple(parse_action(row) for row in rows)


def read_action(connection: Connection, action_id: ActionId) -> PendingAction | None:
    """Return an action that still waits."""
    row = connection.execute(select(pending_action).where(pending_action.c.id == action_id)).one_or_none()
    return None if row is None else parse_action(row)


def waiting_for(connection: Connection, booking_id: BookingId) -> tuple[PendingAction, ...]:
    """Return all that waits for a booking, oldest first."""
    rows = connection.execute(
        select(pending_action).where(pending_action.c.booking_id == booking_id).order_by(pending_action.c.sequence)
    )
    return tuple(parse_action(row) for row in rows)


def begin(connection: Connection, action_id: ActionId) -> tuple[bool, Changes]:
    """Write down that an action is about to be tried; False when it waits no longer, and what is seen of it."""
    begun = connection.execute(
        update(pending_action)
        .where(pending_action.c.id == action_id)
        .values(begun=True)
        .returning(pending_action.c.picture_id)
    ).one_or_none()
    of_picture = begun is not None and begun.picture_id is not None
    return begun is not None, Changes.PICTURES if of_picture else Changes.NOTHING


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


def retry_now(connection: Connection, now: datetime, action_id: ActionId | None) -> Changes:
    """Let every action run at once, or one and those before it in its queue."""
    postponed = update(pending_action).where(pending_action.c.not_before > now).values(not_before=now)
    if action_id is not None:
        asked = pending_action.alias("asked")
        postponed = postponed.where(
            exists().where(
                asked.c.id == action_id,
                asked.c.queue == pending_action.c.queue,
                asked.c.sequence >= pending_action.c.sequence,
            )
        )
    return _changed(connection.execute(postponed).rowcount)


def parse_action(row: Row[Any]) -> PendingAction:
    """Read a row of `pending_action`."""
    return PendingAction(
        id=ActionId(row.id),
        sequence=row.sequence,
        kind=ActionKind(row.kind),
        booking_id=None if row.booking_id is None else BookingId(row.booking_id),
        patient_id=PatientId(row.patient_id),
        idempotency_key=row.idempotency_key,
        made_at=row.made_at,
        not_before=row.not_before,
        queue=row.queue,
        attempts=row.attempts,
        last_failure=None if row.last_failure is None else ErrorKind(row.last_failure),
        thread_id=None if row.thread_id is None else ThreadId(row.thread_id),
        begun=row.begun,
        picture_id=None if row.picture_id is None else PictureId(row.picture_id),
    )


def _changed(rows: int) -> Changes:
    return Changes.OUTBOX if rows else Changes.NOTHING


def _add(connection: Connection, effect: Asked, now: datetime) -> int:
    key = effect.idempotency_key
    if connection.scalar(select(exists().where(carried_key.c.idempotency_key == key))):
        return 0
    added = connection.execute(
        insert(pending_action)
        .values(
            id=str(uuid.uuid4()),
            kind=effect.kind.value,
            channel=effect.kind.channel.value,
            queue=effect.queue,
            booking_id=None if isinstance(effect, ThreadEffect) else effect.booking_id,
            thread_id=effect.thread_id if isinstance(effect, ThreadEffect) else None,
            picture_id=effect.picture_id if isinstance(effect, PictureEffect) else None,
            patient_id=effect.patient_id,
            idempotency_key=key,
            made_at=now,
            not_before=now,
            attempts=0,
            begun=False,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
    )
    return added.rowcount
