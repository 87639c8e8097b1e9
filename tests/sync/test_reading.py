"""Reading from servers with less to offer, and through trouble on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ThreadId
from app.domain.message import Message
from app.domain.ports.practice_system import ChangeBatch
from app.domain.slot import Slot
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.fhir.read import OVERLAP, SWEEP_EVERY
from tests.sync.contract import read_all
from tests.sync.server import Clinic, Proxy, Server, message_json, slot_json

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession) -> FhirPracticeSystem:
    return FhirPracticeSystem(proxy.base, session, utc_now)


async def edited_metadata(proxy: Proxy, server: Server, edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    statement = await server.read("metadata")
    for resource in statement["rest"][0]["resource"]:
        edit(resource)

    async def answer(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.json_response(statement) if request.path.endswith("metadata") else None

    proxy.interfere = answer
    return statement


async def batches(practice: FhirPracticeSystem, watermarks: dict[str, datetime]) -> list[ChangeBatch]:
    return [batch async for batch in practice.read_changes(watermarks)]


def searches(proxy: Proxy, resource_type: str) -> list[str]:
    return [each for each in proxy.requests if each.startswith(f"GET /epj/{resource_type}?")]


async def test_only_what_is_advertised_is_asked_for(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    def nothing_special(resource: dict[str, Any]) -> None:
        resource["searchParam"] = []
        resource["interaction"] = [{"code": "read"}, {"code": "search-type"}]

    statement = await edited_metadata(proxy, server, nothing_special)
    resources = statement["rest"][0]["resource"]
    statement["rest"][0]["resource"] = [each for each in resources if each["type"] != "Communication"]
    found = await read_all(practice, {"Slot": LONG_AGO})
    assert ("Slot", clinic.slots[0]) in found
    assert searches(proxy, "Slot") == ["GET /epj/Slot?_count=200"]
    assert not any("_history" in request or "Communication" in request for request in proxy.requests)


async def test_without_history_the_ids_are_swept_now_and_then(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    def no_history(resource: dict[str, Any]) -> None:
        resource["interaction"] = [{"code": "search-type"}]

    await edited_metadata(proxy, server, no_history)
    hands = Hands()
    practice = FhirPracticeSystem(proxy.base, session, hands)
    watermarks: dict[str, datetime] = {}
    await read_all(practice, watermarks)
    await server.delete(f"Slot/{clinic.slots[0]}")
    assert all(batch.present is None for batch in await batches(practice, watermarks)), "just read whole"
    hands.now += SWEEP_EVERY
    swept = {
        batch.type: batch.present for batch in await batches(practice, watermarks) if batch.present is not None
    }
    assert swept["Slot"] == set(clinic.slots[1:])
    assert swept["Patient"] == {clinic.patient}
    assert all(batch.present is None for batch in await batches(practice, watermarks)), "not at every poll"
    restarted = FhirPracticeSystem(proxy.base, session, hands)
    assert any(batch.present is not None for batch in await batches(restarted, watermarks)), (
        "deleted while we slept"
    )


async def test_a_sweep_out_of_order_is_not_believed(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    def no_history(resource: dict[str, Any]) -> None:
        resource["interaction"] = [{"code": "search-type"}]

    await edited_metadata(proxy, server, no_history)
    metadata = proxy.interfere

    async def newest_first(request: web.Request, number: int) -> web.StreamResponse | None:
        if "_elements" not in request.query or not request.path.endswith("Slot"):
            return await metadata(request, number)
        found = await server.find("Slot", _sort="-_lastUpdated")
        found[0]["meta"]["lastUpdated"] = "2030-01-01T00:00:00Z"
        return web.json_response({"resourceType": "Bundle", "entry": [{"resource": each} for each in found]})

    proxy.interfere = newest_first
    practice = FhirPracticeSystem(proxy.base, session, utc_now)
    swept = {batch.type for batch in await batches(practice, {"Slot": LONG_AGO}) if batch.present is not None}
    assert "Slot" not in swept


async def test_a_quiet_server_is_no_longer_asked_with_overlap(
    proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic
) -> None:
    hands = Hands()
    practice = FhirPracticeSystem(proxy.base, session, hands)
    watermarks: dict[str, datetime] = {}
    await read_all(practice, watermarks)
    watermark = watermarks["Slot"]

    async def asked_from() -> datetime:
        proxy.requests.clear()
        await read_all(practice, watermarks)
        (search,) = searches(proxy, "Slot")
        return datetime.fromisoformat(search.partition("_lastUpdated=ge")[2])

    assert await asked_from() == watermark - OVERLAP
    hands.now += OVERLAP - timedelta(seconds=1)
    assert await asked_from() == watermark - OVERLAP
    hands.now += timedelta(seconds=1)
    assert await asked_from() == watermark


async def test_one_refused_type_does_not_keep_the_others(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def no_patients(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=403) if request.path.endswith("/Patient") else None

    proxy.interfere = no_patients
    seen: list[ChangeBatch] = []
    with pytest.raises(KlinikError) as failure:
        seen.extend([batch async for batch in _collecting(practice, seen)])
    assert failure.value.kind is ErrorKind.PRACTICE_REFUSED
    assert {"Practitioner", "Schedule", "Slot"} == {batch.type for batch in seen}


async def _collecting(practice: FhirPracticeSystem, seen: list[ChangeBatch]) -> Any:
    async for batch in practice.read_changes({}):
        seen.append(batch)
        yield batch


async def test_a_bad_resource_is_kept_and_the_rest_is_read(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    good = await server.read(f"Slot/{clinic.slots[0]}")
    meta = good["meta"]
    page = [
        {"resourceType": "Slot", "id": "no-times", "meta": meta, "schedule": good["schedule"]},
        {"resourceType": "Slot", "id": "in/valid", "meta": meta},
        {"resourceType": "Slot", "id": "no-schedule", "meta": meta},
        {**good, "id": "lost", "schedule": {"reference": "Schedule/not-there"}},
        {"resourceType": "OperationOutcome", "issue": []},
        good,
    ]

    async def mixed(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Slot"):
            return None
        entries = [*({"resource": each} for each in page), "nonsense", {"resource": 7}]
        return web.json_response({"resourceType": "Bundle", "type": "searchset", "entry": entries})

    proxy.interfere = mixed
    found = await read_all(practice, {})
    slots = {key[1]: fetched.item for key, fetched in found.items() if key[0] == "Slot"}
    assert set(slots) == {"no-times", "no-schedule", "lost", good["id"]}
    assert isinstance(slots[good["id"]], Slot)
    assert [slots[name] for name in ("no-times", "no-schedule", "lost")] == [None, None, None]


async def test_pages_that_lead_in_a_circle_end(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def circle(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Patient"):
            return None
        return web.json_response(
            {"resourceType": "Bundle", "link": [{"relation": "next", "url": f"Patient?page={number}"}]}
        )

    proxy.interfere = circle
    with pytest.raises(KlinikError) as failure:
        await read_all(practice, {})
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("https://intern.example:8443/r4/Slot?_offset=2&x=a%2Bb", "GET /epj/Slot?_offset=2&x=a%2Bb"),
        ("https://intern.example/r4?_getpages=abc&_offset=2", "GET /epj?_getpages=abc&_offset=2"),
        ("?page=2", "GET /epj/Slot?page=2"),
        ("Slot?page=2", "GET /epj/Slot?page=2"),
        ("/r4/Slot?page=2", "GET /epj/Slot?page=2"),
    ],
)
async def test_next_links_lead_to_the_configured_address(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, link: str, asked: str
) -> None:
    async def two_pages(request: web.Request, number: int) -> web.StreamResponse | None:
        if f"GET {request.rel_url}" == asked:
            return web.json_response({"resourceType": "Bundle", "type": "searchset"})
        if request.path.endswith("/Slot"):
            return web.json_response({"resourceType": "Bundle", "link": [{"relation": "next", "url": link}]})
        return None

    proxy.interfere = two_pages
    await read_all(practice, {})
    assert asked in proxy.requests


async def test_answers_are_joined_to_the_thread_they_answer(
    practice: FhirPracticeSystem, server: Server, clinic: Clinic
) -> None:
    first = await server.create(message_json(clinic.patient))
    second = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{first['id']}"}])
    )
    watermarks: dict[str, datetime] = {}
    await read_all(practice, watermarks)
    third = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{second['id']}"}])
    )
    found = await read_all(practice, watermarks)
    message = found["Communication", third["id"]].item
    assert isinstance(message, Message)
    assert message.thread_id == ThreadId(first["id"])


async def test_a_thread_is_found_after_a_restart(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    extension = {"url": "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-thread-id", "valueString": "t9"}
    first = await server.create(message_json(clinic.patient, extension=[extension]))
    watermarks: dict[str, datetime] = {}
    await read_all(FhirPracticeSystem(proxy.base, session, utc_now), watermarks)
    answer = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{first['id']}"}])
    )
    found = await read_all(FhirPracticeSystem(proxy.base, session, utc_now), watermarks)
    message = found["Communication", answer["id"]].item
    assert isinstance(message, Message)
    assert message.thread_id == ThreadId("t9")


async def test_history_without_since_in_its_link_is_left_in_time(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    def entry(name: str, method: str, moment: str) -> dict[str, Any]:
        return {
            "fullUrl": f"https://intern.example/r4/Slot/{name}",
            "request": {"method": method, "url": f"Slot/{name}"},
            "response": {"etag": 'W/"5"', "lastModified": moment},
        }

    pages = {
        "": [entry("a", "DELETE", "2026-11-20T09:00:00Z"), {"request": {"url": "Patient/x"}}],
        "2": [
            entry("b", "PUT", "2026-11-20T08:30:00Z"),
            entry("b", "DELETE", "2026-11-20T08:20:00Z"),
            entry("c", "DELETE", "2020-01-01T00:00:00Z"),
        ],
    }
    asked: list[str] = []

    async def endless(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Slot/_history"):
            return None
        asked.append(request.query.get("page", ""))
        links = [{"relation": "next", "url": "https://intern.example/r4/Slot/_history?page=2"}]
        body = {"resourceType": "Bundle", "type": "history", "link": links, "entry": pages[asked[-1]]}
        return web.json_response(body)

    proxy.interfere = endless
    found = await batches(practice, {"Slot": datetime(2026, 11, 20, 8, 0, tzinfo=UTC)})
    gone = [fetched for batch in found for fetched in batch.resources if fetched.deleted]
    assert asked == ["", "2"]
    assert [(each.id, each.version) for each in gone] == [("a", "5"), ("c", "5")]


async def test_a_reader_may_stop_in_the_middle(
    practice: FhirPracticeSystem, server: Server, clinic: Clinic
) -> None:
    changes = practice.read_changes({})
    batch = await anext(changes)
    await changes.aclose()
    assert batch.type == "Practitioner"
    added = await server.create(slot_json(clinic.schedule, 9))
    assert ("Slot", added["id"]) in await read_all(practice, {})
