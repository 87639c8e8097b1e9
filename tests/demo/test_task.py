"""Task: who has a thread, written as the consoles do."""

import asyncio
from typing import Any

from tests.demo.fhir import Fhir, HandClock, patient, with_uuid

URN = "6a0c8f0e-0000-4000-8000-00000000000f"


async def _thread(fhir: Fhir) -> tuple[str, str, str]:
    clinician = await fhir.made({"resourceType": "Practitioner", "name": [{"family": "Friis"}]})
    person = await fhir.made(patient())
    message = await fhir.made(
        {
            "resourceType": "Communication",
            "status": "in-progress",
            "subject": {"reference": f"Patient/{person['id']}"},
            "payload": [{"contentString": "Hej"}],
        }
    )
    return f"Practitioner/{clinician['id']}", f"Patient/{person['id']}", f"Communication/{message['id']}"


def _task(owner: str, person: str, focus: str) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "status": "in-progress",
        "intent": "order",
        "code": {"coding": [{"system": "urn:x", "code": "besvar"}], "text": "Besvar henvendelse"},
        "focus": {"reference": focus},
        "for": {"reference": person},
        "owner": {"reference": owner, "display": "Jonas Friis"},
        "executionPeriod": {"start": "2026-11-23T09:00:00Z"},
    }


async def test_a_task_is_found_by_what_it_is_about(fhir: Fhir, clock: HandClock) -> None:
    owner, person, focus = await _thread(fhir)
    resource, _ = with_uuid(_task(owner, person, focus), URN)
    clock.forward(minutes=1)
    made = await fhir.made(resource)
    for query in (
        f"identifier=urn:ietf:rfc:3986|urn:uuid:{URN}",
        f"_id={made['id']}",
        "_lastUpdated=gt2026-11-23T09:00:30Z",
        f"patient={person}",
        f"subject={person.removeprefix('Patient/')}",
        f"owner={owner}",
        f"focus={focus}",
        "status=in-progress",
        "code=besvar",
        "intent=order&period=ge2026-11-23",
    ):
        assert (await fhir.get(f"Task?{query}")).ids == [made["id"]], query
    for query in ("status=cancelled", f"owner={person}", "_lastUpdated=gt2026-11-23T09:01:00.000Z"):
        assert (await fhir.get(f"Task?{query}")).ids == [], query
    included = await fhir.get("Task?_include=Task:patient&_include=Task:owner")
    assert {resource["resourceType"] for resource in included.resources} == {"Task", "Patient", "Practitioner"}


async def test_of_two_who_take_a_thread_at_once_one_wins(fhir: Fhir) -> None:
    owner, person, focus = await _thread(fhir)
    resource, header = with_uuid(_task(owner, person, focus), URN)
    answers = await asyncio.gather(*(fhir.create(resource, header) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
    held = answers[0].body
    let_go = held | {"status": "cancelled"}
    first = await fhir.update(let_go, answers[0].headers["ETag"])
    assert first.status == 200
    assert (await fhir.update(held, answers[0].headers["ETag"])).status == 412
    history = await fhir.get(f"Task/{held['id']}/_history")
    assert [version["status"] for version in history.resources] == ["cancelled", "in-progress"]


async def test_a_task_is_checked_like_the_others(fhir: Fhir) -> None:
    owner, person, focus = await _thread(fhir)
    for change, status in (
        ({"status": "taken"}, 400),
        ({"intent": "wish"}, 400),
        ({"focus": {"reference": "Communication/unknown"}}, 422),
        ({"subject": {"reference": person}}, 400),
        ({"owner": [{"reference": owner}]}, 400),
    ):
        assert (await fhir.create(_task(owner, person, focus) | change)).status == status, change
    without = {name: value for name, value in _task(owner, person, focus).items() if name != "intent"}
    assert "intent" in (await fhir.create(without)).diagnostics
