"""What the console makes of a practice system that cannot be reached, or answers with rubbish."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from app.domain.actions import ActionKind, AppointmentBooked
from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.authentication import StaticBearer
from tests.sync.bookings import action_for, booking_for
from tests.sync.consoles import Console
from tests.sync.practice import Copy, practice_at, searches
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
    (says(401), ErrorKind.PRACTICE_SIGN_IN_REFUSED),
    (says(403), ErrorKind.PRACTICE_SIGN_IN_REFUSED),
    (says(429), ErrorKind.PRACTICE_SLOW),
]


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
    return Console(proxy.base, session, clinic.doctor)


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
async def test_each_fault_has_its_kind_when_reading(
    practice: Console, proxy: Proxy, fault: Fault, kind: ErrorKind
) -> None:
    async def spoil(request: web.Request, number: int) -> web.StreamResponse | None:
        return None if request.path.endswith("metadata") else await fault(request)

    proxy.interfere = spoil
    with pytest.raises(KlinikError) as failure:
        await Copy().read(practice)
    assert failure.value.kind is kind


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
async def test_each_fault_leaves_a_write_to_be_done_again(
    practice: Console, proxy: Proxy, clinic: Clinic, fault: Fault, kind: ErrorKind
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
    practice = practice_at(proxy.base, session, timeout=timedelta(milliseconds=50))
    with pytest.raises(KlinikError) as failure:
        await practice.capabilities()
    over.set()
    assert failure.value.kind is ErrorKind.PRACTICE_SLOW


async def test_one_that_is_not_there_is_unreachable(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    practice = practice_at(f"http://127.0.0.1:{unused_tcp_port}/fhir", session)
    with pytest.raises(KlinikError) as failure:
        await practice.capabilities()
    assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE


@pytest.mark.parametrize("address", ["", "epj", "ftp://epj/fhir", "http://[::1", "file:///etc"])
async def test_an_address_must_be_one(session: aiohttp.ClientSession, address: str) -> None:
    with pytest.raises(KlinikError) as failure:
        practice_at(address, session)
    assert failure.value.kind is ErrorKind.SETTINGS_INVALID


async def test_the_token_is_sent_and_goes_nowhere_else(proxy: Proxy, session: aiohttp.ClientSession) -> None:
    tokens: list[str | None] = []

    async def lead_away(request: web.Request, number: int) -> web.StreamResponse | None:
        tokens.append(request.headers.get("Authorization"))
        raise web.HTTPFound("/elsewhere")

    proxy.interfere = lead_away
    with pytest.raises(KlinikError):
        await practice_at(proxy.base, session, sign_in=StaticBearer("hemmelig")).capabilities()
    assert tokens == ["Bearer hemmelig"]


async def test_an_answer_without_end_is_cut_off(proxy: Proxy, session: aiohttp.ClientSession) -> None:
    async def endless(request: web.Request, number: int) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65536)

    proxy.interfere = endless
    with pytest.raises(KlinikError) as failure:
        await practice_at(proxy.base, session, max_body=1_000_000).capabilities()
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


async def test_a_page_too_large_is_read_in_smaller_ones(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    made = {
        (await server.create(slot_json(clinic.schedule, number, comment="x" * 1500)))["id"] for number in range(40)
    }
    narrow = practice_at(proxy.base, session, max_body=40_000)
    copy = Copy()
    await copy.read(narrow)
    assert copy.ids("Slot") == made | set(clinic.slots)
    assert any("_count=50" in request for request in proxy.requests if "/Slot?" in request)


@pytest.mark.parametrize("page", [2, 50])
async def test_one_resource_too_large_does_not_stop_the_others(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, page: int
) -> None:
    made = [await server.create(slot_json(clinic.schedule, number)) for number in range(3)]
    large = await server.create(slot_json(clinic.schedule, 3, comment="x" * 60_000))
    made += [await server.create(slot_json(clinic.schedule, number)) for number in range(4, 30)]
    narrow, copy = practice_at(proxy.base, session, max_body=40_000, page=page), Copy()
    await copy.read(narrow)
    assert copy.ids("Slot") == {each["id"] for each in (*made, large)} | set(clinic.slots)
    assert "Slot" in copy.complete
    kept = copy.found["Slot", large["id"]]
    assert kept.item is None
    assert len(kept.raw) < 1000
    assert kept.version == large["meta"]["versionId"]
    assert all(copy.found["Slot", each["id"]].item for each in made)
    sizes = [int(URL(each.split()[1]).query["_count"]) for each in searches(proxy, "Slot")]
    assert max(sizes[sizes.index(1) :]) >= page, "it grows back"
