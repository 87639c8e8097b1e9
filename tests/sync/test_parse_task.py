"""Reading who has a thread out of Tasks, of which a practice system has many that mean something else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.ids import ThreadId, assignment_uuid
from app.sync.fhir.parse_task import parse_task

TASK: dict[str, Any] = {
    "id": "t1",
    "identifier": [
        {"system": "urn:epj", "value": "17"},
        {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{assignment_uuid(ThreadId('m1'))}"},
    ],
    "status": "in-progress",
    "focus": {"reference": "https://epj.example/fhir/Communication/m1"},
    "for": {"reference": "Patient/p1"},
    "owner": {"reference": "Practitioner/c1", "display": "Læge Åse"},
    "executionPeriod": {"start": "2026-11-23T10:00:00+01:00"},
}
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_held_thread() -> None:
    held = parse_task(TASK)
    assert held
    assert (held.id, held.thread_id, held.patient_id) == ("t1", "m1", "p1")
    assert held.holder
    assert (held.holder.clinician_id, held.holder.name, held.holder.since) == ("c1", "Læge Åse", NINE)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"},
        {"status": "completed"},
        {"owner": None},
        {"owner": {"reference": "Organization/o1"}},
        {"executionPeriod": {"start": "i går"}},
        {"executionPeriod": None},
    ],
)
def test_a_thread_that_nobody_has(change: dict[str, Any]) -> None:
    held = parse_task({**TASK, **change})
    assert held
    assert held.holder is None


@pytest.mark.parametrize(
    "change",
    [
        {"identifier": None},
        {"identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:0b1d1a5e-8c6f-4b59-93d5-2f5a3f1c9d10"}]},
        {"focus": {"reference": "Communication/m2"}},
        {"focus": {"reference": "ServiceRequest/m1"}},
        {"focus": None},
        {"status": "entered-in-error"},
    ],
)
def test_a_task_about_something_else(change: dict[str, Any]) -> None:
    assert parse_task({**TASK, **change}) is None


@pytest.mark.parametrize(
    ("change", "since"),
    [
        ({"executionPeriod": None, "authoredOn": "2026-11-23T09:00:00Z"}, NINE),
        ({"executionPeriod": 7, "meta": {"lastUpdated": "2026-11-23T09:00:00Z"}}, NINE),
    ],
)
def test_since_when_is_read_where_it_is_told(change: dict[str, Any], since: datetime) -> None:
    held = parse_task({**TASK, **change})
    assert held
    assert held.holder
    assert held.holder.since == since


def test_a_thread_by_its_own_name_and_without_a_patient() -> None:
    thread = "https://ehealth.example/thread/1"
    extension = {
        "url": "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-thread-id",
        "valueString": thread,
    }
    mark = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{assignment_uuid(ThreadId(thread))}"}
    held = parse_task({**TASK, "extension": [extension], "identifier": [mark], "for": "nobody"})
    assert held
    assert (held.thread_id, held.patient_id) == (thread, None)


@pytest.mark.parametrize("wrong", [None, "a b", 7])
def test_a_task_has_an_id(wrong: object) -> None:
    with pytest.raises(ValueError, match="id"):
        parse_task({**TASK, "id": wrong})
