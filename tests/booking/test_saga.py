from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentPending,
    AppointmentRefused,
    CallBegan,
    CancelAsked,
    CancellationUndelivered,
    CancellationWritten,
    Event,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    OutcomeChosen,
    OutcomeWritten,
    PatientSeen,
    RecordRefused,
    Requested,
    RoomRefused,
    RoomStands,
)
from app.booking.saga import advance
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery, Route
from app.domain.waiting import PatientPhase
from tests.booking.fake_rooms import ROOM
from tests.booking.fakes import NOW, booking, outcome

S, A, D = BookingState, ActionKind, Delivery


def requested(form: ConsultationForm = ConsultationForm.VIDEO) -> Requested:
    b = booking(form=form)
    return Requested(b.id, b.patient_id, b.clinician_id, b.made_by, form, b.start, b.end, b.slot_id, None, b.phone)


def instant_booking() -> Booking:
    """Return an instant booking whose room stands."""
    first = advance(None, replace(requested(), slot_id=None), NOW)
    assert first is not None
    room = advance(first.booking, RoomStands(ROOM), NOW)
    assert room is not None
    assert [effect.kind for effect in room.effects] == [A.WRITE_APPOINTMENT, A.SEND_INVITATION]
    return room.booking


TO_ROOM: list[Event] = [RoomStands(ROOM)]
TO_CONFIRMED: list[Event] = [*TO_ROOM, AppointmentConfirmed("a1")]
TO_INVITED: list[Event] = [*TO_CONFIRMED, InvitationAccepted("r1")]
TO_DELIVERED: list[Event] = [*TO_INVITED, InvitationDelivered()]


def play(events: list[Event], form: ConsultationForm = ConsultationForm.VIDEO) -> Booking:
    """Return the booking after these events, a second apart; those that change nothing are passed over."""
    first = advance(None, requested(form), NOW)
    assert first is not None
    current = first.booking
    for second, event in enumerate(events, 1):
        step = advance(current, event, NOW + timedelta(seconds=second))
        current = step.booking if step else current
    return current


def effects(before: list[Event], event: Event, form: ConsultationForm = ConsultationForm.VIDEO) -> list[ActionKind]:
    step = advance(play(before, form), event, NOW + timedelta(minutes=1))
    return [] if step is None else [effect.kind for effect in step.effects]


def changes_nothing(before: list[Event], event: Event) -> bool:
    return advance(play(before), event, NOW + timedelta(minutes=1)) is None


def test_the_whole_way_of_a_video_booking() -> None:
    way: list[tuple[Event, BookingState, RowState, list[ActionKind]]] = [
        (RoomStands(ROOM), S.ROOM_READY, RowState.QUEUED, [A.WRITE_APPOINTMENT]),
        (AppointmentPending("a1"), S.ROOM_READY, RowState.SENT, []),
        (AppointmentConfirmed("a1"), S.CONFIRMED, RowState.CONFIRMED, [A.SEND_INVITATION]),
        (InvitationAccepted("r1"), S.INVITED, RowState.CONFIRMED, [A.WATCH_DELIVERY]),
        (InvitationDelivered(), S.DELIVERED, RowState.CONFIRMED, []),
        (PatientSeen(PatientPhase.OPENED), S.OPENED, RowState.CONFIRMED, []),
        (PatientSeen(PatientPhase.TESTED), S.TESTED, RowState.CONFIRMED, []),
        (PatientSeen(PatientPhase.WAITING), S.WAITING, RowState.CONFIRMED, []),
        (CallBegan(), S.IN_CALL, RowState.CONFIRMED, []),
        (OutcomeChosen(outcome()), S.ENDED, RowState.QUEUED, [A.WRITE_OUTCOME, A.CLOSE_ROOM]),
        (OutcomeWritten(), S.ENDED, RowState.CONFIRMED, []),
    ]
    step = advance(None, requested(), NOW)
    assert step is not None
    assert (step.booking.state, step.booking.row_state) == (S.REQUESTED, RowState.SAVED_HERE)
    assert [effect.kind for effect in step.effects] == [A.ENSURE_ROOM]
    for second, (event, state, row_state, kinds) in enumerate(way, 1):
        now = NOW + timedelta(seconds=second)
        step = advance(step.booking, event, now)
        assert step is not None, event
        assert (step.booking.state, step.booking.row_state, step.booking.changed_at) == (state, row_state, now)
        assert [effect.kind for effect in step.effects] == kinds
    assert (step.booking.room, step.booking.appointment_id, step.booking.outcome) == (ROOM, "a1", outcome())
    ledger = [(entry.delivery, entry.route, entry.reference) for entry in step.booking.ledger]
    assert ledger == [
        (D.QUEUED, Route.SMS, ""),
        (D.ACCEPTED, Route.SMS, "r1"),
        (D.DELIVERED, Route.SMS, ""),
        (D.OPENED, Route.SMS, ""),
        (D.TESTED, Route.SMS, ""),
        (D.WAITING, Route.SMS, ""),
    ]


@pytest.mark.parametrize("form", [ConsultationForm.TELEPHONE, ConsultationForm.IN_PERSON])
def test_other_forms_have_neither_room_nor_invitation(form: ConsultationForm) -> None:
    first = advance(None, requested(form), NOW)
    assert first is not None
    assert [effect.kind for effect in first.effects] == [A.WRITE_APPOINTMENT]
    assert first.booking.row_state is RowState.QUEUED
    assert effects([], AppointmentConfirmed("a1"), form) == []
    assert play([AppointmentConfirmed("a1"), CallBegan()], form).state is S.IN_CALL
    assert effects([AppointmentConfirmed("a1")], OutcomeChosen(outcome()), form) == [A.WRITE_OUTCOME]
    assert effects([AppointmentConfirmed("a1")], CancelAsked(), form) == [A.CANCEL_APPOINTMENT]
    assert effects([], AppointmentRefused(ErrorKind.SLOT_TAKEN), form) == []
    assert play([RoomStands(ROOM)], form).room is None


def test_nothing_happens_to_a_booking_nobody_asked_for() -> None:
    assert advance(None, RoomStands(ROOM), NOW) is None
    assert advance(play([]), requested(), NOW) is None


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (TO_ROOM, RoomStands(ROOM)),
        (TO_ROOM, RoomRefused(ErrorKind.ROOM_REFUSED)),
        (TO_CONFIRMED, AppointmentConfirmed("a1")),
        (TO_CONFIRMED, AppointmentPending("a1")),
        (TO_CONFIRMED, AppointmentRefused(ErrorKind.SLOT_TAKEN)),
        (TO_INVITED, InvitationAccepted("r1")),
        (TO_DELIVERED, InvitationDelivered()),
        ([*TO_DELIVERED, PatientSeen(PatientPhase.WAITING)], PatientSeen(PatientPhase.WANTS_PHONE)),
        (TO_DELIVERED, PatientSeen(PatientPhase.AWAY)),
        (TO_DELIVERED, PatientSeen(PatientPhase.LEFT)),
        ([], AppointmentConfirmed("a1")),
        ([], InvitationAccepted("r1")),
        ([CancelAsked()], CancelAsked()),
        ([CancelAsked()], OutcomeChosen(outcome())),
        ([OutcomeChosen(outcome())], CancelAsked()),
        ([CancelAsked()], RoomStands(ROOM)),
        ([CancelAsked()], PatientSeen(PatientPhase.WAITING)),
        ([CancelAsked()], OutcomeWritten()),
        (TO_CONFIRMED, CancellationWritten()),
        (TO_CONFIRMED, RecordRefused(ErrorKind.CONFLICT)),
        (TO_CONFIRMED, CancellationUndelivered(ErrorKind.SMS_NUMBER_REFUSED)),
    ],
)
def test_repeated_late_and_early_answers_change_nothing(before: list[Event], event: Event) -> None:
    assert changes_nothing(before, event)


def test_an_instant_invitation_does_not_wait_for_the_practice_system() -> None:
    invited = advance(instant_booking(), InvitationAccepted("r1"), NOW)
    assert invited is not None
    assert (invited.booking.state, invited.booking.row_state) == (S.INVITED, RowState.QUEUED)
    confirmed = advance(invited.booking, AppointmentConfirmed("a1"), NOW)
    assert confirmed is not None
    assert (confirmed.booking.state, confirmed.booking.row_state) == (S.INVITED, RowState.CONFIRMED)
    assert confirmed.effects == ()
    assert [entry.delivery for entry in confirmed.booking.ledger] == [D.QUEUED, D.ACCEPTED]


def test_an_instant_consultation_goes_on_when_the_record_refuses_it() -> None:
    refused = advance(instant_booking(), AppointmentRefused(ErrorKind.PRACTICE_REFUSED), NOW)
    assert refused is not None
    assert (refused.booking.live, refused.booking.row_state) == (True, RowState.CONFLICT)
    assert refused.effects == ()
    cancelled = advance(refused.booking, CancelAsked(), NOW)
    assert cancelled is not None
    assert [effect.kind for effect in cancelled.effects] == [A.SEND_CANCELLATION, A.CLOSE_ROOM]


def test_a_taken_slot_ends_the_booking_and_closes_the_room() -> None:
    taken = play([*TO_ROOM, AppointmentRefused(ErrorKind.SLOT_TAKEN)])
    assert (taken.state, taken.row_state, taken.failure) == (S.SLOT_TAKEN, RowState.CONFLICT, ErrorKind.SLOT_TAKEN)
    assert effects(TO_ROOM, AppointmentRefused(ErrorKind.SLOT_TAKEN)) == [A.CLOSE_ROOM]
    assert not taken.live


def test_a_patient_who_is_in_the_room_already_is_not_thrown_out_by_a_taken_slot() -> None:
    there: list[Event] = [*TO_ROOM, PatientSeen(PatientPhase.WAITING)]
    kept = play([*there, AppointmentRefused(ErrorKind.SLOT_TAKEN)])
    assert (kept.state, kept.row_state, kept.failure) == (S.WAITING, RowState.CONFLICT, ErrorKind.SLOT_TAKEN)
    assert effects(there, AppointmentRefused(ErrorKind.SLOT_TAKEN)) == []
    after: list[Event] = [*there, AppointmentRefused(ErrorKind.SLOT_TAKEN)]
    assert effects(after, CancelAsked()) == [A.CLOSE_ROOM]


@pytest.mark.parametrize(
    "failure", [ErrorKind.PATIENT_HAS_NO_PHONE, ErrorKind.SMS_NUMBER_REFUSED, ErrorKind.SMS_LOST]
)
def test_an_undeliverable_invitation_leaves_the_booking_joinable(failure: ErrorKind) -> None:
    stuck = play([*TO_CONFIRMED, InvitationFailed(failure)])
    assert (stuck.state, stuck.failure, stuck.live) == (S.UNDELIVERABLE, failure, True)
    assert (stuck.ledger[-1].delivery, stuck.ledger[-1].failure) == (D.FAILED, failure)
    came = play([*TO_CONFIRMED, InvitationFailed(failure), PatientSeen(PatientPhase.OPENED)])
    assert (came.state, came.failure, came.ledger[-1].route) == (S.OPENED, None, Route.SPOKEN_CODE)
    assert play([*TO_INVITED, InvitationFailed(failure), InvitationDelivered()]).state is S.DELIVERED
    assert play([*TO_INVITED, InvitationFailed(failure), CallBegan()]).state is S.IN_CALL


def test_late_news_of_the_invitation_only_adds_a_line() -> None:
    in_call: list[Event] = [*TO_INVITED, PatientSeen(PatientPhase.WAITING), CallBegan()]
    news: list[tuple[Event, Delivery]] = [
        (InvitationDelivered(), D.DELIVERED),
        (InvitationFailed(ErrorKind.SMS_LOST), D.FAILED),
    ]
    for event, delivery in news:
        late = play([*in_call, event])
        assert (late.state, late.failure, late.ledger[-1].delivery) == (S.IN_CALL, None, delivery)
    over = play([*TO_CONFIRMED, CancelAsked(), InvitationAccepted("r1")])
    assert (over.state, over.ledger[-1].delivery) == (S.CANCELLED, D.ACCEPTED)
    assert effects([*TO_CONFIRMED, CancelAsked()], InvitationAccepted("r1")) == []


def test_the_invitation_still_goes_out_when_the_clinician_was_quicker() -> None:
    assert effects([*TO_ROOM, CallBegan()], AppointmentConfirmed("a1")) == [A.SEND_INVITATION]
    assert play([*TO_ROOM, CallBegan(), AppointmentConfirmed("a1")]).state is S.IN_CALL
    assert effects([CallBegan()], RoomStands(ROOM)) == [A.WRITE_APPOINTMENT]


def test_without_a_room_the_talk_by_telephone_still_reaches_the_record() -> None:
    failed = play([RoomRefused(ErrorKind.ROOM_REFUSED)])
    assert (failed.state, failed.failure, failed.live) == (S.ROOM_FAILED, ErrorKind.ROOM_REFUSED, True)
    ended = effects([RoomRefused(ErrorKind.ROOM_REFUSED), CallBegan()], OutcomeChosen(outcome()))
    assert ended == [A.WRITE_APPOINTMENT, A.WRITE_OUTCOME, A.CLOSE_ROOM]
    known = play([OutcomeChosen(outcome()), AppointmentConfirmed("a1")])
    assert (known.state, known.appointment_id, known.row_state) == (S.ENDED, "a1", RowState.QUEUED)
    on_phone = play([CallBegan(), RoomRefused(ErrorKind.ROOM_REFUSED)])
    assert (on_phone.state, on_phone.failure) == (S.IN_CALL, ErrorKind.ROOM_REFUSED)


@pytest.mark.parametrize(
    ("before", "undone"),
    [
        (TO_ROOM, [A.CLOSE_ROOM]),
        (TO_CONFIRMED, [A.SEND_CANCELLATION, A.CLOSE_ROOM]),
        (TO_DELIVERED, [A.SEND_CANCELLATION, A.CLOSE_ROOM]),
        ([*TO_CONFIRMED, InvitationFailed(ErrorKind.PATIENT_HAS_NO_PHONE)], [A.CLOSE_ROOM]),
        ([*TO_INVITED, InvitationFailed(ErrorKind.SMS_LOST)], [A.SEND_CANCELLATION, A.CLOSE_ROOM]),
    ],
)
def test_the_patient_is_told_of_a_cancellation_once_the_practice_system_has_it(
    before: list[Event], undone: list[ActionKind]
) -> None:
    assert effects(before, CancelAsked()) == [A.CANCEL_APPOINTMENT]
    cancelled: list[Event] = [*before, CancelAsked()]
    assert play(cancelled).state is S.CANCELLED
    assert effects(cancelled, CancellationWritten()) == undone
    assert changes_nothing([*cancelled, CancellationWritten()], CancellationWritten())


def test_what_the_practice_system_was_never_asked_for_is_undone_at_once() -> None:
    assert effects([], CancelAsked()) == [A.CLOSE_ROOM]
    assert play([CancelAsked()]).row_state is RowState.SAVED_HERE
    taken_back = CancelAsked(frozenset({A.WRITE_APPOINTMENT}))
    assert effects(TO_ROOM, taken_back) == [A.CLOSE_ROOM]
    assert play([*TO_ROOM, taken_back]).row_state is RowState.SAVED_HERE


def test_the_row_says_what_the_practice_system_said() -> None:
    cancelled: list[Event] = [*TO_CONFIRMED, CancelAsked()]
    assert play(cancelled).row_state is RowState.QUEUED
    assert play([*cancelled, CancellationWritten()]).row_state is RowState.CONFIRMED
    ended = play([*TO_CONFIRMED, OutcomeChosen(outcome()), RecordRefused(ErrorKind.PRACTICE_REFUSED)])
    assert (ended.row_state, ended.failure) == (RowState.CONFLICT, ErrorKind.PRACTICE_REFUSED)
    untold = play([*cancelled, CancellationUndelivered(ErrorKind.SMS_NUMBER_REFUSED)])
    assert (untold.state, untold.failure) == (S.CANCELLED, ErrorKind.SMS_NUMBER_REFUSED)


def test_ledger_times_never_run_backwards() -> None:
    before = play(TO_INVITED)
    step = advance(before, InvitationDelivered(), NOW - timedelta(hours=1))
    assert step is not None
    assert step.booking.ledger[-1].at >= before.ledger[-1].at
    assert (step.booking.changed_at or NOW) > (before.changed_at or NOW)


def test_effects_carry_the_booking_and_its_patient() -> None:
    step = advance(replace(play([])), RoomStands(ROOM), NOW)
    assert step is not None
    (effect,) = step.effects
    assert (effect.booking_id, effect.patient_id) == (step.booking.id, step.booking.patient_id)
    assert effect.idempotency_key == f"{step.booking.id}:write_appointment"
