"""One waiting change tried now or taken back, and what its late answer then means."""

import pytest

from app.booking.outbox_desk import OutboxDesk
from app.booking.progress import planned_time
from app.domain.actions import ActionKind, AppointmentBooked, InvitationTaken, PendingAction
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, ThreadId
from app.domain.invitation import Delivery
from tests.booking.fakes import DOCTOR, NOW, PATIENT, SECRETARY, FakeConsole, NoPictures, World, outcome, slot
from tests.booking.histories import COLLEAGUE, at

A, S = ActionKind, BookingState


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def console(world: World) -> FakeConsole:
    return world.console()


def the(console: FakeConsole, kind: ActionKind) -> PendingAction:
    (found,) = (action for action in console.ledger.outbox.values() if action.kind is kind)
    return found


async def booked(console: FakeConsole, until: ActionKind | None = None) -> BookingId:
    """Book, and carry out what comes before an action of this kind, or all."""
    made = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    if until is None:
        await console.settle()
    while until and until not in [action.kind for action in console.ledger.outbox.values()]:
        assert await console.carry()
    return made.id


def now_of(console: FakeConsole, booking_id: BookingId) -> Booking:
    return console.ledger.bookings[booking_id]


async def refused(console: FakeConsole, action_id: ActionId) -> bool:
    before = dict(console.ledger.outbox)
    with pytest.raises(KlinikError) as error:
        await console.outbox_desk.withdraw(action_id)
    return error.value.kind is ErrorKind.NOT_WITHDRAWABLE and console.ledger.outbox == before


async def test_one_is_tried_now_with_what_it_waits_behind(world: World, console: FakeConsole) -> None:
    world.practice.unreachable = True
    await booked(console, A.WRITE_APPOINTMENT)
    await console.carry()
    assert not await console.ledger.due_actions(world.clock())
    await console.outbox_desk.retry(the(console, A.WRITE_APPOINTMENT).id)
    assert await console.ledger.due_actions(world.clock())
    assert world.nudges == 2


@pytest.mark.parametrize("kind", [A.ENSURE_ROOM, A.WRITE_APPOINTMENT])
async def test_taking_back_what_makes_a_booking_cancels_it(console: FakeConsole, kind: ActionKind) -> None:
    booking_id = await booked(console, kind)
    await console.outbox_desk.withdraw(the(console, kind).id)
    assert now_of(console, booking_id).state is S.CANCELLED
    assert [action.kind for action in console.ledger.outbox.values()] == [A.CLOSE_ROOM]


async def test_an_appointment_that_may_have_arrived_is_cancelled_too(world: World, console: FakeConsole) -> None:
    booking_id = await booked(console, A.WRITE_APPOINTMENT)
    under_way = await console.begin(kind=A.WRITE_APPOINTMENT)
    assert under_way is not None
    await console.outbox_desk.withdraw(the(console, A.WRITE_APPOINTMENT).id)
    await console.answer(under_way)
    assert now_of(console, booking_id).appointment_id is not None
    await console.settle()
    assert world.practice.appointments == {booking_id: "cancelled"}
    assert now_of(console, booking_id).row_state is RowState.CONFIRMED


async def test_a_move_taken_back_never_happens(world: World, console: FakeConsole) -> None:
    booking_id = await booked(console)
    await console.desk.move(booking_id, slot(120))
    await console.desk.move(booking_id, slot(180))
    (first, _) = console.ledger.outbox.values()
    await console.outbox_desk.withdraw(first.id)
    assert not console.ledger.outbox
    assert (planned_time(now_of(console, booking_id)), now_of(console, booking_id).moved_from) == (at(1), None)
    await console.settle()
    assert world.practice.held[booking_id].planned == at(1)
    assert world.gateway.kinds == ["send_invitation"]


async def test_a_move_that_was_under_way_is_taken_in_as_it_turned_out(world: World, console: FakeConsole) -> None:
    booking_id = await booked(console)
    await console.desk.move(booking_id, slot(120))
    under_way = await console.begin(kind=A.MOVE_APPOINTMENT)
    assert under_way is not None
    await console.outbox_desk.withdraw(under_way.action.id)
    assert planned_time(now_of(console, booking_id)) == at(1)
    await console.answer(under_way)
    assert planned_time(now_of(console, booking_id)) == at(2)
    await console.settle()
    assert world.rooms.requests[-1].start == at(2).start
    assert len(world.gateway.texts) == 2


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_begun_move_taken_back_is_asked_after_and_undone(
    world: World, console: FakeConsole, arrived: bool
) -> None:
    booking_id = await booked(console)
    await console.desk.move(booking_id, slot(120))
    move = the(console, A.MOVE_APPOINTMENT)
    world.practice.unreachable = not arrived
    await console.carry(kind=A.MOVE_APPOINTMENT, lose_answer=True)
    await console.desk.move(booking_id, slot(180))
    await console.outbox_desk.withdraw(move.id)
    back = now_of(console, booking_id)
    assert (planned_time(back), back.moved_from, back.row_state) == (at(1), None, RowState.CONFIRMED)
    assert back.claimed_slots == (at(2).slot_id, at(3).slot_id)
    assert list(console.ledger.outbox) == [move.id]
    assert await refused(console, move.id)  # There is nothing more to take back.
    world.practice.unreachable = False
    await console.settle()
    assert world.practice.held[booking_id].planned == at(1)
    settled = now_of(console, booking_id)
    assert (planned_time(settled), settled.claimed_slots, settled.row_state) == (at(1), (), RowState.CONFIRMED)
    assert world.gateway.kinds == ["send_invitation"]


async def test_a_move_behind_an_appointment_that_may_have_claimed_its_slot_is_asked_after(
    world: World, console: FakeConsole
) -> None:
    booking_id = await booked(console, A.WRITE_APPOINTMENT)
    world.practice.unreachable = True
    await console.desk.move(booking_id, slot(120))
    await console.carry(kind=A.WRITE_APPOINTMENT)
    move = the(console, A.MOVE_APPOINTMENT)
    await console.outbox_desk.withdraw(move.id)
    assert planned_time(now_of(console, booking_id)) == at(1)
    assert now_of(console, booking_id).claimed_slots == (at(2).slot_id,)
    assert move.id in console.ledger.outbox
    world.practice.unreachable = False
    await console.settle()
    assert world.practice.held[booking_id].planned == at(1)
    assert now_of(console, booking_id).claimed_slots == ()


async def test_news_that_the_move_kept_back_is_taken_in_with_its_withdrawal(
    world: World, console: FakeConsole
) -> None:
    booking_id = await booked(console)
    await console.desk.move(booking_id, slot(120))
    world.practice.change(booking_id, by=COLLEAGUE, planned=at(3))
    await console.read()
    assert planned_time(now_of(console, booking_id)) == at(2)
    await console.outbox_desk.withdraw(the(console, A.MOVE_APPOINTMENT).id)
    assert planned_time(now_of(console, booking_id)) == at(3)
    assert now_of(console, booking_id).settled_by == COLLEAGUE


async def test_a_text_taken_back_leaves_somebody_to_phone(world: World, console: FakeConsole) -> None:
    booking_id = await booked(console, A.SEND_INVITATION)
    await console.outbox_desk.withdraw(the(console, A.SEND_INVITATION).id)
    dropped = now_of(console, booking_id)
    assert (dropped.state, dropped.failure) == (S.UNDELIVERABLE, ErrorKind.WITHDRAWN)
    assert (dropped.ledger[-1].delivery, dropped.ledger[-1].failure) == (Delivery.FAILED, ErrorKind.WITHDRAWN)
    await console.settle()
    assert world.gateway.kinds == []


async def test_a_text_that_left_all_the_same_mends_it(console: FakeConsole) -> None:
    booking_id = await booked(console, A.SEND_INVITATION)
    text = the(console, A.SEND_INVITATION)
    await console.outbox_desk.withdraw(text.id)
    await console.desk.on_result(text, InvitationTaken("r1"))
    assert (now_of(console, booking_id).state, now_of(console, booking_id).failure) == (S.INVITED, None)
    await console.settle()
    assert now_of(console, booking_id).state is S.DELIVERED


async def test_a_text_about_a_cancellation_is_dropped_with_a_word(world: World, console: FakeConsole) -> None:
    booking_id = await booked(console)
    await console.desk.cancel(booking_id)
    await console.carry(kind=A.CANCEL_APPOINTMENT)
    await console.outbox_desk.withdraw(the(console, A.SEND_CANCELLATION).id)
    assert now_of(console, booking_id).failure is ErrorKind.WITHDRAWN
    await console.settle()
    assert world.gateway.kinds == ["send_invitation"]


async def test_what_cannot_be_taken_back(console: FakeConsole) -> None:
    booking_id = await booked(console)
    await console.desk.move(booking_id, slot(120))
    await console.carry(kind=A.MOVE_APPOINTMENT)
    assert await refused(console, the(console, A.ENSURE_ROOM).id)  # New times of a room that stands.
    await console.settle()
    await console.desk.finish(booking_id, outcome())
    assert await refused(console, the(console, A.WRITE_OUTCOME).id)
    assert await refused(console, the(console, A.CLOSE_ROOM).id)
    done = the(console, A.CLOSE_ROOM).id
    await console.settle()
    assert await refused(console, done)


async def test_an_appointment_written_for_an_outcome_belongs_to_it(console: FakeConsole) -> None:
    made = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.desk.finish(made.id, outcome())
    assert await refused(console, the(console, A.WRITE_APPOINTMENT).id)


async def test_one_that_is_begun_meanwhile_is_taken_back_as_it_then_is(
    world: World, console: FakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking_id = await booked(console, A.WRITE_APPOINTMENT)
    write = the(console, A.WRITE_APPOINTMENT)
    look = world.ledger.waiting_for

    async def begun_meanwhile(of: BookingId) -> object:
        seen = await look(of)
        await world.ledger.begin(write.id)
        return seen

    monkeypatch.setattr(world.ledger, "waiting_for", begun_meanwhile)
    await console.outbox_desk.withdraw(write.id)
    assert now_of(console, booking_id).state is S.CANCELLED
    assert A.CANCEL_APPOINTMENT in [action.kind for action in console.ledger.outbox.values()]


async def test_a_wish_for_a_thread_goes_to_who_knows_threads(world: World) -> None:
    taken_back: list[PendingAction] = []

    async def withdraw(action: PendingAction) -> None:
        taken_back.append(action)

    console = world.console()
    thread = PendingAction(
        ActionId("t"), 1, A.ASSIGN_THREAD, None, PATIENT, "key", NOW, NOW, "queue", thread_id=ThreadId("t1")
    )
    world.ledger.outbox[thread.id] = thread
    desk = OutboxDesk(world.ledger, console.desk, withdraw, NoPictures(), lambda: None, world.clock)
    await desk.withdraw(thread.id)
    assert taken_back == [thread]
    with pytest.raises(KlinikError):
        await console.desk.withdraw(thread)
    await console.desk.on_result(thread, AppointmentBooked("a1", confirmed=True))
    assert not world.ledger.bookings
