"""Whatever happens, in whatever order and however often, the saga keeps its promises."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
    CallBegan,
    CallNoted,
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
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind
from app.domain.ids import SlotId
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition
from app.domain.waiting import PatientPhase
from tests.booking.fakes import NOW, ROOM, booking, outcome

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

RECORD = CallRecord(NOW, (MediumStep(NOW, Medium.VIDEO, StepReason.STARTED),))

hours = st.sampled_from([timedelta(hours=1), timedelta(hours=2)])
failures = st.sampled_from(ErrorKind)
events: st.SearchStrategy[Event] = st.one_of(
    st.just(RoomStands(ROOM)),
    st.builds(RoomRefused, failures),
    st.just(AppointmentPending("a1")),
    st.just(AppointmentConfirmed("a1")),
    st.builds(AppointmentRefused, failures),
    st.just(AppointmentWithdrawn()),
    st.just(AppointmentEnded("a1")),
    st.builds(lambda hours: AppointmentTimed(NOW + hours, NOW + 2 * hours, None), hours),
    st.builds(InvitationAccepted, st.sampled_from(["r1", "r2"])),
    st.just(InvitationDelivered()),
    st.builds(InvitationFailed, failures),
    st.builds(PatientSeen, st.sampled_from(PatientPhase)),
    st.just(CallBegan()),
    st.just(CallNoted(RECORD)),
    st.just(CancelAsked()),
    st.just(CancellationWritten()),
    st.builds(CancellationUndelivered, failures),
    st.just(OutcomeChosen(outcome())),
    st.just(OutcomeWritten()),
    st.builds(RecordRefused, failures),
)
timed = st.lists(st.tuples(events, st.integers(-60, 600)), max_size=40)


def request(form: ConsultationForm, slot_id: SlotId | None = None) -> Requested:
    b = booking(form=form)
    return Requested(b.id, b.patient_id, b.clinician_id, b.made_by, form, b.start, b.end, slot_id, None, b.phone)


def steps(asked: Requested, script: list[tuple[Event, int]]) -> list[tuple[Booking, Transition]]:
    """Return each step that changed something, with the booking before it; the clock may jump back a little."""
    first = advance(None, asked, NOW)
    assert first is not None
    current, now, taken = first.booking, NOW, [(first.booking, first)]
    for event, seconds in script:
        now = now + timedelta(seconds=seconds)
        step = advance(current, event, now)
        if step is not None:
            taken.append((current, step))
            current = step.booking
    return taken


requests = st.builds(request, st.sampled_from(ConsultationForm), st.sampled_from([None, SlotId("slot-60")]))


def level(state: BookingState) -> int:
    return next(index for index, states in enumerate(PROGRESS) if state in states)


@given(requests, timed)
def test_a_booking_never_goes_back_and_what_is_over_stays_over(
    asked: Requested, script: list[tuple[Event, int]]
) -> None:
    for before, step in steps(asked, script):
        assert level(step.booking.state) >= level(before.state)
        if before.state in FINAL:
            assert step.booking.state is before.state
            assert step.effects == ()


@given(requests, timed)
def test_each_effect_is_asked_for_once_and_an_invitation_only_when_booked_or_instant(
    asked: Requested, script: list[tuple[Event, int]]
) -> None:
    kinds: list[ActionKind] = []
    keys: set[str] = set()
    for _, step in steps(asked, script):
        for effect in step.effects:
            if effect.kind is not ActionKind.WATCH_DELIVERY:  # Asked for again under the same key: harmless.
                assert effect.idempotency_key not in keys
            keys.add(effect.idempotency_key)
            kinds.append(effect.kind)
            if effect.kind is ActionKind.SEND_INVITATION:
                booked = step.booking.row_state is RowState.CONFIRMED and step.booking.appointment_id is not None
                assert booked or asked.slot_id is None
                assert step.booking.room is not None
            if effect.kind is ActionKind.SEND_CANCELLATION:
                assert ActionKind.SEND_INVITATION in kinds
            if effect.kind is ActionKind.WATCH_DELIVERY:
                assert ActionKind.SEND_INVITATION in kinds
    if asked.form is not ConsultationForm.VIDEO:
        assert {kind.channel.value for kind in kinds} <= {"practice"}


@given(requests, timed)
def test_the_ledger_only_grows_and_its_times_never_run_backwards(
    asked: Requested, script: list[tuple[Event, int]]
) -> None:
    for before, step in steps(asked, script):
        ledger = step.booking.ledger
        assert ledger[: len(before.ledger)] == before.ledger
        times: list[datetime] = [entry.at for entry in ledger]
        assert times == sorted(times)
        marks = [(entry.delivery, entry.reference, entry.failure) for entry in ledger]
        assert len(marks) == len(set(marks))


@given(requests, timed)
def test_the_same_event_twice_is_the_same_as_once(asked: Requested, script: list[tuple[Event, int]]) -> None:
    doubled = [pair for event, seconds in script for pair in ((event, seconds), (event, 0))]
    once, twice = steps(asked, script)[-1][1].booking, steps(asked, doubled)[-1][1].booking
    assert once == twice


@given(requests, timed)
def test_what_is_not_over_waits_for_an_answer_or_for_a_person(
    asked: Requested, script: list[tuple[Event, int]]
) -> None:
    effects = {effect.kind for _, step in steps(asked, script) for effect in step.effects}
    booking = steps(asked, script)[-1][1].booking
    answered: dict[BookingState, Callable[[], bool]] = {
        BookingState.REQUESTED: lambda: bool(effects & {ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT}),
        BookingState.ROOM_READY: lambda: ActionKind.WRITE_APPOINTMENT in effects,
        BookingState.CONFIRMED: lambda: (
            asked.form is not ConsultationForm.VIDEO or ActionKind.SEND_INVITATION in effects
        ),
        BookingState.INVITED: lambda: ActionKind.WATCH_DELIVERY in effects,
        BookingState.UNDELIVERABLE: lambda: booking.failure is not None,
        BookingState.ROOM_FAILED: lambda: booking.failure is not None,
        BookingState.ENDED: lambda: ActionKind.WRITE_OUTCOME in effects or booking.outcome is None,
    }
    assert answered.get(booking.state, lambda: True)()


@given(timed)
def test_a_failure_to_deliver_never_stops_a_patient_from_coming_in(script: list[tuple[Event, int]]) -> None:
    before = steps(request(ConsultationForm.VIDEO), script)[-1][1].booking
    step = advance(before, PatientSeen(PatientPhase.WAITING), NOW)
    after = step.booking if step else before
    if before.live:
        assert level(after.state) >= level(BookingState.WAITING)
        assert any(entry.delivery is Delivery.WAITING for entry in after.ledger)
