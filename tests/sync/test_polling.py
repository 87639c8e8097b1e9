"""What a poll costs when nothing happened, and that nothing is missed for its cheapness, whatever a clock says."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.demo.practice_system.server import practice_app
from app.demo.practice_system.store import ResourceStore
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.items import READ_ORDER
from app.sync.fhir.sweep import SWEEP_EVERY
from app.sync.horizon import OVERLAP
from tests.sync.practice import Copy, Ticks, edited_metadata, no_history, practice_at, searches
from tests.sync.server import Clinic, Proxy, Server, message_json, slot_json

LATER = OVERLAP + timedelta(seconds=5)


class Running:
    """Time, which goes by for the server and for this PC alike."""

    def __init__(self) -> None:
        self.span = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.span

    def on(self, span: timedelta, proxy: Proxy, ticks: Ticks) -> None:
        self.span += span
        proxy.ahead += span
        ticks.pass_by(span)


@pytest.fixture
def running() -> Running:
    return Running()


@pytest.fixture
async def demo_base(running: Running) -> AsyncIterator[str]:
    store = ResourceStore(":memory:", running)
    try:
        async with TestServer(practice_app(store), host="127.0.0.1") as server:
            yield str(server.make_url("/fhir"))
    finally:
        store.close()


async def answer_batches(
    proxy: Proxy, server: Server, edit: Callable[[dict[str, Any]], None] = lambda resource: None
) -> None:
    """Have the server take a batch, each of whose entries it answers as if it had come alone."""
    statement = await edited_metadata(proxy, server, edit)
    statement["rest"][0]["interaction"] = [{"code": "batch"}]
    metadata = proxy.interfere

    async def batch(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "POST":
            return await metadata(request, number)
        entries = []
        for entry in (await request.json())["entry"]:
            async with server.session.get(f"{server.base}/{entry['request']['url']}") as response:
                entries.append({"resource": await response.json(), "response": {"status": f"{response.status} OK"}})
        answer = {"resourceType": "Bundle", "type": "batch-response", "entry": entries}
        shown = format_datetime(utc_now() + proxy.ahead, usegmt=True)
        return web.json_response(answer, headers={"Date": shown})

    proxy.interfere = batch


def asked(proxy: Proxy) -> list[str]:
    """What was asked since the last time, without the instants."""
    requests = [request.partition("?")[0].removeprefix("GET /epj/") for request in proxy.requests]
    proxy.requests.clear()
    return requests


async def test_with_a_history_one_small_question_a_type_is_enough(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, running: Running
) -> None:
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    running.on(LATER, proxy, ticks)
    await copy.read(practice)
    asked(proxy)
    assert await copy.read(practice) == {}
    assert copy.batches == []
    assert asked(proxy) == [f"{name}/_history" for name in READ_ORDER]
    await server.delete(f"Slot/{clinic.slots[0]}")
    added = await server.create(message_json(clinic.patient))
    new = await copy.read(practice)
    assert new.keys() == {("Slot", clinic.slots[0]), ("Communication", added["id"])}
    assert searches(proxy, "Slot") == [], "a deletion alone leads to no search"


async def test_a_server_that_takes_batches_is_asked_once(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, running: Running
) -> None:
    await answer_batches(proxy, server)
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    running.on(LATER, proxy, ticks)
    await copy.read(practice)
    asked(proxy)
    assert await copy.read(practice) == {}
    assert asked(proxy) == ["POST /epj"]
    added = await server.create(message_json(clinic.patient))
    assert (await copy.read(practice)).keys() == {("Communication", added["id"])}
    assert asked(proxy) == ["POST /epj", "Communication/_history", "Communication"]
    await server.delete(f"Communication/{added['id']}")
    assert (await copy.read(practice))["Communication", added["id"]].deleted


async def test_a_batch_also_serves_where_there_is_no_history(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, running: Running
) -> None:
    await answer_batches(proxy, server, no_history)
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    running.on(LATER, proxy, ticks)
    await copy.read(practice)
    await server.delete(f"Slot/{clinic.slots[0]}")
    running.on(SWEEP_EVERY, proxy, ticks)
    asked(proxy)
    await copy.read(practice)
    swept = list(READ_ORDER)
    swept.insert(swept.index("Slot") + 1, f"Slot/{clinic.slots[0]}")
    assert asked(proxy) == ["POST /epj", *swept], "nothing has changed, but it is time to sweep"
    assert clinic.slots[0] not in copy.ids("Slot")


@pytest.mark.parametrize("answer", [{"status": 403}, {"status": 200, "text": '{"resourceType":"Bundle"}'}])
async def test_a_server_that_cannot_be_asked_at_once_is_asked_one_by_one(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, answer: dict[str, Any]
) -> None:
    statement = await edited_metadata(proxy, server, lambda resource: None)
    statement["rest"][0]["interaction"] = [{"code": "batch"}]
    metadata = proxy.interfere

    async def no_batch(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(**answer) if request.method == "POST" else await metadata(request, number)

    proxy.interfere = no_batch
    copy, practice = Copy(), practice_at(proxy.base, session)
    await copy.read(practice)
    await copy.read(practice)
    added = await server.create(message_json(clinic.patient))
    asked(proxy)
    assert ("Communication", added["id"]) in await copy.read(practice)
    assert "POST /epj" not in asked(proxy), "it was tried once"


async def test_what_came_in_bulk_is_not_read_at_every_poll(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, running: Running
) -> None:
    made = {(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(9)}
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks, page=4)
    await copy.read(practice)
    assert made <= copy.ids("Slot")
    assert not [key for key in await copy.read(practice) if key[0] == "Slot"], "the overlap is spared"
    added = await server.create(slot_json(clinic.schedule, 20))
    assert [key for key in await copy.read(practice) if key[0] == "Slot"] == [("Slot", added["id"])]
    running.on(LATER, proxy, ticks)
    assert made <= {key[1] for key in await copy.read(practice)}, "read once more, when late ones must be there"
    assert await copy.read(practice) == {}


async def test_the_overlap_is_read_until_late_ones_must_be_there(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, running: Running
) -> None:
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    for _ in range(3):
        running.on(OVERLAP / 4, proxy, ticks)
        assert ("Slot", clinic.slots[0]) in await copy.read(practice)
    running.on(OVERLAP, proxy, ticks)
    await copy.read(practice)
    assert await copy.read(practice) == {}


@pytest.mark.parametrize("wrong_by", [timedelta(days=400), -timedelta(days=400)])
async def test_a_wrong_date_in_the_answers_costs_time_and_no_change(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, wrong_by: timedelta
) -> None:
    copy, practice = Copy(), practice_at(proxy.base, session)
    proxy.ahead = wrong_by
    for number in range(5):
        added = await server.create(slot_json(clinic.schedule, number))
        assert ("Slot", added["id"]) in await copy.read(practice)
        practice = practice if number % 2 else practice_at(proxy.base, session)


async def test_a_stamp_in_the_future_hides_nothing(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    early = await server.read(f"Slot/{clinic.slots[0]}")
    early["meta"]["lastUpdated"] = "2090-01-01T00:00:00.000Z"

    async def from_the_future(request: web.Request, number: int) -> web.StreamResponse | None:
        if not request.path.endswith("/Slot") or "start" in request.query:
            return None
        found = await server.find("Slot", **{key: request.query[key] for key in request.query if key != "_count"})
        found = [each for each in found if each["id"] != early["id"]]
        return web.json_response(
            {"resourceType": "Bundle", "entry": [{"resource": each} for each in [*found, early]]}
        )

    proxy.interfere = from_the_future
    copy = Copy()
    for _ in range(3):
        practice = practice_at(proxy.base, session)
        await copy.read(practice)
        assert (copy.points["Slot"].at or datetime.now(UTC)) <= datetime.now(UTC)
        for number in range(2):
            added = await server.create(slot_json(clinic.schedule, number))
            assert ("Slot", added["id"]) in await copy.read(practice)


async def test_a_pc_whose_clock_jumps_misses_nothing(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, running: Running
) -> None:
    await edited_metadata(proxy, server, no_history)
    chance, ticks, copy = random.Random(3), Ticks(), Copy()

    def jumping() -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=chance.uniform(-9000, 9000))

    practice = practice_at(proxy.base, session, jumping, ticks=ticks)
    await copy.read(practice)
    for number in range(10):
        added = await server.create(slot_json(clinic.schedule, number))
        assert ("Slot", added["id"]) in await copy.read(practice)
    await server.delete(f"Slot/{clinic.slots[0]}")
    running.on(SWEEP_EVERY, proxy, ticks)
    await copy.read(practice)
    assert clinic.slots[0] not in copy.ids("Slot")
    assert clinic.slots[1] in copy.ids("Slot")


async def test_what_the_server_offers_is_asked_every_hour_and_after_a_refusal(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    ticks.pass_by(timedelta(minutes=59))
    await copy.read(practice)
    assert proxy.requests.count("GET /epj/metadata") == 1
    ticks.pass_by(timedelta(minutes=1))
    await copy.read(practice)
    assert proxy.requests.count("GET /epj/metadata") == 2

    async def refuse(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=404) if "Slot/_history" in request.path else None

    proxy.interfere = refuse
    with pytest.raises(KlinikError) as failure:
        await copy.read(practice)
    assert failure.value.kind is ErrorKind.PRACTICE_REFUSED
    statement = await edited_metadata(proxy, server, no_history)
    assert statement["resourceType"] == "CapabilityStatement"
    await copy.read(practice)
    assert proxy.requests.count("GET /epj/metadata") == 3


async def test_a_server_that_is_away_is_noticed_by_the_first_question(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    await answer_batches(proxy, server)
    copy, practice = Copy(), practice_at(proxy.base, session)
    await copy.read(practice)

    async def away(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=429)

    proxy.interfere = away
    asked(proxy)
    with pytest.raises(KlinikError):
        await copy.read(practice)
    assert asked(proxy) == ["POST /epj"]
