"""Two people changed one appointment: the other change is shown with who made it, and a person decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentTimed,
    AppointmentWithdrawn,
    CallBegan,
    CallNoted,
    CancelAsked,
    CancellationWritten,
    ConflictFound,
    ConflictSettled,
    Event,
    InvitationFailed,
    MoveAsked,
    MoveRefused,
    MoveTaken,
    MoveTakenBack,
    OutcomeChosen,
    OutcomeWritten,
    PatientSeen,
    RoomRefused,
    RoomStands,
)
from app.booking.progress import planned_time
from app.booking.reopening import reached
from app.domain.actions import ActionKind
from app.domain.arrangement import Standing, Wish
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId
from app.domain.waiting import PatientPhase
from tests.booking.fake_rooms import ROOM
from tests.booking.fakes import NOW, booking, outcome
from tests.booking.histories import COLLEAGUE, RECORD, arrangement, at, conflict
from tests.booking.test_saga import TO_CONFIRMED, TO_DELIVERED, TO_INVITED, TO_ROOM, changes_nothing, effects, play

A, S = ActionKind, BookingState
THERE = arrangement(3)
CANCELLED, ENDED = arrangement(1, Standing.CANCELLED), arrangement(1, Standing.ENDED)
MOVED_AND_MOVED = ConflictFound(conflict(Wish.MOVE, arrangement(2), THERE))
MOVED_AND_CANCELLED = ConflictFound(conflict(Wish.MOVE, arrangement(2), CANCELLED))
CANCELLED_AND_MOVED = ConflictFound(conflict(Wish.CANCEL, CANCELLED, THERE))
HELD_AND_MOVED = ConflictFound(conflict(Wish.OUTCOME, ENDED, THERE))
HELD_AND_CANCELLED = ConflictFound(conflict(Wish.OUTCOME, ENDED, CANCELLED))
MINE, THEIRS = ConflictSettled(keep_mine=True), ConflictSettled(keep_mine=False)
MOVING: list[Event] = [*TO_DELIVERED, MoveAsked(at(2))]
CANCELLING: list[Event] = [*TO_DELIVERED, CancelAsked()]
ENDING: list[Event] = [*TO_DELIVERED, OutcomeChosen(outcome())]
TAKEN = MoveTaken("a1", confirmed=True, planned=at(2))


def in_conflict(booking: Booking, found: ConflictFound) -> bool:
    told = (booking.conflict, booking.settled_by, booking.failure)
    return booking.row_state is RowState.CONFLICT and told == (found.conflict, COLLEAGUE, ErrorKind.CONFLICT)


@pytest.mark.parametrize(
    ("before", "found"),
    [(MOVING, MOVED_AND_MOVED), (CANCELLING, CANCELLED_AND_MOVED)],
)
def test_the_booking_is_where_the_other_one_put_it_and_the_patient_is_told(
    before: list[Event], found: ConflictFound
) -> None:
    assert effects(before, found) == [A.ENSURE_ROOM, A.SEND_INVITATION]
    shown = play([*before, found])
    assert in_conflict(shown, found)
    assert (planned_time(shown), shown.moved_from, shown.state) == (at(3), None, S.DELIVERED)
    assert changes_nothing([*before, found], found)
    assert changes_nothing([*before, found], AppointmentConfirmed("a1"))
    assert changes_nothing([*before, found], MoveAsked(at(2)))
    stands = play([*before, found, THEIRS])
    assert (stands.conflict, stands.row_state, stands.failure) == (None, RowState.CONFIRMED, None)
    assert (planned_time(stands), stands.state, stands.settled_by) == (at(3), S.DELIVERED, COLLEAGUE)
    assert effects([*before, found], THEIRS) == []


def test_another_clinician_is_taken_over_with_the_conflict() -> None:
    found = ConflictFound(conflict(Wish.CANCEL, CANCELLED, arrangement(1, clinician=ClinicianId("doctor-2"))))
    shown = play([*CANCELLING, found])
    assert (shown.clinician_id, planned_time(shown)) == ("doctor-2", at(1))
    assert effects(CANCELLING, found) == []


def test_the_move_is_asked_for_again_from_where_it_now_is() -> None:
    before: list[Event] = [*MOVING, MOVED_AND_MOVED]
    assert effects(before, MINE) == [A.MOVE_APPOINTMENT]
    again = play([*before, MINE])
    assert (planned_time(again), again.moved_from) == (at(2), at(3))
    assert (again.row_state, again.conflict, again.failure) == (RowState.QUEUED, MOVED_AND_MOVED.conflict, None)
    done = play([*before, MINE, TAKEN])
    assert (planned_time(done), done.conflict, done.row_state) == (at(2), None, RowState.CONFIRMED)
    refused = play([*before, MINE, MoveRefused(ErrorKind.SLOT_TAKEN, "Eva Lund")])
    assert (planned_time(refused), refused.conflict, refused.settled_by) == (at(3), None, "Eva Lund")
    assert (refused.row_state, refused.failure) == (RowState.CONFIRMED, ErrorKind.SLOT_TAKEN)
    lost_again = ConflictFound(conflict(Wish.MOVE, arrangement(2), arrangement(1)))
    assert in_conflict(play([*before, MINE, lost_again]), lost_again)


def test_the_cancellation_is_asked_for_again_and_told_when_it_is_done() -> None:
    before: list[Event] = [*CANCELLING, CANCELLED_AND_MOVED]
    assert effects(before, MINE) == [A.CANCEL_APPOINTMENT]
    again = play([*before, MINE])
    assert (again.state, again.row_state) == (S.CANCELLED, RowState.QUEUED)
    assert again.conflict == CANCELLED_AND_MOVED.conflict
    assert effects([*before, MINE], CancellationWritten()) == [A.SEND_CANCELLATION, A.CLOSE_ROOM]
    assert play([*before, MINE, CancellationWritten()]).conflict is None


def test_a_move_of_what_a_colleague_cancelled() -> None:
    assert effects(MOVING, MOVED_AND_CANCELLED) == [A.SEND_CANCELLATION, A.CLOSE_ROOM]
    over = play([*MOVING, MOVED_AND_CANCELLED])
    assert in_conflict(over, MOVED_AND_CANCELLED)
    assert (over.state, planned_time(over)) == (S.CANCELLED, at(1))
    gone: list[Event] = [*MOVING, MOVED_AND_CANCELLED, THEIRS]
    assert (play(gone).state, play(gone).row_state, play(gone).conflict) == (S.CANCELLED, RowState.CONFIRMED, None)


def test_a_move_of_what_a_colleague_cancelled_made_all_the_same_has_a_room_and_an_invitation_of_its_own() -> None:
    before: list[Event] = [*MOVING, MOVED_AND_CANCELLED]
    assert effects(before, MINE) == [A.ENSURE_ROOM, A.MOVE_APPOINTMENT]
    again = play([*before, MINE])
    assert (again.state, again.room, again.moved_from) == (S.REQUESTED, None, at(1))
    first_room = [*before, MINE, RoomStands(ROOM)]
    assert effects(first_room[:-1], first_room[-1]) == []
    assert effects(first_room, TAKEN) == [A.ENSURE_ROOM, A.SEND_INVITATION]
    first_move = [*before, MINE, TAKEN]
    assert effects(first_move[:-1], first_move[-1]) == []
    assert effects(first_move, RoomStands(ROOM)) == [A.SEND_INVITATION]
    assert play([*first_move, RoomRefused(ErrorKind.ROOM_REFUSED)]).state is S.ROOM_FAILED
    stands = play([*first_move, RoomStands(ROOM)])
    assert (stands.state, planned_time(stands), stands.row_state) == (S.CONFIRMED, at(2), RowState.CONFIRMED)
    # Cancelled a second time, the patient is told a second time.
    last = [*first_move, RoomStands(ROOM), CancelAsked()]
    assert effects(last, CancellationWritten()) == [A.SEND_CANCELLATION, A.CLOSE_ROOM]
    assert play([*before, MINE, MoveTakenBack()]).state is S.CANCELLED


def test_who_is_in_the_room_is_not_thrown_out_by_a_conflict() -> None:
    waits: list[Event] = [*TO_DELIVERED, PatientSeen(PatientPhase.WAITING), MoveAsked(at(2))]
    kept = play([*waits, MOVED_AND_CANCELLED])
    assert in_conflict(kept, MOVED_AND_CANCELLED)
    assert kept.state is S.WAITING
    assert effects(waits, MOVED_AND_CANCELLED) == []


def test_a_person_may_decide_that_a_cancellation_stands_though_the_patient_waits() -> None:
    waits: list[Event] = [*TO_DELIVERED, PatientSeen(PatientPhase.WAITING), MoveAsked(at(2)), MOVED_AND_CANCELLED]
    gone = play([*waits, THEIRS])
    assert (gone.state, gone.row_state, gone.conflict) == (S.CANCELLED, RowState.CONFIRMED, None)
    assert effects(waits, THEIRS) == [A.SEND_CANCELLATION, A.CLOSE_ROOM]


def test_nobody_is_thrown_out_of_a_conversation() -> None:
    came = PatientSeen(PatientPhase.WAITING)
    talking: list[Event] = [*TO_DELIVERED, MoveAsked(at(2)), came, CallNoted(RECORD), MOVED_AND_CANCELLED]
    assert play([*talking, THEIRS]).live


def test_a_move_of_what_a_colleague_ended() -> None:
    found = ConflictFound(conflict(Wish.MOVE, arrangement(2), ENDED))
    assert effects(MOVING, found) == [A.CLOSE_ROOM]
    assert play([*MOVING, found, THEIRS]).state is S.ENDED
    calling: list[Event] = [*TO_DELIVERED, CallNoted(RECORD), MoveAsked(at(2))]
    assert play([*calling, found]).state is S.DELIVERED


def test_a_consultation_that_was_held_while_a_colleague_moved_it() -> None:
    assert effects(ENDING, HELD_AND_MOVED) == [A.ENSURE_ROOM]
    shown = play([*ENDING, HELD_AND_MOVED])
    assert in_conflict(shown, HELD_AND_MOVED)
    assert (shown.live, planned_time(shown), shown.outcome) == (True, at(3), outcome())
    before: list[Event] = [*ENDING, HELD_AND_MOVED]
    assert effects(before, MINE) == [A.WRITE_OUTCOME, A.CLOSE_ROOM]
    held = play([*before, MINE, OutcomeWritten()])
    assert (held.state, held.outcome, held.row_state, held.conflict) == (
        S.ENDED,
        outcome(),
        RowState.CONFIRMED,
        None,
    )
    with_room: list[Event] = [*before, RoomStands(ROOM)]
    assert effects(with_room, THEIRS) == [A.SEND_INVITATION]
    stands = play([*with_room, THEIRS])
    assert (stands.live, stands.outcome, stands.row_state) == (True, None, RowState.CONFIRMED)
    assert effects([*before, THEIRS], RoomStands(ROOM)) == [A.SEND_INVITATION]


@pytest.mark.parametrize("theirs", [Standing.CANCELLED, Standing.ENDED])
def test_a_consultation_that_was_held_while_a_colleague_called_it_off(theirs: Standing) -> None:
    found = ConflictFound(conflict(Wish.OUTCOME, ENDED, arrangement(1, theirs)))
    state = {Standing.CANCELLED: S.CANCELLED, Standing.ENDED: S.ENDED}[theirs]
    assert effects(ENDING, found) == []
    assert in_conflict(play([*ENDING, found]), found)
    assert play([*ENDING, found]).state is state
    stands = play([*ENDING, found, THEIRS])
    assert (stands.state, stands.outcome, stands.row_state) == (state, None, RowState.CONFIRMED)
    assert effects([*ENDING, found], MINE) == [A.WRITE_OUTCOME, A.CLOSE_ROOM]
    mine = play([*ENDING, found, MINE])
    assert (mine.state, mine.outcome, mine.row_state) == (S.ENDED, outcome(), RowState.QUEUED)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (TO_DELIVERED, MOVED_AND_MOVED),
        (CANCELLING, MOVED_AND_MOVED),
        (TO_DELIVERED, CANCELLED_AND_MOVED),
        ([*CANCELLING, CancellationWritten()], CANCELLED_AND_MOVED),
        (TO_DELIVERED, HELD_AND_MOVED),
        ([*ENDING, OutcomeWritten()], HELD_AND_CANCELLED),
        ([*TO_DELIVERED, AppointmentEnded("a1")], HELD_AND_CANCELLED),
        (TO_DELIVERED, MINE),
        (TO_DELIVERED, THEIRS),
        ([*MOVING, MOVED_AND_MOVED, MINE], THEIRS),
    ],
)
def test_a_conflict_about_a_wish_that_is_gone_and_a_decision_about_none(before: list[Event], found: Event) -> None:
    assert changes_nothing(before, found)


def test_an_open_conflict_keeps_up_with_what_the_colleague_does_next() -> None:
    before: list[Event] = [*MOVING, MOVED_AND_MOVED]
    news = AppointmentTimed(at(1).start, at(1).end, at(1).slot_id, None, "Eva Lund")
    followed = play([*before, news])
    assert followed.conflict is not None
    assert (planned_time(followed), followed.conflict.theirs.start) == (at(1), at(1).start)
    cancelled = play([*before, AppointmentWithdrawn("Eva Lund")])
    assert cancelled.conflict is not None
    assert cancelled.conflict.theirs.standing is Standing.CANCELLED
    assert (cancelled.state, cancelled.row_state, cancelled.settled_by) == (
        S.CANCELLED,
        RowState.CONFLICT,
        "Eva Lund",
    )
    ended = play([*before, AppointmentEnded("a1", "Eva Lund")])
    assert (ended.state, ended.conflict, ended.row_state) == (S.ENDED, None, RowState.CONFIRMED)
    assert play([*before, CancelAsked()]).conflict is None


def test_what_was_cancelled_for_good_stands_again_when_a_newer_version_says_so() -> None:
    written = CancellationWritten(NOW + timedelta(seconds=9))
    gone: list[Event] = [*CANCELLING, written]
    older = AppointmentTimed(at(2).start, at(2).end, at(2).slot_id, None, COLLEAGUE, NOW + timedelta(seconds=8))
    newer = replace(older, version_at=NOW + timedelta(seconds=10))
    assert changes_nothing(gone, older)
    assert changes_nothing(gone, replace(older, version_at=written.version_at))
    assert changes_nothing(CANCELLING, newer)
    assert effects(gone, newer) == [A.ENSURE_ROOM]
    back: list[Event] = [*gone, newer, AppointmentConfirmed("a1", newer.version_at)]
    assert (play(back).live, planned_time(play(back)), play(back).settled_by) == (True, at(2), COLLEAGUE)
    assert effects(back, RoomStands(ROOM)) == [A.SEND_INVITATION]
    lost: list[Event] = [*MOVING, ConflictFound(replace(MOVED_AND_CANCELLED.conflict, at=NOW))]
    assert play([*lost, newer]).conflict is None


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], S.REQUESTED),
        (TO_ROOM, S.ROOM_READY),
        (TO_CONFIRMED, S.CONFIRMED),
        (TO_INVITED, S.INVITED),
        (TO_DELIVERED, S.DELIVERED),
        ([*TO_INVITED, InvitationFailed(ErrorKind.SMS_LOST)], S.UNDELIVERABLE),
        ([*TO_DELIVERED, PatientSeen(PatientPhase.TESTED)], S.TESTED),
        ([*TO_CONFIRMED, PatientSeen(PatientPhase.OPENED), InvitationFailed(ErrorKind.SMS_LOST)], S.OPENED),
        ([*TO_DELIVERED, PatientSeen(PatientPhase.IN_CALL), CallBegan()], S.WAITING),
    ],
)
def test_how_far_a_booking_had_come_is_read_from_its_facts(facts: list[Event], state: BookingState) -> None:
    assert reached(play(facts)) is state


def test_an_appointment_made_elsewhere_is_confirmed_without_a_room_of_ours() -> None:
    assert reached(replace(booking(), appointment_id="a1")) is S.CONFIRMED
