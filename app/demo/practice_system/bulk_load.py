"""Putting very many new resources into a practice system at once, as when a clinic moves in."""

import sqlite3
from collections.abc import Callable, Iterable
from itertools import islice

from app.demo.practice_system.index import index_rows
from app.demo.practice_system.problems import JsonObject
from app.demo.practice_system.schema import INDEXES, SEARCH_INDEXES
from app.demo.practice_system.versions import stamped

_PORTION = 2000


def load(
    db: sqlite3.Connection,
    first_seq: int,
    version_id: Callable[[str, str, int], str],
    resources: Iterable[tuple[int, JsonObject]],
) -> int:
    """Insert resources, each with the time it was last updated (Unix milliseconds), and return how many.

    The times must not go back. Indexes are made anew afterwards, which is far quicker than keeping them. Raises
    ValueError when the times go back, sqlite3.IntegrityError for a resource that is there already.
    """
    for name in SEARCH_INDEXES:
        db.execute(f"DROP INDEX {name}")
    waiting = iter(resources)
    seq, newest = first_seq, 0
    while portion := list(islice(waiting, _PORTION)):
        versions: list[tuple[object, ...]] = []
        values: list[tuple[object, ...]] = []
        for last_updated, resource in portion:
            if last_updated < newest:
                raise ValueError("the resources are not in the order of their times")
            newest = last_updated
            resource_type, resource_id = str(resource["resourceType"]), str(resource["id"])
            name = version_id(resource_type, resource_id, 1)
            body = stamped(resource_type, resource_id, name, last_updated, resource)
            versions.append((seq, resource_type, resource_id, 1, "POST", last_updated, body, name))
            values += (
                (seq, row.parameter, row.qualifier, row.value, row.low, row.high)
                for row in index_rows(resource_type, resource)
            )
            seq += 1
        db.executemany(
            "INSERT INTO version (seq, type, id, number, method, last_updated, body, version_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            versions,
        )
        db.executemany("INSERT INTO search_value VALUES (?, ?, ?, ?, ?, ?)", values)
    for statement in INDEXES.split(";"):
        db.execute(statement)
    return seq - first_seq
