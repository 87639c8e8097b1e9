"""A room service in memory, which counts what really came to stand, and a line to it that breaks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from app.domain.booking import RoomLink
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomLine, RoomNews, RoomRequest

ROOM = RoomLink("7KQ2P9FMCA", "https://vid.example/7KQ2P9FMCA")


class FakeLine:
    """A line that yields some news and then breaks, with an error when one is given."""

    def __init__(self, news: Sequence[RoomNews], error: KlinikError | None = None) -> None:
        self._news = news
        self._error = error
        self.sent: list[tuple[BookingId, str, int]] = []

    async def news(self) -> AsyncIterator[RoomNews]:
        for item in self._news:
            yield item
            await asyncio.sleep(0)  # a real line waits for what comes next, and others get their turn
        if self._error is not None:
            raise self._error

    async def send(self, booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
        self.sent.append((booking_id, kind, call))


@dataclass
class _Opening(AbstractAsyncContextManager[RoomLine]):
    line: FakeLine | KlinikError

    async def __aenter__(self) -> RoomLine:
        if isinstance(self.line, KlinikError):
            raise self.line
        return self.line

    async def __aexit__(self, *_: object) -> None:
        return None


class FakeRooms:
    def __init__(self) -> None:
        self.requests: list[RoomRequest] = []
        self.standing: dict[BookingId, RoomLink] = {}
        self.made = 0
        self.closed: set[BookingId] = set()
        self.failure: ErrorKind | None = None
        self.lines: list[FakeLine | KlinikError] = []

    async def ensure_room(self, request: RoomRequest) -> RoomLink:
        self._fail()
        self.requests.append(request)
        if request.booking_id not in self.standing:
            self.made += 1
        return self.standing.setdefault(request.booking_id, ROOM)

    async def close_room(self, booking_id: BookingId) -> None:
        self._fail()
        self.closed.add(booking_id)

    def _fail(self) -> None:
        if self.failure is not None:
            raise KlinikError(self.failure)

    def open_line(self) -> AbstractAsyncContextManager[RoomLine]:
        return _Opening(self.lines.pop(0))

    async def ice_servers(self) -> tuple[JsonObject, ...]:
        return ()
