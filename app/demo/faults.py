"""A door by which demos and tests make a service misbehave as real ones do; it opens from this machine only."""

import asyncio
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

PATH = "/demo/faults"
MAX_DELAY = 600.0


@dataclass(slots=True)
class _Fault:
    """What goes wrong, for how many more requests (None: until told otherwise); `seconds` is slow's delay."""

    mode: str = "none"
    seconds: float = 0.0
    count: int | None = None


class FaultDoor:
    """Takes `POST /demo/faults` {"mode", "seconds", "count"} and spoils the requests that follow.

    Every service knows `none`, `down` (the connection closes without an answer) and `lose_answer` (the request is
    carried out, then the connection closes). `slow`, `error` and `rubbish` are done here when the service offers
    them; any other mode it offers is its own to act on, through `taken`.
    """

    def __init__(self, modes: Sequence[str], rubbish: bytes = b"", rubbish_type: str = "text/plain") -> None:
        self._modes = frozenset({"none", "down", "lose_answer", *modes})
        self._rubbish = rubbish
        self._rubbish_type = rubbish_type
        self._fault = _Fault()

    def add_to(self, app: web.Application) -> None:
        """Put the door into an application, whose middleware it must be as well."""
        app.router.add_post(PATH, self._set)

    def taken(self, mode: str) -> bool:
        """Tell whether this mode is on for the present request, counting the request."""
        if self._fault.mode != mode:
            return False
        if self._fault.count is not None:
            self._fault.count -= 1
            if self._fault.count <= 0:
                self._fault = _Fault()
        return True

    @property
    def middleware(self) -> Middleware:
        """The aiohttp middleware, to stand first."""

        @web.middleware
        async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._spoil(request, handler)

        return spoil

    async def _spoil(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == PATH:
            return await handler(request)
        seconds = self._fault.seconds
        if self.taken("down"):
            return _hang_up(request)
        if self.taken("lose_answer"):
            await handler(request)
            return _hang_up(request)
        if self.taken("error"):
            return web.Response(status=500, text="Internal Server Error")
        if self.taken("rubbish"):
            return web.Response(body=self._rubbish, content_type=self._rubbish_type)
        if self.taken("slow"):
            await asyncio.sleep(seconds)
        return await handler(request)

    async def _set(self, request: web.Request) -> web.Response:
        if not _from_this_machine(request.remote):
            return web.json_response({"error": "only from this machine"}, status=403)
        # A page in a browser cannot send this type to another origin without being asked first.
        if request.content_type != "application/json":
            return web.json_response({"error": "Content-Type is application/json"}, status=415)
        try:
            self._fault = self._parse(orjson.loads(await request.read()))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"mode": self._fault.mode, "count": self._fault.count})

    def _parse(self, body: object) -> _Fault:
        if not isinstance(body, dict) or not isinstance(mode := body.get("mode"), str) or mode not in self._modes:
            raise ValueError(f"mode is one of: {', '.join(sorted(self._modes))}")
        seconds, count = body.get("seconds", 10.0), body.get("count")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_DELAY:
            raise ValueError(f"seconds is 0-{MAX_DELAY:.0f}")
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
            raise ValueError("count is a whole number of requests, or null")
        return _Fault(mode, float(seconds), count)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _from_this_machine(remote: str | None) -> bool:
    return remote is not None and ipaddress.ip_address(remote).is_loopback
