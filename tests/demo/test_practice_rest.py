"""Reading and writing single resources over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from app.demo.practice_system.server import MAX_BODY, practice_app
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import NOW, Fhir, HandClock, appointment, calendar, patient, slot, with_uuid


async def test_create_read_vread(fhir: Fhir) -> None:
    made = await fhir.create(patient())
    assert made.status == 201
    assert made.headers["ETag"] == 'W/"1"'
    assert made.headers["Location"] == f"{fhir.base}/Patient/{made.body['id']}/_history/1"
    assert made.body["meta"] == {"versionId": "1", "lastUpdated": "2026-11-23T09:00:00.000Z"}
    address = f"Patient/{made.body['id']}"
    assert (await fhir.get(address)).body == made.body

    changed = await fhir.update(made.body | {"active": True})
    assert changed.status == 200
    assert changed.headers["ETag"] == 'W/"2"'
    assert (await fhir.get(f"{address}/_history/1")).body == made.body
    assert (await fhir.get(f"{address}/_history/2")).body == changed.body
    assert (await fhir.get(f"{address}/_history/3")).status == 404
    assert (await fhir.get(f"{address}/_history/{'9' * 40}")).status == 404
    unchanged = await fhir.call("GET", address, headers={"If-None-Match": 'W/"2"'})
    assert unchanged.status == 304


async def test_profile_and_tags_of_the_client_are_kept(fhir: Fhir) -> None:
    meta = {"profile": ["http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient"], "versionId": "99"}
    made = await fhir.made(patient(meta=meta))
    assert made["meta"]["profile"] == meta["profile"]
    assert made["meta"]["versionId"] == "1"


async def test_delete_leaves_a_gone_resource(fhir: Fhir) -> None:
    made = await fhir.made(patient())
    address = f"Patient/{made['id']}"
    assert (await fhir.call("DELETE", address, headers={"If-Match": 'W/"7"'})).status == 412
    assert (await fhir.call("DELETE", address)).status == 204
    assert (await fhir.get(address)).status == 410
    assert (await fhir.call("DELETE", address)).status == 204
    assert (await fhir.call("DELETE", "Patient/never")).status == 204
    assert (await fhir.update(made)).status == 410
    assert (await fhir.get(f"{address}/_history/2")).status == 410
    assert (await fhir.get("Patient")).ids == []


async def test_what_others_refer_to_is_not_deleted(fhir: Fhir) -> None:
    _, free = await calendar(fhir)
    schedule = (await fhir.get(free)).body["schedule"]["reference"]
    answer = await fhir.call("DELETE", schedule)
    assert answer.status == 409
    assert (await fhir.get(schedule)).status == 200


async def test_stale_if_match_changes_nothing(fhir: Fhir) -> None:
    made = await fhir.made(patient())
    assert (await fhir.update(made | {"active": True}, 'W/"1"')).status == 200
    stale = await fhir.update(made | {"active": False}, 'W/"1"')
    assert stale.status == 412
    assert (await fhir.get(f"Patient/{made['id']}")).body["active"] is True


async def test_of_ten_guarded_updates_at_once_one_wins(fhir: Fhir) -> None:
    made = await fhir.made(patient())
    answers = await asyncio.gather(
        *(fhir.update(made | {"language": f"da-{number}"}, 'W/"1"') for number in range(10))
    )
    assert sorted(answer.status for answer in answers) == [200] + [412] * 9
    (winner,) = (answer.body for answer in answers if answer.status == 200)
    assert (await fhir.get(f"Patient/{made['id']}")).body == winner


async def test_conditional_create_is_safe_to_repeat(fhir: Fhir) -> None:
    resource, header = with_uuid(patient(), "6a0c8f0e-0000-4000-8000-000000000001")
    answers = await asyncio.gather(*(fhir.create(resource, header) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 9 + [201]
    assert len({answer.body["id"] for answer in answers}) == 1
    assert (await fhir.get("Patient")).body["total"] == 1
    again = await fhir.create(resource, header)
    assert again.status == 200
    assert again.headers["ETag"] == 'W/"1"'


async def test_conditional_create_is_refused_when_it_could_mean_anything(fhir: Fhir) -> None:
    await fhir.made(patient(active=True))
    await fhir.made(patient(active=True))
    assert (await fhir.create(patient(), {"If-None-Exist": "active=true"})).status == 412
    assert (await fhir.create(patient(), {"If-None-Exist": "nonsense=1"})).status == 400
    assert (await fhir.create(patient(), {"If-None-Exist": ""})).status == 400
    assert (await fhir.get("Patient")).body["total"] == 2


async def test_prefer_minimal_sends_no_body(fhir: Fhir) -> None:
    answer = await fhir.create(patient(), {"Prefer": "return=minimal"})
    assert answer.status == 201
    assert answer.body == {}


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"status": "bogus"}, 400, "status"),
        ({"status": 7}, 400, "status"),
        ({"participant": [{"actor": {"display": "x"}, "status": "maybe"}]}, 400, "participant.status"),
        ({"participant": [{"status": "accepted"}]}, 422, "app-1"),
        ({"start": None}, 400, "null"),
        ({"start": "2026-11-23"}, 400, "start"),
        ({"end": "2026-11-23T08:00:00Z"}, 422, "end"),
        ({"favouriteColour": "blue"}, 400, "favouriteColour"),
        ({"slot": {"reference": "Slot/1"}}, 400, "slot is a list"),
        ({"resourceType": "Slot"}, 400, "resourceType"),
        (
            {"participant": [{"actor": {"reference": "Patient/nobody"}, "status": "accepted"}]},
            422,
            "Patient/nobody",
        ),
        ({"slot": [{"reference": "Location/1"}]}, 422, "Location/1"),
        ({"slot": [{"reference": "urn:uuid:6a0c8f0e-0000-4000-8000-000000000001"}]}, 422, "urn:uuid"),
        ({"slot": [{"reference": "#nothing"}]}, 422, "#nothing"),
    ],
)
async def test_a_wrong_appointment_is_refused(fhir: Fhir, change: dict[str, Any], status: int, word: str) -> None:
    person = await fhir.made(patient())
    resource = appointment(f"Patient/{person['id']}") | change
    answer = await fhir.call("POST", "Appointment", resource)
    assert answer.status == status
    assert word in answer.diagnostics
    assert (await fhir.get("Appointment")).body["total"] == 0


async def test_only_unplanned_appointments_may_lack_times(fhir: Fhir) -> None:
    person = await fhir.made(patient())
    timeless = {
        name: value
        for name, value in appointment(f"Patient/{person['id']}").items()
        if name not in ("start", "end")
    }
    answer = await fhir.create(timeless)
    assert answer.status == 422
    assert "app-3" in answer.diagnostics
    for status in ("proposed", "cancelled", "waitlist"):
        assert (await fhir.create(timeless | {"status": status})).status == 201
    assert "app-2" in (await fhir.create(timeless | {"start": NOW.isoformat()})).diagnostics


async def test_a_slot_has_a_known_status_and_some_length(fhir: Fhir) -> None:
    _, free = await calendar(fhir)
    schedule = (await fhir.get(free)).body["schedule"]["reference"]
    assert (await fhir.create(slot(schedule, status="open"))).status == 400
    assert (await fhir.create(slot(schedule, end=NOW.isoformat()))).status == 422


async def test_absolute_references_to_this_server_become_relative(fhir: Fhir) -> None:
    person = await fhir.made(patient())
    made = await fhir.made(appointment(f"{fhir.base}/Patient/{person['id']}"))
    assert made["participant"][0]["actor"]["reference"] == f"Patient/{person['id']}"
    assert (await fhir.get(f"Appointment?patient={person['id']}")).ids == [made["id"]]


async def test_a_slot_is_held_by_one_appointment(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    answers = await asyncio.gather(*(fhir.create(appointment(person, free)) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409]
    (held,) = (answer.body for answer in answers if answer.status == 201)
    assert (await fhir.get(free)).body["status"] == "busy"
    assert (await fhir.update(held | {"comment": "kommer lidt før"})).status == 200

    assert (await fhir.update(held | {"status": "cancelled"})).status == 200
    assert (await fhir.get(free)).body["status"] == "free"
    second = await fhir.create(appointment(person, free))
    assert second.status == 201
    assert (await fhir.update(held | {"status": "booked"})).status == 409
    assert (await fhir.get(free)).body["status"] == "busy"


async def test_a_client_may_mark_the_slot_itself(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    resource = (await fhir.get(free)).body
    marked = await fhir.update(resource | {"status": "busy"}, 'W/"1"')
    assert (await fhir.create(appointment(person, free))).status == 201
    assert (await fhir.get(free)).headers["ETag"] == marked.headers["ETag"]


async def test_a_blocked_slot_cannot_be_booked(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    await fhir.update((await fhir.get(free)).body | {"status": "busy-unavailable"})
    assert (await fhir.create(appointment(person, free))).status == 409


async def test_requests_that_are_not_fhir_get_an_operation_outcome(fhir: Fhir) -> None:
    assert (await fhir.get("Observation")).status == 404
    assert (await fhir.call("POST", "Observation", {"resourceType": "Observation"})).status == 404
    assert (await fhir.get("Patient/no_such_id!")).status == 400
    assert (await fhir.get("Patient/unknown")).status == 404
    assert (await fhir.get("Patient/unknown/_history")).status == 404
    assert (await fhir.call("PATCH", "Patient/1", [])).status == 415
    assert (await fhir.update(patient(id="mine"))).status == 405
    made = await fhir.made(patient())
    assert (await fhir.call("PUT", f"Patient/{made['id']}", patient(id="other"))).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"a":' * 900 + b"1" + b"}" * 900, b"null"])
async def test_a_body_that_is_no_resource_is_refused(fhir: Fhir, body: bytes) -> None:
    headers = {"Content-Type": "application/fhir+json"}
    async with fhir.client.post("/fhir/Patient", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["resourceType"] == "OperationOutcome"


async def test_nesting_and_size_are_bounded(fhir: Fhir) -> None:
    deep: dict[str, Any] = {"url": "x"}
    for _ in range(60):
        deep = {"url": "x", "extension": [deep]}
    assert (await fhir.create(patient(extension=[deep]))).status == 400
    assert (await fhir.create(patient("x" * MAX_BODY))).status == 413
    assert (await fhir.create(patient("x" * (MAX_BODY - 1000)))).status == 201
    async with fhir.client.post("/fhir/Patient", data=b"<Patient/>") as response:
        assert response.status == 415


async def test_last_updated_never_goes_back(fhir: Fhir, clock: HandClock) -> None:
    stamps = []
    for step in (0, -5000, 0, 3):
        clock.now = NOW + timedelta(milliseconds=step)
        stamps.append((await fhir.made(patient()))["meta"]["lastUpdated"])
    assert stamps == sorted(stamps)
    assert stamps[-1].endswith(".003Z")


async def test_capabilities_tell_what_search_knows(fhir: Fhir) -> None:
    statement = (await fhir.get("metadata")).body
    assert statement["fhirVersion"] == "4.0.1"
    for resource in statement["rest"][0]["resource"]:
        assert resource["conditionalCreate"] is True
        for parameter in resource["searchParam"]:
            value = "2026-01-01" if parameter["type"] == "date" else "x"
            headers = {"Prefer": "handling=strict"}
            answer = await fhir.call("GET", f"{resource['type']}?{parameter['name']}={value}", headers=headers)
            assert answer.status == 200, (resource["type"], parameter)
        for include in resource["searchInclude"]:
            assert (await fhir.get(f"{resource['type']}?_include={include}")).status == 200


async def test_the_bearer_token_is_asked_for(store: ResourceStore) -> None:
    async with TestClient(TestServer(practice_app(store, token="hemmelig"))) as client:
        fhir = Fhir(client)
        refused = await fhir.get("Patient")
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert (await fhir.get("Patient", Authorization="Bearer forkert")).status == 401
        assert (await fhir.get("Patient", Authorization="Bearer hemmelig")).status == 200
        assert (await fhir.get("metadata")).status == 200
