"""A consultation is given more time: its end, and the slots it runs into, if nobody else has them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Conflicted, Refused
from app.domain.booking import Booking, PlannedTime
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.domain.ports.practice_system import PracticeSystem
from tests.sync.bookings import action_for, booking_for, moved_to, outcome
from tests.sync.contract import Contract, booked, marks, versions
from tests.sync.server import Clinic, Proxy, Server, slot_json

MOVE, CANCEL, OUTCOME = ActionKind.MOVE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT, ActionKind.WRITE_OUTCOME
WRITE = ActionKind.WRITE_APPOINTMENT
BO = "Bo Testsekretær"
FREE, BUSY = ("free", False), ("busy", True)


def extended(booking: Booking, minutes: int = 10) -> Booking:
    """The booking as its console has it until the practice system has the longer time."""
    end = booking.lasts_until + timedelta(minutes=minutes)
    was = booking.moved_from or PlannedTime(booking.start, booking.end, booking.slot_id)
    return replace(booking, end=end, extended_to=end, moved_from=was)


async def held(server: Server, clinic: Clinic) -> list[tuple[str, bool]]:
    slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots]
    return [(slot["status"], bool(list(marks(slot)))) for slot in slots]


async def stored(server: Server, booking: Booking) -> dict[str, Any]:
    return await server.read(f"Appointment/{booking.appointment_id}")


def slots_of(appointment: dict[str, Any]) -> list[str]:
    return [slot["reference"].partition("/")[2] for slot in appointment.get("slot", [])]


class ExtendingContract(Contract):
    async def test_a_longer_consultation_has_the_slots_it_runs_into(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        longer = extended(booking)
        result = await practice.write(action_for(longer, MOVE), longer)
        assert isinstance(result, AppointmentBooked)
        assert result.planned == PlannedTime(longer.start, longer.end, longer.slot_id)
        there = await stored(server, booking)
        assert datetime.fromisoformat(there["end"]) == longer.end
        assert slots_of(there) == list(clinic.slots[:2])
        assert await held(server, clinic) == [BUSY, BUSY, FREE]

        known = replace(longer, moved_from=None)
        again = extended(known)
        result = await practice.write(action_for(again, MOVE, console="again"), again)
        assert isinstance(result, AppointmentBooked)
        assert slots_of(await stored(server, booking)) == list(clinic.slots)
        assert await held(server, clinic) == [BUSY, BUSY, BUSY]

    async def test_doing_it_twice_changes_nothing(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        longer = extended(booking)
        first = await practice.write(action_for(longer, MOVE), longer)
        before = await versions(server, clinic)
        assert await practice.write(action_for(longer, MOVE), longer) == first
        assert await versions(server, clinic) == before

    @pytest.mark.parametrize("lost_from", range(1, 12))
    async def test_a_failure_anywhere_is_mended_by_the_next_try(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, lost_from: int
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        longer = extended(booking)
        proxy.clear()
        proxy.lose_from = lost_from
        with suppress(KlinikError):
            await practice.write(action_for(longer, MOVE), longer)
        proxy.clear()
        assert isinstance(await practice.write(action_for(longer, MOVE), longer), AppointmentBooked)
        assert slots_of(await stored(server, booking)) == list(clinic.slots[:2])
        assert await held(server, clinic) == [BUSY, BUSY, FREE]

    async def test_where_the_next_time_is_taken_the_appointment_keeps_its_own(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await booked(other, booking_for(clinic, slot=2))
        before = await versions(server, clinic)
        longer = extended(booking, minutes=20)
        assert await practice.write(action_for(longer, MOVE), longer) == Refused(ErrorKind.SLOT_TAKEN, BO)
        after = await versions(server, clinic)
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= {f"Slot/{clinic.slots[1]}"}, "claimed first, and given back"
        assert await held(server, clinic) == [BUSY, FREE, BUSY]

    @pytest.mark.parametrize("carried", [True, False])
    async def test_taken_back_it_lets_go_of_what_it_had_claimed(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, carried: bool
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        longer = extended(booking)

        async def stop(request: web.Request, number: int) -> web.StreamResponse | None:
            refused = request.method == "PUT" and "Appointment" in request.path and not carried
            return web.Response(status=503) if refused else None

        proxy.interfere = stop
        if carried:
            await practice.write(action_for(longer, MOVE), longer)
        else:
            with pytest.raises(KlinikError):
                await practice.write(action_for(longer, MOVE), longer)
        proxy.clear()
        assert await held(server, clinic) == [BUSY, BUSY, FREE]
        back = replace(booking, extended_to=longer.end)
        result = await practice.write(action_for(longer, MOVE), back)
        assert isinstance(result, AppointmentBooked)
        assert result.planned == PlannedTime(booking.start, booking.end, booking.slot_id)
        assert await held(server, clinic) == [BUSY, FREE, FREE]

    async def test_it_is_moved_cancelled_and_ended_as_any_other(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        for then in (MOVE, CANCEL, OUTCOME):
            booking = await booked(practice, booking_for(clinic))
            longer = extended(booking)
            assert isinstance(await practice.write(action_for(longer, MOVE), longer), AppointmentBooked)
            known = replace(longer, moved_from=None, extended_to=None)  # as another console knows it
            if then is MOVE:
                moved = moved_to(known, clinic, 2)
                await other.write(action_for(moved, MOVE, console="B"), moved)
                assert await held(server, clinic) == [FREE, FREE, BUSY]
                assert slots_of(await stored(server, booking)) == [clinic.slots[2]]
                known = replace(moved, moved_from=None)
                await other.write(action_for(known, CANCEL, console="B"), known)
            elif then is CANCEL:
                assert isinstance(await other.write(action_for(known, CANCEL, console="B"), known), Carried)
            else:
                ended = replace(known, outcome=outcome(OutcomeKind.COMPLETED))
                assert isinstance(await practice.write(action_for(ended, OUTCOME), ended), Carried)
                assert (await held(server, clinic))[:2] == [BUSY, BUSY], "its time is used up"
                continue
            assert await held(server, clinic) == [FREE, FREE, FREE]

    async def test_two_that_change_it_at_once_are_a_conflict_and_no_slot_is_kept(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        theirs = moved_to(booking, clinic, 2)
        await other.write(action_for(theirs, MOVE, console="B"), theirs)
        longer = extended(booking)
        assert isinstance(await practice.write(action_for(longer, MOVE), longer), Conflicted)
        assert await held(server, clinic) == [FREE, FREE, BUSY]

    async def test_one_without_a_slot_only_gets_its_new_end(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, slot=None))
        longer = extended(booking)
        assert isinstance(await practice.write(action_for(longer, MOVE), longer), AppointmentBooked)
        assert datetime.fromisoformat((await stored(server, booking))["end"]) == longer.end
        assert await held(server, clinic) == [FREE, FREE, FREE]

    async def test_one_extended_before_it_was_written_is_written_and_then_extended(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        longer = extended(booking_for(clinic))
        written = await booked(practice, longer)
        assert isinstance(await practice.write(action_for(written, MOVE), written), AppointmentBooked)
        assert slots_of(await stored(server, written)) == list(clinic.slots[:2])
        assert await held(server, clinic) == [BUSY, BUSY, FREE]

    async def test_one_made_in_the_practice_system_itself(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        """Its slot is busy and bears no mark of ours."""
        planned = booking_for(clinic)
        await server.edit(f"Slot/{clinic.slots[0]}", status="busy")
        made = await server.create(
            {
                "resourceType": "Appointment",
                "status": "booked",
                "start": planned.start.isoformat(),
                "end": planned.end.isoformat(),
                "slot": [{"reference": f"Slot/{clinic.slots[0]}"}],
                "participant": [
                    {"actor": {"reference": f"Patient/{clinic.patient}"}, "status": "accepted"},
                    {"actor": {"reference": f"Practitioner/{clinic.practitioner}"}, "status": "accepted"},
                ],
            }
        )
        longer = extended(replace(planned, appointment_id=made["id"], room=None))
        assert isinstance(await practice.write(action_for(longer, MOVE), longer), AppointmentBooked)
        assert slots_of(await stored(server, longer)) == list(clinic.slots[:2])
        assert await held(server, clinic) == [("busy", False), BUSY, FREE]

    async def test_other_calendars_and_a_slot_that_is_long_enough_are_left_alone(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        calendar = await server.create(
            {"resourceType": "Schedule", "actor": [{"reference": f"Practitioner/{clinic.secretary}"}]}
        )
        beside = await server.create(slot_json(calendar["id"], 1))
        booking = await booked(practice, booking_for(clinic))
        longer = extended(booking)
        await practice.write(action_for(longer, MOVE), longer)
        assert (await server.read(f"Slot/{beside['id']}"))["status"] == "free"

        short = replace(booking_for(clinic, slot=2), end=booking.start + timedelta(minutes=35))
        within = extended(await booked(practice, short))
        assert isinstance(await practice.write(action_for(within, MOVE), within), AppointmentBooked)
        assert slots_of(await stored(server, within)) == [clinic.slots[2]]
