"""A booking is given another time: as if done at once, told to the patient once the practice system took it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
    CallBegan,
    CancelAsked,
    CancellationWritten,
    Event,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    MoveAsked,
    MoveRefused,
    MoveTaken,
    MoveTakenBack,
    OutcomeChosen,
    PatientSeen,
    RoomRefused,
    RoomStands,
)
from app.booking.progress import planned_time
from app.booking.saga import advance
from app.domain.actions import ActionKind
from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.waiting import PatientPhase
from tests.booking.fake_rooms import ROOM
from tests.booking.fakes import NOW, booking, outcome
from tests.booking.histories import COLLEAGUE, at
from tests.booking.test_saga import TO_CONFIRMED, TO_DELIVERED, TO_ROOM, changes_nothing, effects, play

A, S = ActionKind, BookingState
ASKED = MoveAsked(at(2))
TAKEN = MoveTaken("a1", confirmed=True, planned=at(2))
WAITS: list[Event] = [*TO_DELIVERED, PatientSeen(PatientPhase.WAITING)]


def timed(hours: int, seconds: int | None = None) -> AppointmentTimed:
    """Return news of a time, in a version of so many seconds past NOW."""
    version = None if seconds is None else NOW + timedelta(seconds=seconds)
    return AppointmentTimed(at(hours).start, at(hours).end, at(hours).slot_id, None, COLLEAGUE, version)


def test_a_move_shows_as_done_and_says_what_the_practice_system_still_has() -> None:
    assert effects(TO_DELIVERED, ASKED) == [A.MOVE_APPOINTMENT]
    moved = play([*TO_DELIVERED, ASKED])
    assert planned_time(moved) == at(2)
    assert moved.moved_from == at(1)
    assert (moved.state, moved.row_state) == (S.DELIVERED, RowState.QUEUED)


def test_a_move_that_was_taken_moves_the_room_and_is_texted() -> None:
    before: list[Event] = [*TO_DELIVERED, ASKED]
    assert effects(before, TAKEN) == [A.ENSURE_ROOM, A.SEND_INVITATION]
    moved = play([*before, TAKEN])
    assert (planned_time(moved), moved.moved_from, moved.row_state) == (at(2), None, RowState.CONFIRMED)
    assert changes_nothing([*before, TAKEN], TAKEN)
    proposed = play([*before, replace(TAKEN, confirmed=False)])
    assert (proposed.moved_from, proposed.row_state) == (None, RowState.SENT)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (WAITS, [A.ENSURE_ROOM]),
        ([*TO_CONFIRMED, InvitationFailed(ErrorKind.PATIENT_HAS_NO_PHONE)], [A.ENSURE_ROOM]),
        ([*TO_CONFIRMED, InvitationFailed(ErrorKind.SMS_LOST)], [A.ENSURE_ROOM, A.SEND_INVITATION]),
        ([*TO_ROOM, AppointmentPending("a1")], [A.ENSURE_ROOM, A.SEND_INVITATION]),
    ],
)
def test_the_patient_is_told_of_the_new_time_where_that_helps(before: list[Event], told: list[ActionKind]) -> None:
    assert effects([*before, ASKED], TAKEN) == told


def test_other_forms_move_without_room_and_text() -> None:
    before: list[Event] = [AppointmentConfirmed("a1"), ASKED]
    assert effects(before[:1], ASKED, ConsultationForm.TELEPHONE) == [A.MOVE_APPOINTMENT]
    assert effects(before, TAKEN, ConsultationForm.TELEPHONE) == []
    assert play([*before, TAKEN], ConsultationForm.TELEPHONE).row_state is RowState.CONFIRMED


def test_before_the_appointment_was_asked_for_a_move_only_changes_what_will_be() -> None:
    assert effects([], ASKED) == [A.ENSURE_ROOM]
    moved = play([ASKED])
    assert (planned_time(moved), moved.moved_from, moved.row_state) == (at(2), None, RowState.SAVED_HERE)
    assert effects([ASKED], RoomStands(ROOM)) == [A.WRITE_APPOINTMENT]
    failed: list[Event] = [RoomRefused(ErrorKind.ROOM_REFUSED), ASKED]
    mended = play([*failed, RoomStands(ROOM)])
    assert (mended.state, mended.failure) == (S.ROOM_READY, None)


def test_a_move_waits_behind_the_appointment_that_is_still_being_written() -> None:
    before: list[Event] = [*TO_ROOM, ASKED]
    assert effects(before, AppointmentConfirmed("a1")) == []
    waiting = play([*before, AppointmentConfirmed("a1")])
    assert (waiting.appointment_id, waiting.row_state, waiting.moved_from) == ("a1", RowState.QUEUED, at(1))
    assert effects([*before, AppointmentConfirmed("a1")], TAKEN) == [A.ENSURE_ROOM, A.SEND_INVITATION]


def test_when_the_time_it_was_moved_from_is_refused_the_new_one_is_asked_for() -> None:
    refused = AppointmentRefused(ErrorKind.SLOT_TAKEN, COLLEAGUE)
    assert effects([*TO_ROOM, ASKED], refused) == [A.WRITE_APPOINTMENT]
    anew = play([*TO_ROOM, ASKED, refused])
    assert (anew.state, planned_time(anew), anew.moved_from) == (S.ROOM_READY, at(2), None)
    lost = play([*TO_ROOM, ASKED, refused, MoveRefused(ErrorKind.PRACTICE_REFUSED), refused])
    assert (lost.state, lost.settled_by) == (S.SLOT_TAKEN, COLLEAGUE)
    assert changes_nothing([*TO_CONFIRMED, ASKED], refused)


def test_a_taken_time_is_told_by_name_and_the_booking_stays_where_it_was() -> None:
    refused = MoveRefused(ErrorKind.SLOT_TAKEN, COLLEAGUE)
    assert effects([*TO_DELIVERED, ASKED], refused) == []
    kept = play([*TO_DELIVERED, ASKED, refused])
    assert (planned_time(kept), kept.moved_from, kept.row_state) == (at(1), None, RowState.CONFIRMED)
    assert (kept.failure, kept.settled_by, kept.state) == (ErrorKind.SLOT_TAKEN, COLLEAGUE, S.DELIVERED)
    again = play([*TO_DELIVERED, ASKED, refused, MoveAsked(at(3))])
    assert (again.failure, again.settled_by, again.moved_from) == (None, "", at(1))
    proposed = play([*TO_ROOM, AppointmentPending("a1"), ASKED, refused])
    assert proposed.row_state is RowState.SENT
    assert play([*TO_ROOM, ASKED, refused]).row_state is RowState.QUEUED


@pytest.mark.parametrize("news", [timed(1), timed(3), AppointmentConfirmed("a1"), AppointmentPending("a1")])
def test_what_the_practice_system_had_before_does_not_undo_a_move_on_its_way(news: Event) -> None:
    assert changes_nothing([*TO_CONFIRMED, ASKED], news)


@pytest.mark.parametrize("news", [AppointmentWithdrawn(COLLEAGUE), AppointmentEnded("a1", COLLEAGUE)])
def test_a_move_on_its_way_meets_what_others_did_itself(news: Event) -> None:
    assert changes_nothing([*TO_CONFIRMED, ASKED], news)


def test_a_version_read_before_our_move_and_told_of_after_it_is_no_news() -> None:
    read_before, written = timed(1, seconds=5), replace(TAKEN, version_at=NOW + timedelta(seconds=9))
    before: list[Event] = [*TO_DELIVERED, ASKED, written]
    assert changes_nothing(before, read_before)
    assert changes_nothing(before, timed(1, seconds=5))
    assert planned_time(play([*before, timed(3, seconds=10)])) == at(3)
    assert play([*before, timed(3, seconds=10)]).settled_by == COLLEAGUE


def test_moved_again_while_the_first_move_was_on_its_way() -> None:
    twice: list[Event] = [*TO_DELIVERED, ASKED, MoveAsked(at(3))]
    assert play(twice).moved_from == at(1)
    first_done = play([*twice, replace(TAKEN, another_waits=True)])
    assert (planned_time(first_done), first_done.moved_from) == (at(3), at(2))
    assert first_done.row_state is RowState.QUEUED
    assert effects(twice, replace(TAKEN, another_waits=True)) == []
    done: list[Event] = [*twice, replace(TAKEN, planned=at(3), another_waits=True)]
    assert (play(done).moved_from, play(done).row_state) == (None, RowState.CONFIRMED)
    rounded = play([*TO_DELIVERED, ASKED, replace(TAKEN, planned=at(3))])
    assert (planned_time(rounded), rounded.moved_from) == (at(3), None)  # The practice system has the last word.


def test_back_to_where_it_was_is_a_move_like_another() -> None:
    back: list[Event] = [*TO_DELIVERED, ASKED, MoveAsked(at(1))]
    assert (planned_time(play(back)), play(back).moved_from) == (at(1), at(1))
    assert effects(back[:-1], back[-1]) == [A.MOVE_APPOINTMENT]
    assert changes_nothing(TO_DELIVERED, MoveAsked(at(1)))


def test_a_move_taken_back_stays_where_it_was() -> None:
    before: list[Event] = [*TO_DELIVERED, ASKED]
    assert effects(before, MoveTakenBack()) == []
    kept = play([*before, MoveTakenBack()])
    assert (planned_time(kept), kept.moved_from, kept.row_state) == (at(1), None, RowState.CONFIRMED)
    assert changes_nothing([*before, MoveTakenBack()], MoveTakenBack())
    # It was under way all the same: what the practice system has is true.
    assert effects([*before, MoveTakenBack()], TAKEN) == [A.ENSURE_ROOM, A.SEND_INVITATION]
    assert planned_time(play([*before, MoveTakenBack(), TAKEN])) == at(2)


def test_every_slot_a_move_may_have_claimed_is_remembered_until_the_practice_system_has_answered() -> None:
    once: list[Event] = [*TO_DELIVERED, ASKED]
    assert play(once).claimed_slots == ()
    twice: list[Event] = [*once, MoveAsked(at(3))]
    assert play(twice).claimed_slots == (at(2).slot_id,)
    back: list[Event] = [*twice, MoveAsked(at(2)), MoveAsked(at(1))]
    assert play(back).claimed_slots == (at(2).slot_id, at(3).slot_id)
    overtaken: list[Event] = [*twice, replace(TAKEN, another_waits=True)]
    assert play(overtaken).claimed_slots == (at(2).slot_id,)
    for done in ([*twice, replace(TAKEN, planned=at(3))], [*overtaken, replace(TAKEN, planned=at(3))]):
        assert play(done).claimed_slots == ()
    for end in (CancelAsked(), OutcomeChosen(outcome())):
        assert play([*twice, end]).claimed_slots == (at(2).slot_id,)
    assert play([*twice, CancelAsked(), CancellationWritten()]).claimed_slots == ()


def test_the_slot_of_a_move_taken_back_is_remembered_until_the_practice_system_has_answered() -> None:
    kept: list[Event] = [*TO_DELIVERED, ASKED, MoveTakenBack()]
    assert play(kept).claimed_slots == (at(2).slot_id,)
    for hours in (1, 2):
        answered = play([*kept, replace(TAKEN, planned=at(hours))])
        assert (planned_time(answered), answered.claimed_slots) == (at(hours), ())
    again: list[Event] = [*kept, MoveAsked(at(3))]
    assert play([*again, replace(TAKEN, another_waits=True)]).claimed_slots == (at(2).slot_id,)
    assert play([*again, replace(TAKEN, planned=at(3))]).claimed_slots == ()


@pytest.mark.parametrize(
    "before",
    [
        [*WAITS, CallBegan()],
        [*TO_DELIVERED, CancelAsked()],
        [*TO_DELIVERED, OutcomeChosen(outcome())],
        [*TO_ROOM, PatientSeen(PatientPhase.WAITING), AppointmentRefused(ErrorKind.PRACTICE_REFUSED)],
    ],
)
def test_what_is_under_way_over_or_refused_does_not_move(before: list[Event]) -> None:
    assert changes_nothing(before, ASKED)


def test_answers_to_a_move_of_a_booking_that_is_over_only_say_where_it_stands() -> None:
    cancelled: list[Event] = [*TO_DELIVERED, ASKED, CancelAsked()]
    assert play(cancelled).moved_from == at(1)
    assert (play([*cancelled, TAKEN]).moved_from, effects(cancelled, TAKEN)) == (None, [])
    late = play([*cancelled, replace(TAKEN, planned=at(3))])
    assert late.moved_from == at(3)
    refused = play([*cancelled, MoveRefused(ErrorKind.SLOT_TAKEN, COLLEAGUE)])
    assert (planned_time(refused), refused.moved_from, refused.failure) == (at(1), None, None)
    assert changes_nothing(cancelled, MoveTakenBack())


def test_a_new_time_that_could_not_be_texted_is_for_a_person() -> None:
    moved: list[Event] = [*TO_DELIVERED, ASKED, TAKEN]
    stuck = play([*moved, InvitationFailed(ErrorKind.SMS_NUMBER_REFUSED)])
    assert (stuck.state, stuck.failure) == (S.UNDELIVERABLE, ErrorKind.SMS_NUMBER_REFUSED)
    mended = play([*moved, InvitationFailed(ErrorKind.SMS_LOST), InvitationAccepted("r2")])
    assert (mended.state, mended.failure) == (S.INVITED, None)
    assert effects(moved, InvitationAccepted("r2")) == [A.WATCH_DELIVERY]
    step = advance(play(moved), InvitationAccepted("r2"), NOW + timedelta(minutes=2))
    assert step is not None
    assert step.effects[0].idempotency_key == f"{booking().id}:watch_delivery:r2"
    assert play([*moved, InvitationAccepted("r2"), InvitationDelivered()]).state is S.DELIVERED
