"""Transactions: together or not at all."""

from typing import Any

import pytest

from tests.demo.fhir import Fhir, appointment, calendar, patient, with_uuid

A, B = "urn:uuid:6a0c8f0e-0000-4000-8000-00000000000a", "urn:uuid:6a0c8f0e-0000-4000-8000-00000000000b"


def _entry(
    method: str, url: str, resource: object = None, full_url: str | None = None, **more: str
) -> dict[str, Any]:
    entry: dict[str, Any] = {"request": {"method": method, "url": url, **more}}
    if resource is not None:
        entry["resource"] = resource
    if full_url is not None:
        entry["fullUrl"] = full_url
    return entry


def _bundle(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


async def test_entries_may_refer_to_each_other(fhir: Fhir) -> None:
    _, free = await calendar(fhir)
    answer = await fhir.call(
        "POST",
        "",
        _bundle(
            _entry("POST", "Appointment", appointment(A, free), B),
            _entry("POST", "Patient", patient("Ny"), A),
        ),
    )
    assert answer.status == 200, answer.body
    assert answer.body["type"] == "transaction-response"
    booked, person = answer.resources
    assert booked["participant"][0]["actor"]["reference"] == f"Patient/{person['id']}"
    first = answer.body["entry"][0]["response"]
    assert first["status"].startswith("201")
    assert first["etag"] == 'W/"1"'
    assert first["location"] == f"{fhir.base}/Appointment/{booked['id']}/_history/1"
    assert (await fhir.get(free)).body["status"] == "busy"


async def test_one_stale_entry_rolls_back_all(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    resource = (await fhir.get(free)).body
    await fhir.update(resource | {"comment": "flyttet"})
    before = (await fhir.get("_history?_count=1000")).body["entry"]
    answer = await fhir.call(
        "POST",
        "",
        _bundle(
            _entry("POST", "Appointment", appointment(person)),
            _entry("PUT", free, resource | {"status": "busy"}, ifMatch='W/"1"'),
        ),
    )
    assert answer.status == 412
    assert "Bundle.entry[1]" in answer.diagnostics
    assert (await fhir.get("_history?_count=1000")).body["entry"] == before
    assert (await fhir.made(patient()))["meta"]["versionId"] == "1"


async def test_a_slot_and_its_appointment_in_one(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    resource = (await fhir.get(free)).body
    entries = (
        _entry("POST", "Appointment", appointment(person, free)),
        _entry("PUT", free, resource | {"status": "busy"}, ifMatch='W/"1"'),
    )
    assert (await fhir.call("POST", "", _bundle(*entries))).status == 200
    assert (await fhir.get(free)).headers["ETag"] == 'W/"2"'
    assert (await fhir.call("POST", "", _bundle(*entries))).status == 412
    assert (await fhir.call("POST", "", _bundle(entries[0]))).status == 409
    assert (await fhir.get("Appointment")).body["total"] == 1


async def test_conditional_creates_are_safe_to_repeat(fhir: Fhir) -> None:
    resource, header = with_uuid(patient("Ny"), "6a0c8f0e-0000-4000-8000-000000000001")
    bundle = _bundle(
        _entry("POST", "Patient", resource, A, ifNoneExist=header["If-None-Exist"]),
        _entry("POST", "Appointment", appointment(A)),
    )
    first = await fhir.call("POST", "", bundle)
    second = await fhir.call("POST", "", bundle)
    assert [entry["response"]["status"][:3] for entry in second.body["entry"]] == ["200", "201"]
    assert first.resources[0]["id"] == second.resources[0]["id"]
    assert (await fhir.get("Patient")).body["total"] == 1


async def test_delete_and_create_in_one(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    held = await fhir.made(appointment(person, free))
    answer = await fhir.call(
        "POST",
        "",
        _bundle(
            _entry("POST", "Appointment", appointment(person, free)),
            _entry("DELETE", f"Appointment/{held['id']}"),
            _entry("DELETE", "Appointment/unknown"),
        ),
    )
    assert answer.status == 200, answer.body
    assert [entry["response"]["status"][:3] for entry in answer.body["entry"]] == ["201", "204", "204"]
    assert (await fhir.get(free)).body["status"] == "busy"


@pytest.mark.parametrize(
    "bundle",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Bundle", "type": "batch"},
        {"resourceType": "Bundle", "type": "transaction", "entry": {}},
        _bundle({}),
        _bundle(_entry("GET", "Patient/1")),
        _bundle(_entry("PUT", "Patient?identifier=1", patient())),
        _bundle(_entry("POST", "Patient/1", patient())),
        _bundle(_entry("DELETE", "Patient")),
        _bundle(_entry("POST", "Patient", patient(), A), _entry("POST", "Patient", patient(), A)),
        _bundle(_entry("DELETE", "Patient/1"), _entry("DELETE", "Patient/1")),
        _bundle(_entry("POST", "Patient")),
        _bundle(*(_entry("POST", "Patient", patient()) for _ in range(101))),
    ],
)
async def test_a_wrong_bundle_is_refused(fhir: Fhir, bundle: dict[str, Any]) -> None:
    answer = await fhir.call("POST", "", bundle)
    assert answer.status == 400
    assert answer.diagnostics
    assert (await fhir.get("_history")).body["entry"] == []


async def test_a_dangling_urn_names_itself(fhir: Fhir) -> None:
    answer = await fhir.call("POST", "", _bundle(_entry("POST", "Appointment", appointment(A))))
    assert answer.status == 422
    assert A in answer.diagnostics
