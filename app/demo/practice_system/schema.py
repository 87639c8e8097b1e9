"""The practice system's file: its tables, and the indexes that keep it quick with many thousands of resources."""

import sqlite3
from pathlib import Path

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS version (
    seq INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    method TEXT NOT NULL,
    last_updated INTEGER NOT NULL,
    replaced INTEGER,
    body BLOB,
    version_id TEXT NOT NULL DEFAULT '',
    UNIQUE (type, id, number)
);
CREATE TABLE IF NOT EXISTS search_value (
    seq INTEGER NOT NULL REFERENCES version (seq),
    parameter TEXT NOT NULL,
    qualifier TEXT,
    value TEXT,
    low INTEGER,
    high INTEGER
);
"""
_VERSION_ID = """
ALTER TABLE version ADD COLUMN version_id TEXT NOT NULL DEFAULT '';
UPDATE version SET version_id = CAST(number AS TEXT);
"""
# What a page and its count are chosen by stands in the first index alone, so that no body is read in vain.
INDEXES = """
DROP INDEX IF EXISTS version_by_time;
CREATE INDEX IF NOT EXISTS version_as_of ON version (type, last_updated, seq, replaced, method);
CREATE INDEX IF NOT EXISTS version_by_moment ON version (last_updated, seq);
CREATE UNIQUE INDEX IF NOT EXISTS version_current ON version (type, id) WHERE replaced IS NULL;
CREATE INDEX IF NOT EXISTS search_value_by_value ON search_value (parameter, value, seq);
CREATE INDEX IF NOT EXISTS search_value_by_date ON search_value (parameter, low, seq);
CREATE INDEX IF NOT EXISTS search_value_by_end ON search_value (parameter, high, seq);
CREATE INDEX IF NOT EXISTS search_value_by_version ON search_value (seq, parameter);
"""
SEARCH_INDEXES = ("search_value_by_value", "search_value_by_date", "search_value_by_end", "search_value_by_version")


def open_file(path: Path | str) -> sqlite3.Connection:
    """Open a practice system's file, making it, or bringing one of an earlier demo up to date, where needed."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(_TABLES)
    if "version_id" not in {column[1] for column in db.execute("PRAGMA table_info(version)")}:
        db.executescript(_VERSION_ID)
    db.executescript(INDEXES)
    return db
