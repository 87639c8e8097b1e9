"""The patient's telephone as a web page, where what the gateway delivers can be read and its links opened."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from aiohttp import web

from app.demo.seed_files import RESOURCES
from app.demo.sms_gateway import Text, Texts

PAGE = RESOURCES / "phone"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_HEADERS = {
    # Everything the page needs is its own; a text can bring neither script nor picture with it.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_HEARTBEAT_SECONDS = 15.0
_FILES = {"phone.js": "text/javascript", "phone.css": "text/css", "icon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose telephone a number is."""

    number: str
    name: str


class Phone:
    """Serves the page and tells it, by server-sent events, of each text that arrives."""

    def __init__(self, texts: Texts, owners: Sequence[Owner] = ()) -> None:
        self._texts = texts
        self._names = {owner.number: owner.name for owner in owners}
        self._listeners: set[asyncio.Event] = set()
        self._closing = asyncio.Event()

    def add_to(self, app: web.Application) -> None:
        """Put the page under `/phone` of an application."""
        app.router.add_get("/phone", self._page)
        app.router.add_get("/phone/events", self._events)
        app.router.add_get("/phone/telephones", self._telephones)
        app.router.add_get("/phone/files/{name}", self._file)
        app.router.add_get("/phone/{number}", self._page)
        app.router.add_get("/phone/{number}/texts", self._inbox)
        app.on_shutdown.append(self._close)

    def arrived(self) -> None:
        """Wake every open page; called when a text was delivered or lost."""
        for listener in self._listeners:
            listener.set()

    async def _close(self, _: web.Application) -> None:
        self._closing.set()
        self.arrived()

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if "number" in request.match_info:
            _number(request)
        return _file(PAGE / "phone.html", "text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound
        return _file(PAGE / name, _FILES[name])

    async def _telephones(self, _: web.Request) -> web.Response:
        newest = {text.recipient: text for text in self._texts.delivered(None, limit=10_000)}
        numbers = list(dict.fromkeys([*self._names, *newest]))
        numbers.sort(key=lambda number: -newest[number].number if number in newest else 0)
        return _json(
            [
                {
                    "number": number,
                    "name": self._names.get(number, ""),
                    "newest": asdict(newest[number]) if number in newest else None,
                }
                for number in numbers
            ]
        )

    async def _inbox(self, request: web.Request) -> web.Response:
        return _json([asdict(text) for text in self._texts.delivered(_number(request))])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream texts as they arrive; `Last-Event-ID` or `after` resumes, so that none is missed."""
        resumed = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        last = int(resumed) if re.fullmatch(r"[0-9]{1,15}", resumed) else 0
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        # Without a first word the browser does not know that the stream is open.
        await response.write(b": velkommen\n\n")
        with contextlib.suppress(ConnectionError):
            async for text in self._arrivals(last):
                await response.write(_event(text))
        return response

    async def _arrivals(self, last: int) -> AsyncIterator[Text | None]:
        """Yield texts as they arrive, and None now and then, by which a page that left is noticed."""
        woken = asyncio.Event()
        self._listeners.add(woken)
        try:
            while not self._closing.is_set():
                woken.clear()
                for text in self._texts.delivered(None, after=last):
                    last = text.number
                    yield text
                try:
                    await asyncio.wait_for(woken.wait(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield None
        finally:
            self._listeners.discard(woken)


def _event(text: Text | None) -> bytes:
    if text is None:
        return b": stadig her\n\n"
    return b"id: %d\ndata: %s\n\n" % (text.number, orjson.dumps(asdict(text)))


def _number(request: web.Request) -> str:
    number = request.match_info["number"]
    if not _NUMBER.fullmatch(number):
        raise web.HTTPNotFound(text="Det er ikke et telefonnummer.")
    return number


def _file(path: Path, content_type: str) -> web.Response:
    return web.Response(body=path.read_bytes(), content_type=content_type, charset="utf-8", headers=_HEADERS)


def _json(value: object) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json", headers=_HEADERS)
