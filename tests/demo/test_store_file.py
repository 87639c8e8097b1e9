"""The practice system's file: one of an earlier demo is brought up to date, and bulk loading is all or nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.demo.practice_system.searches import parse_search
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import HandClock, patient

EARLIER = """
CREATE TABLE version (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
    method TEXT NOT NULL, last_updated INTEGER NOT NULL, replaced INTEGER, body BLOB, UNIQUE (type, id, number));
CREATE INDEX version_by_time ON version (type, last_updated);
CREATE TABLE search_value (seq INTEGER NOT NULL, parameter TEXT NOT NULL, qualifier TEXT, value TEXT, low INTEGER,
    high INTEGER);
CREATE INDEX search_value_by_value ON search_value (parameter, value);
INSERT INTO version VALUES (1, 'Patient', 'p', 1, 'POST', 5, 2, '{"resourceType":"Patient","id":"p"}');
INSERT INTO version VALUES (2, 'Patient', 'p', 2, 'PUT', 6, NULL, '{"resourceType":"Patient","id":"p"}');
"""


def test_a_file_of_an_earlier_demo_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(EARLIER)
    for _ in range(2):
        with closing(ResourceStore(path, HandClock())) as store:
            current = store.current("Patient", "p")
            assert current is not None
            assert current.etag == 'W/"2"'
            assert store.version("Patient", "p", "1") is not None
    with closing(ResourceStore(path, HandClock())) as store:
        assert store.append("Patient", "p", "PUT", patient()).etag == 'W/"3"'


def test_bulk_loading_is_all_or_nothing(tmp_path: Path) -> None:
    with closing(ResourceStore(tmp_path / "practice.db", HandClock())) as store:
        assert store.load([(5, patient(id="a")), (7, patient(id="b"))]) == 2
        for resources, error in (
            ([(9, patient(id="c")), (8, patient(id="d"))], ValueError),
            ([(9, patient(id="c")), (9, patient(id="a"))], sqlite3.IntegrityError),
        ):
            with pytest.raises(error):
                store.load(resources)
        page = store.search(parse_search("Patient", [("name", "testesen")]), None)
        assert [version.id for version in page.versions] == ["a", "b"]
        assert page.versions[0].resource()["meta"] == {
            "versionId": "1",
            "lastUpdated": "1970-01-01T00:00:00.005Z",
        }
        assert store.load([(9, patient(id="c"))]) == 1
        assert store.newest_seq() == 3
