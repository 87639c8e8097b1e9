"""The second file with what only this PC knows: as rows of text, so that it is the same under every schema."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from app.store.cipher import configure, unlock, unlock_to_read
from app.store.files import make_private, remove
from app.store.own_rows import Own, Row, Rows

_SCHEMA = """
CREATE TABLE IF NOT EXISTS own_row (
    kind TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, generation INTEGER NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class MirrorState:
    """Of which schema, and of which state of the database, a mirror is."""

    version: int
    generation: int


def read_state(path: Path, key: str) -> MirrorState | None:
    """Return what a mirror is of; None when there is none, or it cannot be read with this key."""
    if not path.exists():
        return None
    try:
        with closing(unlock_to_read(path, key)) as driver:
            return state_in(driver)
    except dbapi2.Error:
        return None


def read_mirror(path: Path, key: str) -> Own | None:
    """Read a mirror; None when there is none, or it cannot be read whole."""
    if not path.exists():
        return None
    try:
        with closing(unlock_to_read(path, key)) as driver:
            driver.execute("BEGIN")
            state = state_in(driver)
            found = driver.execute("SELECT kind, key, content FROM own_row").fetchall()
    except dbapi2.Error:
        return None
    rows: Rows = {}
    for kind, name, content in found:
        rows.setdefault(kind, {})[name] = json.loads(content)
    return None if state is None else Own(state.version, state.generation, rows)


def open_mirror(path: Path, key: str) -> dbapi2.Connection:
    """Open a mirror for writing, in place of one that cannot be used; raises dbapi2.Error or OSError."""
    try:
        return _opened(path, key)
    except dbapi2.DatabaseError as error:
        if isinstance(error, dbapi2.OperationalError):
            raise
        remove(path)
        return _opened(path, key)


def rewrite(driver: dbapi2.Connection, own: Own) -> None:
    """Make a mirror hold this and nothing else, in one commit."""
    with driver:
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("DELETE FROM own_row")
        for kind, rows in own.rows.items():
            _put(driver, kind, rows.items())
        _note(driver, MirrorState(own.version, own.generation or 0))


def update(driver: dbapi2.Connection, rows: Rows, gone: Iterable[tuple[str, str]], state: MirrorState) -> None:
    """Put in what changed and take out what is gone, in one commit."""
    with driver:
        driver.execute("BEGIN IMMEDIATE")
        driver.executemany("DELETE FROM own_row WHERE kind = ? AND key = ?", list(gone))
        for kind, changed in rows.items():
            _put(driver, kind, changed.items())
        _note(driver, state)


def state_in(driver: dbapi2.Connection) -> MirrorState | None:
    """Return what an open mirror is of; None when it has just been made."""
    if not driver.execute("SELECT 1 FROM sqlite_schema WHERE name = 'state'").fetchone():
        return None
    found = driver.execute("SELECT version, generation FROM state").fetchone()
    return MirrorState(int(found[0]), int(found[1])) if found else None


def _opened(path: Path, key: str) -> dbapi2.Connection:
    make_private(path)
    driver = unlock(path, key)
    try:
        configure(driver)
        driver.executescript(_SCHEMA)
        driver.execute("SELECT count(*) FROM own_row").fetchone()
    except BaseException:
        driver.close()
        raise
    return driver


def _put(driver: dbapi2.Connection, kind: str, rows: Iterable[tuple[str, Row]]) -> None:
    driver.executemany(
        "INSERT INTO own_row (kind, key, content) VALUES (?, ?, ?)"
        " ON CONFLICT (kind, key) DO UPDATE SET content = excluded.content",
        [(kind, key, json.dumps(row)) for key, row in rows],
    )


def _note(driver: dbapi2.Connection, state: MirrorState) -> None:
    driver.execute(
        "INSERT INTO state (one, version, generation) VALUES (1, ?, ?)"
        " ON CONFLICT (one) DO UPDATE SET version = excluded.version, generation = excluded.generation",
        (state.version, state.generation),
    )
