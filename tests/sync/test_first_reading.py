"""The first reading: the newest first, honest about how far it is, going on where it stopped."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.errors import ErrorKind, KlinikError
from app.domain.message import Message
from app.domain.ports.practice_system import ChangeBatch
from app.sync.fhir.items import READ_ORDER
from tests.sync.practice import Copy, Ticks, edited_metadata, practice_at, searches
from tests.sync.server import Clinic, Proxy, Server, message_json, slot_json

TODAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def today() -> datetime:
    return TODAY


async def until(changes: Any, resource_type: str) -> list[ChangeBatch]:
    """The batches that come before one of a type comes in its turn."""
    seen: list[ChangeBatch] = []
    async for batch in changes:
        if batch.type == resource_type and (batch.watermark or batch.complete):
            break
        seen.append(batch)
    await changes.aclose()
    return seen


async def other_patient(server: Server, family: str) -> str:
    made = await server.create({"resourceType": "Patient", "name": [{"family": family, "given": ["Ida"]}]})
    return str(made["id"])


async def test_the_newest_messages_come_first_with_their_patients(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.fhir.newest.MESSAGES", 2)
    patients = [await other_patient(server, f"Testesen{number}") for number in range(3)]
    sent = [
        await server.create(message_json(patient, sent=f"2026-11-2{number}T08:00:00+01:00"))
        for number, patient in zip((2, 0, 3), patients, strict=True)
    ]
    seen = await until(practice_at(proxy.base, session, today).read_changes({}), "Practitioner")
    first, second = seen[:2]
    assert (first.type, second.type) == ("Patient", "Communication")
    assert {each.id for each in second.resources} == {sent[0]["id"], sent[2]["id"]}
    assert {each.id for each in first.resources} == {patients[0], patients[2]}
    assert all(batch.watermark is None and not batch.complete for batch in seen)
    assert all(isinstance(each.item, Message) for each in second.resources)


async def test_the_calendar_from_today_comes_with_its_patients(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    def appointment(start: str) -> dict[str, Any]:
        people = [f"Patient/{clinic.patient}", f"Practitioner/{clinic.practitioner}"]
        return {
            "resourceType": "Appointment",
            "status": "booked",
            "start": f"{start}T10:00:00Z",
            "end": f"{start}T10:15:00Z",
            "participant": [{"actor": {"reference": name}, "status": "accepted"} for name in people],
        }

    await server.create(appointment("2026-11-22"))
    planned = await server.create(appointment("2026-11-24"))
    late = practice_at(proxy.base, session, lambda: TODAY + timedelta(days=30))
    assert await until(late.read_changes({}), "Practitioner") == []
    seen = await until(practice_at(proxy.base, session, today).read_changes({}), "Practitioner")
    assert [batch.type for batch in seen] == ["Slot", "Patient", "Appointment"]
    assert {each.id for each in seen[0].resources} == set(clinic.slots)
    assert [each.id for each in seen[1].resources] == [clinic.patient]
    assert [each.id for each in seen[2].resources] == [planned["id"]]


@pytest.mark.parametrize("searchable", ["_id", "identifier"])
async def test_patients_that_cannot_be_included_are_asked_for(
    proxy: Proxy,
    session: aiohttp.ClientSession,
    server: Server,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    searchable: str,
) -> None:
    monkeypatch.setattr("app.sync.fhir.newest._SINGLE_READS", 3)

    def no_includes(resource: dict[str, Any]) -> None:
        resource.pop("searchInclude", None)
        if resource["type"] == "Patient":
            resource["searchParam"] = [{"name": searchable}]

    patients = [await other_patient(server, f"Testesen{number}") for number in range(5)]
    for patient in patients:
        await server.create(message_json(patient))
    await edited_metadata(proxy, server, no_includes)
    seen = await until(practice_at(proxy.base, session, today).read_changes({}), "Practitioner")
    assert not any("_include" in request for request in proxy.requests)
    found = {each.id for each in seen[0].resources}
    assert found <= set(patients)
    asked = [request for request in proxy.requests if request.startswith("GET /epj/Patient")]
    assert (len(found), len(asked)) == ((5, 1) if searchable == "_id" else (3, 3))


async def test_what_the_server_cannot_search_or_refuses_waits_for_its_turn(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    def no_dates(resource: dict[str, Any]) -> None:
        resource["searchParam"] = [
            each for each in resource["searchParam"] if each["name"] not in ("start", "date")
        ]

    await server.create(message_json(clinic.patient))
    await edited_metadata(proxy, server, no_dates)
    metadata = proxy.interfere

    async def no_sorting(request: web.Request, number: int) -> web.StreamResponse | None:
        return (
            web.Response(status=400) if request.query.get("_sort") == "-sent" else await metadata(request, number)
        )

    proxy.interfere = no_sorting
    copy = Copy()
    await copy.read(practice_at(proxy.base, session, today))
    assert copy.batches[0].type == "Practitioner"
    assert copy.complete == set(READ_ORDER)
    assert copy.ids("Communication")


async def test_a_server_that_is_away_is_not_asked_for_the_rest(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    async def away(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=429) if "Communication" in request.path else None

    proxy.interfere = away
    with pytest.raises(KlinikError) as failure:
        await Copy().read(practice_at(proxy.base, session))
    assert failure.value.kind is ErrorKind.PRACTICE_SLOW
    assert len(proxy.requests) == 2


async def test_the_newest_is_looked_at_again_while_the_rest_is_read(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    ticks = Ticks()
    first = await server.create(message_json(clinic.patient))
    changes = practice_at(proxy.base, session, today, ticks=ticks).read_changes({})
    seen: list[ChangeBatch] = []
    second: dict[str, Any] = {}
    async for batch in changes:
        seen.append(batch)
        if batch.type == "Practitioner":
            second = await server.create(message_json(clinic.patient))
            ticks.pass_by(timedelta(seconds=30))
    early = [batch for batch in seen if batch.type == "Communication" and batch.watermark is None]
    assert [[each.id for each in batch.resources] for batch in early[:2]] == [[first["id"]], [second["id"]]]
    assert seen.index(early[1]) < next(at for at, batch in enumerate(seen) if batch.type == "Schedule")


async def test_how_many_there_are_is_told_once_where_the_server_tells(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    for number in range(7):
        await server.create(slot_json(clinic.schedule, number))
    copy = Copy()
    await copy.read(practice_at(proxy.base, session, today, page=4))
    told = [batch.expected for batch in copy.batches if batch.type == "Slot" and batch.watermark]
    assert told[0] == 10
    assert set(told[1:]) == {None}


@pytest.mark.parametrize("total", ["10", -1, True, 10**12, None, {"value": 3}])
async def test_a_total_that_is_none_is_passed_over(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, total: object
) -> None:
    async def odd(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Slot"):
            return None
        return web.json_response({"resourceType": "Bundle", "total": total})

    proxy.interfere = odd
    copy = Copy()
    await copy.read(practice_at(proxy.base, session))
    assert {batch.expected for batch in copy.batches if batch.type == "Slot"} == {None}


async def test_an_empty_type_and_one_that_is_not_offered_are_complete(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    statement = await edited_metadata(proxy, server, lambda resource: None)
    resources = statement["rest"][0]["resource"]
    statement["rest"][0]["resource"] = [each for each in resources if each["type"] != "Task"]
    copy, practice = Copy(), practice_at(proxy.base, session)
    await copy.read(practice)
    assert copy.complete == set(READ_ORDER)
    await copy.read(practice)
    assert "Task" not in {batch.type for batch in copy.batches}
    assert not any("Task" in request for request in proxy.requests)


async def test_after_a_kill_it_goes_on_where_it_stopped_by_the_servers_time(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    for number in range(9):
        await server.create(slot_json(clinic.schedule, number))
    proxy.ahead = timedelta(hours=1)
    copy = Copy("Practitioner", "Schedule", "Patient", at=datetime(2026, 1, 1, tzinfo=UTC))
    await copy.read_some(practice_at(proxy.base, session, today, page=5), 3)
    reached = copy.points["Slot"]
    assert reached.at
    assert not reached.complete
    gone = next(iter(copy.ids("Slot")))
    await server.delete(f"Slot/{gone}")
    proxy.requests.clear()
    await copy.read(practice_at(proxy.base, session, today, page=5))
    in_turn = [
        request for request in searches(proxy, "Slot") if "start" not in request and "_elements" not in request
    ]
    assert in_turn[0].endswith(f"_lastUpdated=ge{reached.at.isoformat(timespec='milliseconds')[:-6]}Z")
    assert gone not in copy.ids("Slot"), "what was deleted in between is found by its absence"
    assert len(copy.ids("Slot")) == 11


async def test_what_was_shown_early_and_deleted_before_its_turn_goes_away(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    sent = await server.create(message_json(clinic.patient))
    copy, practice = Copy(), practice_at(proxy.base, session, today)
    await copy.read_some(practice, 3)
    assert sent["id"] in copy.ids("Communication")
    await server.delete(f"Communication/{sent['id']}")
    await copy.read(practice)
    await copy.read(practice)
    assert sent["id"] not in copy.ids("Communication")
