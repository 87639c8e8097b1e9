"""Writes many rows at once, as fast as SQLite takes them: the statement is put together once for each table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Table

from app.store.instant import as_number


def upsert(
    connection: Connection, table: Table, keys: tuple[str, ...], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows, or overwrite those with the same keys; every row has the same columns in the same order."""
    if rows:
        values = [tuple(map(_bound, row.values())) for row in rows]
        connection.exec_driver_sql(_statement(table.name, keys, tuple(rows[0])), values)


@cache
def _statement(table: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in keys)
    return (
        f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    )


def _bound(value: object) -> object:
    return as_number(value) if isinstance(value, datetime) else value
