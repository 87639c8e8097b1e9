"""Whatever happens, in whatever order and however often, the saga keeps its promises."""

from collections.abc import Callable
from datetime import datetime

from hypothesis import given

from app.booking.events import (
    AppointmentEnded,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
    CancellationWritten,
    ConflictFound,
    ConflictSettled,
    LinkAsked,
    PatientSeen,
    RecordRefused,
    Requested,
)
from app.booking.progress import UNDONE
from app.booking.saga import advance
from app.domain.actions import ActionKind
from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.invitation import Delivery, LedgerEntry
from app.domain.waiting import PatientPhase
from tests.booking.fakes import NOW
from tests.booking.histories import Script, histories, request, requests, steps, uncontested

FINAL = {BookingState.ENDED, BookingState.CANCELLED, BookingState.SLOT_TAKEN}
PROGRESS = [
    {BookingState.REQUESTED, BookingState.ROOM_FAILED},
    {BookingState.ROOM_READY},
    {BookingState.CONFIRMED},
    {BookingState.INVITED, BookingState.UNDELIVERABLE},
    {BookingState.DELIVERED},
    {BookingState.OPENED},
    {BookingState.TESTED},
    {BookingState.WAITING},
    {BookingState.IN_CALL},
    FINAL,
]
BACK_TO_A_PERSON = {
    (BookingState.CONFIRMED, BookingState.ROOM_FAILED),  # A room made anew was refused.
    (BookingState.DELIVERED, BookingState.UNDELIVERABLE),  # The text with a new time did not arrive.
}
OPENS_AGAIN = (ConflictFound, ConflictSettled, RecordRefused, AppointmentTimed)

OVER_ELSEWHERE = (AppointmentWithdrawn, AppointmentEnded)


def level(state: BookingState) -> int:
    return next(index for index, states in enumerate(PROGRESS) if state in states)


@given(requests, histories)
def test_a_booking_never_goes_back_but_where_a_person_or_another_console_opens_it_again(
    asked: Requested, script: Script
) -> None:
    for taken in steps(asked, script):
        before, after = taken.before, taken.after
        if before.state in FINAL and after.live:
            assert isinstance(taken.event, OPENS_AGAIN)
            assert after.state is not BookingState.IN_CALL
        elif (before.state, after.state) not in BACK_TO_A_PERSON:
            assert level(after.state) >= level(before.state)


@given(requests, uncontested)
def test_without_a_conflict_what_is_over_stays_over_unless_a_newer_version_says_booked(
    asked: Requested, script: Script
) -> None:
    for taken in steps(asked, script):
        before, after = taken.before, taken.after
        if before.state in FINAL and after.state is not before.state:
            assert isinstance(taken.event, AppointmentTimed if after.live else OVER_ELSEWHERE)
            assert taken.event.version_at is not None
            assert before.version_at is not None
            assert taken.event.version_at > before.version_at
        elif before.state in FINAL:
            assert not taken.step.effects or isinstance(taken.event, CancellationWritten)


@given(requests, histories)
def test_each_effect_is_asked_for_once_and_an_invitation_only_when_booked_or_instant(
    asked: Requested, script: Script
) -> None:
    kinds: list[ActionKind] = []
    keys: set[str] = set()
    for taken in steps(asked, script):
        for effect in taken.step.effects:
            assert effect.idempotency_key not in keys
            keys.add(effect.idempotency_key)
            kinds.append(effect.kind)
            if effect.kind is ActionKind.SEND_INVITATION:
                assert taken.after.room is not None
                # Who is talked to already gets the link at once, whatever the practice system has to say yet.
                if not isinstance(taken.event, LinkAsked):
                    assert taken.after.appointment_id is not None or asked.slot_id is None
                    assert taken.after.moved_from is None
            if effect.kind in (ActionKind.SEND_CANCELLATION, ActionKind.WATCH_DELIVERY):
                assert ActionKind.SEND_INVITATION in kinds
    if asked.form is not ConsultationForm.VIDEO:
        assert {kind.channel.value for kind in kinds} <= {"practice"}


@given(requests, histories)
def test_a_patient_is_told_that_it_is_cancelled_only_once_it_is(asked: Requested, script: Script) -> None:
    for taken in steps(asked, script):
        if any(effect.kind is ActionKind.SEND_CANCELLATION for effect in taken.step.effects):
            assert taken.after.state is BookingState.CANCELLED
            assert taken.after.row_state is not RowState.QUEUED


@given(requests, histories)
def test_the_ledger_only_grows_and_its_times_never_run_backwards(asked: Requested, script: Script) -> None:
    for taken in steps(asked, script):
        ledger = taken.after.ledger
        assert ledger[: len(taken.before.ledger)] == taken.before.ledger
        times: list[datetime] = [entry.at for entry in ledger]
        assert times == sorted(times)
        for lines in of_each_invitation(ledger):
            marks = [(entry.delivery, entry.reference, entry.failure) for entry in lines]
            assert len(marks) == len(set(marks))


def of_each_invitation(ledger: tuple[LedgerEntry, ...]) -> list[list[LedgerEntry]]:
    parts: list[list[LedgerEntry]] = [[]]
    for entry in ledger:
        if entry.delivery is Delivery.QUEUED or entry.reference == UNDONE:
            parts.append([])
        parts[-1].append(entry)
    return parts


@given(requests, histories)
def test_the_same_event_twice_is_the_same_as_once(asked: Requested, script: Script) -> None:
    # A refusal answers one question; when the booking has been moved since, another is asked in its place. And a
    # link that is asked for again is sent again.
    each_time = (AppointmentRefused, LinkAsked)
    once: Script = [(event, seconds) for event, seconds in script if not isinstance(event, each_time)]
    doubled = [pair for event, seconds in once for pair in ((event, seconds), (event, 0))]
    assert steps(asked, once)[-1].after == steps(asked, doubled)[-1].after


@given(requests, histories)
def test_what_is_not_over_waits_for_an_answer_or_for_a_person(asked: Requested, script: Script) -> None:
    effects = {effect.kind for taken in steps(asked, script) for effect in taken.step.effects}
    booking = steps(asked, script)[-1].after
    unconfirmed = booking.row_state is not RowState.CONFIRMED
    video = asked.form is ConsultationForm.VIDEO
    answered: dict[BookingState, Callable[[], bool]] = {
        BookingState.REQUESTED: lambda: bool(effects & {ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT}),
        BookingState.ROOM_READY: lambda: ActionKind.WRITE_APPOINTMENT in effects,
        BookingState.CONFIRMED: lambda: (
            not video or unconfirmed or booking.room is None or ActionKind.SEND_INVITATION in effects
        ),
        BookingState.INVITED: lambda: ActionKind.WATCH_DELIVERY in effects,
        BookingState.UNDELIVERABLE: lambda: booking.failure is not None,
        BookingState.ROOM_FAILED: lambda: booking.failure is not None,
        BookingState.ENDED: lambda: ActionKind.WRITE_OUTCOME in effects or booking.outcome is None,
    }
    assert answered.get(booking.state, lambda: True)()


@given(requests, histories)
def test_a_row_tells_since_when_it_is_as_it_is(asked: Requested, script: Script) -> None:
    since = NOW
    for taken in steps(asked, script):
        if taken.after.row_state is not taken.before.row_state:
            assert taken.after.changed_at is not None
            since = taken.after.changed_at
        assert taken.after.row_state_at == since


@given(requests, histories)
def test_a_move_on_its_way_and_a_conflict_are_seen_on_the_row(asked: Requested, script: Script) -> None:
    for taken in steps(asked, script):
        after = taken.after
        assert after.moved_from is None or after.row_state is RowState.QUEUED or not after.live
        assert after.conflict is None or after.row_state in (RowState.CONFLICT, RowState.QUEUED)


@given(histories)
def test_a_failure_to_deliver_never_stops_a_patient_from_coming_in(script: Script) -> None:
    before = steps(request(ConsultationForm.VIDEO), script)[-1].after
    step = advance(before, PatientSeen(PatientPhase.WAITING), NOW)
    after = step.booking if step else before
    if before.live:
        assert level(after.state) >= level(BookingState.WAITING)
        assert any(entry.delivery is Delivery.WAITING for entry in after.ledger)
