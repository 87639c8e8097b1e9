"""A cancellation is told to the patient when it is true; a click taken back leaves as little behind as it can."""

import pytest

from app.booking.events import (
    CancelAsked,
    CancellationWritten,
    Event,
    InvitationAccepted,
    OutcomeChosen,
    PatientSeen,
    RecordRefused,
)
from app.booking.progress import UNDONE, planned_time
from app.domain.actions import ActionKind, Refused
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.invitation import Delivery
from app.domain.waiting import PatientPhase
from tests.booking.fakes import DOCTOR, PATIENT, SECRETARY, FakeConsole, World, outcome, slot
from tests.booking.histories import COLLEAGUE
from tests.booking.test_saga import TO_CONFIRMED, TO_DELIVERED, effects, play

A, S = ActionKind, BookingState
NEVER_SENT = CancelAsked(frozenset({A.SEND_INVITATION}))


@pytest.fixture
def world() -> World:
    return World()


def waiting(world: World) -> list[ActionKind]:
    return [action.kind for action in world.ledger.outbox.values()]


async def booked(console: FakeConsole, until: ActionKind) -> Booking:
    """Book, and carry out what comes before an action of this kind."""
    made = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    while until not in [action.kind for action in console.ledger.outbox.values()]:
        assert await console.carry()
    return made


async def test_an_invitation_that_never_left_is_taken_back_with_the_click(world: World) -> None:
    console = world.console()
    made = await booked(console, A.SEND_INVITATION)
    await console.desk.cancel(made.id)
    assert waiting(world) == [A.CANCEL_APPOINTMENT]
    await console.settle()
    assert world.gateway.kinds == []
    assert world.practice.appointments == {made.id: "cancelled"}
    assert world.rooms.closed == {made.id}


async def test_an_invitation_that_may_have_left_is_answered_with_a_cancellation(world: World) -> None:
    console = world.console()
    made = await booked(console, A.SEND_INVITATION)
    await console.carry(kind=A.SEND_INVITATION, lose_answer=True)
    console = world.console()
    await console.desk.cancel(made.id)
    assert waiting(world) == [A.SEND_INVITATION, A.CANCEL_APPOINTMENT]
    await console.settle()
    assert world.gateway.kinds == ["send_invitation", "send_cancellation"]


async def test_an_appointment_that_was_never_asked_for_never_will_be(world: World) -> None:
    console = world.console()
    made = await booked(console, A.WRITE_APPOINTMENT)
    cancelled = await console.desk.cancel(made.id)
    assert (cancelled.state, cancelled.row_state) == (S.CANCELLED, RowState.SAVED_HERE)
    assert waiting(world) == [A.CLOSE_ROOM]
    await console.settle()
    assert world.practice.appointments == {}


async def test_an_appointment_that_may_be_there_is_cancelled_behind_its_making(world: World) -> None:
    console = world.console()
    made = await booked(console, A.WRITE_APPOINTMENT)
    under_way = await console.begin(kind=A.WRITE_APPOINTMENT)
    assert under_way is not None
    await console.desk.cancel(made.id)
    assert waiting(world) == [A.WRITE_APPOINTMENT, A.CANCEL_APPOINTMENT]
    await console.answer(under_way)
    await console.settle()
    assert world.practice.appointments == {made.id: "cancelled"}
    assert world.gateway.kinds == []


async def test_one_that_is_begun_just_as_it_is_taken_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    console = world.console()
    made = await booked(console, A.WRITE_APPOINTMENT)
    (write,) = world.ledger.outbox.values()
    look, looks = world.ledger.waiting_for, [0]

    async def begun_after_the_first_look(booking_id: BookingId) -> object:
        seen = await look(booking_id)
        looks[0] += 1
        await world.ledger.begin(write.id)
        return seen

    monkeypatch.setattr(world.ledger, "waiting_for", begun_after_the_first_look)
    assert (await console.desk.cancel(made.id)).state is S.CANCELLED
    assert waiting(world) == [A.WRITE_APPOINTMENT, A.CANCEL_APPOINTMENT]
    assert looks == [2]


async def test_while_the_practice_system_is_down_nobody_is_told(world: World) -> None:
    console = world.console()
    made = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    world.practice.unreachable = True
    await console.desk.cancel(made.id)
    for _ in range(3):
        await console.carry()
    assert world.gateway.kinds == ["send_invitation"]
    assert not world.rooms.closed
    world.practice.unreachable = False
    await console.settle()
    assert world.gateway.kinds == ["send_invitation", "send_cancellation"]


async def test_a_cancellation_that_is_refused_leaves_the_booking_standing(world: World) -> None:
    console = world.console()
    made = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    await console.desk.cancel(made.id)
    (cancel,) = world.ledger.outbox.values()
    await console.desk.on_result(cancel, Refused(ErrorKind.PRACTICE_REFUSED, COLLEAGUE))
    stands = world.ledger.bookings[made.id]
    assert (stands.state, stands.row_state) == (S.DELIVERED, RowState.CONFLICT)
    assert (stands.failure, stands.settled_by) == (ErrorKind.PRACTICE_REFUSED, COLLEAGUE)
    assert not world.ledger.outbox
    await console.read()  # What is in the calendar says nothing about the refusal.
    assert world.ledger.bookings[made.id] == stands
    await console.desk.cancel(made.id)
    await console.settle()
    assert world.practice.appointments == {made.id: "cancelled"}
    assert world.gateway.kinds == ["send_invitation", "send_cancellation"]


def test_an_invitation_taken_back_is_sent_after_all_when_the_appointment_stands() -> None:
    refused: list[Event] = [*TO_CONFIRMED, NEVER_SENT]
    (queued, undone) = play(refused).ledger
    assert (queued.delivery, undone.delivery) == (Delivery.QUEUED, Delivery.FAILED)
    assert (undone.failure, undone.reference) == (ErrorKind.WITHDRAWN, UNDONE)
    assert effects(refused, RecordRefused(ErrorKind.PRACTICE_REFUSED)) == [A.SEND_INVITATION]
    stands: list[Event] = [*refused, RecordRefused(ErrorKind.PRACTICE_REFUSED)]
    assert play([*stands, InvitationAccepted("r1")]).state is S.INVITED
    assert effects([*stands, CancelAsked()], CancellationWritten()) == [A.SEND_CANCELLATION, A.CLOSE_ROOM]


@pytest.mark.parametrize("known", [InvitationAccepted("r1"), PatientSeen(PatientPhase.OPENED)])
def test_a_second_text_taken_back_leaves_what_the_patient_knows_from_before(known: Event) -> None:
    assert effects([*TO_CONFIRMED, known, NEVER_SENT], CancellationWritten()) == [A.SEND_CANCELLATION, A.CLOSE_ROOM]
    assert effects([*TO_CONFIRMED, NEVER_SENT], CancellationWritten()) == [A.CLOSE_ROOM]


def test_an_outcome_that_is_refused_stays_with_its_text() -> None:
    refused = play([*TO_DELIVERED, OutcomeChosen(outcome()), RecordRefused(ErrorKind.PRACTICE_REFUSED, COLLEAGUE)])
    assert (refused.state, refused.outcome, refused.row_state) == (S.ENDED, outcome(), RowState.CONFLICT)
    assert refused.settled_by == COLLEAGUE


async def test_an_instant_click_taken_back_at_once_reaches_nobody(world: World) -> None:
    console = world.console()
    made = await console.desk.book_now(PATIENT, DOCTOR, DOCTOR)
    await console.carry()
    assert waiting(world) == [A.WRITE_APPOINTMENT, A.SEND_INVITATION]
    await console.desk.cancel(made.id)
    await console.settle()
    assert (world.practice.appointments, world.gateway.kinds) == ({}, [])
    assert world.rooms.closed == {made.id}


async def test_a_move_that_still_waited_goes_with_the_booking_nobody_asked_for(world: World) -> None:
    console = world.console()
    made = await booked(console, A.WRITE_APPOINTMENT)
    await console.desk.move(made.id, slot(120))
    assert waiting(world) == [A.WRITE_APPOINTMENT, A.MOVE_APPOINTMENT]
    cancelled = await console.desk.cancel(made.id)
    assert waiting(world) == [A.CLOSE_ROOM]
    assert cancelled.moved_from is None
    assert planned_time(cancelled).slot_id == slot(120).id
