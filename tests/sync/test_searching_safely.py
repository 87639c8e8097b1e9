"""A search that a server does not heed must not make another one's resource ours."""

from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, Carried, Refused
from app.domain.errors import ErrorKind, KlinikError
from tests.sync.bookings import action_for, booking_for
from tests.sync.consoles import Console
from tests.sync.contract import booked
from tests.sync.practice import edited_metadata
from tests.sync.server import Clinic, Proxy, Server


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
    return Console(proxy.base, session, clinic.doctor)


async def test_a_server_that_cannot_find_by_identifier_is_not_written_to(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    """It could pass over the condition of a create, and take another resource for ours."""

    def unlist(resource: dict[str, Any]) -> None:
        resource["searchParam"] = [each for each in resource["searchParam"] if each["name"] != "identifier"]

    await edited_metadata(proxy, server, unlist)
    booking = booking_for(clinic)
    for kind in (ActionKind.WRITE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT):
        result = await practice.write(action_for(booking, kind), booking)
        assert result == Refused(ErrorKind.PRACTICE_REFUSED)
    assert not [request for request in proxy.requests if request.startswith("POST")]
    assert (await server.read(f"Slot/{clinic.slots[0]}"))["status"] == "free"


@pytest.mark.parametrize("links", [[], [{"relation": "self", "url": "http://epj.example/Appointment?_count=50"}]])
async def test_a_search_that_passes_over_the_identifier_is_not_believed(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, links: list[dict[str, str]]
) -> None:
    stranger = await booked(practice, booking_for(clinic, slot=1))
    found = await server.read(f"Appointment/{stranger.appointment_id}")

    async def pass_over(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "GET" or "identifier" not in request.query:
            return None
        bundle = {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": [{"resource": found}]}
        return web.json_response(bundle)

    proxy.interfere = pass_over
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking)
    # Without a self link nobody can tell; the stranger's appointment is not ours in either case.
    assert result == Refused(ErrorKind.PRACTICE_REFUSED) if links else isinstance(result, Carried)
    assert (await server.read(f"Appointment/{stranger.appointment_id}"))["status"] == "booked"


async def test_a_create_answered_with_another_resource_is_rubbish(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    stranger = await booked(practice, booking_for(clinic, slot=1))
    found = await server.read(f"Appointment/{stranger.appointment_id}")

    async def give_another(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.json_response(found) if request.method == "POST" else None

    proxy.interfere = give_another
    booking = booking_for(clinic)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


async def test_a_server_that_cannot_search_by_slot_is_not_asked_who_has_one(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    def unlist(resource: dict[str, Any]) -> None:
        resource["searchParam"] = [each for each in resource["searchParam"] if each["name"] != "slot"]

    await server.edit(f"Slot/{clinic.slots[0]}", status="busy")
    await edited_metadata(proxy, server, unlist)
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == Refused(ErrorKind.SLOT_TAKEN)
    assert not [request for request in proxy.requests if "slot=" in request]
