"""All that is kept on this PC of one patient, for handing out: as it is read here, and as it came."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Table, func, or_, select

from app.domain.ids import PatientId
from app.store.schema import (
    among,
    appointment,
    assignment,
    consultation,
    message,
    patient,
    pending_action,
    record_picture,
    resource,
    thread_holder,
)

Json = dict[str, Any]

_HELD_AS_JSON = frozenset({"ledger", "call", "outcome", "conflict"})
_ABOUT: dict[str, FromClause] = {
    "messages": message,
    "consultations": consultation,
    "appointments": appointment,
    "thread_holders": thread_holder,
    "waiting_actions": pending_action,
    "wishes_for_threads": assignment,
    "pictures_for_the_record": record_picture,
}


def patient_data(connection: Connection, patient_id: PatientId) -> Json | None:
    """Return everything that is kept of a patient as JSON; None when nothing is."""
    tables = {
        name: [_plain(row) for row in connection.execute(select(table).where(table.c.patient_id == patient_id))]
        for name, table in _ABOUT.items()
    }
    person = connection.execute(select(patient).where(patient.c.id == patient_id)).one_or_none()
    resources = [_resource(row) for row in _resources(connection, patient_id, tables)]
    if person is None and not resources and not any(tables.values()):
        return None
    return {"patient": None if person is None else _plain(person), **tables, "resources": resources}


def _resources(connection: Connection, patient_id: PatientId, tables: dict[str, list[Json]]) -> Iterable[Row[Any]]:
    of_kind = {
        patient: [patient_id],
        message: _ids(tables["messages"]),
        appointment: _ids(tables["appointments"]),
        thread_holder: _ids(tables["thread_holders"]),
    }
    for table, ids in of_kind.items():
        yield from _found(connection, _read_out_as(table), {"ids": json.dumps(ids)})
    # What nothing is read out of names its patient in its own text alone.
    named = [func.instr(resource.c.raw, f'"Patient/{patient_id}{end}'.encode()) > 0 for end in ('"', "/")]
    yield from _found(connection, resource.c.item_kind.is_(None) & or_(*named), {})


def _read_out_as(table: Table) -> ColumnElement[bool]:
    return (resource.c.item_kind == table.name) & resource.c.item_id.in_(among("ids"))


def _found(connection: Connection, condition: ColumnElement[bool], parameters: Json) -> Iterable[Row[Any]]:
    query = select(resource).where(condition).order_by(resource.c.type, resource.c.id)
    return connection.execute(query, parameters)


def _ids(rows: list[Json]) -> list[str]:
    return [row["id"] for row in rows]


def _resource(row: Row[Any]) -> Json:
    return _plain(row) | {"raw": _raw(row.raw)}


def _raw(raw: bytes) -> object:
    """Return a resource as JSON, or as text where it is none."""
    text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(row: Row[Any]) -> Json:
    return {name: _value(name, value) for name, value in row._mapping.items()}


def _value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if name in _HELD_AS_JSON and isinstance(value, str):
        return json.loads(value)
    return None if isinstance(value, bytes) else value
