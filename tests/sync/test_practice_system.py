"""The adapter as a whole: what it finds out about a server by trying, and when it asks anew what that offers."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, ActionResult, Carried, Refused
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.sync.fhir.practice_system import FhirPracticeSystem
from tests.sync.bookings import action_for, action_on, booking_for, outcome, taking
from tests.sync.practice import Found, edited_metadata, practice_at
from tests.sync.server import Clinic, Proxy, Server


async def held(practice: FhirPracticeSystem, clinic: Clinic) -> Booking:
    """A consultation that is booked, was held and waits for its outcome to be written."""
    booking = booking_for(clinic, slot=None, outcome=outcome(OutcomeKind.COMPLETED))
    await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    return booking


async def end(practice: FhirPracticeSystem, booking: Booking) -> ActionResult:
    return await practice.write(action_for(booking, ActionKind.WRITE_OUTCOME), booking)


def canaries(proxy: Proxy) -> int:
    return proxy.requests.count("POST /epj/Task")


async def test_whether_transactions_are_whole_is_tried_once_for_a_server(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    findings = Found()
    practice = practice_at(proxy.base, session, user=clinic.doctor, findings=findings)
    bookings = [await held(practice, clinic) for _ in range(3)]
    assert (canaries(proxy), findings.known) == (0, {})
    results = await asyncio.gather(*(end(practice, booking) for booking in bookings[:2]))
    assert all(isinstance(result, Carried) for result in results)
    assert canaries(proxy) == 1
    assert list(findings.known.values()) == ["atomic"]
    later = practice_at(proxy.base, session, user=clinic.doctor, findings=findings)
    assert isinstance(await end(later, bookings[2]), Carried)
    assert canaries(proxy) == 1
    statement = await edited_metadata(proxy, server, lambda resource: None)
    statement["software"] = {"name": "another", "version": "2"}
    after_a_change = practice_at(proxy.base, session, user=clinic.doctor, findings=findings)
    await end(after_a_change, await held(after_a_change, clinic))
    assert canaries(proxy) == 2


@pytest.mark.parametrize("status", [403, 503])
async def test_an_outcome_is_written_where_no_canary_can_be_sent(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, status: int
) -> None:
    async def no_transactions(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=status) if request.method == "POST" and request.path == "/epj" else None

    proxy.interfere = no_transactions
    findings = Found()
    practice = practice_at(proxy.base, session, user=clinic.doctor, findings=findings)
    booking = await held(practice, clinic)
    assert isinstance(await end(practice, booking), Carried)
    assert findings.known == {}, "it may be another time"
    assert len(await server.find("Encounter", patient=clinic.patient)) == 1


async def test_an_outcome_waits_for_a_server_that_does_not_answer_the_canary(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    practice = practice_at(proxy.base, session, user=clinic.doctor)
    booking = await held(practice, clinic)

    async def busy(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=429) if request.method == "POST" else None

    proxy.interfere = busy
    with pytest.raises(KlinikError) as failure:
        await end(practice, booking)
    assert failure.value.kind is ErrorKind.PRACTICE_SLOW
    assert await server.find("Encounter", patient=clinic.patient) == []


async def test_a_refused_write_has_the_server_asked_anew_what_it_offers(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    practice = practice_at(proxy.base, session, user=clinic.doctor)
    await practice.capabilities()

    async def refuse(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=422) if request.method == "POST" else None

    proxy.interfere = refuse
    booking = booking_for(clinic, slot=None)
    wish = taking(clinic, "t1", clinic.doctor)
    for number in (1, 2):
        assert proxy.requests.count("GET /epj/metadata") == number
        asked: Any = (
            practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
            if number == 1
            else practice.assign(action_on(wish, "1"), wish)
        )
        assert await asked == Refused(ErrorKind.PRACTICE_REFUSED)
        await practice.capabilities()
    assert proxy.requests.count("GET /epj/metadata") == 3


async def test_whether_threads_can_be_taken_is_what_the_server_last_said(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    practice = practice_at(proxy.base, session, user=clinic.doctor)
    assert practice.carries_threads
    statement = await edited_metadata(proxy, server, lambda resource: None)
    resources = statement["rest"][0]["resource"]
    statement["rest"][0]["resource"] = [each for each in resources if each["type"] != "Task"]
    await practice.capabilities()
    assert not practice.carries_threads
