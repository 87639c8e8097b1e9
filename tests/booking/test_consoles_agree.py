"""Whatever two consoles do to one appointment, lose or read too late: in the end all three say the same."""

import asyncio
from collections.abc import Awaitable
from typing import Literal, get_args

from hypothesis import given
from hypothesis import strategies as st

from app.booking.progress import planned_time
from app.domain.actions import Channel
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.practice_system import Appointment
from tests.booking.fakes import DOCTOR, PATIENT, SECRETARY, Desktop, FakeConsole, World, outcome, slot

Deed = Literal[
    "move", "cancel", "finish", "carry", "begin", "answer", "lose answer", "crash", "read", "look", "told late",
    "keep mine", "let stand", "take back",
]  # fmt: skip
deeds = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(get_args(Deed)), st.integers(0, 3)), min_size=4, max_size=40
)
EXPECTED = {ErrorKind.CONFLICT, ErrorKind.SLOT_TAKEN, ErrorKind.NOT_WITHDRAWABLE}
STANDS = {"booked": True, "cancelled": False, "fulfilled": False}


class Pc:
    """A console with what is under way between it and the practice system."""

    def __init__(self, world: World, user: str) -> None:
        self.world = world
        self.desktop = Desktop(world, user)
        self.console: FakeConsole = self.desktop.start()
        self.seen: list[Appointment] = []
        self.silenced = False

    def booking(self, booking_id: BookingId) -> Booking | None:
        return self.desktop.ledger.bookings.get(booking_id)

    async def do(self, deed: Deed, number: int, booking_id: BookingId) -> None:
        desk = self.console.desk
        match deed:
            case "move":
                await unless_too_late(desk.move(booking_id, slot(60 * (number + 1))))
            case "cancel":
                await unless_too_late(desk.cancel(booking_id))
            case "finish":
                await unless_too_late(desk.finish(booking_id, outcome()))
            case "carry":
                await self.console.carry(number)
            case "lose answer" | "crash":
                await self.console.carry(number, lose_answer=True) if deed == "lose answer" else None
                self.start_anew()
            case "read":
                await self.console.read()
            case "look":
                self.seen = self.world.practice.read()
            case "told late":
                await self.console.take_in(self.seen)
            case "keep mine" | "let stand":
                await unless_too_late(desk.settle(booking_id, keep_mine=deed == "keep mine"))
            case "take back":
                waiting = list(self.desktop.ledger.outbox.values())
                if waiting:
                    chosen = waiting[number % len(waiting)]
                    self.silenced |= chosen.kind.channel is Channel.SMS
                    await unless_too_late(self.console.outbox_desk.withdraw(chosen.id))
            case "begin" | "answer":
                await self.console.hold(deed == "answer")

    def start_anew(self) -> None:
        self.console, self.seen = self.desktop.start(), []


async def unless_too_late(deed: Awaitable[object]) -> None:
    try:
        await deed
    except KlinikError as error:
        if error.kind not in EXPECTED and error.kind is not ErrorKind.UNEXPECTED:
            raise


async def live_through(script: list[tuple[int, Deed, int]]) -> tuple[World, list[Pc], BookingId]:
    world = World()
    pcs = [Pc(world, "Anne Dahl"), Pc(world, "Bo Friis")]
    booked = await pcs[0].console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    await pcs[0].console.settle()
    await pcs[1].console.read()
    for who, deed, number in script:
        await pcs[who].do(deed, number, booked.id)
    for round_ in range(12):
        for pc in pcs:
            await pc.console.hold(True)
            await pc.console.settle()
            booking = pc.booking(booked.id)
            if booking is not None and booking.conflict is not None:
                await pc.console.desk.settle(booked.id, keep_mine=round_ < 2)
    return world, pcs, booked.id


@given(deeds)
def test_all_consoles_and_the_practice_system_end_alike(script: list[tuple[int, Deed, int]]) -> None:
    world, pcs, booking_id = asyncio.run(live_through(script))
    held = world.practice.held[booking_id]
    for pc in pcs:
        assert not pc.desktop.ledger.outbox
        booking = pc.booking(booking_id)
        if booking is None:
            continue
        assert booking.conflict is None
        assert booking.row_state is RowState.CONFIRMED
        assert booking.moved_from is None
        assert booking.live is STANDS[held.status], (booking.state, held.status)
        if booking.live:
            assert planned_time(booking) == held.planned
        assert (booking.state is BookingState.ENDED) is (held.status == "fulfilled")
    assert world.rooms.made <= 1
    assert len(world.practice.held) == 1
    if held.status == "cancelled" and not any(pc.silenced for pc in pcs):
        assert "send_cancellation" in "".join(world.gateway.texts)
