"""Moving an appointment at a practice system that refuses, or while others do the opposite."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Conflicted, Refused
from app.domain.booking import PlannedTime
from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.resources import fhir_instant
from tests.sync.bookings import action_for, booking_for, moved_to
from tests.sync.consoles import Console
from tests.sync.contract import booked, marks, versions
from tests.sync.peers import MedplumLike
from tests.sync.practice import edited_metadata
from tests.sync.server import Clinic, Proxy, Server

MOVE = ActionKind.MOVE_APPOINTMENT


def no_history_of_slots(resource: dict[str, Any]) -> None:
    if resource["type"] == "Slot":
        kept = [each for each in resource["interaction"] if not each["code"].startswith("history")]
        resource["interaction"] = kept


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
    return Console(proxy.base, session, clinic.doctor)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(409, ErrorKind.SLOT_TAKEN), (422, ErrorKind.PRACTICE_REFUSED), (400, ErrorKind.PRACTICE_REFUSED)],
)
async def test_a_move_turned_down_gives_the_new_slot_back(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, status: int, refusal: ErrorKind
) -> None:
    booking = await booked(practice, booking_for(clinic))
    before = await versions(server, clinic)

    async def turn_down(request: web.Request, number: int) -> web.StreamResponse | None:
        refused = request.method == "PUT" and "Appointment" in request.path
        return web.json_response({"resourceType": "OperationOutcome"}, status=status) if refused else None

    proxy.interfere = turn_down
    moved = moved_to(booking, clinic, 1)
    result = await practice.write(action_for(moved, ActionKind.MOVE_APPOINTMENT), moved)
    assert result == Refused(refusal)
    slot = await server.read(f"Slot/{clinic.slots[1]}")
    assert (slot["status"], "identifier" in slot) == ("free", False)
    after = await versions(server, clinic)
    assert {name for name in before if before[name] != after[name]} == {f"Slot/{clinic.slots[1]}"}


async def test_an_appointment_deleted_while_it_is_moved_is_a_conflict(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    booking = await booked(practice, booking_for(clinic))

    async def delete_first(request: web.Request, number: int) -> None:
        if request.method == "PUT" and "Appointment" in request.path:
            await server.delete(f"Appointment/{booking.appointment_id}")

    proxy.interfere = delete_first
    moved = moved_to(booking, clinic, 1)
    result = await practice.write(action_for(moved, ActionKind.MOVE_APPOINTMENT), moved)
    assert isinstance(result, Conflicted)
    assert (await server.read(f"Slot/{clinic.slots[1]}"))["status"] == "free"


async def test_a_server_that_tells_nothing_of_what_it_stored_is_still_written_to(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    booking = await booked(practice, booking_for(clinic))

    async def say_nothing(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.method != "PUT":
            return None
        await server.put(await request.json())
        return web.Response(status=204)

    proxy.interfere = say_nothing
    moved = moved_to(booking, clinic, 1)
    result = await practice.write(action_for(moved, ActionKind.MOVE_APPOINTMENT), moved)
    assert isinstance(result, AppointmentBooked)
    assert result.planned
    assert (result.planned.start, result.version_at) == (moved.start, None)


async def test_a_slot_let_go_while_the_appointment_is_moved_back_is_claimed_again(
    practice: Console, proxy: Proxy, server: Server, session: aiohttp.ClientSession, clinic: Clinic
) -> None:
    """Both consoles mark slots for the same booking, so the mark alone does not tell whose it is."""
    other = Console(server.base, session, clinic.colleague)
    booking = await booked(practice, booking_for(clinic))
    there = moved_to(booking, clinic, 1)
    back = moved_to(replace(there, moved_from=None), clinic, 0)
    proxy.clear()

    async def move_back_first(request: web.Request, number: int) -> None:
        if request.method == "PUT" and request.path.endswith(f"Slot/{clinic.slots[0]}"):
            proxy.clear()
            assert isinstance(await other.write(action_for(back, MOVE, console="B"), back), AppointmentBooked)

    proxy.interfere = move_back_first
    assert isinstance(await practice.write(action_for(there, MOVE), there), AppointmentBooked)
    slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots]
    assert [(slot["status"], len(list(marks(slot)))) for slot in slots] == [("busy", 1), ("free", 0), ("free", 0)]


async def test_somebody_who_had_arrived_is_expected_at_the_new_time(
    practice: Console, server: Server, clinic: Clinic
) -> None:
    booking = await booked(practice, booking_for(clinic))
    await server.edit(f"Appointment/{booking.appointment_id}", status="arrived")
    moved = moved_to(booking, clinic, 1)
    assert isinstance(await practice.write(action_for(moved, MOVE), moved), AppointmentBooked)
    assert (await server.read(f"Appointment/{booking.appointment_id}"))["status"] == "booked"


async def test_an_instant_booking_moves_into_a_slot_and_out_of_it(
    practice: Console, server: Server, clinic: Clinic
) -> None:
    booking = await booked(practice, booking_for(clinic, slot=None))
    moved = moved_to(booking, clinic, 1)
    assert isinstance(await practice.write(action_for(moved, MOVE), moved), AppointmentBooked)
    out = replace(
        moved,
        slot_id=None,
        end=moved.end.replace(minute=40),
        moved_from=PlannedTime(moved.start, moved.end, moved.slot_id),
    )
    result = await practice.write(action_for(out, MOVE, console="again"), out)
    assert isinstance(result, AppointmentBooked)
    assert result.planned == PlannedTime(out.start, out.end, None)
    assert "slot" not in await server.read(f"Appointment/{booking.appointment_id}")
    assert (await server.read(f"Slot/{clinic.slots[1]}"))["status"] == "free"


class TestOnAServerThatKeepsNoCalendar(MedplumLike):
    async def test_a_slot_left_behind_is_freed_by_the_next_to_move_or_cancel(
        self, practice: Console, proxy: Proxy, server: Server, session: aiohttp.ClientSession, clinic: Clinic
    ) -> None:
        """A move whose last answers were lost, and which was then given up, leaves the old slot marked."""
        other = Console(server.base, session, clinic.colleague)
        for kind in (MOVE, ActionKind.CANCEL_APPOINTMENT):
            booking = await booked(practice, booking_for(clinic))
            moved = moved_to(booking, clinic, 1)

            async def break_down(request: web.Request, number: int) -> web.StreamResponse | None:
                release = request.method == "PUT" and request.path.endswith(f"Slot/{clinic.slots[0]}")
                return web.Response(status=503) if release else None

            proxy.interfere = break_down
            with pytest.raises(KlinikError):
                await practice.write(action_for(moved, MOVE), moved)
            proxy.clear()
            assert (await server.read(f"Slot/{clinic.slots[0]}"))["status"] == "busy"

            seen = replace(moved, moved_from=None)
            wish = moved_to(seen, clinic, 2) if kind is MOVE else seen
            await other.write(action_for(wish, kind, console="B"), wish)
            slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots]
            assert [slot["status"] for slot in slots] == ["free", "free", "busy"]


async def test_a_longer_one_that_others_moved_frees_nothing_they_may_have_given_away(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    """The practice system left our mark on the slot it gave away, and keeps no earlier versions."""
    booking = await booked(Console(server.base, session, clinic.doctor), booking_for(clinic))
    there = booking_for(clinic, slot=2)
    moved = {"start": fhir_instant(there.start), "end": fhir_instant(there.end)}
    await server.edit(
        f"Appointment/{booking.appointment_id}", **moved, slot=[{"reference": f"Slot/{there.slot_id}"}]
    )
    await server.edit(f"Slot/{clinic.slots[0]}", status="busy")
    await edited_metadata(proxy, server, no_history_of_slots)
    end = booking.end + timedelta(minutes=10)
    was = PlannedTime(booking.start, booking.end, booking.slot_id)
    longer = replace(booking, end=end, extended_to=end, moved_from=was)
    practice = Console(proxy.base, session, clinic.doctor)
    assert isinstance(await practice.write(action_for(longer, MOVE), longer), Conflicted)
    slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots[:2]]
    assert [(slot["status"], len(list(marks(slot)))) for slot in slots] == [("busy", 1), ("free", 0)]
