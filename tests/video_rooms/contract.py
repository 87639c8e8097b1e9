"""What every adapter of the `Rooms` port must do; each adapter's tests subclass it with its own service."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from app.domain.booking import RoomLink
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.rooms import JsonObject, RoomNews, RoomRequest, Rooms, RoomSignal
from app.domain.waiting import PatientPhase, PatientPresence


class RoomService(ABC):
    """A service under test: the adapter to it, and a patient's hands."""

    rooms: Rooms
    strange_rooms: Rooms
    """The same service, with a clinic key it does not know."""
    unreachable_rooms: Rooms
    """An adapter whose service is not running."""

    @abstractmethod
    async def open_page(self, link: RoomLink) -> None: ...

    @abstractmethod
    async def press_join(self, link: RoomLink) -> None: ...

    @abstractmethod
    async def answer_next_offer(self, link: RoomLink, sdp: str) -> None: ...

    @abstractmethod
    async def break_lines(self) -> None:
        """Take the service away from under every open line."""


def request(booking_id: BookingId | None = None, start: datetime | None = None) -> RoomRequest:
    start = start or utc_now()
    margin = timedelta(minutes=15)
    return RoomRequest(
        booking_id=booking_id or new_booking_id(),
        opens_at=start - margin,
        start=start,
        end=start + margin,
        closes_at=start + 2 * margin,
        clinic_name="Lægerne på Torvet",
        clinician_name="Mette Holm",
        clinic_phone="70 12 34 56",
    )


async def next_phase(news: AsyncIterator[RoomNews], booking_id: BookingId, phase: PatientPhase) -> PatientPresence:
    async with asyncio.timeout(30):
        async for one in news:
            if isinstance(one, PatientPresence) and (one.booking_id, one.phase) == (booking_id, phase):
                return one
    raise AssertionError("the line ended")


async def next_signal(news: AsyncIterator[RoomNews], booking_id: BookingId, kind: str) -> RoomSignal:
    async with asyncio.timeout(30):
        async for one in news:
            if isinstance(one, RoomSignal) and (one.booking_id, one.kind) == (booking_id, kind):
                return one
    raise AssertionError("the line ended")


@pytest.mark.contract
class RoomsContract:
    """Subclass and give a fixture `service` that yields a RoomService."""

    async def test_a_booking_has_one_short_link(self, service: RoomService) -> None:
        link = await service.rooms.ensure_room(request())
        assert link.code in link.url
        assert link.url.startswith("http")

    async def test_the_same_booking_keeps_its_room(self, service: RoomService) -> None:
        wanted = request()
        first = await service.rooms.ensure_room(wanted)
        moved = replace(wanted, end=wanted.end + timedelta(minutes=5))
        again = await asyncio.gather(*(service.rooms.ensure_room(moved) for _ in range(5)))
        assert set(again) == {first}
        assert await service.rooms.ensure_room(request()) != first

    async def test_closing_is_safe_to_repeat_and_a_room_can_be_opened_again(self, service: RoomService) -> None:
        wanted = request()
        link = await service.rooms.ensure_room(wanted)
        await service.rooms.close_room(wanted.booking_id)
        await service.rooms.close_room(wanted.booking_id)
        await service.rooms.close_room(new_booking_id())
        assert await service.rooms.ensure_room(wanted) == link

    async def test_ice_servers_have_the_w3c_form(self, service: RoomService) -> None:
        for server in await service.rooms.ice_servers():
            urls = cast(list[str], server["urls"])
            assert all(url.startswith(("stun:", "turn:", "turns:")) for url in urls)

    async def test_the_line_begins_with_everybody_and_goes_on(self, service: RoomService) -> None:
        wanted = request()
        link = await service.rooms.ensure_room(wanted)
        await service.open_page(link)
        async with service.rooms.open_line() as line:
            news = line.news()
            opened = await next_phase(news, wanted.booking_id, PatientPhase.OPENED)
            assert opened.since.tzinfo is not None
            await service.press_join(link)
            await next_phase(news, wanted.booking_id, PatientPhase.WAITING)

    async def test_signals_go_both_ways(self, service: RoomService) -> None:
        wanted = request()
        link = await service.rooms.ensure_room(wanted)
        await service.open_page(link)
        async with service.rooms.open_line() as line:
            news = line.news()
            await service.press_join(link)
            await next_phase(news, wanted.booking_id, PatientPhase.WAITING)
            await line.send(wanted.booking_id, "admit", 0, {})
            await next_signal(news, wanted.booking_id, "joined")
            offer: JsonObject = {"sdp": "v=0 offer", "type": "offer"}
            await line.send(wanted.booking_id, "offer", 1, offer)
            await service.answer_next_offer(link, "v=0 answer")
            answer = await next_signal(news, wanted.booking_id, "answer")
            assert (answer.call, answer.body["sdp"]) == (1, "v=0 answer")
            await next_phase(news, wanted.booking_id, PatientPhase.IN_CALL)

    async def test_a_broken_line_ends_the_news_and_refuses_to_send(self, service: RoomService) -> None:
        wanted = request()
        async with service.rooms.open_line() as line:
            await service.break_lines()
            async with asyncio.timeout(30):
                assert [one async for one in line.news()] == []
            with pytest.raises(KlinikError) as failed:
                await line.send(wanted.booking_id, "admit", 0, {})
            assert failed.value.kind is ErrorKind.ROOM_UNREACHABLE

    @pytest.mark.parametrize("whose", ["strange_rooms", "unreachable_rooms"])
    async def test_failures_have_a_kind(self, service: RoomService, whose: str) -> None:
        rooms: Rooms = getattr(service, whose)
        kind = ErrorKind.ROOM_REFUSED if whose == "strange_rooms" else ErrorKind.ROOM_UNREACHABLE

        async def line() -> None:
            async with rooms.open_line():
                raise AssertionError("a line was opened")

        asked = (rooms.ensure_room(request()), rooms.close_room(new_booking_id()), rooms.ice_servers(), line())
        for attempt in asked:
            with pytest.raises(KlinikError) as failed:
                await attempt
            assert failed.value.kind is kind
