"""A door by which demos and tests make a service misbehave as real ones do; it opens from this machine only.

`POST /demo/faults` with {"mode": ..., "count": ..., "seconds": ..., "methods": [...], "path": ...} spoils the next
`count` requests that fit (null: all until told otherwise), and no others. A request fits when its method is among
`methods` and its path begins with `path`; without them every one does. Setting a fault ends the one before.

| mode | what happens to the request |
|---|---|
| none | nothing: all is well again |
| down | lost on its way: not carried out, the connection closes without an answer |
| lose_answer | carried out, then the connection closes without an answer |
| duplicate | delivered twice, as by a proxy that tries again: carried out twice, answered with the second answer |
| slow | waits `seconds` (0-600), then is carried out: others overtake it |
| late | carried out at once, answered after `seconds` |
| error, rubbish | answered with 500, or with what is no answer at all; not carried out |
| conflict, stale | the practice system: 409, 412; not carried out |
| unauthorised | the practice system: 401 as for a token that has ended; not carried out |
| refuse, lose | the SMS gateway: the number is refused; the text is taken and never arrives |

Within the process, `FaultDoor.set` does the same; a service's door is in its application under `FAULT_DOOR`.
"""

import asyncio
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

PATH = "/demo/faults"
MAX_DELAY = 600.0
_EVERYWHERE = ("none", "down", "lose_answer", "duplicate", "slow", "late")


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """What a mode answers instead of carrying the request out."""

    status: int
    body: bytes
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Fault:
    """What goes wrong, for how many more requests (None: until told otherwise), and for which."""

    mode: str = "none"
    seconds: float = 0.0
    count: int | None = None
    methods: frozenset[str] = frozenset()
    path: str = ""

    def fits(self, request: web.Request) -> bool:
        """Tell whether it is a request this fault is meant for."""
        return (not self.methods or request.method in self.methods) and request.path.startswith(self.path)


class FaultDoor:
    """Takes faults and spoils the requests that follow.

    `canned` are the modes that answer by themselves; `own` are the service's own to act on, through `taken`.
    """

    def __init__(self, own: Sequence[str] = (), canned: Mapping[str, CannedAnswer] | None = None) -> None:
        self._canned = dict(canned or {})
        self._modes = frozenset({*_EVERYWHERE, *own, *self._canned})
        self._fault = Fault()

    def add_to(self, app: web.Application) -> None:
        """Put the door into an application, whose middleware it must be as well."""
        app[FAULT_DOOR] = self
        app.router.add_post(PATH, self._post)

    def set(self, fault: Fault) -> None:
        """Let this go wrong from now on; raises ValueError for a mode the service does not know."""
        if fault.mode not in self._modes:
            raise ValueError(f"mode is one of: {', '.join(sorted(self._modes))}")
        self._fault = fault

    def taken(self, mode: str) -> bool:
        """Tell whether this mode is on for the present request, counting the request."""
        if self._fault.mode != mode:
            return False
        if self._fault.count is not None:
            self._fault.count -= 1
            if self._fault.count <= 0:
                self._fault = Fault()
        return True

    @property
    def middleware(self) -> Middleware:
        """The aiohttp middleware, to stand first."""

        @web.middleware
        async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path == PATH or not self._fault.fits(request):
                return await handler(request)
            return await self._spoil(request, handler)

        return spoil

    async def _spoil(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        seconds = self._fault.seconds
        for mode, canned in self._canned.items():
            if self.taken(mode):
                return web.Response(
                    status=canned.status,
                    body=canned.body,
                    content_type=canned.content_type,
                    headers=dict(canned.headers),
                )
        if self.taken("down"):
            return _hang_up(request)
        if self.taken("lose_answer"):
            await handler(request)
            return _hang_up(request)
        if self.taken("duplicate"):
            await handler(request)
        elif self.taken("slow"):
            await asyncio.sleep(seconds)
        elif self.taken("late"):
            response = await handler(request)
            await asyncio.sleep(seconds)
            return response
        return await handler(request)

    async def _post(self, request: web.Request) -> web.Response:
        if not _from_this_machine(request.remote):
            return web.json_response({"error": "only from this machine"}, status=403)
        # A page in a browser cannot send this type to another origin without being asked first.
        if request.content_type != "application/json":
            return web.json_response({"error": "Content-Type is application/json"}, status=415)
        try:
            self.set(_parse(orjson.loads(await request.read())))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"mode": self._fault.mode, "count": self._fault.count})


FAULT_DOOR = web.AppKey("FAULT_DOOR", FaultDoor)


def _parse(body: object) -> Fault:
    if not isinstance(body, dict) or not isinstance(mode := body.get("mode"), str):
        raise ValueError("mode is a text")  # noqa: TRY004 - a wrong message, not a wrong call
    seconds, count = body.get("seconds", 10.0), body.get("count")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_DELAY:
        raise ValueError(f"seconds is 0-{MAX_DELAY:.0f}")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise ValueError("count is a whole number of requests, or null")
    methods, path = body.get("methods", []), body.get("path", "")
    if not isinstance(methods, list) or not all(isinstance(name, str) for name in methods):
        raise ValueError("methods is a list of HTTP methods")
    if not isinstance(path, str):
        raise ValueError("path is the beginning of a path")  # noqa: TRY004 - a wrong message, not a wrong call
    return Fault(mode, float(seconds), count, frozenset(methods), path)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _from_this_machine(remote: str | None) -> bool:
    return remote is not None and ipaddress.ip_address(remote).is_loopback
