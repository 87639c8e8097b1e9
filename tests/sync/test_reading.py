"""Reading from servers with less to offer, and through trouble on the way."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ThreadId
from app.domain.message import Message
from app.domain.ports.practice_system import ChangeBatch
from app.domain.slot import Slot
from app.sync.fhir.practice_system import FhirPracticeSystem
from tests.sync.practice import Copy, batches_of, edited_metadata, practice_at, searches, whole_copy
from tests.sync.server import Clinic, Proxy, Server, message_json, slot_json


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession) -> FhirPracticeSystem:
    return practice_at(proxy.base, session)


async def test_only_what_is_advertised_is_asked_for(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    def nothing_special(resource: dict[str, Any]) -> None:
        resource["searchParam"] = []
        resource["interaction"] = [{"code": "read"}, {"code": "search-type"}]

    statement = await edited_metadata(proxy, server, nothing_special)
    resources = statement["rest"][0]["resource"]
    statement["rest"][0]["resource"] = [each for each in resources if each["type"] != "Communication"]
    copy = whole_copy()
    found = await copy.read(practice)
    assert ("Slot", clinic.slots[0]) in found
    assert searches(proxy, "Slot") == ["GET /epj/Slot?_count=200"]
    assert not any("_history" in request or "Communication" in request for request in proxy.requests)
    await copy.read(practice)
    assert len(searches(proxy, "Slot")) == 1, "what can only be read whole is not read at every poll"


async def test_one_refused_type_does_not_keep_the_others(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def no_patients(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=403) if request.path.endswith("/Patient") else None

    proxy.interfere = no_patients
    seen: list[ChangeBatch] = []
    with pytest.raises(KlinikError) as failure:
        await batches_of(practice.read_changes({}), seen)
    assert failure.value.kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED
    complete = {batch.type for batch in seen if batch.complete}
    assert complete == {"Practitioner", "Schedule", "Slot", "Appointment", "Communication", "Task"}


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
    found = await Copy().read(practice)
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
        await Copy().read(practice)
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
    await Copy().read(practice)
    assert asked in proxy.requests


async def test_answers_are_joined_to_the_thread_they_answer(
    practice: FhirPracticeSystem, server: Server, clinic: Clinic
) -> None:
    first = await server.create(message_json(clinic.patient))
    second = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{first['id']}"}])
    )
    copy = Copy()
    await copy.read(practice)
    third = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{second['id']}"}])
    )
    found = await copy.read(practice)
    message = found["Communication", third["id"]].item
    assert isinstance(message, Message)
    assert message.thread_id == ThreadId(first["id"])


async def test_a_thread_is_found_after_a_restart(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    extension = {"url": "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-thread-id", "valueString": "t9"}
    first = await server.create(message_json(clinic.patient, extension=[extension]))
    copy = Copy()
    await copy.read(practice_at(proxy.base, session))
    answer = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{first['id']}"}])
    )
    found = await copy.read(practice_at(proxy.base, session))
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
    copy = whole_copy(at=datetime(2026, 11, 20, 8, 2, tzinfo=UTC))
    await copy.read(practice)
    gone = [fetched for batch in copy.batches for fetched in batch.resources if fetched.deleted]
    assert asked == ["", "2"]
    assert [(each.id, each.version) for each in gone] == [("a", "5"), ("c", "5")]


async def test_a_reader_may_stop_in_the_middle(
    practice: FhirPracticeSystem, server: Server, clinic: Clinic
) -> None:
    changes = practice.read_changes({})
    batch = await anext(changes)
    await changes.aclose()
    assert batch.type == "Slot", "the calendar is looked at before everything else"
    added = await server.create(slot_json(clinic.schedule, 9))
    assert ("Slot", added["id"]) in await Copy().read(practice)


async def test_a_history_that_does_not_end_is_left(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.fhir.deletions._PAGES", 3)

    async def endless(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Slot/_history"):
            return None
        links = [{"relation": "next", "url": f"Slot/_history?page={number}"}]
        return web.json_response({"resourceType": "Bundle", "link": links})

    proxy.interfere = endless
    with pytest.raises(KlinikError) as failure:
        await whole_copy().read(practice)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


async def test_a_change_that_the_history_does_not_name_is_looked_for(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def nameless(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Slot/_history"):
            return None
        entry = {"request": {"method": "POST", "url": "Slot"}, "response": {"status": "201"}}
        return web.json_response({"resourceType": "Bundle", "entry": [entry]})

    proxy.interfere = nameless
    assert ("Slot", clinic.slots[0]) in await whole_copy().read(practice)


async def test_a_link_that_is_no_address_is_rubbish(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic
) -> None:
    async def odd(request: web.Request, number: int) -> web.StreamResponse | None:
        links = [{"relation": "next", "url": "http://["}]
        body = {"resourceType": "Bundle", "link": links}
        return web.json_response(body) if request.path.endswith("/Patient") else None

    proxy.interfere = odd
    with pytest.raises(KlinikError) as failure:
        await Copy().read(practice)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 20 Nov 2026 99:00:00 GMT", "Fri, 20 Nov 2026 10:00:00"])
async def test_a_server_without_a_readable_date_is_read_all_the_same(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, date: str
) -> None:
    proxy.date = date
    copy = Copy()
    await copy.read(practice)
    added = await server.create(slot_json(clinic.schedule, 9))
    assert ("Slot", added["id"]) in await copy.read(practice)
