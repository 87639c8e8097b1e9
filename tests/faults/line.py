"""A console's end of the network: a stand-in for as much of `aiohttp.ClientSession` as the console uses."""

import asyncio
import json as json_text
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from tests.faults.wire import Answered, Asked, Wire


class Line:
    """One console's way out; once `dead`, nothing it sends leaves and no answer comes."""

    def __init__(self, by: str, wire: Wire) -> None:
        self._by = by
        self._wire = wire
        self.dead = False

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str | URL,
        *,
        data: bytes | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        timeout: aiohttp.ClientTimeout,
        allow_redirects: bool = True,
    ) -> AsyncIterator["Response"]:
        address = URL(url)
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        if not self.dead:
            small = {name.lower(): value for name, value in (headers or {}).items()}
            path = address.path.removeprefix("/fhir").removeprefix("/")
            body = json_text.dumps(json).encode() if json is not None else data or b""
            asked = Asked(self._by, method, path, tuple(address.query.items()), small, body)
            self._wire.send(str(address.host), asked, answer)
        async with asyncio.timeout(timeout.total):
            said = await answer
        yield Response(said)


class Response:
    """As much of `aiohttp.ClientResponse` as the console reads."""

    def __init__(self, said: Answered) -> None:
        self.status = said.status
        self.headers = CIMultiDict(said.headers)
        self.content = Content(said.body)


class Content:
    """A body that is all there."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), size):
            yield self._body[start : start + size]

    async def readexactly(self, size: int) -> bytes:
        if len(self._body) < size:
            raise asyncio.IncompleteReadError(self._body, size)
        return self._body[:size]
