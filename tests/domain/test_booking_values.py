from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.actions import ActionKind, Channel, Effect
from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.clinic_time import clinic_date, clinic_local, utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, PatientId, SlotId, derived_uuid, new_booking_id
from app.domain.outcome import FeeCode
from app.domain.slot import Slot, SlotKind

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_clinic_days_follow_danish_time() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert clinic_date(late) == date(2026, 7, 2)
    assert clinic_local(late).hour == 0
    assert utc_now().tzinfo is UTC


@given(st.uuids(version=4), st.text(min_size=1), st.text(min_size=1))
def test_derived_ids_are_stable_and_apart(uuid: object, one: str, other: str) -> None:
    booking = BookingId(str(uuid))
    assert derived_uuid(booking, one) == derived_uuid(booking, one)
    assert (derived_uuid(booking, one) == derived_uuid(booking, other)) == (one == other)
    assert new_booking_id() != new_booking_id()


@given(st.integers(0, 100), st.integers(1, 50), st.integers(0, 100), st.integers(1, 50))
def test_overlap_is_sharing_a_minute(start: int, length: int, other: int, other_length: int) -> None:
    def at(minute: int) -> datetime:
        return NOON + timedelta(minutes=minute)

    slot = Slot(SlotId("s"), ClinicianId("c"), at(start), at(start + length), SlotKind.ANY, True, "1")
    shared = set(range(start, start + length)) & set(range(other, other + other_length))
    assert slot.overlaps(at(other), at(other + other_length)) == bool(shared)


def test_every_action_has_a_channel_and_a_key_of_its_own() -> None:
    booking, patient = new_booking_id(), PatientId("p")
    keys = {Effect(kind, booking, patient).idempotency_key for kind in ActionKind}
    assert len(keys) == len(ActionKind)
    assert {kind.channel for kind in ActionKind} == set(Channel)


@pytest.mark.parametrize("state", BookingState)
def test_only_an_ended_booking_is_over(state: BookingState) -> None:
    booking = Booking(
        new_booking_id(), PatientId("p"), ClinicianId("c"), ClinicianId("c"), ConsultationForm.VIDEO,
        NOON, NOON, NOON, state,
    )  # fmt: skip
    over = {BookingState.ENDED, BookingState.CANCELLED, BookingState.SLOT_TAKEN}
    assert booking.live == (state not in over)


def test_a_call_lasts_until_now_or_its_end() -> None:
    record = CallRecord(NOON, (MediumStep(NOON, Medium.VIDEO, StepReason.STARTED),))
    assert record.medium is Medium.VIDEO
    assert record.duration(NOON + timedelta(minutes=3)) == timedelta(minutes=3)


def test_a_fee_code_is_valid_from_its_first_to_its_last_day() -> None:
    code = FeeCode("4436", "video", date(2020, 3, 13), date(2021, 12, 31))
    assert [code.valid_on(day) for day in (date(2020, 3, 12), date(2020, 3, 13), date(2021, 12, 31))] == [
        False,
        True,
        True,
    ]
    assert not code.valid_on(date(2022, 1, 1))
    assert FeeCode("0125", "video", date(2022, 1, 1), None).valid_on(date(2099, 1, 1))


def test_an_error_tells_its_kind_and_detail() -> None:
    assert str(KlinikError(ErrorKind.DISK_FULL)) == "disk_full"
    assert str(KlinikError(ErrorKind.DISK_FULL, "12 bytes left")) == "disk_full: 12 bytes left"
