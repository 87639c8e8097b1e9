"""The practice system's resources as they came, and beside them, in the same commit, what is read out of them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from app.domain.assignment import HeldThread
from app.domain.changes import Changes
from app.domain.message import Message
from app.domain.ports.practice_system import ChangeBatch, Fetched
from app.store.assignment_ledger import forget_granted
from app.store.bulk import upsert
from app.store.items import ITEM_TABLES, Item, item_kind, item_values
from app.store.read_points import advance
from app.store.schema import among, appointment, clinician, message, patient, resource, slot, thread_holder
from app.store.search_index import enter_news
from app.store.threads import rewrite_threads

_SHOWS_IN = {
    patient.name: Changes.PATIENTS | Changes.MESSAGES | Changes.CALENDAR | Changes.WAITING,
    clinician.name: Changes.CALENDAR,
    slot.name: Changes.CALENDAR,
    message.name: Changes.MESSAGES,
    appointment.name: Changes.CALENDAR | Changes.BOOKINGS | Changes.PATIENTS | Changes.WAITING,
    thread_holder.name: Changes.MESSAGES,
}


def store_batch(connection: Connection, batch: ChangeBatch, now: datetime) -> Changes:
    """Keep what is new in a batch and advance the watermark; returns what changed.

    A known (id, version) changes nothing, nor does a version older than the one kept. What the server no longer
    lists in `present` is marked deleted, in its last known version.
    """
    if batch.present is not None:
        batch = replace(batch, resources=(*batch.resources, *_vanished(connection, batch, batch.present)))
    kept = _kept(connection, batch)
    fresh = _fresh(batch.resources, kept)
    if fresh:
        upsert(connection, resource, ("type", "id"), list(map(_resource_values, fresh)))
    changes = _store_items(connection, fresh, kept, now)
    return changes | advance(connection, batch, sum(each.id not in kept for each in fresh))


def _vanished(connection: Connection, batch: ChangeBatch, present: frozenset[str]) -> list[Fetched]:
    rows = connection.execute(
        select(resource.c.id, resource.c.version, resource.c.last_updated).where(
            resource.c.type == batch.type,
            resource.c.deleted.is_(False),
            resource.c.id.not_in(among("present")),
        ),
        {"present": _as_json(present | {each.id for each in batch.resources})},
    )
    return [Fetched(batch.type, row.id, row.version, row.last_updated, b"", True, None) for row in rows]


def _kept(connection: Connection, batch: ChangeBatch) -> dict[str, Any]:
    rows = connection.execute(
        select(
            resource.c.id,
            resource.c.version,
            resource.c.last_updated,
            resource.c.deleted,
            resource.c.item_kind,
            resource.c.item_id,
        ).where(resource.c.type == batch.type, resource.c.id.in_(among("ids"))),
        {"ids": _as_json(each.id for each in batch.resources)},
    )
    return {row.id: row for row in rows}


def _fresh(resources: Iterable[Fetched], kept: dict[str, Any]) -> list[Fetched]:
    newest: dict[str, Fetched] = {}
    for each in resources:
        known = newest.get(each.id) or kept.get(each.id)
        if known is None or (
            (each.version, each.deleted) != (known.version, known.deleted)
            and each.last_updated >= known.last_updated
        ):
            newest[each.id] = each
    return list(newest.values())


def _store_items(connection: Connection, fresh: list[Fetched], kept: dict[str, Any], now: datetime) -> Changes:
    written: dict[str, list[Item]] = defaultdict(list)
    gone: dict[str, list[str]] = defaultdict(list)
    for each in fresh:
        if each.item is not None and not each.deleted:
            written[item_kind(each.item)].append(each.item)
        elif (before := kept.get(each.id)) is not None and before.item_kind is not None:
            gone[before.item_kind].append(before.item_id)
    changes = Changes.NOTHING
    for kind in written.keys() | gone.keys():
        changes |= _SHOWS_IN[kind]
        known = [*(item.id for item in written[kind] if item.id in kept), *gone[kind]]
        threads = _threads_of(connection, known) if kind == message.name and known else set()
        _write(connection, ITEM_TABLES[kind], written[kind], gone[kind], now)
        if kind == message.name:
            threads |= {item.thread_id for item in written[kind] if isinstance(item, Message)}
            rewrite_threads(connection, threads)
        if kind == thread_holder.name:
            forget_granted(connection, [item.thread_id for item in written[kind] if isinstance(item, HeldThread)])
        enter_news(connection, kind, [item.id for item in written[kind]])
    return changes


def _write(connection: Connection, table: Table, items: list[Item], gone: list[str], now: datetime) -> None:
    if gone:
        connection.execute(delete(table).where(table.c.id.in_(among("ids"))), {"ids": _as_json(gone)})
    upsert(connection, table, ("id",), [item_values(item, now) for item in items])


def _threads_of(connection: Connection, message_ids: Collection[str]) -> set[str]:
    found = connection.scalars(
        select(message.c.thread_id).distinct().where(message.c.id.in_(among("ids"))), {"ids": _as_json(message_ids)}
    )
    return set(found)


def _resource_values(each: Fetched) -> dict[str, object]:
    item = None if each.deleted else each.item
    return {
        "type": each.type,
        "id": each.id,
        "version": each.version,
        "last_updated": each.last_updated,
        "raw": each.raw,
        "deleted": each.deleted,
        "item_kind": None if item is None else item_kind(item),
        "item_id": None if item is None else item.id,
    }


def _as_json(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))
