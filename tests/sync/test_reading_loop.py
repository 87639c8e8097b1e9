"""Reading in the loop: again and again, at once when asked, never twice at once, and stopped when told to."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.actions import ActionKind
from app.domain.booking import BookingState, ConsultationForm
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.practice_system import Appointment, ChangeBatch, Fetched, ReadPoint
from app.sync.reading import LONGEST_AWAY, Reading, SweptBatch
from tests.sync.bookings import action_for, booking_for
from tests.sync.house import CLINIC, HOUR, House
from tests.sync.server import CANARY_NAME


@pytest.fixture
def house() -> House:
    return House()


async def test_a_nudge_makes_it_act_now(house: House) -> None:
    async with house.running() as loop:
        assert await house.copy.heard.get() is None
        house.book(ActionKind.SEND_INVITATION)
        loop.nudge()
        await house.results.get()
        assert await house.copy.heard.get() is None
    assert house.practice.reads == 2


async def test_a_written_appointment_is_read_back_at_once(house: House) -> None:
    booking = booking_for(CLINIC)
    soon = utc_now() + timedelta(milliseconds=50)
    house.ledger.add(booking, replace(action_for(booking, ActionKind.WRITE_APPOINTMENT), not_before=soon))
    async with house.running():
        await house.copy.heard.get()
        await house.results.get()
        await house.copy.heard.get()


def appointment(booking_id: BookingId | None) -> Appointment:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return Appointment(
        "a1", booking_id, None, None, None, ConsultationForm.VIDEO, now, now, "booked", BookingState.CONFIRMED
    )


async def test_what_is_read_is_stored_and_every_appointment_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    mark = datetime(2026, 11, 20, tzinfo=UTC)
    ours, foreign = appointment(new_booking_id()), appointment(None)
    fetched = tuple(Fetched("Appointment", a.id, "1", mark, b"{}", False, a) for a in (ours, foreign))
    house.practice.batches = (ChangeBatch("Slot", (), None), ChangeBatch("Appointment", fetched, mark))
    async with house.running():
        assert await house.copy.heard.get() is None
    assert house.copy.stored == list(house.practice.batches)
    assert house.copy.points == {"Appointment": ReadPoint(mark, complete=False)}
    assert house.appointments == [ours, foreign]
    assert CANARY_NAME not in caplog.text


async def test_a_failed_read_is_noted_and_repeated(house: House, caplog: pytest.LogCaptureFixture) -> None:
    failures = [KlinikError(ErrorKind.PRACTICE_SLOW), RuntimeError(CANARY_NAME)]
    house.practice.failure = lambda: failures[house.practice.reads - 1]
    async with house.running() as loop:
        assert await house.copy.heard.get() is ErrorKind.PRACTICE_SLOW
        loop.nudge()
        assert await house.copy.heard.get() is ErrorKind.UNEXPECTED
        house.copy.broken = RuntimeError("the disk is gone as well")
        house.practice.failure = lambda: KlinikError(ErrorKind.PRACTICE_ERROR)
        loop.nudge()
        assert await house.copy.heard.get() is ErrorKind.PRACTICE_ERROR
        house.practice.failure = None
        loop.nudge()
        assert await house.copy.heard.get() is None
    assert CANARY_NAME not in caplog.text


async def test_it_polls_by_itself(house: House) -> None:
    house.poll_every = timedelta(milliseconds=1)
    async with house.running():
        for _ in range(3):
            await house.copy.heard.get()


async def test_after_a_failure_it_tries_again_by_itself(house: House) -> None:
    house.practice.failure = lambda: KlinikError(ErrorKind.PRACTICE_UNREACHABLE)
    async with house.running():
        assert await house.copy.heard.get() is ErrorKind.PRACTICE_UNREACHABLE
        house.practice.failure = None
        assert await house.copy.heard.get() is None


def appointments(number: int) -> tuple[ChangeBatch, ...]:
    """So many batches of one appointment each."""
    mark = datetime(2026, 11, 20, tzinfo=UTC)
    one = Fetched("Appointment", "a1", "1", mark, b"{}", False, appointment(None))
    return (ChangeBatch("Appointment", (one,), mark),) * number


async def test_an_appointment_is_told_before_it_counts_as_read(house: House) -> None:
    """A kill between the two tells it twice; the other way round it would never be told."""
    house.practice.batches = appointments(1)
    house.on_appointment_fails = KlinikError(ErrorKind.DISK_FULL)
    async with house.running() as loop:
        assert await house.copy.heard.get() is ErrorKind.DISK_FULL
        assert len(house.appointments) == 1
        assert house.copy.stored == []
        house.on_appointment_fails = KlinikError(ErrorKind.CONFLICT)
        loop.nudge()
        assert await house.copy.heard.get() is None
    assert len(house.appointments) == 2
    assert house.copy.stored == list(house.practice.batches)


async def test_a_deleted_appointment_is_told_of_before_it_counts_as_read(house: House) -> None:
    gone = Fetched("Appointment", "a1", "2", datetime(2026, 11, 20, tzinfo=UTC), b"", True, None)
    house.practice.batches = (ChangeBatch("Appointment", (gone,), None),)
    house.copy.standing["a1"] = appointment(None)
    async with house.running():
        assert await house.copy.heard.get() is None
    assert [told.id for told in house.appointments] == [appointment(None).id]


async def test_a_pause_stops_after_the_page_under_way_and_nothing_that_goes_out(house: House) -> None:
    house.practice.batches = appointments(3)
    async with house.running() as loop:
        assert await house.copy.heard.get() is None
        house.copy.stored.clear()
        house.practice.on_batch = loop.pause
        loop.nudge()
        assert [await house.copy.paused.get() for _ in range(2)] == [False, True]
        assert len(house.copy.stored) == 1
        house.book(ActionKind.WRITE_APPOINTMENT)
        loop.nudge()
        await house.results.get()
        assert house.practice.reads == 2
        house.practice.on_batch = None
        loop.resume()
        assert await house.copy.paused.get() is False
        assert await house.copy.heard.get() is None
    assert len(house.copy.stored) == 4
    assert house.practice.reads == 3


async def test_a_pause_while_nothing_is_read_is_seen_at_once(house: House) -> None:
    async with house.running() as loop:
        await house.copy.heard.get()
        loop.pause()
        assert [await house.copy.paused.get() for _ in range(2)] == [False, True]
        loop.resume()
        assert await house.copy.heard.get() is None


async def test_a_pause_that_cannot_be_written_down_is_one_all_the_same(house: House) -> None:
    house.copy.broken = KlinikError(ErrorKind.DISK_FULL)
    async with house.running() as loop:
        await house.copy.heard.get()
        loop.pause()
        assert [await house.copy.paused.get() for _ in range(2)] == [False, True]
        assert house.practice.reads == 1


async def test_the_first_page_tells_that_the_practice_system_answers_again(house: House) -> None:
    house.practice.failure = lambda: KlinikError(ErrorKind.PRACTICE_UNREACHABLE)
    async with house.running() as loop:
        assert await house.copy.heard.get() is ErrorKind.PRACTICE_UNREACHABLE
        house.practice.failure = None
        house.practice.batches = appointments(2)
        house.practice.hold_after_first = asyncio.Event()
        loop.nudge()
        assert await house.copy.heard.get() is None
        assert len(house.copy.stored) == 1


@pytest.mark.parametrize(
    ("kind", "longest"),
    [
        (ErrorKind.PRACTICE_UNREACHABLE, LONGEST_AWAY),
        (ErrorKind.PRACTICE_SLOW, LONGEST_AWAY),
        (ErrorKind.PRACTICE_ERROR, LONGEST_AWAY),
        (ErrorKind.PRACTICE_SIGN_IN_REFUSED, timedelta(minutes=1)),
        (ErrorKind.UNEXPECTED, timedelta(minutes=1)),
    ],
)
def test_a_practice_system_that_is_away_is_looked_for_often(
    house: House, kind: ErrorKind, longest: timedelta
) -> None:
    reading = Reading(house.practice, house.copy, utc_now, HOUR)
    pauses = [reading.pause_after(failures, kind) for failures in range(1, 30)]
    assert max(pauses) <= longest
    assert min(pauses[10:]) >= longest * 0.75


@pytest.mark.parametrize("present", [frozenset({"a1"}), None])
async def test_what_a_sweep_found_is_proven_before_it_is_told_and_stored(
    house: House, present: frozenset[str] | None
) -> None:
    asked = []

    async def proven(held: frozenset[str]) -> frozenset[str] | None:
        asked.append(held)
        return present

    house.copy.kept = {"Appointment": {"a1", "a2"}, "Slot": {"s1"}}
    house.practice.batches = (SweptBatch("Appointment", (), None, complete=True, proven=proven),)
    async with house.running():
        assert await house.copy.heard.get() is None
    assert asked == [{"a1", "a2"}]
    gone = frozenset({"a2"}) if present else frozenset()
    assert house.copy.stored == [ChangeBatch("Appointment", (), None, present, complete=True, gone=gone)]
