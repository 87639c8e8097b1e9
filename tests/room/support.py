"""What the tests of the room service share: plans, a clock to set, a console and a patient's line."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp

from app.domain.booking import ROOM_MARGIN
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.rooms import JsonObject, RoomLine, RoomNews, RoomRequest, RoomSignal
from app.domain.waiting import PatientPhase, PatientPresence
from app.room.config import RoomConfig
from app.room.server import running_service
from app.room.service import Service
from app.room.turn import IceConfig
from app.video.rooms.own import OwnRooms

KEY = "a clinic key of the tests"
START = datetime(2026, 11, 20, 9, 20, tzinfo=UTC)
T = TypeVar("T", bound=RoomNews)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


def plan(start: datetime = START, booking_id: BookingId | None = None, minutes: int = 15) -> RoomRequest:
    end = start + timedelta(minutes=minutes)
    return RoomRequest(
        booking_id=booking_id or new_booking_id(),
        opens_at=start - ROOM_MARGIN,
        start=start,
        end=end,
        closes_at=end + ROOM_MARGIN,
        clinic_name="Lægerne på Torvet",
        clinician_name="Mette Holm",
        clinic_phone="+45 70 12 34 56",
    )


def config(folder: Path, ice: IceConfig | None = None) -> RoomConfig:
    return RoomConfig(clinic_key=KEY, data=folder / "rooms.db", ice=ice or IceConfig())


@asynccontextmanager
async def service_at(
    folder: Path, clock: Callable[[], datetime], ice: IceConfig | None = None
) -> AsyncIterator[Service]:
    try:
        async with running_service(config(folder, ice), clock) as service:
            yield service
    finally:
        # aiohttp reads static files in the loop's own threads; they end with the loop, which is too late here.
        await asyncio.get_running_loop().shutdown_default_executor()


class Console:
    """A clinic's console on the line; everything it hears is kept until somebody waits for it."""

    def __init__(self, rooms: OwnRooms, line: RoomLine) -> None:
        self.rooms = rooms
        self._line = line
        self._heard: list[RoomNews] = []
        self._more = asyncio.Condition()

    async def listen(self) -> None:
        async for news in self._line.news():
            async with self._more:
                self._heard.append(news)
                self._more.notify_all()

    async def say(self, booking_id: BookingId, kind: str, call: int = 0, body: JsonObject | None = None) -> None:
        await self._line.send(booking_id, kind, call, body or {})

    async def _next(self, kind: type[T], wanted: Callable[[T], bool]) -> T:
        async with asyncio.timeout(60), self._more:
            while True:
                for news in self._heard:
                    if isinstance(news, kind) and wanted(news):
                        del self._heard[: self._heard.index(news) + 1]
                        return news
                await self._more.wait()

    async def phase(self, booking_id: BookingId, phase: PatientPhase) -> PatientPresence:
        return await self._next(PatientPresence, lambda one: one.booking_id == booking_id and one.phase is phase)

    async def signal(self, booking_id: BookingId, kind: str) -> RoomSignal:
        return await self._next(RoomSignal, lambda one: one.booking_id == booking_id and one.kind == kind)


@asynccontextmanager
async def console_at(service: Service, session: aiohttp.ClientSession) -> AsyncIterator[Console]:
    rooms = OwnRooms(service.public_url, KEY, session)
    async with rooms.open_line() as line:
        console = Console(rooms, line)
        listener = asyncio.create_task(console.listen())
        try:
            yield console
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)


class Patient:
    """A patient's page as the service sees it: the bare line."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, **message: object) -> None:
        await self.socket.send_json(message)

    async def hears(self, kind: str, **fields: object) -> dict[str, object]:
        """Skip to the next message of this kind with these fields."""
        async with asyncio.timeout(30):
            while True:
                message: dict[str, object] = await self.socket.receive_json()
                if message["type"] == kind and fields.items() <= message.items():
                    return message


@asynccontextmanager
async def patient_at(service: Service, session: aiohttp.ClientSession, code: str) -> AsyncIterator[Patient]:
    async with session.ws_connect(f"{service.public_url}/p/{code}/line") as socket:
        yield Patient(socket)
