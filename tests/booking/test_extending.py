"""A consultation under way is given more time: the room at once, the calendar as soon as it can."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.events import (
    AppointmentRefused,
    AppointmentTimed,
    CallBegan,
    CallNoted,
    CancelAsked,
    ConflictFound,
    Event,
    ExtendAsked,
    MoveAsked,
    MoveRefused,
    MoveTaken,
    MoveTakenBack,
    OutcomeChosen,
    PatientSeen,
    Requested,
)
from app.booking.extending_steps import STEP, longer
from app.booking.progress import planned_time
from app.booking.saga import advance, advance_all
from app.domain.actions import ActionKind, Refused
from app.domain.arrangement import Wish
from app.domain.booking import ROOM_MARGIN, Booking, BookingState, ConsultationForm, PlannedTime, RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.waiting import PatientPhase
from tests.booking.fakes import DOCTOR, NOW, PATIENT, SECRETARY, Desktop, FakeConsole, World, outcome, slot
from tests.booking.histories import COLLEAGUE, RECORD, Script, arrangement, at, conflict, histories, requests, steps
from tests.booking.test_saga import TO_DELIVERED, TO_ROOM, changes_nothing, effects, instant_booking, play

A = ActionKind
HELD = at(1)
LATER, LATER_STILL = HELD.end + STEP, HELD.end + 2 * STEP
TALKING: list[Event] = [*TO_DELIVERED, PatientSeen(PatientPhase.WAITING), CallBegan()]
ASKED = ExtendAsked(LATER)
TAKEN = MoveTaken("a1", confirmed=True, planned=replace(HELD, end=LATER))


def extended(booking: Booking) -> tuple[datetime, datetime | None, PlannedTime | None]:
    return booking.end, booking.extended_to, booking.moved_from


def test_it_is_longer_at_once_and_the_room_and_the_calendar_are_asked_in_the_same_step() -> None:
    assert effects(TALKING, ASKED) == [A.ENSURE_ROOM, A.MOVE_APPOINTMENT]
    booking = play([*TALKING, ASKED])
    assert extended(booking) == (LATER, LATER, HELD)
    assert (booking.start, booking.slot_id) == (HELD.start, HELD.slot_id)
    assert (booking.state, booking.row_state) == (BookingState.IN_CALL, RowState.QUEUED)


def test_the_practice_system_takes_it_and_nobody_gets_a_text() -> None:
    assert effects([*TALKING, ASKED], TAKEN) == [A.ENSURE_ROOM]
    booking = play([*TALKING, ASKED, TAKEN])
    assert extended(booking) == (LATER, LATER, None)
    assert (booking.state, booking.row_state) == (BookingState.IN_CALL, RowState.CONFIRMED)


def test_where_the_practice_system_refuses_the_room_stays_open_and_the_row_says_why() -> None:
    booking = play([*TALKING, ASKED, MoveRefused(ErrorKind.SLOT_TAKEN, COLLEAGUE)])
    assert extended(booking) == (HELD.end, LATER, None)
    assert (booking.failure, booking.settled_by) == (ErrorKind.SLOT_TAKEN, COLLEAGUE)
    assert (booking.state, booking.lasts_until) == (BookingState.IN_CALL, LATER)


def test_again_and_again() -> None:
    twice: list[Event] = [*TALKING, ASKED, ExtendAsked(LATER_STILL)]
    assert extended(play(twice)) == (LATER_STILL, LATER_STILL, HELD)
    first_done = play([*twice, replace(TAKEN, another_waits=True)])
    assert extended(first_done) == (LATER_STILL, LATER_STILL, replace(HELD, end=LATER))
    refused: list[Event] = [*TALKING, ASKED, MoveRefused(ErrorKind.SLOT_TAKEN)]
    again = play([*refused, ExtendAsked(LATER_STILL)])
    assert extended(again) == (LATER_STILL, LATER_STILL, HELD)
    assert again.failure is None
    assert changes_nothing([*TALKING, ExtendAsked(LATER_STILL)], ASKED)


@pytest.mark.parametrize("before", [TO_DELIVERED, [*TALKING, OutcomeChosen(outcome())], [*TALKING, CancelAsked()]])
def test_only_a_consultation_under_way_is_extended(before: list[Event]) -> None:
    assert changes_nothing(before, ASKED)


def test_one_that_was_opened_again_while_the_call_goes_on_is_under_way() -> None:
    again = [*TO_DELIVERED, CallNoted(RECORD)]
    assert effects(again, ASKED) == [A.ENSURE_ROOM, A.MOVE_APPOINTMENT]
    assert effects([*again, ASKED], TAKEN) == [A.ENSURE_ROOM], "a text names the start, which is what it was"


def test_while_two_disagree_about_the_appointment_its_time_is_left_alone() -> None:
    theirs = ConflictFound(conflict(Wish.MOVE, arrangement(2), arrangement(3)))
    disputed: list[Event] = [*TO_DELIVERED, MoveAsked(at(2)), theirs, CallBegan()]
    until = play(disputed).end + STEP
    assert effects(disputed, ExtendAsked(until)) == [A.ENSURE_ROOM]
    assert extended(play([*disputed, ExtendAsked(until)])) == (at(3).end, until, None)
    refused: list[Event] = [*TO_ROOM, PatientSeen(PatientPhase.WAITING), CallBegan()]
    refused = [*refused, AppointmentRefused(ErrorKind.PRACTICE_REFUSED)]
    assert effects(refused, ASKED) == [A.ENSURE_ROOM]
    assert extended(play([*refused, ASKED])) == (HELD.end, LATER, None)


def test_an_appointment_that_is_still_to_be_asked_for_is_asked_for_with_the_new_end() -> None:
    by_telephone: list[Event] = [CallBegan(), ASKED]
    assert effects(by_telephone[:1], ASKED) == []
    assert extended(play(by_telephone)) == (LATER, LATER, None)


def test_other_forms_have_no_room() -> None:
    phone = ConsultationForm.TELEPHONE
    assert effects([CallBegan()], ASKED, phone) == [A.MOVE_APPOINTMENT]


def test_a_consultation_moved_elsewhere_meanwhile_takes_no_extension_with_it() -> None:
    tomorrow = AppointmentTimed(at(3).start, at(3).end, at(3).slot_id, None, COLLEAGUE)
    assert extended(play([*TALKING, ASKED, TAKEN, tomorrow])) == (at(3).end, None, None)


def test_taken_back_the_appointment_keeps_its_time_and_the_room_stays_open() -> None:
    assert extended(play([*TALKING, ASKED, MoveTakenBack()])) == (HELD.end, LATER, None)


def test_taken_back_before_the_appointment_was_made_it_is_still_to_be_made() -> None:
    asked = advance(instant_booking(), CallBegan(), NOW)
    assert asked is not None
    until = asked.booking.end + STEP
    back = advance_all(asked.booking, [ExtendAsked(until), MoveTakenBack()], NOW)
    assert back is not None
    assert (back.booking.state, back.booking.row_state) == (BookingState.IN_CALL, RowState.QUEUED)
    refused = advance(back.booking, AppointmentRefused(ErrorKind.PRACTICE_REFUSED), NOW)
    assert refused is not None
    assert (refused.booking.row_state, refused.booking.failure) == (RowState.CONFLICT, ErrorKind.PRACTICE_REFUSED)


def test_who_gave_it_more_time_elsewhere_has_not_moved_it() -> None:
    longer_there = AppointmentTimed(HELD.start, LATER, HELD.slot_id, None, COLLEAGUE)
    assert extended(play([*TALKING, longer_there])) == (LATER, None, None)
    assert play([*TALKING, longer_there]).settled_by == ""
    moved = AppointmentTimed(at(3).start, at(3).end, at(3).slot_id, None, COLLEAGUE)
    longer_still = replace(
        longer_there, start=at(3).start, end=at(3).end + STEP, slot_id=at(3).slot_id, by="Eva Lund"
    )
    assert play([*TALKING, moved, longer_still]).settled_by == COLLEAGUE, "who moved it before is still told"


def test_the_end_is_whole_steps_later_and_still_ahead() -> None:
    assert longer(NOW, NOW - STEP) == NOW + STEP
    assert longer(NOW, NOW) == NOW + STEP
    assert longer(NOW, NOW + timedelta(minutes=9, seconds=59)) == NOW + STEP
    assert longer(NOW, NOW + STEP) == NOW + 2 * STEP
    assert longer(NOW, NOW + timedelta(minutes=47)) == NOW + 5 * STEP


@given(st.integers(-10_000, 100_000))
def test_the_end_is_ahead_by_a_step_at_most_once_it_has_passed(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    end = longer(NOW, now)
    assert (end - NOW) % STEP == timedelta(0)
    assert end > max(NOW, now)
    assert end - max(NOW, now) <= STEP


@given(requests, histories)
def test_an_extension_only_lengthens_and_sends_no_text(asked: Requested, script: Script) -> None:
    for taken in steps(asked, script):
        before, after = taken.before, taken.after
        if isinstance(taken.event, ExtendAsked):
            assert after.lasts_until == taken.event.end > before.lasts_until
            assert (after.start, after.slot_id, after.state) == (before.start, before.slot_id, before.state)
            kinds = [effect.kind for effect in taken.step.effects]
            assert set(kinds) <= {A.ENSURE_ROOM, A.MOVE_APPOINTMENT}
            assert (A.ENSURE_ROOM in kinds) == (before.room is not None)
        elif isinstance(taken.event, MoveTaken | MoveRefused | MoveTakenBack) and after.start == before.start:
            in_call = before.state is BookingState.IN_CALL
            assert not (in_call and A.SEND_INVITATION in {effect.kind for effect in taken.step.effects})


@given(requests, histories)
def test_no_answer_takes_back_what_the_room_was_given(asked: Requested, script: Script) -> None:
    for taken in steps(asked, script):
        if taken.after.start == taken.before.start:
            assert taken.after.extended_to is not None or taken.before.extended_to is None


@pytest.fixture
def world() -> World:
    return World()


async def talking(world: World) -> tuple[FakeConsole, Booking]:
    """A consultation that was booked, confirmed and invited to, and is under way two minutes before its end."""
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    await console.desk.call_started(booked.id)
    world.clock.now = booked.end - timedelta(minutes=2)
    return console, world.ledger.bookings[booked.id]


async def test_ten_minutes_more_each_time(world: World) -> None:
    console, booking = await talking(world)
    texts = len(world.gateway.texts)
    assert (await console.desk.extend(booking.id)).end == booking.end + STEP
    assert {action.kind for action in world.ledger.outbox.values()} == {A.ENSURE_ROOM, A.MOVE_APPOINTMENT}
    await console.settle()
    await console.desk.extend(booking.id)
    await console.settle()
    until = booking.end + 2 * STEP
    assert world.practice.held[booking.id].planned == PlannedTime(booking.start, until, booking.slot_id)
    request = world.rooms.requests[-1]
    assert (request.start, request.end, request.closes_at) == (booking.start, until, until + ROOM_MARGIN)
    assert len(world.gateway.texts) == texts


async def test_two_presses_at_once_are_two_steps(world: World) -> None:
    console, booking = await talking(world)
    first, second = await asyncio.gather(console.desk.extend(booking.id), console.desk.extend(booking.id))
    assert (first.end, second.end) == (booking.end + STEP, booking.end + 2 * STEP)
    await console.settle()
    assert world.practice.held[booking.id].planned.end == second.end


async def test_what_was_overlooked_for_long_gets_time_that_is_ahead(world: World) -> None:
    console, booking = await talking(world)
    world.clock.now = booking.end + timedelta(minutes=27)
    assert (await console.desk.extend(booking.id)).end == booking.end + 3 * STEP


async def test_it_survives_a_restart_without_the_practice_system(world: World) -> None:
    console, booking = await talking(world)
    world.practice.unreachable = True
    await console.desk.extend(booking.id)
    again = world.console()
    assert await again.carry(kind=A.ENSURE_ROOM)
    assert world.rooms.requests[-1].end == booking.end + STEP, "the room waits for nobody"
    world.practice.unreachable = False
    await again.settle()
    assert world.practice.held[booking.id].planned.end == booking.end + STEP


@pytest.mark.parametrize("lose_answer", [True, False])
async def test_the_room_is_given_the_longer_time_although_the_calendar_keeps_its_own(
    world: World, lose_answer: bool
) -> None:
    console, booking = await talking(world)
    await console.desk.extend(booking.id)
    [move] = [action for action in world.ledger.outbox.values() if action.kind is A.MOVE_APPOINTMENT]
    await console.desk.on_result(move, Refused(ErrorKind.SLOT_TAKEN, COLLEAGUE))
    await console.carry(kind=A.ENSURE_ROOM, lose_answer=lose_answer)
    await world.console().settle()
    kept = world.ledger.bookings[booking.id]
    assert (kept.end, kept.lasts_until) == (booking.end, booking.end + STEP)
    assert world.rooms.requests[-1].end == booking.end + STEP
    again = await console.desk.extend(booking.id)
    assert (again.end, again.failure) == (booking.end + 2 * STEP, None)


async def test_an_extended_consultation_is_finished_and_cancelled_as_any_other(world: World) -> None:
    for waits in (True, False):
        for over in ("finish", "cancel"):
            console, booking = await talking(world)
            await console.desk.extend(booking.id)
            if not waits:
                await console.settle()
            if over == "finish":
                await console.desk.finish(booking.id, outcome())
            else:
                await console.desk.cancel(booking.id)
            await console.settle()
            held = world.practice.held[booking.id]
            assert held.status == {"finish": "fulfilled", "cancel": "cancelled"}[over]
            assert world.ledger.bookings[booking.id].row_state is RowState.CONFIRMED
            world.clock.now = NOW
            world.practice.held.clear()


async def test_another_console_moves_what_was_extended(world: World) -> None:
    console, booking = await talking(world)
    await console.desk.extend(booking.id)
    await console.settle()
    secretary = Desktop(world, "Bo Friis").start()
    await secretary.read()
    moved = await secretary.desk.move(booking.id, slot(300))
    await secretary.settle()
    await console.read()
    assert world.practice.held[booking.id].planned == planned_time(moved)
    known = world.ledger.bookings[booking.id]
    assert (known.start, known.lasts_until) == (slot(300).start, slot(300).end)
    assert known.state is BookingState.IN_CALL, "nobody is thrown out"


async def test_only_what_is_under_way(world: World) -> None:
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    with pytest.raises(KlinikError) as refused:
        await console.desk.extend(booked.id)
    assert refused.value.kind is ErrorKind.CONFLICT


async def test_no_time_is_proposed_that_an_extended_consultation_needs(world: World) -> None:
    console, booking = await talking(world)
    world.calendar.slots = [slot(77), slot(92)]
    assert (await console.desk.propose(DOCTOR)).first == slot(77)
    await console.desk.extend(booking.id)
    assert (await console.desk.propose(DOCTOR)).first == slot(92)
