"""The large clinic: as many as asked for, valid, always the same, and quick to search."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.demo.large_clinic import SPAN, Size, fill, main
from app.demo.large_letters import Letters, read_phrases
from app.demo.neighbours import neighbours
from app.demo.practice_system.elements import references_in
from app.demo.practice_system.query import where
from app.demo.practice_system.searches import parse_search
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.validation import check_resource
from app.demo.practice_system.writing import writing
from app.demo.seed import top_up_calendar
from app.demo.seed_files import read_seed_files
from app.domain.clinic_time import clinic_date, clinic_local
from app.domain.cpr import parse_cpr
from tests.demo.fhir import HandClock

NOW = datetime(2026, 11, 24, 8, 2, tzinfo=UTC)
SIZE = Size(patients=150, messages=700, slots=600, appointments=250)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "practice.db"
    with closing(ResourceStore(path, HandClock(NOW))) as store:
        assert fill(store, SIZE, NOW) == 150 + 700 + 600 + 250 + 1 + 4 + 3 + len(read_seed_files().patients)
    return path


@pytest.fixture
def large(filled: Path, tmp_path: Path) -> Iterator[ResourceStore]:
    (tmp_path / "practice.db").write_bytes(filled.read_bytes())
    with closing(ResourceStore(tmp_path / "practice.db", HandClock(NOW))) as store:
        yield store


def everything(store: ResourceStore, resource_type: str | None = None) -> list[dict[str, Any]]:
    """Return the current resources in the order they were written."""
    versions = store.history(resource_type, None, 0, None, 100_000)
    current = {version.reference: version for version in reversed(versions)}
    return [version.resource() for version in current.values() if version.body]


def test_there_are_as_many_as_asked_for_and_all_are_valid(large: ResourceStore) -> None:
    resources = everything(large)
    counts = Counter(resource["resourceType"] for resource in resources)
    assert (counts["Communication"], counts["Slot"], counts["Appointment"]) == (700, 600, 250)
    for resource in resources:
        check_resource(resource["resourceType"], resource)
        for reference in references_in(resource):
            assert large.current(*reference.split("/")) is not None, reference
    with writing(large, "http://localhost/fhir") as unit:
        for resource in everything(large, "Appointment"):
            unit.update("Appointment", resource["id"], resource, None)
    busy = {slot["id"] for slot in everything(large, "Slot") if slot["status"] == "busy"}
    held = {one["slot"][0]["reference"].removeprefix("Slot/") for one in everything(large, "Appointment")}
    assert held == busy


def test_three_years_are_spread_evenly_and_in_order(large: ResourceStore) -> None:
    stamps = [version.last_updated for version in reversed(large.history(None, None, 0, None, 100_000))]
    assert stamps == sorted(stamps)
    since = (NOW - SPAN).timestamp() * 1000
    assert since - 60_000 <= stamps[0]
    assert stamps[-1] <= NOW.timestamp() * 1000
    third = (NOW - SPAN / 3).timestamp() * 1000
    letters = [version.last_updated for version in large.history("Communication", None, 0, None, 1000)]
    assert 0.2 < sum(stamp > third for stamp in letters) / len(letters) < 0.5


def test_the_letters_make_threads_in_danish(large: ResourceStore) -> None:
    threads: dict[str, list[dict[str, Any]]] = {}
    for message in everything(large, "Communication"):
        threads.setdefault(message["extension"][0]["valueString"], []).append(message)
    waiting = 0
    for thread in threads.values():
        thread.sort(key=lambda message: datetime.fromisoformat(message["sent"]))
        assert len({message["subject"]["reference"] for message in thread}) == 1
        for earlier, later in pairwise(thread):
            assert later["inResponseTo"] == [{"reference": f"Communication/{earlier['id']}"}]
        if thread[-1]["status"] == "in-progress":
            waiting += 1
            assert NOW - datetime.fromisoformat(thread[-1]["sent"]) < timedelta(days=10)
    assert 0.25 < len(threads) / 700 < 0.6
    assert waiting < len(threads) / 20
    texts = [message["payload"][0]["contentString"] for thread in threads.values() for message in thread]
    assert not any("{" in text or "}" in text for text in texts)
    assert 150 < sum(map(len, texts)) / len(texts) < 600
    assert max(map(len, texts)) > 800
    assert any("å" in text and "ø" in text for text in texts)


def test_nobody_in_it_could_be_a_real_person(large: ResourceStore) -> None:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    numbers = []
    for person in everything(large, "Patient"):
        assert "Test" in person["name"][0]["given"]
        (identifier,) = person["identifier"]
        if identifier["system"] == "urn:oid:1.2.208.176.1.2":
            digits = parse_cpr(identifier["value"]).digits
            assert sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
            numbers.append(digits)
    assert len(set(numbers)) == len(numbers)


def test_the_same_number_gives_the_same_clinic(large: ResourceStore) -> None:
    with (
        closing(ResourceStore(":memory:", HandClock(NOW))) as again,
        closing(ResourceStore(":memory:", HandClock(NOW))) as other,
    ):
        fill(again, SIZE, NOW)
        fill(other, SIZE, NOW, number=2)
        assert everything(again) == everything(large)
        assert everything(other, "Communication") != everything(large, "Communication")


def test_the_demo_can_run_it(large: ResourceStore) -> None:
    before = len(everything(large, "Appointment"))
    top_up_calendar(large, read_seed_files(), NOW)
    assert any(slot["id"].startswith("ekstra-video") for slot in everything(large, "Slot"))
    after = everything(large, "Appointment")
    assert len(after) > before
    for resource in after:
        for reference in references_in(resource):
            assert large.current(*reference.split("/")) is not None, reference


def test_what_cannot_be_is_refused(large: ResourceStore, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not empty"):
        fill(large, SIZE, NOW)
    for size, word in (
        (Size(patients=10, messages=0, slots=1, appointments=2), "more appointments"),
        (Size(patients=10, messages=0, slots=200_000, appointments=0), "have"),
        (Size(patients=0, messages=1, slots=0, appointments=0), "patients"),
    ):
        with closing(ResourceStore(":memory:", HandClock(NOW))) as store:
            with pytest.raises(ValueError, match=word):
                fill(store, size, NOW)
            assert store.newest_seq() == 0
    words = read_phrases().words
    assert all(words.values())
    sizes = ("--patients", "5", "--messages", "9", "--slots", "4", "--appointments", "2")
    assert main(("--dir", str(tmp_path / "new"), *sizes)) == 0
    assert main(("--dir", str(tmp_path / "new"), *sizes)) == 1


@pytest.mark.parametrize("query", [(), (("_lastUpdated", "gt2026-11-24T08:00:00Z"),)])
def test_a_page_and_its_count_are_found_by_the_index_over_time(
    filled: Path, query: tuple[tuple[str, str], ...]
) -> None:
    condition, bound = where(parse_search("Communication", query), 10**6)
    ordered = f"SELECT v.body FROM version v WHERE {condition} ORDER BY v.last_updated, v.seq LIMIT 100"
    counted = f"SELECT count(*) FROM version v WHERE {condition}"
    with closing(sqlite3.connect(filled)) as db:
        (page,) = db.execute(f"EXPLAIN QUERY PLAN {ordered}", bound).fetchall()
        (count,) = db.execute(f"EXPLAIN QUERY PLAN {counted}", bound).fetchall()
    assert "INDEX version_as_of (type=?" in page[3]
    assert "COVERING INDEX version_as_of (type=?" in count[3]


@pytest.mark.parametrize("pair", [("identifier", "urn:x|1"), ("patient", "nabo-7"), ("_id", "x")])
def test_what_leads_to_a_few_is_not_looked_for_among_all(filled: Path, pair: tuple[str, str]) -> None:
    condition, bound = where(parse_search("Communication", (pair,)), 10**6)
    with closing(sqlite3.connect(filled)) as db:
        select = f"EXPLAIN QUERY PLAN SELECT count(*) FROM version v WHERE {condition}"
        plan = [row[3] for row in db.execute(select, bound)]
    assert any("rowid=?" in step or "type=? AND id=?" in step for step in plan), plan
    assert not any(step.startswith("SCAN") or step.endswith("(type=?)") for step in plan), plan


@pytest.mark.parametrize("night", [datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)])
def test_no_answer_comes_before_its_question_when_the_clocks_are_set(night: datetime) -> None:
    now, files = clinic_local(night), read_seed_files()
    clinicians = [person for person in files.practitioners if person.slot_minutes]
    people = neighbours(20, clinic_date(night))
    letters = Letters(people, clinicians, files.organization.id, now=now, number=1)
    events = list(letters.events(4000, now - timedelta(days=1)))
    assert len([write() for _, write in sorted(events, key=lambda event: event[0])]) == 4000
