"""Two consoles and one practice system: one wins, the other is told by whom, and both end up alike."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.booking.progress import planned_time
from app.domain.actions import ActionKind
from app.domain.arrangement import Standing, Wish
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId
from tests.booking.fakes import DOCTOR, PATIENT, SECRETARY, Desktop, FakeConsole, World, outcome, slot
from tests.booking.histories import at

A, S = ActionKind, BookingState
ANNE, BO = "Anne Dahl", "Bo Friis"


class Clinic:
    """Two PCs; the appointment is made at the first and known at both."""

    def __init__(self) -> None:
        self.world = World()
        self.anne, self.bo = (Desktop(self.world, user).start() for user in (ANNE, BO))

    async def book(self) -> BookingId:
        booked = await self.anne.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
        await self.rest()
        return booked.id

    async def rest(self, consoles: Sequence[FakeConsole] = ()) -> None:
        """Let everything be carried out and read, until nothing is left to do."""
        for console in [*consoles, self.anne, self.bo, self.anne, self.bo]:
            await console.settle()

    def at_anne(self, booking_id: BookingId) -> Booking:
        return self.anne.ledger.bookings[booking_id]

    def at_bo(self, booking_id: BookingId) -> Booking:
        return self.bo.ledger.bookings[booking_id]


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


async def test_the_same_time_for_two_patients(clinic: Clinic) -> None:
    first = await clinic.anne.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    second = await clinic.bo.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await clinic.rest()
    assert clinic.at_anne(first.id).row_state is RowState.CONFIRMED
    lost = clinic.at_bo(second.id)
    assert (lost.state, lost.failure, lost.settled_by) == (S.SLOT_TAKEN, ErrorKind.SLOT_TAKEN, ANNE)
    assert clinic.world.gateway.kinds == ["send_invitation"]


async def test_a_move_reaches_the_other_console_and_the_patient_once(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    await clinic.bo.desk.move(booking_id, slot(120))
    assert planned_time(clinic.at_bo(booking_id)) == at(2)
    await clinic.rest()
    assert planned_time(clinic.at_anne(booking_id)) == planned_time(clinic.at_bo(booking_id)) == at(2)
    assert clinic.at_anne(booking_id).settled_by == BO
    assert clinic.world.practice.held[booking_id].by == BO
    assert len(clinic.world.gateway.texts) == 2
    assert clinic.world.rooms.requests[-1].start == at(2).start


async def test_a_time_that_is_taken_is_told_by_name(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    await clinic.bo.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot(120))
    await clinic.bo.settle()
    await clinic.anne.desk.move(booking_id, slot(120))
    await clinic.rest()
    kept = clinic.at_anne(booking_id)
    assert (planned_time(kept), kept.failure, kept.settled_by) == (at(1), ErrorKind.SLOT_TAKEN, BO)
    assert kept.state is S.DELIVERED


@pytest.mark.parametrize("keep_mine", [True, False])
async def test_cancelled_here_and_moved_there(clinic: Clinic, keep_mine: bool) -> None:
    booking_id = await clinic.book()
    await clinic.bo.desk.move(booking_id, slot(120))
    await clinic.bo.settle()
    await clinic.anne.desk.cancel(booking_id)
    await clinic.anne.settle()
    lost = clinic.at_anne(booking_id)
    assert lost.conflict is not None
    assert (lost.conflict.wish, lost.conflict.by, lost.settled_by) == (Wish.CANCEL, BO, BO)
    assert (lost.live, planned_time(lost), lost.row_state) == (True, at(2), RowState.CONFLICT)
    assert "send_cancellation" not in clinic.world.gateway.kinds
    await clinic.anne.desk.settle(booking_id, keep_mine=keep_mine)
    await clinic.rest()
    ends = {clinic.at_anne(booking_id).live, clinic.at_bo(booking_id).live}
    assert ends == {not keep_mine}
    assert ("send_cancellation" in clinic.world.gateway.kinds) is keep_mine
    assert clinic.at_anne(booking_id).conflict is None
    with pytest.raises(KlinikError) as refused:
        await clinic.anne.desk.settle(booking_id, keep_mine=keep_mine)
    assert refused.value.kind is ErrorKind.CONFLICT


@pytest.mark.parametrize("keep_mine", [True, False])
async def test_moved_here_and_cancelled_there(clinic: Clinic, keep_mine: bool) -> None:
    booking_id = await clinic.book()
    await clinic.anne.desk.cancel(booking_id)
    await clinic.anne.settle()
    moved = await clinic.bo.desk.move(booking_id, slot(120))
    assert planned_time(moved) == at(2)
    await clinic.bo.settle()
    lost = clinic.at_bo(booking_id)
    assert lost.conflict is not None
    assert (lost.conflict.theirs.standing, lost.state, lost.settled_by) == (Standing.CANCELLED, S.CANCELLED, ANNE)
    await clinic.bo.desk.settle(booking_id, keep_mine=keep_mine)
    await clinic.rest()
    for booking in (clinic.at_anne(booking_id), clinic.at_bo(booking_id)):
        assert (booking.live, booking.conflict) == (keep_mine, None)
        assert planned_time(booking) == (at(2) if keep_mine else at(1))
    assert clinic.world.practice.appointments[booking_id] == ("booked" if keep_mine else "cancelled")


async def test_moved_to_two_times_at_once(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    await clinic.anne.desk.move(booking_id, slot(120))
    await clinic.bo.desk.move(booking_id, slot(180))
    await clinic.bo.settle()
    await clinic.anne.settle()
    lost = clinic.at_anne(booking_id)
    assert lost.conflict is not None
    assert (lost.conflict.mine.start, lost.conflict.theirs.start) == (at(2).start, at(3).start)
    await clinic.anne.desk.settle(booking_id, keep_mine=True)
    await clinic.rest()
    assert {planned_time(clinic.at_anne(booking_id)), planned_time(clinic.at_bo(booking_id))} == {at(2)}
    assert clinic.at_bo(booking_id).settled_by == ANNE


async def test_cancelled_at_both_is_no_conflict(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    for console in (clinic.anne, clinic.bo):
        await console.desk.cancel(booking_id)
    await clinic.rest()
    for booking in (clinic.at_anne(booking_id), clinic.at_bo(booking_id)):
        assert (booking.state, booking.conflict, booking.row_state) == (S.CANCELLED, None, RowState.CONFIRMED)
    assert clinic.world.gateway.kinds == ["send_invitation", "send_cancellation"]


async def test_held_here_and_cancelled_there(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    await clinic.bo.desk.cancel(booking_id)
    await clinic.bo.settle()
    await clinic.anne.desk.finish(booking_id, outcome())
    await clinic.anne.settle()
    lost = clinic.at_anne(booking_id)
    assert lost.conflict is not None
    assert (lost.conflict.wish, lost.state, lost.outcome) == (Wish.OUTCOME, S.CANCELLED, outcome())
    await clinic.anne.desk.settle(booking_id, keep_mine=True)
    await clinic.anne.settle()
    assert clinic.world.practice.appointments == {booking_id: "fulfilled"}
    assert clinic.at_anne(booking_id).row_state is RowState.CONFIRMED


async def test_an_old_reading_told_late_does_not_undo_a_move(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    old = clinic.world.practice.read()
    await clinic.anne.desk.move(booking_id, slot(120))
    await clinic.anne.settle()
    texts = len(clinic.world.gateway.texts)
    await clinic.anne.take_in(old)
    await clinic.rest()
    assert planned_time(clinic.at_anne(booking_id)) == at(2)
    assert len(clinic.world.gateway.texts) == texts


async def test_moved_again_before_the_first_answer_is_no_conflict_with_oneself(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    await clinic.anne.desk.move(booking_id, slot(120))
    under_way = await clinic.anne.begin(kind=A.MOVE_APPOINTMENT)
    assert under_way is not None
    await clinic.anne.desk.move(booking_id, slot(180))
    await clinic.anne.answer(under_way)
    assert clinic.at_anne(booking_id).moved_from == at(2)
    await clinic.rest()
    moved = clinic.at_anne(booking_id)
    assert (planned_time(moved), moved.conflict, moved.row_state) == (at(3), None, RowState.CONFIRMED)


async def test_the_first_of_two_moves_in_vain_leaves_the_second_its_chance(clinic: Clinic) -> None:
    booking_id = await clinic.book()
    await clinic.bo.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot(120))
    await clinic.bo.settle()
    await clinic.anne.desk.move(booking_id, slot(120))
    under_way = await clinic.anne.begin(kind=A.MOVE_APPOINTMENT)
    assert under_way is not None
    await clinic.anne.desk.move(booking_id, slot(180))
    await clinic.anne.answer(under_way)
    await clinic.rest()
    assert planned_time(clinic.at_anne(booking_id)) == at(3)


async def test_what_can_be_moved_and_where_to(clinic: Clinic) -> None:
    desk, booking_id = clinic.anne.desk, await clinic.book()
    other = await desk.book_video(PATIENT, DOCTOR, SECRETARY, slot(120))
    await desk.move(other.id, slot(240))
    await clinic.rest()
    await desk.move(other.id, slot(300))  # Its old time stays its own until the new one is certain.
    await desk.call_started(other.id)
    for of, to, kind in [
        (booking_id, slot(240), ErrorKind.SLOT_TAKEN),
        (booking_id, slot(300), ErrorKind.SLOT_TAKEN),
        (other.id, slot(360), ErrorKind.CONFLICT),
        (booking_id, replace(slot(180), clinician_id=ClinicianId("doctor-2")), ErrorKind.UNEXPECTED),
        (BookingId("00000000-0000-4000-8000-000000000000"), slot(180), ErrorKind.UNEXPECTED),
    ]:
        with pytest.raises(KlinikError) as refused:
            await desk.move(of, to)
        assert refused.value.kind is kind
    moved = await desk.move(booking_id, slot(120))
    assert await desk.move(booking_id, slot(120)) == moved
    assert planned_time(await desk.move(booking_id, slot(60))) == at(1)
    with pytest.raises(KlinikError):
        await desk.settle(BookingId("00000000-0000-4000-8000-000000000000"), keep_mine=True)
