import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.desk import INSTANT_LENGTH
from app.domain.actions import ActionKind, AppointmentBooked, InvitationTaken, NotYet, Refused
from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, MessageId
from app.domain.outcome import OutcomeKind
from app.domain.slot import SlotKind
from app.domain.waiting import PatientPhase, PatientPresence
from tests.booking.fakes import DOCTOR, NOW, PATIENT, PHONE, SECRETARY, STRANGER, World, outcome, slot


@pytest.fixture
def world() -> World:
    return World()


async def test_the_button_names_the_slot_the_click_will_take(world: World) -> None:
    world.calendar.slots = [slot(15), slot(30), slot(45)]
    desk = world.console().desk
    assert (await desk.propose(DOCTOR)).first == slot(15)
    await desk.book_now(PATIENT, DOCTOR, SECRETARY)  # 9.00-9.15 at the clinic: only touches the slot
    assert (await desk.propose(DOCTOR)).first == slot(15)
    await desk.book_video(PATIENT, DOCTOR, SECRETARY, replace(slot(20), id=slot(15).id))
    proposal = await desk.propose(DOCTOR)
    assert (proposal.first, proposal.alternatives) == (slot(45), ())


async def test_a_calendar_full_of_other_times_hides_no_video_time(world: World) -> None:
    kinds = (SlotKind.IN_PERSON, SlotKind.TELEPHONE)
    world.calendar.slots = [slot(15, kind=kind, name=f"{kind.value}-{n}") for kind in kinds for n in range(100)]
    world.calendar.slots.append(slot(30))
    assert (await world.console().desk.propose(DOCTOR)).first == slot(30)


async def test_a_click_saves_the_booking_with_its_first_effect_and_wakes_the_sync(world: World) -> None:
    booked = await world.console().desk.book_video(PATIENT, DOCTOR, SECRETARY, slot(), MessageId("m1"))
    assert world.ledger.bookings[booked.id] == booked
    assert (booked.start, booked.end, booked.slot_id) == (slot().start, slot().end, slot().id)
    assert (booked.made_by, booked.message_id, booked.form) == (SECRETARY, "m1", ConsultationForm.VIDEO)
    assert booked.phone is not None
    assert booked.phone.reveal() == PHONE
    assert [pending.kind for pending in world.ledger.outbox.values()] == [ActionKind.ENSURE_ROOM]
    assert world.nudges == 1


async def test_a_slot_is_booked_once_on_this_console(world: World) -> None:
    desk = world.console().desk
    clicks = [desk.book_video(PATIENT, DOCTOR, SECRETARY, slot()) for _ in range(3)]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    taken = [result for result in results if isinstance(result, KlinikError)]
    assert [error.kind for error in taken] == [ErrorKind.SLOT_TAKEN] * 2
    assert len(world.ledger.bookings) == 1


async def test_an_instant_booking_starts_now_and_a_second_click_finds_it(world: World) -> None:
    desk = world.console().desk
    first, second = await asyncio.gather(*(desk.book_now(PATIENT, DOCTOR, DOCTOR) for _ in range(2)))
    assert first == second
    assert (first.start, first.end, first.slot_id) == (NOW, NOW + INSTANT_LENGTH, None)
    world.clock.forward(INSTANT_LENGTH)
    assert (await desk.book_now(PATIENT, DOCTOR, DOCTOR)).id != first.id


async def test_an_instant_invitation_leaves_while_the_practice_system_is_down(world: World) -> None:
    console = world.console()
    world.practice.unreachable = True
    booked = await console.desk.book_now(PATIENT, DOCTOR, DOCTOR)
    for _ in range(4):
        await console.carry()
    assert world.gateway.kinds == ["send_invitation"]
    assert world.ledger.bookings[booked.id].row_state is RowState.QUEUED
    world.practice.unreachable = False
    await console.settle()
    assert world.ledger.bookings[booked.id].row_state is RowState.CONFIRMED
    assert world.gateway.kinds == ["send_invitation"]


async def test_a_new_click_tries_again_where_the_room_failed(world: World) -> None:
    console = world.console()
    world.rooms.failure = ErrorKind.ROOM_REFUSED
    failed = await console.desk.book_now(PATIENT, DOCTOR, DOCTOR)
    await console.settle()
    assert world.ledger.bookings[failed.id].state is BookingState.ROOM_FAILED
    assert (await console.desk.book_now(PATIENT, DOCTOR, DOCTOR)).id != failed.id


async def test_unknown_patients_and_bookings(world: World) -> None:
    desk = world.console().desk
    unknown = BookingId("00000000-0000-4000-8000-000000000000")
    with pytest.raises(KlinikError):
        await desk.book_now(STRANGER, DOCTOR, DOCTOR)
    with pytest.raises(KlinikError):
        await desk.cancel(unknown)
    await desk.on_presence(PatientPresence(unknown, PatientPhase.WAITING, NOW))
    assert not world.ledger.bookings


async def test_a_second_outcome_is_never_swallowed(world: World) -> None:
    desk = world.console().desk
    booked = await desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    ended = await desk.finish(booked.id, outcome())
    assert await desk.finish(booked.id, outcome()) == ended
    for late in (desk.finish(booked.id, outcome(OutcomeKind.NO_SHOW)), desk.cancel(booked.id)):
        with pytest.raises(KlinikError) as refused:
            await late
        assert refused.value.kind is ErrorKind.CONFLICT
    assert world.ledger.bookings[booked.id] == ended


async def test_what_was_cancelled_has_no_outcome(world: World) -> None:
    desk = world.console().desk
    booked = await desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    cancelled = await desk.cancel(booked.id)
    assert await desk.cancel(booked.id) == cancelled
    with pytest.raises(KlinikError) as refused:
        await desk.finish(booked.id, outcome())
    assert refused.value.kind is ErrorKind.CONFLICT


async def test_the_link_is_sent_again_when_a_talk_on_the_telephone_is_to_go_on_by_video(world: World) -> None:
    console = world.console()
    booked = await console.desk.book_now(PATIENT, DOCTOR, SECRETARY)
    with pytest.raises(KlinikError) as refused:
        await console.desk.send_link(booked.id)
    assert refused.value.kind is ErrorKind.ROOM_REFUSED
    while await console.carry(kind=ActionKind.ENSURE_ROOM) or await console.carry(kind=ActionKind.SEND_INVITATION):
        pass
    await console.desk.call_started(booked.id)
    before = len(world.gateway.texts)
    await console.desk.send_link(booked.id)
    assert await console.carry(kind=ActionKind.SEND_INVITATION)
    assert len(world.gateway.texts) == before + 1
    assert world.ledger.bookings[booked.id].state is BookingState.IN_CALL


async def test_a_call_survives_a_restart(world: World) -> None:
    desk = world.console().desk
    booked = await desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    begun = CallRecord(NOW, (MediumStep(NOW, Medium.VIDEO, StepReason.STARTED),))
    rescued = MediumStep(NOW + timedelta(minutes=2), Medium.TELEPHONE, StepReason.MEDIA_LOST)
    changed = replace(begun, connected=True, steps=(*begun.steps, rescued))
    for record in (begun, changed, changed):
        assert (await desk.call_noted(booked.id, record)).call == record
    assert world.ledger.bookings[booked.id].call == changed
    assert world.nudges == 1  # The click: a call concerns nobody outside.
    ended = await world.console().desk.finish(booked.id, outcome(OutcomeKind.BY_TELEPHONE))
    assert await desk.call_noted(booked.id, begun) == ended
    with pytest.raises(KlinikError):
        await desk.call_noted(BookingId("00000000-0000-4000-8000-000000000000"), begun)


async def test_from_click_to_written_outcome(world: World) -> None:
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    assert world.ledger.bookings[booked.id].state is BookingState.DELIVERED
    await console.desk.on_presence(PatientPresence(booked.id, PatientPhase.WAITING, NOW))
    await console.desk.call_started(booked.id)
    assert world.ledger.bookings[booked.id].state is BookingState.IN_CALL
    await console.desk.finish(booked.id, outcome())
    await console.settle()
    done = world.ledger.bookings[booked.id]
    assert (done.state, done.row_state) == (BookingState.ENDED, RowState.CONFIRMED)
    assert world.practice.appointments == {booked.id: "fulfilled"}
    assert world.rooms.closed == {booked.id}
    assert world.gateway.kinds == ["send_invitation"]


async def test_taking_a_click_back_tells_the_patient(world: World) -> None:
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    await console.desk.cancel(booked.id)
    await console.settle()
    assert world.ledger.bookings[booked.id].row_state is RowState.CONFIRMED
    assert world.practice.appointments == {booked.id: "cancelled"}
    assert world.gateway.kinds == ["send_invitation", "send_cancellation"]


async def test_an_undecided_action_stays_in_the_outbox(world: World) -> None:
    console = world.console()
    await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    (pending,) = world.ledger.outbox.values()
    await console.desk.on_result(pending, NotYet(timedelta(seconds=9)))
    assert list(world.ledger.outbox.values()) == [pending]


async def proposed(world: World) -> BookingId:
    """Book at a practice system that decides later, as far as it goes."""
    console = world.console()
    world.practice.decides_later = True
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.carry()
    await console.carry()
    return booked.id


async def test_booked_is_true_only_when_the_practice_system_says_so(world: World) -> None:
    booking_id = await proposed(world)
    desk = world.console().desk
    for appointment in world.practice.read():
        await desk.on_appointment(appointment)
    waiting = world.ledger.bookings[booking_id]
    assert (waiting.row_state, waiting.state) == (RowState.SENT, BookingState.ROOM_READY)
    assert not world.ledger.outbox
    assert world.nudges == 1  # The click; nothing new was read.
    world.practice.decide("booked")
    for appointment in world.practice.read() * 3:
        await desk.on_appointment(appointment)
    assert world.ledger.bookings[booking_id].row_state is RowState.CONFIRMED
    assert [pending.kind for pending in world.ledger.outbox.values()] == [ActionKind.SEND_INVITATION]
    assert world.nudges == 2


async def test_a_proposal_the_clinic_turned_down_is_a_conflict(world: World) -> None:
    booking_id = await proposed(world)
    world.practice.decide("cancelled")
    await world.console().read()
    refused = world.ledger.bookings[booking_id]
    assert (refused.row_state, refused.failure) == (RowState.CONFLICT, ErrorKind.CONFLICT)
    assert not refused.live


async def test_appointments_of_others_are_passed_over(world: World) -> None:
    booking_id = await proposed(world)
    (ours,) = world.practice.read()
    for other in (None, BookingId("00000000-0000-4000-8000-000000000000")):
        await world.console().desk.on_appointment(replace(ours, booking_id=other, reached=BookingState.CONFIRMED))
    assert set(world.ledger.bookings) == {booking_id}


async def test_a_pending_appointment_does_not_hold_up_its_cancellation(world: World) -> None:
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.carry()
    (write,) = world.ledger.outbox.values()
    await console.desk.cancel(booked.id)
    await console.desk.on_result(write, AppointmentBooked("a1", confirmed=False))
    assert world.ledger.bookings[booked.id].appointment_id == "a1"
    assert ActionKind.WRITE_APPOINTMENT not in {pending.kind for pending in world.ledger.outbox.values()}


async def cancelled_and_written(world: World) -> BookingId:
    """Cancel an invited booking, as far as the practice system goes."""
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    await console.desk.cancel(booked.id)
    await console.carry(kind=ActionKind.CANCEL_APPOINTMENT)
    return booked.id


async def test_a_text_that_cannot_be_sent_is_told(world: World) -> None:
    booking_id = await cancelled_and_written(world)
    desk, failure = world.console().desk, ErrorKind.SMS_NUMBER_REFUSED
    (text,) = (each for each in world.ledger.outbox.values() if each.kind is ActionKind.SEND_CANCELLATION)
    await desk.on_result(text, Refused(failure))
    assert world.ledger.bookings[booking_id].failure is failure
    assert text.id not in world.ledger.outbox


async def test_answers_without_news_only_leave_the_outbox(world: World) -> None:
    booking_id = await cancelled_and_written(world)
    console = world.console()
    cancelled = world.ledger.bookings[booking_id]
    for pending in list(world.ledger.outbox.values()):
        if pending.kind is ActionKind.SEND_CANCELLATION:
            await console.desk.on_result(pending, InvitationTaken("r2"))
        if pending.kind is ActionKind.CLOSE_ROOM:
            await console.desk.on_result(pending, Refused(ErrorKind.ROOM_REFUSED))
    assert world.ledger.bookings[booking_id] == cancelled
    assert not world.ledger.outbox
