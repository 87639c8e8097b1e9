"""The practice system's memory: every version of every resource, in the order they were committed.

A version is never changed; `replaced` tells which later one took its place. Any past moment can therefore be read
again, and a search that goes over several pages sees one moment, whatever is written between them. All calls are
made from the server's one event loop and none of them waits, so requests are carried out one after another.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.demo.practice_system.bulk_load import load
from app.demo.practice_system.index import ANY_REFERENCE, index_rows
from app.demo.practice_system.problems import JsonObject
from app.demo.practice_system.profile import STANDARD
from app.demo.practice_system.query import AS_OF, sort_key, statement, where
from app.demo.practice_system.schema import open_file
from app.demo.practice_system.searches import Search
from app.demo.practice_system.versions import Method, Page, Position, Version, stamped
from app.domain.clinic_time import Clock

_COLUMNS = "SELECT v.seq, v.type, v.id, v.number, v.method, v.last_updated, v.body, v.version_id"
_SELECT = statement(_COLUMNS, "FROM version v")
_EPOCH = datetime.fromtimestamp(0, UTC)


class ResourceStore:
    """Versions in a SQLite file of their own (`:memory:` works too)."""

    def __init__(self, path: Path | str, clock: Clock) -> None:
        self._clock = clock
        self._db = open_file(path)
        self.version_id: Callable[[str, str, int], str] = STANDARD.version_id
        """How new versions are called; whoever serves the store says so."""

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is written inside, or nothing of it when the block raises."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def newest_seq(self) -> int:
        """Return the sequence number of the newest version, 0 when there is none."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM version").fetchone()[0])

    def append(self, resource_type: str, resource_id: str, method: Method, resource: JsonObject | None) -> Version:
        """Add the next version of a resource; `meta.versionId` and `meta.lastUpdated` are set here.

        `lastUpdated` never goes back, whatever the clock does: in commit order it only grows.
        """
        current = self.current(resource_type, resource_id)
        seq, number = self.newest_seq() + 1, current.number + 1 if current else 1
        now = (self._clock() - _EPOCH) // timedelta(milliseconds=1)
        row = self._db.execute("SELECT last_updated FROM version WHERE seq = ?", (seq - 1,)).fetchone()
        last_updated = max(now, row[0]) if row else now
        version_id = self.version_id(resource_type, resource_id, number)
        body = None
        if resource is not None:
            body = stamped(resource_type, resource_id, version_id, last_updated, resource)
        if current:
            self._db.execute("UPDATE version SET replaced = ? WHERE seq = ?", (seq, current.seq))
        version = Version(seq, resource_type, resource_id, number, method, last_updated, body, version_id)
        self._db.execute(
            "INSERT INTO version (seq, type, id, number, method, last_updated, body, version_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, resource_type, resource_id, number, method, last_updated, body, version_id),
        )
        if resource is not None:
            self._db.executemany(
                "INSERT INTO search_value VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (seq, row.parameter, row.qualifier, row.value, row.low, row.high)
                    for row in index_rows(resource_type, resource)
                ],
            )
        return version

    def load(self, resources: Iterable[tuple[int, JsonObject]]) -> int:
        """Add very many new resources, each with its time (Unix milliseconds, never going back); returns how many.

        Raises ValueError or sqlite3.IntegrityError, and nothing is added then.
        """
        with self.transaction():
            return load(self._db, self.newest_seq() + 1, self.version_id, resources)

    def current(self, resource_type: str, resource_id: str) -> Version | None:
        """Return the newest version, which may be a deletion, or None when there never was one."""
        return self._one("v.type = ? AND v.id = ? AND v.replaced IS NULL", resource_type, resource_id)

    def version(self, resource_type: str, resource_id: str, version_id: str) -> Version | None:
        """Return one version of a resource."""
        return self._one("v.type = ? AND v.id = ? AND v.version_id = ?", resource_type, resource_id, version_id)

    def referring(self, reference: str) -> Iterator[Version]:
        """Yield the current resources that refer to one."""
        rows = self._db.execute(
            statement(
                _SELECT,
                "JOIN search_value s ON v.seq = s.seq WHERE s.parameter = ? AND s.value = ? AND v.replaced IS NULL",
            ),
            (ANY_REFERENCE, reference),
        )
        return (Version(*row) for row in rows.fetchall())

    def as_of(self, reference: str, snapshot: int) -> Version | None:
        """Return a resource as it was at a snapshot, None when it was not there."""
        resource_type, _, resource_id = reference.partition("/")
        return self._one(f"v.type = ? AND v.id = ? AND {AS_OF}", resource_type, resource_id, snapshot, snapshot)

    def referenced(self, version: Version, parameter: str) -> list[str]:
        """Return what a version points at by a reference parameter."""
        rows = self._db.execute(
            "SELECT value FROM search_value WHERE seq = ? AND parameter = ?", (version.seq, parameter)
        )
        return [row[0] for row in rows]

    def search(self, search: Search, after: Position | None) -> Page:
        """Return a page of a search, the first one or the one after a position."""
        snapshot = after.snapshot if after else self.newest_seq()
        condition, bound = where(search, snapshot)
        key, key_bound = sort_key(search)
        total = after.total if after else None
        if after is None and search.total:
            count = statement("SELECT count(*) FROM version v WHERE", condition)
            total = self._db.execute(count, bound).fetchone()[0]
        if after:
            condition += f" AND ({key}, v.seq) {'<' if search.descending else '>'} (?, ?)"
            bound = [*bound, *key_bound, after.key, after.seq]
        order = "DESC" if search.descending else "ASC"
        rows = self._db.execute(
            statement(
                *(_COLUMNS, ",", key, "FROM version v WHERE", condition),
                *("ORDER BY", key, order, ", v.seq", order, "LIMIT ?"),
            ),
            [*key_bound, *bound, *key_bound, search.count + 1],
        ).fetchall()
        shown = rows[: search.count]
        more = len(rows) > len(shown) and shown
        end = Position(snapshot, total, shown[-1][-1], shown[-1][0]) if more else None
        return Page(tuple(Version(*row[:-1]) for row in shown), snapshot, total, end)

    def history(
        self, resource_type: str | None, resource_id: str | None, since: int, before: int | None, count: int
    ) -> tuple[Version, ...]:
        """Return versions, newest first: of one resource, a type or all; `before` is where a page ended."""
        condition = "v.last_updated >= ?" if resource_id is None else "+v.last_updated >= ?"
        values: list[object] = [since]
        for column, value in (("type", resource_type), ("id", resource_id)):
            if value is not None:
                condition += f" AND v.{column} = ?"
                values.append(value)
        if before is not None:
            moment = "(SELECT b.last_updated FROM version b WHERE b.seq = ?)"
            condition += f" AND (v.last_updated, v.seq) < ({moment}, ?)"
            values += [before, before]
        # In commit order times only grow, so both are the order of `seq`, each one that an index knows.
        order = "v.last_updated DESC, v.seq DESC" if resource_id is None else "v.number DESC"
        rows = self._db.execute(
            statement(_SELECT, "WHERE", condition, "ORDER BY", order, "LIMIT ?"), [*values, count]
        )
        return tuple(Version(*row) for row in rows)

    def _one(self, condition: str, *bound: object) -> Version | None:
        row = self._db.execute(statement(_SELECT, "WHERE", condition), bound).fetchone()
        return Version(*row) if row else None
