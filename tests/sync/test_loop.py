"""The loop: order, independence, patience, and going on whatever happens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.actions import (
    ActionKind,
    ActionResult,
    Carried,
    Channel,
    InvitationArrived,
    NotYet,
    PendingAction,
    Refused,
)
from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.practice_system import Appointment, ChangeBatch, Fetched
from app.sync.loop import SyncLoop
from app.sync.sending import AT_ONCE, Carrier
from tests.sync.bookings import action_for, booking_for
from tests.sync.fakes import MemoryCopy, MemoryLedger, ToldPractice
from tests.sync.server import CANARY_NAME, Clinic

CLINIC = Clinic("p1", "c1", "sch1", ("s1", "s2", "s3"))
HOUR = timedelta(hours=1)


class House:
    """A loop with everything around it in memory; carriers are named by channel."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.copy = MemoryCopy()
        self.practice = ToldPractice()
        self.results: asyncio.Queue[tuple[PendingAction, ActionResult]] = asyncio.Queue()
        self.carriers: dict[Channel, Carrier] = dict.fromkeys(Channel, self.carry_at_once)
        self.appointments: list[Appointment] = []
        self.on_result_fails: Exception | None = None
        self.poll_every = HOUR
        self.carry_limit = HOUR
        self.loop: SyncLoop | None = None

    async def carry_at_once(self, action: PendingAction, booking: Booking) -> ActionResult:
        return Carried()

    async def on_result(self, action: PendingAction, result: ActionResult) -> None:
        if self.on_result_fails:
            raise self.on_result_fails
        del self.ledger.actions[action.id]
        self.results.put_nowait((action, result))

    async def on_appointment(self, appointment: Appointment) -> None:
        self.appointments.append(appointment)
        raise RuntimeError(CANARY_NAME)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SyncLoop]:
        self.loop = SyncLoop(
            self.practice,
            self.ledger,
            self.copy,
            self.carriers,
            self.on_result,
            clock=utc_now,
            poll_every=self.poll_every,
            on_appointment=self.on_appointment,
            carry_limit=self.carry_limit,
            nudge_gap=timedelta(),
        )
        task = asyncio.create_task(self.loop.run())
        try:
            yield self.loop
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def book(self, *kinds: ActionKind) -> Booking:
        booking = booking_for(CLINIC)
        first = len(self.ledger.actions)
        actions = [action_for(booking, kind, first + number) for number, kind in enumerate(kinds)]
        self.ledger.add(booking, *actions)
        return booking


@pytest.fixture
def house() -> House:
    return House()


def raises(make: Callable[[], Exception]) -> Carrier:
    async def carrier(action: PendingAction, booking: Booking) -> ActionResult:
        raise make()

    return carrier


async def test_due_actions_are_carried_and_reported(house: House) -> None:
    booking = house.book(ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION)
    async with house.running():
        done = [await house.results.get() for _ in range(3)]
    assert {action.kind for action, _ in done} == {
        ActionKind.ENSURE_ROOM,
        ActionKind.WRITE_APPOINTMENT,
        ActionKind.SEND_INVITATION,
    }
    assert {action.booking_id for action, _ in done} == {booking.id}


async def test_a_booking_keeps_its_order_within_a_channel(house: House) -> None:
    house.book(ActionKind.WRITE_APPOINTMENT, ActionKind.WRITE_OUTCOME, ActionKind.CANCEL_APPOINTMENT)
    async with house.running():
        done = [(await house.results.get())[0].kind for _ in range(3)]
    assert done == [ActionKind.WRITE_APPOINTMENT, ActionKind.WRITE_OUTCOME, ActionKind.CANCEL_APPOINTMENT]


async def test_a_nudge_makes_it_act_now(house: House) -> None:
    async with house.running() as loop:
        assert await house.copy.heard.get() is None
        house.book(ActionKind.SEND_INVITATION)
        loop.nudge()
        await house.results.get()
        assert await house.copy.heard.get() is None
    assert house.practice.reads == 2


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


async def test_a_written_appointment_is_read_back_at_once(house: House) -> None:
    booking = booking_for(CLINIC)
    soon = utc_now() + timedelta(milliseconds=50)
    house.ledger.add(booking, replace(action_for(booking, ActionKind.WRITE_APPOINTMENT), not_before=soon))
    async with house.running():
        await house.copy.heard.get()
        await house.results.get()
        await house.copy.heard.get()


@pytest.mark.parametrize("hanging", list(Channel))
async def test_a_channel_that_hangs_delays_no_other(house: House, hanging: Channel) -> None:
    begun: asyncio.Queue[BookingId] = asyncio.Queue()

    async def hang(action: PendingAction, booking: Booking) -> ActionResult:
        begun.put_nowait(booking.id)
        await asyncio.Event().wait()
        raise AssertionError("never")

    house.carriers[hanging] = hang
    house.practice.hold = asyncio.Event()
    kinds = {kind.channel: kind for kind in ActionKind}
    for _ in range(AT_ONCE + 3):
        house.book(kinds[hanging])
    async with house.running() as loop:
        for _ in range(AT_ONCE):
            await begun.get()
        house.book(*(kind for channel, kind in kinds.items() if channel is not hanging))
        loop.nudge()
        done = {(await house.results.get())[0].kind.channel for _ in range(3)}
        assert done == set(Channel) - {hanging}
        assert begun.empty(), "no more of the hanging channel than may be under way at once"


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


async def test_what_is_due_later_is_carried_then(house: House) -> None:
    booking = booking_for(CLINIC)
    soon = utc_now() + timedelta(milliseconds=50)
    house.ledger.add(booking, replace(action_for(booking, ActionKind.SEND_INVITATION), not_before=soon))
    async with house.running():
        await house.results.get()
    assert utc_now() >= soon


async def test_a_refusal_is_a_result(house: House) -> None:
    async def refuse(action: PendingAction, booking: Booking) -> ActionResult:
        return Refused(ErrorKind.SLOT_TAKEN)

    house.carriers[Channel.PRACTICE] = refuse
    house.book(ActionKind.WRITE_APPOINTMENT)
    async with house.running():
        assert (await house.results.get())[1] == Refused(ErrorKind.SLOT_TAKEN)


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


async def test_what_ends_while_the_outbox_is_read_does_not_start_again(house: House) -> None:
    """The answer of a slow database may still list an action that was finished meanwhile."""
    carried: list[PendingAction] = []
    begun, reading, go_on, finish = (asyncio.Event() for _ in range(4))

    async def carry(action: PendingAction, booking: Booking) -> ActionResult:
        carried.append(action)
        begun.set()
        await finish.wait()
        return Carried()

    class SlowLedger(MemoryLedger):
        async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
            found = await super().due_actions(now)
            if carried and not finish.is_set():
                reading.set()
                await go_on.wait()
            return found

    house.ledger = SlowLedger()
    house.carriers[Channel.ROOM] = carry
    house.book(ActionKind.ENSURE_ROOM)
    async with house.running() as loop:
        await begun.wait()
        loop.nudge()
        await reading.wait()
        finish.set()
        await house.results.get()
        house.ledger.looked.clear()
        go_on.set()
        await house.ledger.looked.wait()
    assert len(carried) == 1


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
    assert house.copy.marks == {"Appointment": mark}
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


def test_every_channel_needs_a_carrier(house: House) -> None:
    async def ignore(action: PendingAction, result: ActionResult) -> None:
        return None

    del house.carriers[Channel.SMS], house.carriers[Channel.PRACTICE]
    with pytest.raises(ValueError, match=r"no carrier for sms$"):
        SyncLoop(
            house.practice,
            house.ledger,
            house.copy,
            house.carriers,
            ignore,
            clock=utc_now,
            poll_every=HOUR,
        )
