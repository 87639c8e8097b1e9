"""Sending: each queue in its order, and none delays another."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.actions import (
    ActionKind,
    ActionResult,
    Carried,
    Channel,
    PendingAction,
    Refused,
    ThreadHeld,
)
from app.domain.booking import Booking
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId
from app.sync.loop import SyncLoop
from app.sync.sending import AT_ONCE
from tests.sync.bookings import action_for, action_on, booking_for, picture_action, taking
from tests.sync.fakes import MemoryLedger
from tests.sync.house import CLINIC, HOUR, House


@pytest.fixture
def house() -> House:
    return House()


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


@pytest.mark.parametrize("hanging", list(Channel))
async def test_a_channel_that_hangs_delays_no_other(house: House, hanging: Channel) -> None:
    begun: asyncio.Queue[BookingId] = asyncio.Queue()

    async def hang(action: PendingAction, booking: Booking) -> ActionResult:
        begun.put_nowait(booking.id)
        await asyncio.Event().wait()
        raise AssertionError("never")

    house.carriers[hanging] = hang
    house.practice.hold = asyncio.Event()
    kinds = {kind.channel: kind for kind in ActionKind if kind is not ActionKind.ASSIGN_THREAD}
    for number in range(AT_ONCE[hanging] + 3):
        house.book(kinds[hanging], patient=f"p{number}")
    async with house.running() as loop:
        for _ in range(AT_ONCE[hanging]):
            await begun.get()
        house.book(*(kind for channel, kind in kinds.items() if channel is not hanging), patient="other")
        loop.nudge()
        done = {(await house.results.get())[0].kind.channel for _ in range(len(Channel) - 1)}
        assert done == set(Channel) - {hanging}
        assert begun.empty(), "no more of the hanging channel than may be under way at once"


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


def test_every_channel_needs_a_carrier(house: House) -> None:
    async def ignore(action: PendingAction, result: ActionResult) -> None:
        return None

    del house.carriers[Channel.SMS], house.carriers[Channel.PRACTICE]
    with pytest.raises(ValueError, match=r"no carrier for sms$"):
        SyncLoop(
            house.practice,
            house.ledger,
            house.ledger,
            house.copy,
            house.carriers,
            ignore,
            ignore,
            clock=utc_now,
            poll_every=HOUR,
        )


async def test_a_patients_writes_leave_in_one_line_whatever_booking_they_are_about(house: House) -> None:
    carried: list[BookingId | None] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def carry(action: PendingAction, booking: Booking) -> ActionResult:
        carried.append(action.booking_id)
        begun.set()
        await go_on.wait()
        return Carried()

    house.carriers[Channel.PRACTICE] = carry
    first, second = house.book(ActionKind.WRITE_APPOINTMENT), house.book(ActionKind.CANCEL_APPOINTMENT)
    other = house.book(ActionKind.WRITE_APPOINTMENT, patient="p2")
    async with house.running() as loop:
        await begun.wait()
        house.ledger.looked.clear()
        loop.nudge()
        await house.ledger.looked.wait()
        assert carried == [first.id, other.id]
        go_on.set()
        for _ in range(3):
            await house.results.get()
    assert carried == [first.id, other.id, second.id]


async def test_a_wish_for_a_thread_goes_to_the_practice_system(house: House) -> None:
    wish = taking(CLINIC, "t1", CLINIC.doctor)
    action = action_on(wish, "1")
    house.ledger.assignments[wish.thread_id] = wish
    house.ledger.actions[action.id] = action
    async with house.running():
        done, result = await house.thread_results.get()
    assert (done.id, result) == (action.id, ThreadHeld(wish.wanted))
    assert house.results.empty()


async def test_an_action_is_begun_before_it_is_tried_and_not_when_it_was_withdrawn(house: House) -> None:
    seen: list[bool] = []

    async def carry(action: PendingAction, booking: Booking) -> ActionResult:
        seen.append(house.ledger.actions[action.id].begun)
        return Carried()

    def withdraw_the_text(action_id: ActionId) -> None:
        if house.ledger.actions[action_id].kind is ActionKind.SEND_INVITATION:
            del house.ledger.actions[action_id]

    house.carriers = dict.fromkeys(Channel, carry)
    house.ledger.on_begin = withdraw_the_text
    house.book(ActionKind.SEND_INVITATION, ActionKind.ENSURE_ROOM)
    async with house.running() as loop:
        action, _ = await house.results.get()
        house.ledger.looked.clear()
        loop.nudge()
        await house.ledger.looked.wait()
    assert action.kind is ActionKind.ENSURE_ROOM
    assert seen == [True]


async def test_a_picture_that_hangs_holds_up_nothing_and_pictures_go_one_by_one(house: House) -> None:
    go_on, begun = asyncio.Event(), asyncio.Event()
    under_way: list[ActionId] = []

    async def carry(action: PendingAction, booking: Booking) -> ActionResult:
        under_way.append(action.id)
        begun.set()
        await go_on.wait()
        return Carried()

    house.carriers[Channel.PICTURE] = carry
    booking = house.book()
    pictures = [picture_action(booking, f"picture {number}".encode()) for number in range(5)]
    house.ledger.add(booking, *pictures)
    async with house.running() as loop:
        await begun.wait()
        outcome = action_for(booking, ActionKind.WRITE_OUTCOME, 99)
        house.ledger.add(booking, outcome)
        loop.nudge()
        assert (await house.results.get())[0].id == outcome.id
        assert under_way == [pictures[0].id], "the line is left to the call"
        go_on.set()
        done = [(await house.results.get())[0].id for _ in pictures]
    assert done == [each.id for each in pictures]


async def test_a_picture_that_failed_while_nothing_could_be_sent_is_tried_first_and_one_refused_is_not(
    house: House,
) -> None:
    booking = house.book()
    later = utc_now() + HOUR / 2
    away = replace(
        picture_action(booking),
        not_before=later,
        last_failure=ErrorKind.PRACTICE_UNREACHABLE,
        attempts=3,
        begun=True,
    )
    refused = replace(
        picture_action(booking, b"refused"), not_before=later, last_failure=ErrorKind.PICTURE_REFUSED, attempts=1
    )
    house.ledger.add(booking, away, refused)
    async with house.running():
        assert (await house.results.get())[0].id == away.id
    assert house.ledger.actions[refused.id].not_before == later
