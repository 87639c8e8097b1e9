"""What comes after a failure: patience, and none of it once there is no reason to wait any longer."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.actions import (
    ActionKind,
    ActionResult,
    Channel,
    InvitationArrived,
    NotYet,
    PendingAction,
)
from app.domain.booking import Booking
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import PatientId
from tests.sync.bookings import action_for, action_on, booking_for, taking
from tests.sync.house import CLINIC, HOUR, House, raises
from tests.sync.server import CANARY_NAME


@pytest.fixture
def house() -> House:
    return House()


async def test_a_person_who_asks_does_not_wait_for_the_pause_after_a_failure(house: House) -> None:
    booking = booking_for(CLINIC)
    far_off = utc_now() + timedelta(hours=1)
    house.ledger.add(booking, replace(action_for(booking, ActionKind.SEND_INVITATION), not_before=far_off))
    async with house.running() as loop:
        await house.copy.heard.get()
        assert house.results.empty()
        loop.retry()
        action, _ = await house.results.get()
    assert action.kind is ActionKind.SEND_INVITATION


async def test_a_carrier_that_hangs_is_given_up(house: House) -> None:
    async def hang(action: PendingAction, booking: Booking) -> ActionResult:
        await asyncio.Event().wait()
        raise AssertionError("never")

    house.carriers[Channel.ROOM] = hang
    house.carry_limit = timedelta(milliseconds=20)
    house.book(ActionKind.ENSURE_ROOM)
    async with house.running():
        postponed = await house.ledger.postponed.get()
    assert postponed.last_failure is ErrorKind.ROOM_UNREACHABLE


async def test_a_failure_is_postponed_ever_longer(house: House) -> None:
    house.carriers[Channel.SMS] = raises(lambda: KlinikError(ErrorKind.SMS_UNREACHABLE))
    booking = booking_for(CLINIC)
    for attempts in (0, 3, 50):
        before = utc_now()
        house.ledger.add(booking, replace(action_for(booking, ActionKind.SEND_INVITATION), attempts=attempts))
        async with house.running():
            postponed = await house.ledger.postponed.get()
        after = utc_now()
        pause = timedelta(seconds=min(2**attempts, 60))
        assert postponed.attempts == attempts + 1
        assert postponed.last_failure is ErrorKind.SMS_UNREACHABLE
        assert before + pause * 0.75 <= postponed.not_before <= after + pause


async def test_not_yet_is_no_failure(house: House) -> None:
    async def not_yet(action: PendingAction, booking: Booking) -> ActionResult:
        return NotYet(timedelta(seconds=30)) if len(seen) % 2 else InvitationArrived()

    seen = [1]
    house.carriers[Channel.SMS_STATUS] = not_yet
    house.book(ActionKind.WATCH_DELIVERY)
    async with house.running() as loop:
        postponed = await house.ledger.postponed.get()
        assert (postponed.attempts, postponed.last_failure) == (0, None)
        seen.append(2)
        await house.ledger.retry_now(utc_now())
        loop.nudge()
        assert (await house.results.get())[1] == InvitationArrived()


async def test_the_unexpected_is_logged_without_its_text(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.carriers[Channel.SMS] = raises(lambda: RuntimeError(CANARY_NAME))
    house.book(ActionKind.SEND_INVITATION)
    async with house.running():
        postponed = await house.ledger.postponed.get()
    assert postponed.last_failure is ErrorKind.UNEXPECTED
    assert "send_invitation: unexpected RuntimeError in carrier:" in caplog.text
    assert CANARY_NAME not in caplog.text


async def test_a_result_that_cannot_be_kept_is_carried_again(house: House) -> None:
    house.on_result_fails = KlinikError(ErrorKind.DISK_FULL)
    house.book(ActionKind.ENSURE_ROOM)
    async with house.running() as loop:
        assert (await house.ledger.postponed.get()).last_failure is ErrorKind.DISK_FULL
        house.on_result_fails = None
        await house.ledger.retry_now(utc_now())
        loop.nudge()
        await house.results.get()


async def test_an_action_without_its_booking_waits(house: House) -> None:
    booking = house.book(ActionKind.ENSURE_ROOM)
    del house.ledger.bookings[booking.id]
    async with house.running():
        assert (await house.ledger.postponed.get()).last_failure is ErrorKind.UNEXPECTED


async def test_an_action_without_its_wish_waits(house: House) -> None:
    action = action_on(taking(CLINIC, "t1", CLINIC.doctor), "1")
    house.ledger.actions[action.id] = action
    async with house.running():
        assert (await house.ledger.postponed.get()).last_failure is ErrorKind.UNEXPECTED


async def test_an_outbox_that_cannot_be_read_is_looked_at_again(house: House) -> None:
    house.ledger.broken = KlinikError(ErrorKind.DATABASE_DAMAGED)
    house.book(ActionKind.ENSURE_ROOM)
    async with house.running() as loop:
        await house.ledger.looked.wait()
        house.ledger.broken = None
        loop.nudge()
        await house.results.get()


async def test_an_action_that_cannot_be_postponed_does_not_spin(house: House) -> None:
    carried: asyncio.Queue[None] = asyncio.Queue()

    async def fail(action: PendingAction, booking: Booking) -> ActionResult:
        carried.put_nowait(None)
        raise KlinikError(ErrorKind.ROOM_UNREACHABLE)

    house.carriers[Channel.ROOM] = fail
    house.ledger.cannot_postpone = KlinikError(ErrorKind.DISK_FULL)
    booking = booking_for(CLINIC)
    house.ledger.add(booking, replace(action_for(booking, ActionKind.ENSURE_ROOM), attempts=50))
    async with house.running() as loop:
        await carried.get()
        house.ledger.looked.clear()
        loop.nudge()
        await house.ledger.looked.wait()
        house.ledger.looked.clear()
        loop.nudge()
        await house.ledger.looked.wait()
        assert carried.empty()


def away(action: PendingAction, kind: ErrorKind = ErrorKind.PRACTICE_UNREACHABLE) -> PendingAction:
    """The action, put off for an hour because the practice system did not answer."""
    return replace(action, not_before=utc_now() + HOUR, attempts=9, last_failure=kind)


async def test_what_failed_because_the_practice_system_was_away_runs_when_it_is_back(house: House) -> None:
    house.practice.failure = lambda: KlinikError(ErrorKind.PRACTICE_UNREACHABLE)
    booking, refused = booking_for(CLINIC), replace(booking_for(CLINIC), patient_id=PatientId("p2"))
    async with house.running() as loop:
        assert await house.copy.heard.get() is ErrorKind.PRACTICE_UNREACHABLE
        conflict = away(action_for(refused, ActionKind.WRITE_APPOINTMENT), ErrorKind.CONFLICT)
        text = away(action_for(booking, ActionKind.SEND_INVITATION), ErrorKind.SMS_UNREACHABLE)
        house.ledger.add(booking, away(action_for(booking, ActionKind.WRITE_APPOINTMENT)), text)
        house.ledger.add(refused, conflict)
        house.practice.failure = None
        loop.nudge()
        action, _ = await house.results.get()
        assert await house.copy.heard.get() is None
    assert (action.booking_id, action.kind) == (booking.id, ActionKind.WRITE_APPOINTMENT)
    assert house.ledger.actions.keys() == {conflict.id, text.id}


async def test_an_action_that_goes_through_has_the_practice_system_read_at_once(house: House) -> None:
    house.practice.failure = lambda: KlinikError(ErrorKind.PRACTICE_SIGN_IN_REFUSED)
    async with house.running() as loop:
        for _ in range(3):
            await house.copy.heard.get()
            loop.nudge()
        await house.copy.heard.get()
        house.practice.failure = None
        house.book(ActionKind.WRITE_APPOINTMENT)
        loop.nudge()
        await house.results.get()
        while await house.copy.heard.get() is not None:
            pass


async def test_at_the_start_the_practice_system_is_tried_again_at_once(house: House) -> None:
    booking = booking_for(CLINIC)
    house.ledger.add(booking, away(action_for(booking, ActionKind.WRITE_APPOINTMENT)))
    async with house.running():
        await house.results.get()


async def test_what_a_wrong_clock_put_off_for_a_year_is_not_waited_for(house: House) -> None:
    booking = booking_for(CLINIC)
    put_off = replace(action_for(booking, ActionKind.WATCH_DELIVERY), not_before=utc_now() + timedelta(days=365))
    house.ledger.add(booking, put_off)
    async with house.running():
        await house.results.get()


async def test_a_clock_that_is_set_back_leaves_nothing_waiting(house: House) -> None:
    back = timedelta()

    def clock() -> datetime:
        return utc_now() - back

    async def watch(action: PendingAction, booking: Booking) -> ActionResult:
        return InvitationArrived() if back else NotYet(timedelta(seconds=30))

    house.clock = clock
    house.carriers[Channel.SMS_STATUS] = watch
    house.book(ActionKind.WATCH_DELIVERY)
    async with house.running() as loop:
        await house.ledger.postponed.get()
        back = timedelta(days=2)
        loop.nudge()
        await house.results.get()
