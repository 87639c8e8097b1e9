"""What becomes of a booking whose appointment was ended, cancelled or moved elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.events import (
    AppointmentEnded,
    AppointmentTimed,
    AppointmentWithdrawn,
    CallBegan,
    CallNoted,
    CancelAsked,
    Event,
    InvitationFailed,
    OutcomeChosen,
    PatientSeen,
)
from app.booking.saga import advance
from app.domain.actions import ActionKind
from app.domain.booking import BookingState, ConsultationForm, PlannedTime, RowState
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId, SlotId
from app.domain.ports.store import Transition
from app.domain.waiting import PatientPhase
from tests.booking.fakes import DOCTOR, NOW, PATIENT, SECRETARY, World, booking, outcome, slot
from tests.booking.test_saga import TO_CONFIRMED, TO_DELIVERED, TO_ROOM, changes_nothing, effects, play

A, S = ActionKind, BookingState
WAITS: list[Event] = [*TO_DELIVERED, PatientSeen(PatientPhase.WAITING)]
RECORD = CallRecord(NOW, (MediumStep(NOW, Medium.VIDEO, StepReason.STARTED),))
LATER = AppointmentTimed(
    booking().start + timedelta(hours=2), booking().end + timedelta(hours=2), SlotId("slot-180")
)


@pytest.mark.parametrize(
    ("before", "undone"),
    [
        (TO_CONFIRMED, [A.SEND_CANCELLATION, A.CLOSE_ROOM]),
        (TO_DELIVERED, [A.SEND_CANCELLATION, A.CLOSE_ROOM]),
        ([*TO_DELIVERED, PatientSeen(PatientPhase.TESTED)], [A.SEND_CANCELLATION, A.CLOSE_ROOM]),
        ([*TO_CONFIRMED, InvitationFailed(ErrorKind.SMS_NUMBER_REFUSED)], [A.CLOSE_ROOM]),
    ],
)
def test_cancelled_there_is_cancelled_here_and_the_patient_told(
    before: list[Event], undone: list[ActionKind]
) -> None:
    assert effects(before, AppointmentWithdrawn()) == undone
    cancelled = play([*before, AppointmentWithdrawn()])
    assert (cancelled.state, cancelled.row_state) == (S.CANCELLED, RowState.CONFIRMED)


def test_other_forms_cancelled_there_have_nothing_to_undo() -> None:
    assert effects([TO_CONFIRMED[1]], AppointmentWithdrawn(), ConsultationForm.TELEPHONE) == []
    assert play([TO_CONFIRMED[1], AppointmentWithdrawn()], ConsultationForm.TELEPHONE).state is S.CANCELLED


@pytest.mark.parametrize("before", [WAITS, [*WAITS, CallBegan()]])
def test_a_patient_who_is_there_stays_in_sight_when_it_is_cancelled_there(before: list[Event]) -> None:
    assert effects(before, AppointmentWithdrawn()) == []
    kept = play([*before, AppointmentWithdrawn()])
    assert kept.live
    assert (kept.state, kept.row_state, kept.failure) == (play(before).state, RowState.CONFLICT, ErrorKind.CONFLICT)
    assert changes_nothing([*before, AppointmentWithdrawn()], AppointmentWithdrawn())
    assert effects([*before, AppointmentWithdrawn()], CancelAsked()) == [A.CANCEL_APPOINTMENT]


@pytest.mark.parametrize("before", [TO_DELIVERED, WAITS, [*WAITS, PatientSeen(PatientPhase.IN_CALL)]])
def test_what_another_console_ended_is_over_here(before: list[Event]) -> None:
    assert effects(before, AppointmentEnded("a1")) == [A.CLOSE_ROOM]
    ended = play([*before, AppointmentEnded("a1")])
    assert (ended.state, ended.row_state, ended.outcome) == (S.ENDED, RowState.CONFIRMED, None)


def test_a_call_held_here_is_not_ended_from_elsewhere() -> None:
    here: list[Event] = [*WAITS, CallBegan(), CallNoted(RECORD)]
    assert effects(here, AppointmentEnded("a1")) == []
    kept = play([*here, AppointmentEnded("a1")])
    assert (kept.state, kept.row_state, kept.failure) == (S.IN_CALL, RowState.CONFLICT, ErrorKind.CONFLICT)
    assert effects([*here, AppointmentEnded("a1")], OutcomeChosen(outcome())) == [A.WRITE_OUTCOME, A.CLOSE_ROOM]


@pytest.mark.parametrize("event", [AppointmentWithdrawn(), AppointmentEnded("a1"), LATER])
@pytest.mark.parametrize("before", [[], [*TO_CONFIRMED, CancelAsked()], [*TO_CONFIRMED, OutcomeChosen(outcome())]])
def test_what_is_over_or_was_never_asked_for_is_left_alone(before: list[Event], event: Event) -> None:
    assert changes_nothing(before, event)


def test_the_id_of_an_appointment_ended_there_is_learnt_late_too() -> None:
    done = play([*TO_ROOM, OutcomeChosen(outcome()), AppointmentEnded("a1")])
    assert (done.state, done.appointment_id, done.outcome) == (S.ENDED, "a1", outcome())


def moved(before: list[Event]) -> Transition:
    step = advance(play(before), LATER, NOW + timedelta(minutes=1))
    assert step is not None
    assert (step.booking.start, step.booking.end) == (LATER.start, LATER.end)
    assert step.booking.slot_id == LATER.slot_id
    return step


def test_a_moved_appointment_moves_its_room_and_the_patient_gets_a_new_text() -> None:
    step = moved(TO_DELIVERED)
    assert [effect.kind for effect in step.effects] == [A.ENSURE_ROOM, A.SEND_INVITATION]
    first_time = {f"{step.booking.id}:{kind.value}" for kind in A}
    assert first_time.isdisjoint(effect.idempotency_key for effect in step.effects)
    assert step.booking.state is S.DELIVERED
    assert advance(step.booking, LATER, NOW + timedelta(minutes=2)) is None


def test_a_moved_appointment_is_texted_only_where_that_helps() -> None:
    assert [effect.kind for effect in moved(TO_ROOM).effects] == [A.ENSURE_ROOM]
    assert [effect.kind for effect in moved(WAITS).effects] == [A.ENSURE_ROOM]
    refused: list[Event] = [*TO_CONFIRMED, InvitationFailed(ErrorKind.PATIENT_HAS_NO_PHONE)]
    assert [effect.kind for effect in moved(refused).effects] == [A.ENSURE_ROOM]
    assert effects([TO_CONFIRMED[1]], LATER, ConsultationForm.IN_PERSON) == []
    assert play([TO_CONFIRMED[1], LATER], ConsultationForm.IN_PERSON).start == LATER.start


def test_another_clinician_is_told_to_the_room() -> None:
    b = booking()
    other = AppointmentTimed(b.start, b.end, b.slot_id, ClinicianId("doctor-2"), "Bo Friis")
    assert effects(TO_DELIVERED, other) == [A.ENSURE_ROOM]
    given = play([*TO_DELIVERED, other])
    assert (given.clinician_id, given.start, given.settled_by) == ("doctor-2", b.start, "Bo Friis")
    assert changes_nothing([*TO_DELIVERED, other], other)
    assert effects([TO_CONFIRMED[1]], other, ConsultationForm.TELEPHONE) == []


def test_what_is_over_for_good_follows_a_newer_version() -> None:
    version = NOW + timedelta(minutes=1)
    cancelled: list[Event] = [*TO_DELIVERED, AppointmentWithdrawn("Bo Friis", version)]
    ended = AppointmentEnded("a1", "Eva Lund", version + timedelta(seconds=1))
    assert changes_nothing(cancelled, replace(ended, version_at=version))
    assert changes_nothing(cancelled, AppointmentWithdrawn("Eva Lund", ended.version_at))
    over = play([*cancelled, ended])
    assert (over.state, over.settled_by, over.row_state) == (S.ENDED, "Eva Lund", RowState.CONFIRMED)
    again = AppointmentWithdrawn("Bo Friis", version + timedelta(seconds=2))
    assert play([*cancelled, ended, again]).state is S.CANCELLED


def test_a_time_written_less_finely_has_not_moved() -> None:
    b = booking()
    assert changes_nothing(TO_CONFIRMED, AppointmentTimed(b.start - timedelta(seconds=59), b.end, b.slot_id))
    without_slot = AppointmentTimed(LATER.start, LATER.end, None)
    assert play([*TO_CONFIRMED, without_slot]).slot_id == b.slot_id


async def test_the_sync_tells_the_desk() -> None:
    world = World()
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.settle()
    world.practice.change(booked.id, planned=PlannedTime(LATER.start, LATER.end, LATER.slot_id))
    await console.settle()
    assert world.ledger.bookings[booked.id].start == LATER.start
    assert world.rooms.requests[-1].start == LATER.start
    assert len(world.gateway.texts) == 2
    assert "kl. 12.00" in list(world.gateway.texts.values())[-1].body.reveal()
    world.practice.change(booked.id, status="cancelled")
    await console.settle()
    assert world.ledger.bookings[booked.id].state is S.CANCELLED
    assert world.rooms.closed == {booked.id}
    assert len(world.gateway.texts) == 3


async def test_a_proposal_confirmed_at_another_time_is_texted_once_with_that_time() -> None:
    world = World()
    world.practice.decides_later = True
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await console.carry()
    await console.carry()
    world.practice.change(booked.id, planned=PlannedTime(LATER.start, LATER.end, LATER.slot_id))
    await console.settle()
    (text,) = world.gateway.texts.values()
    assert "kl. 12.00" in text.body.reveal()
