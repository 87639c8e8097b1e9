"""Two colleagues at once, many times: one wins, the other is told who it was, and nothing is left over."""

import asyncio
from dataclasses import replace

import pytest

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Conflicted, Refused, ThreadHeld
from app.domain.arrangement import Standing
from app.domain.booking import Booking
from app.domain.errors import ErrorKind
from tests.sync.bookings import action_for, action_on, booking_for, moved_to, taking
from tests.sync.consoles import Console
from tests.sync.contract import Contract, booked, marks
from tests.sync.server import Clinic, Server, message_json, slot_json

ROUNDS = 12
MOVE, CANCEL = ActionKind.MOVE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT


async def fresh(server: Server, clinic: Clinic, number: int) -> Clinic:
    slots = [await server.create(slot_json(clinic.schedule, 10 * number + each)) for each in range(3)]
    return replace(clinic, slots=tuple(slot["id"] for slot in slots))


async def busy(server: Server, clinic: Clinic) -> list[str]:
    """The slots that are not free, having made sure that no free one keeps a mark."""
    slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots]
    assert not [slot for slot in slots if slot["status"] == "free" and list(marks(slot))]
    return [slot["id"] for slot in slots if slot["status"] == "busy"]


class RaceContract(Contract):
    async def test_one_slot_goes_to_one_of_many(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        for number in range(1, ROUNDS):
            here = await fresh(server, clinic, number)
            bookings = [booking_for(here) for _ in range(4)]
            consoles = [practice, other, practice, other]
            results = await asyncio.gather(
                *(
                    console.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
                    for console, booking in zip(consoles, bookings, strict=True)
                )
            )
            (won,) = [console for console, result in zip(consoles, results, strict=True) if _is_booked(result)]
            assert results.count(Refused(ErrorKind.SLOT_TAKEN, won.user.name)) == 3
            assert await busy(server, here) == [here.slots[0]]
        assert len(await server.find("Appointment", patient=clinic.patient)) == ROUNDS - 1

    async def test_one_appointment_moved_to_two_times_ends_in_one(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        for number in range(1, ROUNDS):
            here = await fresh(server, clinic, number)
            booking = await booked(practice, booking_for(here))
            wishes = [moved_to(booking, here, 1), moved_to(booking, here, 2)]
            await self.settle_race(server, here, [practice, other], wishes, [MOVE, MOVE])

    async def test_one_appointment_moved_and_cancelled_is_one_of_them(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        for number in range(1, ROUNDS):
            here = await fresh(server, clinic, number)
            booking = await booked(practice, booking_for(here))
            wishes = [moved_to(booking, here, 1), booking]
            await self.settle_race(server, here, [practice, other], wishes, [MOVE, CANCEL])

    async def settle_race(
        self, server: Server, here: Clinic, consoles: list[Console], wishes: list[Booking], kinds: list[ActionKind]
    ) -> None:
        """Let both carry out their wish at once: one has it, the other is told whose came first."""
        results = await asyncio.gather(
            *(
                console.write(action_for(wish, kind, console=console.user.id), wish)
                for console, wish, kind in zip(consoles, wishes, kinds, strict=True)
            )
        )
        lost = [index for index, result in enumerate(results) if isinstance(result, Conflicted)]
        assert len(lost) == 1, results
        won = 1 - lost[0]
        told = results[lost[0]]
        assert isinstance(told, Conflicted)
        assert told.conflict.by == consoles[won].user.name
        stored = await server.read(f"Appointment/{wishes[0].appointment_id}")
        if kinds[won] is CANCEL:
            assert isinstance(results[won], Carried)
            assert (stored["status"], told.conflict.theirs.standing) == ("cancelled", Standing.CANCELLED)
            assert await busy(server, here) == []
        else:
            assert told.conflict.theirs.start == wishes[won].start
            assert stored["slot"][0]["reference"] == f"Slot/{wishes[won].slot_id}"
            assert await busy(server, here) == [wishes[won].slot_id]

    async def test_both_moving_to_the_same_time_have_both_what_they_asked_for(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        for number in range(1, ROUNDS):
            here = await fresh(server, clinic, number)
            wish = moved_to(await booked(practice, booking_for(here)), here, 1)
            results = await asyncio.gather(
                *(each.write(action_for(wish, MOVE, console=each.user.id), wish) for each in (practice, other))
            )
            assert all(map(_is_booked, results))
            assert await busy(server, here) == [here.slots[1]]

    async def test_two_bookings_moved_to_one_slot_is_one_of_them(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        for number in range(1, ROUNDS):
            here = await fresh(server, clinic, number)
            wishes = [moved_to(await booked(practice, booking_for(here, slot=slot)), here, 2) for slot in (0, 1)]
            consoles = [practice, other]
            results = await asyncio.gather(
                *(each.write(action_for(wish, MOVE), wish) for each, wish in zip(consoles, wishes, strict=True))
            )
            (won,) = [index for index, result in enumerate(results) if _is_booked(result)]
            assert results[1 - won] == Refused(ErrorKind.SLOT_TAKEN, consoles[won].user.name)
            assert await busy(server, here) == [here.slots[1 - won], here.slots[2]]

    async def test_one_thread_goes_to_one_of_many(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        capabilities = await practice.capabilities()
        if "Task" not in capabilities.types:
            pytest.skip(f"{capabilities.software} offers no Task")
        for number in range(ROUNDS):
            thread = str((await server.create(message_json(clinic.patient)))["id"])
            consoles = [practice, other]
            if number % 2:  # taken before, and let go: then it is one Task that both change
                for by in (clinic.doctor, None):
                    wish = taking(clinic, thread, by)
                    await practice.assign(action_on(wish, f"first {by}"), wish)
            wishes = [taking(clinic, thread, each.user) for each in consoles]
            results = await asyncio.gather(
                *(
                    each.assign(action_on(wish, each.user.id), wish)
                    for each, wish in zip(consoles, wishes, strict=True)
                )
            )
            assert results[0] == results[1]
            assert isinstance(results[0], ThreadHeld)
            assert results[0].holder in [wish.wanted for wish in wishes]
        tasks = await server.find("Task", patient=clinic.patient)
        assert sum(task["status"] == "in-progress" for task in tasks) == ROUNDS


def _is_booked(result: object) -> bool:
    return isinstance(result, AppointmentBooked)
