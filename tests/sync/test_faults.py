"""What the console makes of a practice system that misbehaves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Refused
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.client import FhirClient
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.fhir.read import ChangeReader
from tests.sync.bookings import action_for, booking_for
from tests.sync.contract import read_all, versions
from tests.sync.server import Clinic, Proxy, Server, hang_up, slot_json

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def hung_up(request: web.Request) -> web.StreamResponse:
    return hang_up(request)


async def cut_short(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"{")
    return hang_up(request)


def says(status: int, body: str = "") -> Fault:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type="application/fhir+json")

    return answer


FAULTS = [
    (hung_up, ErrorKind.PRACTICE_UNREACHABLE),
    (cut_short, ErrorKind.PRACTICE_UNREACHABLE),
    (says(500), ErrorKind.PRACTICE_ERROR),
    (says(503, "<html>"), ErrorKind.PRACTICE_ERROR),
    (says(200, "<html>"), ErrorKind.PRACTICE_RUBBISH),
    (says(200, "[]"), ErrorKind.PRACTICE_RUBBISH),
    (says(200, '{"resourceType":"Patient"}'), ErrorKind.PRACTICE_RUBBISH),
    (says(302), ErrorKind.PRACTICE_RUBBISH),
    (says(401), ErrorKind.PRACTICE_REFUSED),
    (says(403), ErrorKind.PRACTICE_REFUSED),
    (says(429), ErrorKind.PRACTICE_SLOW),
]


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession) -> FhirPracticeSystem:
    return FhirPracticeSystem(proxy.base, session, utc_now)


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
async def test_each_fault_has_its_kind_when_reading(
    practice: FhirPracticeSystem, proxy: Proxy, fault: Fault, kind: ErrorKind
) -> None:
    async def spoil(request: web.Request, number: int) -> web.StreamResponse | None:
        return None if request.path.endswith("metadata") else await fault(request)

    proxy.interfere = spoil
    with pytest.raises(KlinikError) as failure:
        await read_all(practice, {})
    assert failure.value.kind is kind


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
async def test_each_fault_leaves_a_write_to_be_done_again(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic, fault: Fault, kind: ErrorKind
) -> None:
    await practice.capabilities()
    booking = booking_for(clinic, slot=None)
    action = action_for(booking, ActionKind.WRITE_APPOINTMENT)

    async def spoil(request: web.Request, number: int) -> web.StreamResponse | None:
        return await fault(request)

    proxy.interfere = spoil
    with pytest.raises(KlinikError) as failure:
        await practice.write(action, booking)
    assert failure.value.kind is kind
    proxy.clear()
    assert isinstance(await practice.write(action, booking), AppointmentBooked)


async def test_one_that_hangs_is_slow(proxy: Proxy, session: aiohttp.ClientSession) -> None:
    over = asyncio.Event()

    async def hang(request: web.Request, number: int) -> None:
        await over.wait()

    proxy.interfere = hang
    practice = FhirPracticeSystem(proxy.base, session, utc_now, timeout=timedelta(milliseconds=50))
    with pytest.raises(KlinikError) as failure:
        await practice.capabilities()
    over.set()
    assert failure.value.kind is ErrorKind.PRACTICE_SLOW


async def test_one_that_is_not_there_is_unreachable(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    practice = FhirPracticeSystem(f"http://127.0.0.1:{unused_tcp_port}/fhir", session, utc_now)
    with pytest.raises(KlinikError) as failure:
        await practice.capabilities()
    assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE


@pytest.mark.parametrize("address", ["", "epj", "ftp://epj/fhir", "http://[::1", "file:///etc"])
async def test_an_address_must_be_one(session: aiohttp.ClientSession, address: str) -> None:
    with pytest.raises(KlinikError) as failure:
        FhirPracticeSystem(address, session, utc_now)
    assert failure.value.kind is ErrorKind.SETTINGS_INVALID


async def test_the_token_is_sent_and_goes_nowhere_else(proxy: Proxy, session: aiohttp.ClientSession) -> None:
    tokens: list[str | None] = []

    async def lead_away(request: web.Request, number: int) -> web.StreamResponse | None:
        tokens.append(request.headers.get("Authorization"))
        raise web.HTTPFound("/elsewhere")

    proxy.interfere = lead_away
    with pytest.raises(KlinikError):
        await FhirPracticeSystem(proxy.base, session, utc_now, token="hemmelig").capabilities()
    assert tokens == ["Bearer hemmelig"]


async def test_an_answer_without_end_is_cut_off(proxy: Proxy, session: aiohttp.ClientSession) -> None:
    async def endless(request: web.Request, number: int) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65536)

    proxy.interfere = endless
    with pytest.raises(KlinikError) as failure:
        await FhirPracticeSystem(proxy.base, session, utc_now, max_body=1_000_000).capabilities()
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


async def test_a_page_too_large_is_read_in_smaller_ones(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    for number in range(10):
        await server.create(slot_json(clinic.schedule, number))
    practice = FhirPracticeSystem(proxy.base, session, utc_now)
    everything = await read_all(practice, {})
    proxy.clear()
    narrow = FhirClient(proxy.base, session, None, max_body=2500)
    reader = ChangeReader(narrow, utc_now)
    batches = [batch async for batch in reader.read(await practice.capabilities(), {})]
    assert {(each.type, each.id): each for batch in batches for each in batch.resources} == everything
    assert any("_count=3" in request for request in proxy.requests)


@pytest.mark.parametrize(
    ("status", "issue", "refusal"),
    [
        (409, "conflict", ErrorKind.SLOT_TAKEN),
        (422, "duplicate", ErrorKind.SLOT_TAKEN),
        (422, "business-rule", ErrorKind.PRACTICE_REFUSED),
        (400, "invalid", ErrorKind.PRACTICE_REFUSED),
    ],
)
async def test_an_appointment_turned_down_leaves_no_mark_on_the_slot(
    practice: FhirPracticeSystem,
    proxy: Proxy,
    server: Server,
    clinic: Clinic,
    status: int,
    issue: str,
    refusal: ErrorKind,
) -> None:
    async def turn_down(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "POST":
            return None
        outcome_json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": issue}]}
        return web.json_response(outcome_json, status=status)

    proxy.interfere = turn_down
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == Refused(refusal)
    slot = await server.read(f"Slot/{clinic.slots[0]}")
    assert "identifier" not in slot
    assert slot["status"] == ("busy" if refusal is ErrorKind.SLOT_TAKEN else "free")


async def test_an_appointment_only_proposed_is_not_confirmed(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic
) -> None:
    async def propose(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "POST":
            return None
        stored = {**await request.json(), "id": "a1", "status": "proposed"}
        return web.json_response(stored, status=201, content_type="application/fhir+json")

    proxy.interfere = propose
    booking = booking_for(clinic, slot=None)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == AppointmentBooked("a1", confirmed=False)


@pytest.mark.parametrize("location", [True, False])
async def test_a_server_that_answers_with_nothing_is_asked_again(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, location: bool
) -> None:
    booking = booking_for(clinic, slot=None)

    async def say_little(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "POST":
            return None
        stored = await server.create(await request.json())
        headers = {"Location": f"{server.base}/Appointment/{stored['id']}/_history/1"} if location else {}
        return web.Response(status=201, headers=headers)

    proxy.interfere = say_little
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    (stored,) = await server.find("Appointment", patient=clinic.patient)
    assert result == AppointmentBooked(stored["id"], confirmed=True)


async def test_a_created_resource_that_cannot_be_found_is_tried_again(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic
) -> None:
    async def say_nothing(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=201) if request.method == "POST" else None

    proxy.interfere = say_nothing
    booking = booking_for(clinic, slot=None)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert failure.value.kind is ErrorKind.PRACTICE_ERROR


async def test_twins_from_a_race_count_as_one(practice: FhirPracticeSystem, server: Server, clinic: Clinic) -> None:
    booking = booking_for(clinic, slot=None)
    first = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert isinstance(first, AppointmentBooked)
    twin = await server.read(f"Appointment/{first.appointment_id}")
    await server.create({name: value for name, value in twin.items() if name not in ("id", "meta")})
    again = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert isinstance(again, AppointmentBooked)
    assert again.confirmed


@pytest.mark.parametrize("stored_id", [None, "in/valid", 7])
async def test_a_stored_appointment_without_an_id_is_rubbish(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic, stored_id: object
) -> None:
    async def no_id(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "POST":
            return None
        return web.json_response({**await request.json(), "id": stored_id}, status=201)

    proxy.interfere = no_id
    booking = booking_for(clinic, slot=None)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


async def test_a_server_without_conditional_create_is_searched_first(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    async def forgetful(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.path.endswith("metadata"):
            statement = await server.read("metadata")
            for resource in statement["rest"][0]["resource"]:
                del resource["conditionalCreate"]
            return web.json_response(statement)
        if request.method == "POST":
            return web.json_response(await server.create(await request.json()), status=201)
        return None

    proxy.interfere = forgetful
    practice = FhirPracticeSystem(proxy.base, session, utc_now)
    booking = booking_for(clinic)
    for kind in (ActionKind.WRITE_APPOINTMENT, ActionKind.WRITE_APPOINTMENT):
        await practice.write(action_for(booking, kind), booking)
    assert len(await server.find("Appointment", patient=clinic.patient)) == 1


async def test_an_appointment_deleted_there_needs_no_cancelling(
    practice: FhirPracticeSystem, server: Server, clinic: Clinic
) -> None:
    booking = booking_for(clinic, slot=None, appointment_id="gone-long-ago")
    assert await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking) == Carried()


async def test_a_slot_deleted_under_our_hands_is_taken(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def delete_before_put(request: web.Request, number: int) -> None:
        if request.method == "PUT":
            await server.delete(f"Slot/{clinic.slots[0]}")

    proxy.interfere = delete_before_put
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == Refused(ErrorKind.SLOT_TAKEN)


async def test_a_slot_without_a_version_is_never_overwritten(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def without_version(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method == "GET" and "Slot" in request.path:
            slot = await server.read(f"Slot/{clinic.slots[0]}")
            return web.json_response({name: value for name, value in slot.items() if name != "meta"})
        return None

    before = await versions(server, clinic)
    proxy.interfere = without_version
    booking = booking_for(clinic)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH
    assert await versions(server, clinic) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"patient_id": "p/../1"},
        {"clinician_id": ""},
        {"slot_id": "a b"},
        {"appointment_id": "?"},
        {"id": "no-uuid"},
    ],
)
async def test_what_cannot_be_sent_is_refused_before_it_is_sent(
    practice: FhirPracticeSystem, proxy: Proxy, clinic: Clinic, wrong: dict[str, Any]
) -> None:
    await practice.capabilities()
    proxy.clear()
    booking = booking_for(clinic, **wrong)
    action = action_for(booking, ActionKind.WRITE_APPOINTMENT)
    assert await practice.write(action, booking) == Refused(ErrorKind.PRACTICE_REFUSED)
    backwards = booking_for(clinic, end=booking.start)
    assert await practice.write(action, backwards) == Refused(ErrorKind.PRACTICE_REFUSED)
    assert proxy.requests == []


@pytest.mark.parametrize("kind", [ActionKind.WRITE_OUTCOME, ActionKind.SEND_INVITATION])
async def test_what_makes_no_sense_is_an_error_of_ours(
    practice: FhirPracticeSystem, clinic: Clinic, kind: ActionKind
) -> None:
    booking = booking_for(clinic)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, kind), booking)
    assert failure.value.kind is ErrorKind.UNEXPECTED
