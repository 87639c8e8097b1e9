"""Moving, and what two consoles do to one appointment: both where that goes together, otherwise a conflict."""

from dataclasses import replace
from datetime import datetime

import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Conflicted, Refused
from app.domain.arrangement import ArrangementField, Conflict, Standing, Wish, shown_fields
from app.domain.booking import Booking, ConsultationForm, PlannedTime
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, SlotId, derived_uuid
from app.domain.outcome import OutcomeKind
from app.domain.ports.practice_system import PracticeSystem
from app.sync.fhir.change_mark import changed_by
from tests.sync.bookings import action_for, booking_for, moved_to, outcome
from tests.sync.contract import Contract, booked, marks, versions
from tests.sync.server import Clinic, Proxy, Server

MOVE, CANCEL, OUTCOME = ActionKind.MOVE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT, ActionKind.WRITE_OUTCOME
BO = "Bo Testsekretær"


async def held(server: Server, clinic: Clinic) -> list[tuple[str, bool]]:
    """Each slot's status, and whether a console's mark is on it."""
    slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots]
    return [(slot["status"], bool(list(marks(slot)))) for slot in slots]


def clinic_slot(clinic: Clinic, number: int) -> SlotId:
    return SlotId(clinic.slots[number])


FREE, BUSY = ("free", False), ("busy", True)


class MovingContract(Contract):
    async def test_a_move_takes_the_new_slot_and_frees_the_old(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        reference = f"Appointment/{booking.appointment_id}"
        await server.edit(reference, comment="Husk tolk", minutesDuration=10)
        moved = moved_to(booking, clinic, 2)
        result = await other.write(action_for(moved, MOVE), moved)
        planned = PlannedTime(moved.start, moved.end, moved.slot_id)
        stored = await server.read(reference)
        made_at = datetime.fromisoformat(stored["meta"]["lastUpdated"])
        assert result == AppointmentBooked(str(booking.appointment_id), True, planned, made_at)
        assert (stored["start"], stored["end"]) == ("2026-11-23T09:30:00.000Z", "2026-11-23T09:45:00.000Z")
        assert [slot["reference"] for slot in stored["slot"]] == [f"Slot/{clinic.slots[2]}"]
        assert (stored["comment"], stored["minutesDuration"], changed_by(stored)) == ("Husk tolk", 15, BO)
        assert await held(server, clinic) == [FREE, FREE, BUSY]
        slot = await server.read(f"Slot/{clinic.slots[2]}")
        assert list(marks(slot)) == [(f"urn:uuid:{derived_uuid(booking.id, 'slot')}", BO)]

    async def test_a_move_to_a_taken_slot_is_refused_and_leaves_all_as_it_was(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await booked(other, booking_for(clinic, slot=1))
        before = await versions(server, clinic)
        moved = moved_to(booking, clinic, 1)
        assert await practice.write(action_for(moved, MOVE), moved) == Refused(ErrorKind.SLOT_TAKEN, BO)
        assert await versions(server, clinic) == before

    async def test_a_move_keeps_what_others_changed_meanwhile(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        reference = f"Appointment/{booking.appointment_id}"
        proxy.clear()

        async def before_first_put(request: web.Request, number: int) -> None:
            if request.method == "PUT" and proxy.requests.count(f"PUT /epj/{reference}") == 1:
                await server.edit(reference, comment="Patienten ringede", status="pending")

        proxy.interfere = before_first_put
        moved = moved_to(booking, clinic, 1)
        result = await practice.write(action_for(moved, MOVE), moved)
        assert isinstance(result, AppointmentBooked)
        assert not result.confirmed
        stored = await server.read(reference)
        assert (stored["comment"], stored["start"]) == ("Patienten ringede", "2026-11-23T09:15:00.000Z")

    async def test_two_moves_are_a_conflict_for_the_second_which_keeps_no_slot(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        theirs, mine = moved_to(booking, clinic, 1), moved_to(booking, clinic, 2)
        await other.write(action_for(theirs, MOVE, console="B"), theirs)
        result = await practice.write(action_for(mine, MOVE), mine)
        assert isinstance(result, Conflicted)
        conflict = result.conflict
        assert (conflict.wish, conflict.by, shown_fields(conflict)) == (Wish.MOVE, BO, (ArrangementField.TIME,))
        assert (conflict.before.start, conflict.mine.start) == (booking.start, mine.start)
        assert (conflict.theirs.start, conflict.theirs.slot_id) == (theirs.start, theirs.slot_id)
        stored = await server.read(f"Appointment/{booking.appointment_id}")
        assert conflict.at
        assert conflict.at.isoformat()[:22] == stored["meta"]["lastUpdated"][:22]
        assert await held(server, clinic) == [FREE, BUSY, FREE]
        await self.keeps_mine_when_told_to(practice, server, clinic, mine, conflict)

    async def keeps_mine_when_told_to(
        self, practice: PracticeSystem, server: Server, clinic: Clinic, mine: Booking, conflict: Conflict
    ) -> None:
        theirs = conflict.theirs
        again = replace(mine, moved_from=PlannedTime(theirs.start, theirs.end, theirs.slot_id), conflict=conflict)
        result = await practice.write(action_for(again, MOVE, console="settled"), again)
        assert isinstance(result, AppointmentBooked)
        assert result.planned
        assert result.planned.start == mine.start
        assert await held(server, clinic) == [FREE, FREE, BUSY]

    async def test_a_conflict_after_the_claim_gives_the_new_slot_back(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        reference = f"Appointment/{booking.appointment_id}"
        proxy.clear()

        async def cancel_first(request: web.Request, number: int) -> None:
            if request.method == "PUT" and proxy.requests.count(f"PUT /epj/{reference}") == 1:
                await server.edit(reference, status="cancelled")

        proxy.interfere = cancel_first
        moved = moved_to(booking, clinic, 1)
        result = await practice.write(action_for(moved, MOVE), moved)
        assert isinstance(result, Conflicted)
        assert (result.conflict.theirs.standing, result.conflict.by) == (Standing.CANCELLED, "")
        assert (await held(server, clinic))[1] == FREE

        proxy.clear()
        again = replace(moved, conflict=result.conflict)
        kept = await practice.write(action_for(again, MOVE, console="settled"), again)
        assert isinstance(kept, AppointmentBooked)
        assert kept.confirmed
        stored = await server.read(reference)
        assert (stored["status"], stored["start"]) == ("booked", "2026-11-23T09:15:00.000Z")
        assert await held(server, clinic) == [FREE, BUSY, FREE]

    async def test_an_appointment_deleted_there_cannot_be_moved(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await server.delete(f"Appointment/{booking.appointment_id}")
        moved = moved_to(booking, clinic, 1)
        result = await practice.write(action_for(moved, MOVE), moved)
        assert isinstance(result, Conflicted)
        assert result.conflict.theirs.standing is Standing.CANCELLED
        assert (await held(server, clinic))[1] == FREE

    async def test_a_cancellation_does_not_cancel_what_was_moved_unseen(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        moved = moved_to(booking, clinic, 1)
        await other.write(action_for(moved, MOVE), moved)
        before = await versions(server, clinic)
        result = await practice.write(action_for(booking, CANCEL), booking)
        assert isinstance(result, Conflicted)
        assert (result.conflict.wish, result.conflict.by) == (Wish.CANCEL, BO)
        assert shown_fields(result.conflict) == (ArrangementField.TIME, ArrangementField.STANDING)
        assert await versions(server, clinic) == before

        again = replace(booking, start=moved.start, end=moved.end, slot_id=moved.slot_id, conflict=result.conflict)
        assert isinstance(await practice.write(action_for(again, CANCEL, console="settled"), again), Carried)
        assert await held(server, clinic) == [FREE, FREE, FREE]

    async def test_a_cancellation_after_a_move_of_ones_own_takes_it_as_moved_or_not(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        for carried in (True, False):
            booking = await booked(practice, booking_for(clinic))
            moved = moved_to(booking, clinic, 1)
            if carried:
                await practice.write(action_for(moved, MOVE), moved)
            assert isinstance(await practice.write(action_for(moved, CANCEL), moved), Carried)
            assert await held(server, clinic) == [FREE, FREE, FREE]

    @pytest.mark.parametrize("status", ["cancelled", "noshow", "fulfilled"])
    async def test_an_outcome_does_not_overrule_the_practice_system(
        self, practice: PracticeSystem, server: Server, clinic: Clinic, status: str
    ) -> None:
        kind = OutcomeKind.NO_SHOW if status == "fulfilled" else OutcomeKind.COMPLETED
        booking = await booked(practice, booking_for(clinic, outcome=outcome(kind)))
        reference = f"Appointment/{booking.appointment_id}"
        await server.edit(reference, status=status)
        before = await versions(server, clinic)
        result = await practice.write(action_for(booking, OUTCOME), booking)
        assert isinstance(result, Conflicted)
        assert (result.conflict.wish, result.conflict.mine.standing) == (Wish.OUTCOME, Standing.ENDED)
        assert await versions(server, clinic) == before, "nothing may be billed before it is settled"

        again = replace(booking, conflict=result.conflict)
        assert isinstance(await practice.write(action_for(again, OUTCOME, console="settled"), again), Carried)
        final = {OutcomeKind.NO_SHOW: "noshow", OutcomeKind.COMPLETED: "fulfilled"}
        assert (await server.read(reference))["status"] == final[kind]
        assert (await held(server, clinic))[0][0] == "busy", "its time is used up"

    async def test_an_outcome_goes_with_a_move_and_with_another_form(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        moved = moved_to(booking, clinic, 1)
        await other.write(action_for(moved, MOVE), moved)
        reference = f"Appointment/{booking.appointment_id}"
        telephone = {"coding": [{"system": "urn:klinikkonsol:konsultationsform", "code": "telefon"}]}
        await server.edit(reference, serviceType=[telephone])
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        stored = await server.read(reference)
        assert (stored["status"], stored["start"]) == ("fulfilled", "2026-11-23T09:15:00.000Z")
        assert stored["serviceType"][0]["coding"] == telephone["coding"]

    async def test_a_booking_moved_again_while_the_first_move_was_on_its_way(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, form=ConsultationForm.TELEPHONE, room=None))
        first = moved_to(booking, clinic, 1)
        move = action_for(first, MOVE)
        await practice.write(move, first)  # its answer is lost, and it is moved once more before it is repeated
        second = moved_to(first, clinic, 2)
        result = await practice.write(move, second)
        assert isinstance(result, AppointmentBooked)
        assert result.planned == PlannedTime(second.start, second.end, second.slot_id)
        assert await held(server, clinic) == [FREE, FREE, BUSY]

    @pytest.mark.parametrize("again", [0, 2])
    async def test_a_slot_claimed_before_the_booking_was_moved_again_or_back_is_let_go(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, again: int
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        first = moved_to(booking, clinic, 1)
        move = action_for(first, MOVE)
        await self.claims_and_no_more(practice, proxy, first)
        assert await held(server, clinic) == [BUSY, BUSY, FREE]
        second = moved_to(first, clinic, again)
        assert isinstance(await practice.write(move, second), AppointmentBooked)
        assert await held(server, clinic) == [BUSY if slot == again else FREE for slot in range(3)]

    async def test_a_slot_claimed_for_a_move_that_was_taken_back_is_let_go(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        moved = moved_to(booking, clinic, 1)
        await self.claims_and_no_more(practice, proxy, moved)
        back = replace(booking, claimed_slots=(clinic_slot(clinic, 1),))
        assert isinstance(await practice.write(action_for(moved, MOVE), back), AppointmentBooked)
        assert await held(server, clinic) == [BUSY, FREE, FREE]

    async def test_what_is_still_on_its_way_of_a_move_taken_back_comes_too_late(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        moved = moved_to(booking, clinic, 1)
        before = await versions(server, clinic)
        back = replace(booking, claimed_slots=(clinic_slot(clinic, 1),))
        result = await practice.write(action_for(moved, MOVE), back)
        assert isinstance(result, AppointmentBooked)
        assert result.planned == PlannedTime(booking.start, booking.end, booking.slot_id)
        after = await versions(server, clinic)
        written = {name for name in before if before[name] != after[name]}
        assert written == {f"Appointment/{booking.appointment_id}", f"Slot/{clinic.slots[1]}"}
        assert await held(server, clinic) == [BUSY, FREE, FREE]
        assert isinstance(await practice.write(action_for(moved, MOVE), booking), AppointmentBooked)
        assert await versions(server, clinic) == after, "there is nothing more to do"

    async def test_a_move_that_was_carried_out_and_then_taken_back_is_undone(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        moved = moved_to(booking, clinic, 1)
        await practice.write(action_for(moved, MOVE), moved)  # its answer is lost
        back = replace(booking, claimed_slots=(clinic_slot(clinic, 1),))
        result = await practice.write(action_for(moved, MOVE), back)
        assert isinstance(result, AppointmentBooked)
        assert result.planned == PlannedTime(booking.start, booking.end, booking.slot_id)
        assert await held(server, clinic) == [BUSY, FREE, FREE]

    @pytest.mark.parametrize("gone", ["moved", "cancelled", "deleted"])
    async def test_a_slot_claimed_before_others_came_between_is_let_go(
        self,
        practice: PracticeSystem,
        other: PracticeSystem,
        proxy: Proxy,
        server: Server,
        clinic: Clinic,
        gone: str,
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        first = moved_to(booking, clinic, 1)
        await self.claims_and_no_more(practice, proxy, first)
        if gone == "moved":
            theirs = moved_to(booking, clinic, 2)
            await other.write(action_for(theirs, MOVE, console="B"), theirs)
        elif gone == "cancelled":
            await other.write(action_for(booking, CANCEL, console="B"), booking)
        else:
            await server.delete(f"Appointment/{booking.appointment_id}")
        second = moved_to(first, clinic, 0)
        result = await practice.write(
            action_for(first, MOVE), replace(second, start=second.start.replace(minute=5))
        )
        assert isinstance(result, Conflicted)
        assert await held(server, clinic) == [FREE, FREE, BUSY if gone == "moved" else FREE]

    async def claims_and_no_more(self, practice: PracticeSystem, proxy: Proxy, moved: Booking) -> None:
        """Try a move, and lose everything after the new slot was claimed."""
        proxy.clear()
        proxy.lose_from = 2
        with pytest.raises(KlinikError):
            await practice.write(action_for(moved, MOVE), moved)
        proxy.clear()

    async def test_a_move_carried_out_and_undone_by_others_is_not_done_twice_unasked(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        moved = moved_to(booking, clinic, 1)
        move = action_for(moved, MOVE)
        await practice.write(move, moved)  # its answer is lost
        back = moved_to(replace(moved, moved_from=None), clinic, 0)
        await other.write(replace(move, id=ActionId("B")), back)
        result = await practice.write(move, moved)
        assert isinstance(result, Conflicted)
        assert result.conflict.by == BO
        assert await held(server, clinic) == [BUSY, FREE, FREE]

    async def test_a_booking_moved_before_it_was_written_is_written_where_it_is(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        moved = moved_to(booking_for(clinic), clinic, 1)
        for written_before in (False, True):
            if written_before:
                moved = moved_to(await booked(practice, booking_for(clinic)), clinic, 2, appointment_id=None)
            write = action_for(moved, ActionKind.WRITE_APPOINTMENT)
            assert isinstance(await practice.write(write, moved), AppointmentBooked)
            result = await practice.write(action_for(moved, MOVE), moved)
            assert isinstance(result, AppointmentBooked)
            assert result.planned == PlannedTime(moved.start, moved.end, moved.slot_id)
        assert await held(server, clinic) == [FREE, BUSY, BUSY]

    async def test_a_failure_in_the_middle_is_mended_when_others_came_between(
        self, practice: PracticeSystem, other: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        mine, theirs = moved_to(booking, clinic, 1), moved_to(booking, clinic, 2)
        proxy.clear()
        proxy.lose_from = 2  # after the new slot was claimed, before the appointment is changed
        with pytest.raises(KlinikError):
            await practice.write(action_for(mine, MOVE), mine)
        proxy.clear()
        await other.write(action_for(theirs, MOVE, console="B"), theirs)
        assert isinstance(await practice.write(action_for(mine, MOVE), mine), Conflicted)
        assert await held(server, clinic) == [FREE, FREE, BUSY]
