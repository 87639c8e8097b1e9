"""Our own room service as `Rooms`: what the console says to it over HTTP and one WebSocket."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import orjson

from app.domain.booking import RoomLink
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomNews, RoomRequest
from app.video.rooms.parse import parse_ice_servers, parse_news, parse_room_link
from app.video.rooms.pulse import Pulse, heard, look, opened

LOG = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_CONNECT_SECONDS = 10.0
_SHORTEST_WAIT = 0.01
_ENDS = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
_LARGEST_MESSAGE = 64 * 1024
_TRY_LATER = frozenset({408, 425, 429})


class OwnRooms:
    """`base_url` is where the service listens, `clinic_key` what it knows this clinic by.

    The session is the caller's to close.
    """

    def __init__(self, base_url: str, clinic_key: str, session: aiohttp.ClientSession) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {clinic_key}"}
        self._session = session

    async def ensure_room(self, request: RoomRequest) -> RoomLink:
        body = {
            "opens_at": request.opens_at.isoformat(),
            "start": request.start.isoformat(),
            "end": request.end.isoformat(),
            "closes_at": request.closes_at.isoformat(),
            "clinic_name": request.clinic_name,
            "clinician_name": request.clinician_name,
            "clinic_phone": request.clinic_phone,
            "language": request.language,
        }
        return parse_room_link(await self._ask("PUT", f"/api/rooms/{request.booking_id}", body))

    async def close_room(self, booking_id: BookingId) -> None:
        await self._ask("DELETE", f"/api/rooms/{booking_id}")

    async def ice_servers(self) -> tuple[JsonObject, ...]:
        return parse_ice_servers(await self._ask("GET", "/api/ice"))

    @asynccontextmanager
    async def open_line(self) -> AsyncIterator["OwnRoomLine"]:
        with _translated():
            async with asyncio.timeout(_CONNECT_SECONDS):
                began = time.monotonic()
                socket = await self._session.ws_connect(
                    f"{self._base_url}/api/line",
                    headers=self._headers,
                    autoping=False,
                    max_msg_size=_LARGEST_MESSAGE,
                    timeout=aiohttp.ClientWSTimeout(ws_close=5),
                )
                now = time.monotonic()
        try:
            yield OwnRoomLine(socket, opened(now - began, now))
        finally:
            await socket.close()

    async def _ask(self, method: str, path: str, body: JsonObject | None = None) -> bytes:
        url = self._base_url + path
        with _translated():
            async with self._session.request(
                method, url, json=body, headers=self._headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                if response.status >= 300:
                    raise _refusal(response.status)
                return await _bounded(response)


class OwnRoomLine:
    """The open line; `news` ends when it breaks, `send` then raises ROOM_UNREACHABLE.

    It is the reading of the news that notices when the line has died without a word.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, pulse: Pulse) -> None:
        self._socket = socket
        self._pulse = pulse

    async def news(self) -> AsyncIterator[RoomNews]:
        async for message in self._messages():
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                news = parse_news(message.data)
            except ValueError as error:
                LOG.warning("the room service said something unreadable: %s", error)
                continue
            if news is not None:
                yield news

    async def _messages(self) -> AsyncIterator[aiohttp.WSMessage]:
        """Yield what comes until the line breaks or dies, and ping meanwhile."""
        while True:
            self._pulse, ping, dead = look(self._pulse, time.monotonic())
            if dead:
                LOG.info("the room service has been silent for too long")
                return
            try:
                if ping is not None:
                    await self._socket.ping(ping)
                message = await self._socket.receive(timeout=max(_SHORTEST_WAIT, self._pulse.wait))
                if message.type is aiohttp.WSMsgType.PING:
                    await self._socket.pong(message.data)
            except TimeoutError:
                continue
            except ConnectionError:
                return
            if message.type in _ENDS:
                return
            pong = bytes(message.data) if message.type is aiohttp.WSMsgType.PONG else None
            self._pulse = heard(self._pulse, time.monotonic(), pong)
            yield message

    async def send(self, booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
        message = orjson.dumps({"booking_id": booking_id, "kind": kind, "call": call, "body": dict(body)})
        if self._socket.closed:
            raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "the line is closed")
        with _translated():
            await self._socket.send_str(message.decode())


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    try:
        await response.content.readexactly(_LARGEST_MESSAGE + 1)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "answer too large")


def _refusal(status: int) -> KlinikError:
    refused = 400 <= status < 500 and status not in _TRY_LATER
    return KlinikError(ErrorKind.ROOM_REFUSED if refused else ErrorKind.ROOM_UNREACHABLE, f"status {status}")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn every foreign exception into the port's; a detail holds no address, for addresses hold booking ids."""
    try:
        yield
    except aiohttp.WSServerHandshakeError as error:
        raise _refusal(error.status) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise KlinikError(ErrorKind.ROOM_UNREACHABLE, type(error).__name__) from error
    except ValueError as error:
        raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "unreadable answer") from error
