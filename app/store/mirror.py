"""Keeps the second copy of what only this PC knows in step with the database, outside every click's way.

The database notes by triggers of its own connection what a commit touched, whatever code did it. After the commit
the touched rows are read in the database thread, which takes no longer than reading one booking, and written to the
other file in a thread of their own.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from sqlcipher3 import dbapi2

from app.store import mirror_file
from app.store.cipher import unlock_to_read
from app.store.files import Files
from app.store.mirror_file import MirrorState
from app.store.own_rows import OWN_TABLES, Rows, read_own, read_table

_log = logging.getLogger(__name__)

_ANY_TOUCHED = "SELECT EXISTS (SELECT 1 FROM temp.touched)"


@dataclass(frozen=True, slots=True)
class Touched:
    """What changed since the last time: the rows as they are now, the keys of those that are gone."""

    state: MirrorState
    rows: Rows = field(repr=False)
    gone: list[tuple[str, str]] = field(repr=False)


def watch(driver: dbapi2.Connection) -> None:
    """Note from now on what every commit of this connection touches."""
    driver.execute("CREATE TEMP TABLE touched (kind TEXT NOT NULL, key TEXT NOT NULL)")
    for table, key in OWN_TABLES.items():
        of = "OF checked_at, tidied_at, repaired_at, lost_actions" if table == "upkeep" else ""
        for name, event, row in (
            ("made", "INSERT", "NEW"), ("changed", f"UPDATE {of}", "NEW"), ("gone", "DELETE", "OLD"),
        ):  # fmt: skip
            note = f"INSERT INTO touched VALUES ('{table}', {row}.{key})"  # noqa: S608 - names of ours
            grow = "UPDATE upkeep SET generation = generation + 1"
            driver.execute(
                f"CREATE TEMP TRIGGER {table}_{name} AFTER {event} ON main.{table} BEGIN {note}; {grow}; END"
            )


def anything_touched(driver: dbapi2.Connection) -> bool:
    """Tell whether there is something to take."""
    return bool(driver.execute(_ANY_TOUCHED).fetchone()[0])


def take_touched(driver: dbapi2.Connection) -> Touched:
    """Return what was touched since the last time, and forget it."""
    driver.execute("BEGIN")
    try:
        state = _state(driver)
        keys = {(str(kind), str(key)) for kind, key in driver.execute("SELECT kind, key FROM temp.touched")}
        rows: Rows = {}
        for kind, key in keys:
            rows.setdefault(kind, {}).update(read_table(driver, kind, f"WHERE {OWN_TABLES[kind]} = ?", (key,)))
        driver.execute("DELETE FROM temp.touched")
    finally:
        driver.execute("COMMIT")
    gone = [(kind, key) for kind, key in keys if key not in rows[kind]]
    return Touched(state, rows, gone)


class Mirror:
    """The other file, written in its own thread; a failure is logged and made good by the next write."""

    def __init__(self, files: Files, key: str) -> None:
        self._files = files
        self._key = key
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mirror")
        self._driver: dbapi2.Connection | None = None
        self._holds: MirrorState | None = None

    def follow(self) -> None:
        """Bring the file up to the database if it is behind; returns at once."""
        self._thread.submit(self._guarded, None)

    def take(self, touched: Touched) -> None:
        """Write what was touched; returns at once."""
        self._thread.submit(self._guarded, touched)

    def written(self) -> Future[None]:
        """Return what is done when all that was asked for so far is."""
        return self._thread.submit(lambda: None)

    def close(self) -> None:
        """Finish what was asked for and close the file."""
        self._thread.submit(self._shut).result()
        self._thread.shutdown()

    def _guarded(self, touched: Touched | None) -> None:
        try:
            if self._driver is None:
                self._driver = mirror_file.open_mirror(self._files.mirror, self._key)
                self._holds = mirror_file.state_in(self._driver)
                touched = None
            self._write(self._driver, touched)
        except (dbapi2.Error, OSError) as error:
            _log.warning("the second copy of the outbox was not written: %s", type(error).__name__)
            self._shut()

    def _write(self, driver: dbapi2.Connection, touched: Touched | None) -> None:
        if touched is not None and self._holds is not None and self._holds.version == touched.state.version:
            if touched.state.generation > self._holds.generation:
                mirror_file.update(driver, touched.rows, touched.gone, touched.state)
                self._holds = touched.state
            return
        with closing(unlock_to_read(self._files.main, self._key)) as main:
            main.execute("BEGIN")
            state = _state(main)
            if self._holds != state:
                mirror_file.rewrite(driver, read_own(main))
                self._holds = state

    def _shut(self) -> None:
        driver, self._driver, self._holds = self._driver, None, None
        if driver is not None:
            try:
                driver.close()
            except dbapi2.Error as error:
                _log.warning("the second copy of the outbox was not closed: %s", type(error).__name__)


def _state(driver: dbapi2.Connection) -> MirrorState:
    version = int(driver.execute("PRAGMA user_version").fetchone()[0])
    return MirrorState(version, int(driver.execute("SELECT generation FROM upkeep").fetchone()[0]))
