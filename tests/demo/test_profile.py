"""A server like Medplum 5: each difference from the standard one, and each likeness a console leans on."""

import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from app.demo.practice_system.json_patch import PATCH_TYPE
from app.demo.practice_system.profile import MEDPLUM
from app.demo.practice_system.server import MAX_BODY, practice_app
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import NOW, Answer, Fhir, HandClock, appointment, calendar, patient, slot, with_uuid


@pytest_asyncio.fixture
async def medplum(clock: HandClock) -> AsyncIterator[Fhir]:
    with closing(ResourceStore(":memory:", clock)) as store:
        async with TestClient(TestServer(practice_app(store, profile=MEDPLUM))) as client:
            yield Fhir(client)


async def _patch(fhir: Fhir, resource: dict[str, Any], value: object, if_match: str) -> Answer:
    headers = {"Content-Type": PATCH_TYPE, "If-Match": if_match}
    operations = [{"op": "add", "path": "/active", "value": value}]
    return await fhir.call("PATCH", f"{resource['resourceType']}/{resource['id']}", operations, headers)


def _bundle(*entries: tuple[str, str, dict[str, Any], dict[str, str]]) -> dict[str, Any]:
    listed = [
        {"request": {"method": method, "url": url, **more}, "resource": resource}
        for method, url, resource, more in entries
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": listed}


async def test_versions_are_named_by_uuids(medplum: Fhir) -> None:
    made = await medplum.create(patient())
    version = made.body["meta"]["versionId"]
    assert str(uuid.UUID(version)) == version
    assert made.headers["ETag"] == f'W/"{version}"'
    assert (await medplum.get(f"Patient/{made.body['id']}/_history/{version}")).body == made.body
    assert (await medplum.get(f"Patient/{made.body['id']}/_history/1")).status == 404
    changed = await medplum.update(made.body | {"active": True}, made.headers["ETag"])
    assert changed.status == 200
    assert changed.headers["ETag"] != made.headers["ETag"]
    assert (await medplum.update(made.body | {"active": False}, made.headers["ETag"])).status == 412


async def test_an_update_that_changes_nothing_makes_no_version(medplum: Fhir, fhir: Fhir) -> None:
    for server, kept in ((medplum, True), (fhir, False)):
        made = await server.create(patient())
        again = await server.update(made.body, made.headers["ETag"])
        assert again.status == 200
        assert (again.headers["ETag"] == made.headers["ETag"]) is kept


async def test_a_transaction_keeps_what_could_be_done(medplum: Fhir, fhir: Fhir) -> None:
    for server, whole in ((medplum, False), (fhir, True)):
        known = await server.create(patient("Kendt"))
        await server.update(known.body | {"active": True})
        answer = await server.call(
            "POST",
            "",
            _bundle(
                ("POST", "Patient", patient("Ny"), {}),
                ("PUT", f"Patient/{known.body['id']}", known.body, {"ifMatch": known.headers["ETag"]}),
            ),
        )
        assert answer.status == (412 if whole else 200)
        assert len((await server.get("Patient?family=Ny")).ids) == (0 if whole else 1)
        if not whole:
            first, second = (entry["response"] for entry in answer.body["entry"])
            assert first["status"].startswith("201")
            assert second["status"] == "412"
            assert second["outcome"]["resourceType"] == "OperationOutcome"
        assert (await server.get(f"Patient/{known.body['id']}")).body["active"] is True


async def test_a_transaction_takes_eight_conditional_creates(medplum: Fhir) -> None:
    entries = []
    for number in range(9):
        resource, header = with_uuid(patient(), f"6a0c8f0e-0000-4000-8000-00000000000{number}")
        entries.append(("POST", "Patient", resource, {"ifNoneExist": header["If-None-Exist"]}))
    assert (await medplum.call("POST", "", _bundle(*entries))).status == 400
    assert (await medplum.call("POST", "", _bundle(*entries[:8]))).status == 200
    again = await medplum.call("POST", "", _bundle(*entries[:8]))
    assert [entry["response"]["status"][:3] for entry in again.body["entry"]] == ["200"] * 8


async def test_a_patch_passes_over_if_match(medplum: Fhir, fhir: Fhir) -> None:
    for server, status in ((medplum, 200), (fhir, 412)):
        made = await server.create(patient())
        await server.update(made.body | {"gender": "female"})
        answer = await _patch(server, made.body, True, made.headers["ETag"])
        assert answer.status == status
        assert ("active" in (await server.get(f"Patient/{made.body['id']}")).body) is (status == 200)
    fresh = await fhir.create(patient())
    assert (await _patch(fhir, fresh.body, True, fresh.headers["ETag"])).body["active"] is True


async def test_only_single_resources_have_a_history(medplum: Fhir, fhir: Fhir) -> None:
    made = await medplum.made(patient())
    assert (await medplum.get("_history")).status == 404
    assert (await medplum.get("Patient/_history?_since=2026-01-01")).status == 404
    assert len((await medplum.get(f"Patient/{made['id']}/_history")).ids) == 1
    await medplum.call("DELETE", f"Patient/{made['id']}")
    assert (await medplum.get(f"Patient/{made['id']}")).status == 410
    for server, told in ((medplum, False), (fhir, True)):
        (rest,) = (await server.get("metadata")).body["rest"]
        assert ({"code": "history-system"} in rest["interaction"]) is told
        for resource in rest["resource"]:
            codes = {interaction["code"] for interaction in resource["interaction"]}
            assert ("history-type" in codes) is told
            assert "history-instance" in codes
            assert resource["updateCreate"] is False


async def test_totals_are_told_when_asked_for(medplum: Fhir, fhir: Fhir) -> None:
    await medplum.made(patient())
    await medplum.made(patient())
    assert "total" not in (await medplum.get("Patient")).body
    assert "total" not in (await medplum.get("Patient?_total=none")).body
    first = await medplum.get("Patient?_total=accurate&_count=1")
    assert first.body["total"] == 2
    assert "total" not in (await fhir.get("Patient?_total=none")).body
    assert (await fhir.get("Patient?_total=some")).status == 400


async def test_an_unknown_parameter_is_always_refused(medplum: Fhir, fhir: Fhir) -> None:
    assert (await medplum.get("Patient?shoe-size=43")).status == 400
    assert (await medplum.get("Patient?_format=json&_count=3")).status == 200
    assert (await fhir.get("Patient?shoe-size=43")).status == 200


async def test_elements_bring_the_mandatory_ones(medplum: Fhir, fhir: Fhir) -> None:
    for server, more in ((medplum, {"status", "participant"}), (fhir, set[str]())):
        person = await server.made(patient())
        await server.made(appointment(f"Patient/{person['id']}", description="Kontrol"))
        for shown in (await server.get("Appointment?_elements=id")).resources:
            assert shown.keys() == {"resourceType", "id", "meta"} | more


async def test_a_body_of_more_than_a_megabyte_is_refused(medplum: Fhir, fhir: Fhir) -> None:
    answer = await medplum.create(patient("x" * MAX_BODY))
    assert answer.status == 400
    assert answer.diagnostics == "File too large"
    assert (await medplum.create(patient("x" * (MAX_BODY - 1000)))).status == 201
    assert (await fhir.create(patient("x" * MAX_BODY))).status == 413


async def test_links_lead_to_another_address(medplum: Fhir) -> None:
    for _ in range(3):
        await medplum.made(patient())
    page = await medplum.get("Patient?_count=2")
    after = page.link("next")
    assert after is not None
    assert after.startswith("http://epj.invalid/fhir/Patient?")
    rebased = await medplum.get(f"Patient?{urlsplit(after).query}")
    assert len({*page.ids, *rebased.ids}) == 3


async def test_ids_are_the_servers_to_choose_and_app_3_holds(medplum: Fhir) -> None:
    assert (await medplum.update(patient(id="mine"))).status == 405
    person = await medplum.made(patient())
    timeless = appointment(f"Patient/{person['id']}")
    del timeless["start"], timeless["end"]
    assert "app-3" in (await medplum.create(timeless)).diagnostics


async def test_the_calendar_is_the_consoles_to_keep(medplum: Fhir) -> None:
    person, free = await calendar(medplum)
    assert (await medplum.create(appointment(person, free))).status == 201
    assert (await medplum.create(appointment(person, free))).status == 201
    assert (await medplum.get(free)).body["status"] == "free"
    assert (await medplum.create(appointment("Patient/nobody"))).status == 201


@pytest.mark.parametrize("like", ["standard", "medplum"])
async def test_what_a_pull_leans_on(fhir: Fhir, medplum: Fhir, clock: HandClock, like: str) -> None:
    server = medplum if like == "medplum" else fhir
    person, free = await calendar(server)
    schedule = (await server.get(free)).body["schedule"]["reference"]
    later = await server.made(slot(schedule, NOW + timedelta(days=1)))
    clock.forward(minutes=1)
    booked = await server.made(appointment(person, free))
    newest = await server.get("Appointment?_sort=-_lastUpdated&_count=1&_include=Appointment:patient")
    assert [entry["search"]["mode"] for entry in newest.body["entry"]] == ["match", "include"]
    assert newest.ids[0] == booked["id"]
    assert (await server.get("Slot?start=ge2026-11-24&start=lt2026-11-25")).ids == [later["id"]]
    assert (await server.get("Appointment?date=ge2026-11-23&date=lt2026-11-24")).ids == [booked["id"]]
    assert (await server.get("Appointment?_lastUpdated=gt2026-11-23T09:00:30Z")).ids == [booked["id"]]
    assert (await server.get("Appointment?_lastUpdated=gt2026-11-23T09:01:00.000Z")).ids == []
    assert (await server.get("Patient?_sort=-_lastUpdated&_lastUpdated=ge2026-11-23T09:00:00Z")).ids
