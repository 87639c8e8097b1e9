"""One WebSocket as the waiting room sees it: messages go out in order and never make anybody else wait."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import orjson
from aiohttp import WSMsgType, web

from app.domain.ports.rooms import JsonObject
from app.room.parse import MAX_MESSAGE_BYTES

LOG = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 20.0
CLOSE_REPLACED = 4001
"""The same link was opened elsewhere; the page must not fight for it."""
CLOSE_GOING_AWAY = 1001
CLOSE_POLICY = 1008


class WebSocketLine:
    """Sends from a bounded queue; a peer that does not read is cut off."""

    def __init__(self, longest_queue: int, on_overrun: Callable[[], None]) -> None:
        self._socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE_BYTES, compress=False, timeout=5
        )
        self._queue: asyncio.Queue[bytes | int] = asyncio.Queue()
        self._longest_queue = longest_queue
        self._on_overrun = on_overrun
        self._hung_up = False
        self._transport: asyncio.Transport | None = None

    @property
    def response(self) -> web.WebSocketResponse:
        """What the handler returns to aiohttp."""
        return self._socket

    def send(self, message: JsonObject) -> None:
        """Queue a message; when too many are unread the connection is cut."""
        if self._hung_up:
            return
        if self._queue.qsize() < self._longest_queue:
            self._queue.put_nowait(orjson.dumps(message))
            return
        self._hung_up = True
        self._on_overrun()
        if self._transport is not None:
            self._transport.abort()

    def close(self, code: int) -> None:
        """Hang up with a close code (RFC 6455) after what is queued has been sent."""
        if not self._hung_up:
            self._hung_up = True
            self._queue.put_nowait(code)

    async def texts(self, request: web.Request) -> AsyncGenerator[str]:
        """Take up the line and yield each text that arrives, until either end hangs up."""
        await self._socket.prepare(request)
        self._transport = request.transport
        writer = asyncio.create_task(self._write())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    yield message.data
        finally:
            if not self._hung_up or self._socket.closed:
                writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer

    async def _write(self) -> None:
        try:
            while isinstance(item := await self._queue.get(), bytes):
                await self._socket.send_str(item.decode())
            await self._socket.close(code=item)
        except (ConnectionError, RuntimeError):
            LOG.debug("a line broke while sending")
