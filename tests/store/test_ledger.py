from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError

from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime, RoomLink, RowState
from app.domain.call import CallRecord, Medium, MediumStep, Quality, StepReason
from app.domain.culprit import Culprit, Evidence, EvidenceKind, Verdict
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, SlotId
from app.domain.invitation import Delivery, LedgerEntry, Route
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.phone import PhoneNumber
from app.domain.ports.store import BookingLedger, Transition
from app.domain.private import Private
from app.store.booking_codec import booking_values, parse_booking
from app.store.local_store import LocalStore
from app.store.schema import booking as booking_table
from tests.store.builders import NOW, a_booking, effect
from tests.store.ledger_contract import LedgerContract

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
INSTANT = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis asks for naive bounds
PRIVATE_TEXT = TEXT.map(Private)
FAILURE = st.none() | st.sampled_from(ErrorKind)
ENTRY = st.builds(LedgerEntry, INSTANT, st.sampled_from(Delivery), st.sampled_from(Route), TEXT, FAILURE)
OUTCOME = st.builds(Outcome, st.sampled_from(OutcomeKind), INSTANT, INSTANT, st.none() | TEXT, TEXT, PRIVATE_TEXT)
STEP = st.builds(
    MediumStep, INSTANT, st.sampled_from(Medium), st.sampled_from(StepReason), st.sampled_from(Quality)
)
EVIDENCE = st.builds(Evidence, st.sampled_from(EvidenceKind), st.none() | st.floats(0, 1e6))
VERDICT = st.builds(Verdict, st.sampled_from(Culprit), st.lists(EVIDENCE, max_size=3).map(tuple))
CALL = st.builds(
    CallRecord,
    INSTANT,
    st.lists(STEP, min_size=1, max_size=3).map(tuple),
    st.booleans(),
    st.none() | INSTANT,
    st.integers(2, 9),
    VERDICT,
)
ARRANGEMENT = st.builds(
    Arrangement,
    INSTANT,
    INSTANT,
    st.none() | TEXT.map(SlotId),
    st.none() | TEXT.map(ClinicianId),
    TEXT,
    st.sampled_from(Standing),
)
CONFLICT = st.builds(
    Conflict, st.sampled_from(Wish), ARRANGEMENT, ARRANGEMENT, ARRANGEMENT, TEXT, st.none() | INSTANT
)
BOOKING = st.builds(
    Booking,
    id=st.uuids().map(lambda each: BookingId(str(each))),
    patient_id=TEXT.map(PatientId),
    clinician_id=TEXT.map(ClinicianId),
    made_by=TEXT.map(ClinicianId),
    form=st.sampled_from(ConsultationForm),
    start=INSTANT,
    end=INSTANT,
    made_at=INSTANT,
    state=st.sampled_from(BookingState),
    slot_id=st.none() | TEXT.map(SlotId),
    message_id=st.none() | TEXT.map(MessageId),
    phone=st.none() | TEXT.map(lambda each: Private(PhoneNumber(each))),
    room=st.none() | st.builds(RoomLink, TEXT, TEXT),
    appointment_id=st.none() | TEXT,
    ledger=st.lists(ENTRY, max_size=4).map(tuple),
    call=st.none() | CALL,
    outcome=st.none() | OUTCOME,
    row_state=st.sampled_from(RowState),
    failure=FAILURE,
    changed_at=st.none() | INSTANT,
    row_state_at=st.none() | INSTANT,
    moved_from=st.none() | st.builds(PlannedTime, INSTANT, INSTANT, st.none() | TEXT.map(SlotId)),
    conflict=st.none() | CONFLICT,
    settled_by=TEXT,
    version_at=st.none() | INSTANT,
    claimed_slots=st.lists(TEXT.map(SlotId), max_size=3).map(tuple),
    extended_to=st.none() | INSTANT,
)


class TestLocalStore(LedgerContract):
    @pytest.fixture
    def ledger(self, store: LocalStore) -> BookingLedger:
        return store


@given(BOOKING)
def test_a_booking_comes_back_as_it_was(booking: Booking) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        booking_table.create(connection)
        connection.execute(booking_table.insert(), booking_values(booking))
        assert parse_booking(connection.execute(select(booking_table)).one()) == booking
    engine.dispose()


async def test_a_step_must_keep_to_its_booking(store: LocalStore) -> None:
    booking, other = a_booking(), a_booking()
    with pytest.raises(ValueError, match="its booking"):
        await store.transition(booking.id, lambda _: Transition(other))
    assert await store.live_bookings() == ()


async def test_an_effect_of_a_booking_that_is_not_here_takes_the_step_with_it(store: LocalStore) -> None:
    booking, other = a_booking(), a_booking()
    stray = Transition(booking, (effect(booking, ActionKind.ENSURE_ROOM), effect(other, ActionKind.ENSURE_ROOM)))
    with pytest.raises(IntegrityError):
        await store.transition(booking.id, lambda _: stray)
    assert await store.booking(booking.id) is None
    assert await store.due_actions(NOW) == ()


async def test_microseconds_are_kept(store: LocalStore, path: Path) -> None:
    odd = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
    booking = replace(a_booking(), start=odd)
    await store.transition(booking.id, lambda _: Transition(booking))
    assert await store.booking(booking.id) == booking
