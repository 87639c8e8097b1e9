"""Outcomes as one transaction: where it was found to hold, and what is done where it does not."""

from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, Carried, Refused
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.domain.private import Private
from app.sync.fhir.canary import Seen, atomic, probe_atomicity, probe_name
from app.sync.fhir.capabilities import parse_capabilities
from app.sync.fhir.client import Answer
from app.sync.fhir.transaction import Became, became_of, last_entry_time
from tests.sync.bookings import action_for, booking_for, outcome
from tests.sync.consoles import Console
from tests.sync.contract import booked, counts, tried_out, versions
from tests.sync.peers import MedplumLike, Sekmet
from tests.sync.server import Clinic, Proxy, Server

TRANSACTION = "POST /epj"
OUTCOME = ActionKind.WRITE_OUTCOME


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
    return Console(proxy.base, session, clinic.doctor)


class CanaryContract:
    holds = True

    async def test_it_is_found_out_once_and_leaves_nothing_behind(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        before = {task["id"] for task in await server.find("Task")}
        for transactions in (2, 3) if self.holds else (1, 1):
            booking = await booked(practice, booking_for(clinic, slot=None, outcome=outcome(OutcomeKind.COMPLETED)))
            assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
            assert proxy.requests.count(TRANSACTION) == transactions
        assert {task["id"] for task in await server.find("Task")} == before
        assert counts(await versions(server, clinic))["ChargeItem"] == 2


class TestDemo(CanaryContract):
    pass


class TestMedplumLike(MedplumLike, CanaryContract):
    holds = False


class TestSekmet(Sekmet, CanaryContract):
    pass


@pytest.mark.parametrize(
    ("seen", "holds"),
    [
        (Seen(412, kept=False), True),
        (Seen(409, kept=False), True),
        (Seen(412, kept=True), False),
        (Seen(200, kept=True), False),
        (Seen(200, kept=False), False),
        (Seen(400, kept=False), False),
        (Seen(404, kept=False), False),
        (Seen(500, kept=False), False),
    ],
)
def test_only_a_refusal_that_kept_nothing_proves_it(seen: Seen, holds: bool) -> None:
    assert atomic(seen) is holds


@pytest.mark.parametrize("status", [200, 400, 404, 405, 422, 500, 501])
async def test_an_odd_answer_to_the_canary_is_a_no(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, status: int
) -> None:
    async def odd(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method == "POST" and request.path == "/epj":
            return web.json_response({"resourceType": "Bundle", "entry": [{"response": {}}, 7]}, status=status)
        return None

    proxy.interfere = odd
    booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
    assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
    assert proxy.requests.count(TRANSACTION) == 1
    assert await server.find("Task") == []
    assert (await server.read(f"Appointment/{booking.appointment_id}"))["status"] == "fulfilled"


async def test_a_task_without_a_version_proves_nothing(practice: Console, proxy: Proxy, server: Server) -> None:
    async def no_version(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method == "GET" and "/Task/" in request.path:
            task = await server.read(request.path.removeprefix("/epj/"))
            return web.json_response({**task, "meta": {}})
        return None

    capabilities = await practice.capabilities()
    proxy.interfere = no_version
    assert not await probe_atomicity(practice._client, capabilities)
    assert await server.find("Task") == []


@pytest.mark.parametrize("lost", range(6))
async def test_a_canary_whose_answer_is_lost_says_nothing(
    practice: Console, proxy: Proxy, server: Server, lost: int
) -> None:
    capabilities = await practice.capabilities()
    proxy.clear()
    proxy.lose_from = lost
    with pytest.raises(KlinikError) as failure:
        await probe_atomicity(practice._client, capabilities)
    assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE


@pytest.mark.parametrize(
    "without",
    [{"transaction"}, {"delete"}, {"Task"}, {"conditionalCreate"}, {"identifier"}],
)
async def test_where_it_cannot_be_tried_cleanly_it_is_not_tried(
    practice: Console, proxy: Proxy, server: Server, without: set[str]
) -> None:
    statement = await server.read("metadata")
    rest = statement["rest"][0]
    rest["interaction"] = [each for each in rest["interaction"] if each["code"] not in without]
    rest["resource"] = [each for each in rest["resource"] if each["type"] not in without]
    for resource in rest["resource"]:
        resource["interaction"] = [each for each in resource["interaction"] if each["code"] not in without]
        resource["searchParam"] = [each for each in resource["searchParam"] if each["name"] not in without]
        resource["conditionalCreate"] = "conditionalCreate" not in without
    assert not await probe_atomicity(practice._client, parse_capabilities(statement))
    assert proxy.requests == []


def test_the_finding_belongs_to_a_server_and_its_version() -> None:
    def named(version: str, base: str = "https://epj") -> str:
        software = {"name": "EPJ", "version": version}
        statement: dict[str, Any] = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
        return probe_name(base, parse_capabilities({**statement, "software": software}))

    assert len({named("1"), named("2"), named("1", "https://other"), named("1")}) == 3


MIXED = {
    "resourceType": "Bundle",
    "entry": [{"response": {"status": "201 Created"}}, {"response": {"status": "412"}}],
}


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, {}), (404, {}), (405, {}), (422, {}), (501, {}), (500, {}), (412, {}), (200, MIXED), (200, {})],
)
async def test_a_server_that_does_not_take_it_as_one_is_written_to_part_by_part(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, status: int, body: dict[str, Any]
) -> None:
    await tried_out(practice, clinic)
    proxy.clear()
    booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
    before = counts(await versions(server, clinic))

    async def refuse(request: web.Request, number: int) -> web.StreamResponse | None:
        whole = request.method == "POST" and request.path == "/epj"
        return web.json_response(body, status=status) if whole else None

    proxy.interfere = refuse
    assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
    after = counts(await versions(server, clinic))
    assert {name: after[name] - before[name] for name in after} == {
        "Slot": 0,
        "Appointment": 0,
        "Encounter": 1,
        "ChargeItem": 1,
        "DocumentReference": 1,
    }
    assert proxy.requests.count(TRANSACTION) == 1


async def test_one_that_is_always_outdated_is_written_part_by_part(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    await tried_out(practice, clinic)
    booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
    proxy.clear()

    async def always_first(request: web.Request, number: int) -> None:
        if request.path == "/epj":
            await server.edit(f"Appointment/{booking.appointment_id}", comment=str(number))

    proxy.interfere = always_first
    assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
    assert proxy.requests.count(TRANSACTION) == 5
    stored = await server.read(f"Appointment/{booking.appointment_id}")
    assert (stored["status"], bool(stored["comment"])) == ("fulfilled", True)


@pytest.mark.parametrize("status", [401, 429, 503])
async def test_a_server_that_is_busy_is_asked_again_later(
    practice: Console, proxy: Proxy, clinic: Clinic, status: int
) -> None:
    await tried_out(practice, clinic)
    proxy.clear()
    booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))

    async def busy(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=status) if request.path == "/epj" else None

    proxy.interfere = busy
    with pytest.raises(KlinikError):
        await practice.write(action_for(booking, OUTCOME), booking)


@pytest.mark.parametrize(("length", "sent", "as_one"), [(500_000, 1, 1), (748_000, 1, 0), (800_000, 0, 0)])
async def test_what_is_too_large_is_refused_before_any_of_it_is_written(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, length: int, sent: int, as_one: int
) -> None:
    await tried_out(practice, clinic)
    proxy.clear()
    long = outcome(OutcomeKind.COMPLETED, note="x" * length)
    booking = await booked(practice, booking_for(clinic, outcome=long))
    before = counts(await versions(server, clinic))["DocumentReference"]
    result = await practice.write(action_for(booking, OUTCOME), booking)
    assert isinstance(result, Carried) if sent else result == Refused(ErrorKind.PRACTICE_TOO_LARGE)
    after = counts(await versions(server, clinic))
    assert (after["DocumentReference"] - before, after["ChargeItem"]) == (sent, sent)
    assert proxy.requests.count(TRANSACTION) == as_one


async def test_an_outcome_with_nothing_to_create_only_ends_the_appointment(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    await tried_out(practice, clinic)
    proxy.clear()
    nothing = outcome(OutcomeKind.NO_SHOW, None, note=" ")
    booking = await booked(practice, booking_for(clinic, outcome=nothing))
    assert isinstance(nothing.note, Private)
    assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
    assert TRANSACTION not in proxy.requests
    assert (await server.read(f"Appointment/{booking.appointment_id}"))["status"] == "noshow"


@pytest.mark.parametrize(
    ("status", "entries", "became"),
    [
        (200, ["201 Created", "200"], Became.WHOLE),
        (200, ["201 Created"], Became.NOT_WHOLE),
        (200, ["201 Created", "412"], Became.NOT_WHOLE),
        (200, ["201 Created", ""], Became.NOT_WHOLE),
        (200, ["201 Created", "²²² odd"], Became.NOT_WHOLE),
        (412, [], Became.OUTDATED),
        (409, [], Became.OUTDATED),
        (400, [], Became.NOT_WHOLE),
    ],
)
def test_every_entry_has_to_say_that_it_was_done(status: int, entries: list[str], became: Became) -> None:
    body: dict[str, object] = {"entry": [{"response": {"status": each}} for each in entries]}
    assert became_of(Answer(status, body, None, ""), 2) is became


@pytest.mark.parametrize(
    ("entry", "tells"),
    [
        ([{"response": {"lastModified": "2026-11-23T09:00:00Z"}}], True),
        ([{"response": {}, "resource": {"meta": {"lastUpdated": "2026-11-23T09:00:00Z"}}}], True),
        ([{"response": {"lastModified": "i går"}}], False),
        ([], False),
    ],
)
def test_when_the_appointment_was_ended_is_read_where_it_is_told(entry: list[Any], tells: bool) -> None:
    assert (last_entry_time({"entry": entry}) is not None) is tells
