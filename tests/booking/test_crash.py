"""A kill at any instruction: the program starts anew and does the same again, and the world ends up the same."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.sms import SmsStatus
from app.domain.waiting import PatientPhase, PatientPresence
from tests.booking.fakes import DOCTOR, NOW, PATIENT, PHONE, SECRETARY, World, outcome, slot

Deed = Literal[
    "carry", "crash", "lose answer", "cancel", "finish", "patient waits", "call", "wait", "read", "decide"
]


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the world in one run."""

    phone: bool = True
    room: ErrorKind | None = None
    practice: ErrorKind | None = None
    gateway: ErrorKind | None = None
    statuses: tuple[SmsStatus, ...] = ()
    decides_later: bool = False

    def world(self) -> World:
        world = World(PHONE if self.phone else None)
        world.rooms.failure, world.practice.failure, world.gateway.failure = self.room, self.practice, self.gateway
        world.gateway.statuses = list(self.statuses)
        world.practice.decides_later = self.decides_later
        return world


TROUBLES = [
    Trouble(),
    Trouble(phone=False),
    Trouble(room=ErrorKind.ROOM_REFUSED),
    Trouble(practice=ErrorKind.SLOT_TAKEN),
    Trouble(gateway=ErrorKind.SMS_NUMBER_REFUSED),
    Trouble(statuses=(SmsStatus.QUEUED, SmsStatus.QUEUED, SmsStatus.FAILED)),
    Trouble(decides_later=True),
]
END = {
    0: BookingState.DELIVERED,
    1: BookingState.UNDELIVERABLE,
    2: BookingState.ROOM_FAILED,
    3: BookingState.SLOT_TAKEN,
    4: BookingState.UNDELIVERABLE,
    5: BookingState.UNDELIVERABLE,
    6: BookingState.DELIVERED,
}


async def unless_over(deed: Awaitable[Booking]) -> None:
    """Do what a person asked for; what is over already cannot be ended in another way."""
    try:
        await deed
    except KlinikError as error:
        if error.kind is not ErrorKind.CONFLICT:
            raise


async def live_through(world: World, deeds: list[tuple[Deed, int]]) -> Booking:
    """Book, do all the deeds, carry out what is left; a crash is a new console over the same disk."""
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    for deed, choice in deeds:
        match deed:
            case "carry":
                await console.carry(choice)
            case "crash":
                console = world.console()
            case "lose answer":
                await console.carry(choice, lose_answer=True)
                console = world.console()
            case "cancel":
                await unless_over(console.desk.cancel(booked.id))
            case "finish":
                await unless_over(console.desk.finish(booked.id, outcome()))
            case "patient waits":
                await console.desk.on_presence(PatientPresence(booked.id, PatientPhase.WAITING, NOW))
            case "call":
                await console.desk.call_started(booked.id)
            case "read":
                await console.read()
            case "decide":
                world.practice.decide()
            case "wait":
                world.clock.forward(timedelta(seconds=choice))
    await console.settle()
    return world.ledger.bookings[booked.id]


def facts(world: World, booking: Booking) -> tuple[object, ...]:
    """Return what the world holds in the end, without ids, times and the order of texts."""
    ledger = [(entry.delivery, entry.failure) for entry in booking.ledger]
    appointments = sorted(world.practice.appointments.values())
    return (
        booking.state,
        booking.row_state,
        booking.failure,
        ledger,
        appointments,
        world.rooms.made,
        len(world.rooms.closed),
        sorted(world.gateway.kinds),
    )


choices = st.integers(0, 3)
mishaps: st.SearchStrategy[list[tuple[Deed, int]]] = st.lists(
    st.tuples(st.sampled_from(["carry", "crash", "lose answer", "read", "wait"]), choices), max_size=25
)
anything: st.SearchStrategy[list[tuple[Deed, int]]] = st.lists(
    st.tuples(
        st.sampled_from(["carry", *get_args(Deed)]),
        choices,
    ),
    max_size=25,
)


@pytest.mark.parametrize("number", range(len(TROUBLES)))
@given(deeds=mishaps)
def test_crashes_change_nothing_in_the_end(number: int, deeds: list[tuple[Deed, int]]) -> None:
    calm, rough = TROUBLES[number].world(), TROUBLES[number].world()
    wanted = facts(calm, asyncio.run(live_through(calm, [])))
    assert wanted[0] is END[number]
    rough.gateway.statuses += rough.gateway.statuses[-1:] * len(
        deeds
    )  # A lost text stays lost, however often asked.
    assert facts(rough, asyncio.run(live_through(rough, deeds))) == wanted


@given(trouble=st.sampled_from(TROUBLES), deeds=anything)
def test_one_room_one_appointment_one_invitation_whatever_people_do(
    trouble: Trouble, deeds: list[tuple[Deed, int]]
) -> None:
    world = trouble.world()
    booking = asyncio.run(live_through(world, deeds))
    assert world.rooms.made <= 1
    assert len(world.practice.appointments) <= 1
    assert world.gateway.kinds.count("send_invitation") <= 1
    assert world.gateway.kinds.count("send_cancellation") <= 1
    assert not world.ledger.outbox
    if booking.state is BookingState.CANCELLED:
        assert set(world.practice.appointments.values()) <= {"cancelled"}
        assert set(world.rooms.standing) <= world.rooms.closed
        if "send_invitation" in world.gateway.kinds:
            assert "send_cancellation" in world.gateway.kinds
    if booking.state is BookingState.ENDED and trouble.practice is None:
        assert set(world.practice.appointments.values()) == {"fulfilled"}
        assert booking.row_state is RowState.CONFIRMED
    if booking.state in (BookingState.REQUESTED, BookingState.ROOM_READY, BookingState.INVITED):
        raise AssertionError("nobody is waited for and nothing is under way")


async def test_an_outage_is_only_a_longer_wait() -> None:
    world = World()
    world.rooms.failure, world.gateway.failure = ErrorKind.ROOM_UNREACHABLE, ErrorKind.SMS_UNREACHABLE
    console = world.console()
    booked = await console.desk.book_video(PATIENT, DOCTOR, SECRETARY, slot())
    for _ in range(3):
        await console.carry()
        world.clock.forward(timedelta(minutes=1))
    assert world.ledger.bookings[booked.id].state is BookingState.REQUESTED
    world.rooms.failure = world.gateway.failure = None
    await console.settle()
    assert world.ledger.bookings[booked.id].state is BookingState.DELIVERED
    assert world.gateway.kinds == ["send_invitation"]
