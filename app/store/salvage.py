"""Reads what only this PC knows out of a damaged database, as far as its pages can be read, and changes nothing.

After one unreadable page SQLCipher refuses every other one on the same connection, so each failure costs a new one.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from app.store.cipher import unlock_to_read
from app.store.own_rows import OWN_TABLES, Own, Row, Rows, generation_in, numbers_in

_DAMAGE = (dbapi2.DatabaseError,)


class _Reader:
    """A connection that is made again after each failure."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key
        self._driver: dbapi2.Connection | None = None

    def each(self, sql: str, *parameters: int | str) -> Iterator[Row]:
        """Yield rows until the statement ends; raises dbapi2.DatabaseError at the first that cannot be read."""
        if self._driver is None:
            self._driver = unlock_to_read(self._path, self._key)
        try:
            cursor = self._driver.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            for values in cursor:
                yield dict(zip(names, values, strict=True))
        except _DAMAGE:
            self.close()
            raise

    def until_damage(self, sql: str) -> tuple[list[Row], bool]:
        """Return the rows that come before damage, and whether these are all."""
        found: list[Row] = []
        try:
            found.extend(self.each(sql))
        except _DAMAGE:
            return found, False
        return found, True

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None


def salvage(path: Path, key: str) -> Own | None:
    """Return what can be read; None when not even the names of the tables can be, or this is no database of ours.

    Raises OSError when the file itself cannot be read.
    """
    if not path.exists():
        return None
    reader = _Reader(path, key)
    try:
        return _salvaged(reader)
    except _DAMAGE:
        return None
    finally:
        reader.close()


def _salvaged(reader: _Reader) -> Own | None:
    [version] = [int(str(row["user_version"])) for row in reader.each("PRAGMA user_version")]
    schema, _ = reader.until_damage("SELECT type, name, tbl_name FROM sqlite_schema")
    there = {str(row["name"]) for row in schema if row["type"] == "table"}
    tables = [table for table in OWN_TABLES if table in there]
    if "pending_action" not in tables:
        return None
    rows: Rows = {}
    whole, lost, unknown = True, frozenset[int](), False
    for table in tables:
        found, all_of_it = reader.until_damage(f"SELECT * FROM {table}")  # noqa: S608 - a name of ours
        if not all_of_it:
            whole = False
            indexes = [str(row["name"]) for row in schema if row["type"] == "index" and row["tbl_name"] == table]
            found, missed, all_told = _by_number(reader, table, indexes)
            if table == "pending_action":
                lost, unknown = missed, not all_told
        rows[table] = {str(row[OWN_TABLES[table]]): row for row in found}
    numbers = None if unknown else lost | numbers_in(rows)
    return Own(version, generation_in(rows), rows, whole, lost, numbers)


def _by_number(reader: _Reader, table: str, indexes: list[str]) -> tuple[list[Row], frozenset[int], bool]:
    """Read a table row by row, by every number that any way through it, from either end, tells of.

    Returns the rows, the numbers of those that cannot be read, and whether these are all: an index that can be read
    to its end tells of every row, whatever became of the table.
    """
    ways = [(f"{table} NOT INDEXED", "rowid")]
    for index in indexes:
        columns, _ = reader.until_damage(f"PRAGMA index_info({index})")
        ways.extend((f"{table} INDEXED BY {index}", str(column["name"])) for column in columns[:1])
    numbers: set[int] = set()
    all_told = False
    for source, column in ways:
        for end in ("ASC", "DESC"):
            sql = f"SELECT rowid AS number FROM {source} ORDER BY {column} {end}"  # noqa: S608 - names of ours
            found, to_its_end = reader.until_damage(sql)
            all_told = all_told or to_its_end
            numbers.update(int(str(row["number"])) for row in found)
    rows: list[Row] = []
    lost: set[int] = set()
    for number in sorted(numbers):
        try:
            rows.extend(reader.each(f"SELECT * FROM {table} WHERE rowid = ?", number))  # noqa: S608 - a name of ours
        except _DAMAGE:
            lost.add(number)
    return rows, frozenset(lost), all_told
