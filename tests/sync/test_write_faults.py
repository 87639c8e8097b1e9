"""Writing to a practice system that refuses, says little, or says what cannot be."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Refused
from app.domain.errors import ErrorKind, KlinikError
from tests.sync.bookings import action_for, booking_for
from tests.sync.consoles import Console
from tests.sync.contract import booked, versions
from tests.sync.practice import edited_metadata
from tests.sync.server import Clinic, Proxy, Server, proxy_to, seed_clinic


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
    return Console(proxy.base, session, clinic.doctor)


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
    practice: Console,
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
    practice: Console, proxy: Proxy, clinic: Clinic
) -> None:
    async def propose(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "POST":
            return None
        stored = {**await request.json(), "id": "a1", "status": "proposed"}
        return web.json_response(stored, status=201, content_type="application/fhir+json")

    proxy.interfere = propose
    booking = booking_for(clinic, slot=None)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert isinstance(result, AppointmentBooked)
    assert (result.appointment_id, result.confirmed, result.version_at) == ("a1", False, None)


@pytest.mark.parametrize("location", [True, False])
async def test_a_server_that_answers_with_nothing_is_asked_again(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, location: bool
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
    assert isinstance(result, AppointmentBooked)
    assert (result.appointment_id, result.confirmed) == (stored["id"], True)


async def test_a_created_resource_that_cannot_be_found_is_tried_again(
    practice: Console, proxy: Proxy, clinic: Clinic
) -> None:
    async def say_nothing(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=201) if request.method == "POST" else None

    proxy.interfere = say_nothing
    booking = booking_for(clinic, slot=None)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert failure.value.kind is ErrorKind.PRACTICE_ERROR


async def test_twins_from_a_race_count_as_one(practice: Console, server: Server, clinic: Clinic) -> None:
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
    practice: Console, proxy: Proxy, clinic: Clinic, stored_id: object
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
    practice = Console(proxy.base, session, clinic.doctor)
    booking = booking_for(clinic)
    for kind in (ActionKind.WRITE_APPOINTMENT, ActionKind.WRITE_APPOINTMENT):
        await practice.write(action_for(booking, kind), booking)
    assert len(await server.find("Appointment", patient=clinic.patient)) == 1


async def test_an_appointment_deleted_there_needs_no_cancelling(
    practice: Console, server: Server, clinic: Clinic
) -> None:
    booking = booking_for(clinic, slot=None, appointment_id="gone-long-ago")
    assert isinstance(await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking), Carried)


async def test_a_slot_deleted_under_our_hands_is_taken(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    async def delete_before_put(request: web.Request, number: int) -> None:
        if request.method == "PUT":
            await server.delete(f"Slot/{clinic.slots[0]}")

    proxy.interfere = delete_before_put
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == Refused(ErrorKind.SLOT_TAKEN)


async def test_a_slot_without_a_version_is_never_overwritten(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
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
    practice: Console, proxy: Proxy, clinic: Clinic, wrong: dict[str, Any]
) -> None:
    await practice.capabilities()
    proxy.clear()
    booking = booking_for(clinic, **wrong)
    action = action_for(booking, ActionKind.WRITE_APPOINTMENT)
    assert await practice.write(action, booking) == Refused(ErrorKind.PRACTICE_REFUSED)
    backwards = booking_for(clinic, end=booking.start)
    assert await practice.write(action, backwards) == Refused(ErrorKind.PRACTICE_REFUSED)
    assert set(proxy.requests) <= {"GET /epj/metadata"}


@pytest.mark.parametrize("kind", [ActionKind.WRITE_OUTCOME, ActionKind.SEND_INVITATION])
async def test_what_makes_no_sense_is_an_error_of_ours(practice: Console, clinic: Clinic, kind: ActionKind) -> None:
    booking = booking_for(clinic)
    with pytest.raises(KlinikError) as failure:
        await practice.write(action_for(booking, kind), booking)
    assert failure.value.kind is ErrorKind.UNEXPECTED


async def test_who_has_a_slot_is_not_worth_a_failure(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    await server.edit(f"Slot/{clinic.slots[0]}", status="busy")

    async def break_the_search(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=500) if "slot=" in request.query_string else None

    proxy.interfere = break_the_search
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == Refused(ErrorKind.SLOT_TAKEN)


@pytest.mark.parametrize(
    ("status", "kind"), [(422, ErrorKind.PRACTICE_REFUSED), (413, ErrorKind.PRACTICE_TOO_LARGE)]
)
async def test_a_slot_that_cannot_be_claimed_is_not_called_taken(
    practice: Console, proxy: Proxy, clinic: Clinic, status: int, kind: ErrorKind
) -> None:
    async def turn_down(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=status) if request.method == "PUT" else None

    proxy.interfere = turn_down
    booking = booking_for(clinic)
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
    assert result == Refused(kind)


async def test_the_room_link_and_name_are_left_out_where_there_are_none(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    nobody = Console(proxy.base, session, replace(clinic.doctor, name=" "))
    booking = await booked(nobody, booking_for(clinic, room=None))
    stored = await server.read(f"Appointment/{booking.appointment_id}")
    assert {each["url"].rpartition(":")[2] for each in stored["extension"]} == {
        "changed-by",
        "changed-to",
        "change",
    }
    (mark,) = (await server.read(f"Slot/{clinic.slots[0]}"))["identifier"]
    assert "assigner" not in mark


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("by_others", [True, False])
async def test_a_slot_whose_past_cannot_be_seen_is_only_freed_when_it_was_ours_to_the_end(
    session: aiohttp.ClientSession, medplum_base: str, by_others: bool, listed: bool
) -> None:
    async with proxy_to(medplum_base, session) as at:
        server = Server(medplum_base, session)
        clinic = await seed_clinic(server)

        async def no_history(request: web.Request, number: int) -> web.StreamResponse | None:
            return web.Response(status=404) if request.path.endswith("_history") else None

        def unlist(resource: dict[str, Any]) -> None:
            codes = resource["interaction"]
            resource["interaction"] = [each for each in codes if "history" not in each["code"]]

        if listed:
            at.interfere = no_history
        else:
            await edited_metadata(at, server, unlist)
        practice = Console(at.base, session, clinic.doctor)
        booking = await booked(practice, booking_for(clinic))
        if by_others:
            await server.edit(f"Appointment/{booking.appointment_id}", status="cancelled")
        await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking)
        slot = await server.read(f"Slot/{clinic.slots[0]}")
        assert slot["status"] == ("busy" if by_others else "free")


async def test_a_slot_deleted_there_needs_no_freeing(practice: Console, server: Server, clinic: Clinic) -> None:
    booking = await booked(practice, booking_for(clinic, slot=None))
    gone = replace(booking, slot_id=booking_for(clinic).slot_id)
    await server.delete(f"Slot/{gone.slot_id}")
    result = await practice.write(action_for(gone, ActionKind.CANCEL_APPOINTMENT), gone)
    assert isinstance(result, Carried)
