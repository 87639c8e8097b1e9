"""A small SMS gateway: takes texts over HTTP, and delivers them to a telephone that is a web page."""

import asyncio
import hmac
import logging
import re
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import orjson
from aiohttp import web

from app.demo.faults import FaultDoor
from app.domain.clinic_time import Clock

log = logging.getLogger(__name__)

MAX_BODY = 16 * 1024
MAX_TEXT = 1600
"""Characters of a text, as the real gateways allow; longer ones are refused rather than cut."""
REFUSED_NUMBER = "+4520000000"
DELIVERY_SECONDS = 0.2

Status = Literal["queued", "delivered", "failed"]

_E164 = re.compile(r"\+(45[2-9][0-9]{7}|(?!45)[1-9][0-9]{6,14})")
_SENDER = re.compile(r"[\w .\-&]{1,11}|\+[1-9][0-9]{6,14}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS text (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL UNIQUE,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    body TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    delivered_at TEXT,
    status TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS text_by_recipient ON text (recipient, number);
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the telephone has it; `number` grows with each one taken."""

    number: int
    recipient: str = field(repr=False)
    sender: str
    body: str = field(repr=False)
    taken_at: str
    delivered_at: str


class Texts:
    """The gateway's memory, in a SQLite file of its own."""

    def __init__(self, path: Path | str, clock: Clock) -> None:
        self._clock = clock
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def take(self, key: str, recipient: str, sender: str, body: str) -> tuple[str, bool]:
        """Keep a text and return its reference, and whether it is new: a known key changes nothing."""
        row = self._db.execute("SELECT reference FROM text WHERE key = ?", (key,)).fetchone()
        if row:
            return row[0], False
        reference = uuid.uuid4().hex
        self._db.execute(
            "INSERT INTO text (key, reference, recipient, sender, body, taken_at, status) "
            "VALUES (?, ?, ?, ?, ?, ?, 'queued')",
            (key, reference, recipient, sender, body, self._now()),
        )
        return reference, True

    def status(self, reference: str) -> Status | None:
        """Return what is known of a text."""
        row = self._db.execute("SELECT status FROM text WHERE reference = ?", (reference,)).fetchone()
        return row[0] if row else None

    def finish(self, reference: str, status: Status) -> None:
        """Write down that a queued text was delivered or lost."""
        self._db.execute(
            "UPDATE text SET status = ?, delivered_at = ? WHERE reference = ? AND status = 'queued'",
            (status, self._now(), reference),
        )

    def queued(self) -> list[str]:
        """Return the references of texts not delivered yet."""
        return [row[0] for row in self._db.execute("SELECT reference FROM text WHERE status = 'queued'")]

    def delivered(self, recipient: str | None, after: int = 0, limit: int = 200) -> list[Text]:
        """Return delivered texts, oldest first: the newest `limit` of one telephone, or of all."""
        rows = self._db.execute(
            "SELECT number, recipient, sender, body, taken_at, delivered_at FROM text "
            "WHERE status = 'delivered' AND number > ? AND recipient = coalesce(?, recipient) "
            "ORDER BY number DESC LIMIT ?",
            (after, recipient, limit),
        )
        return [Text(*row) for row in rows.fetchall()][::-1]

    def _now(self) -> str:
        moment: datetime = self._clock()
        return moment.isoformat(timespec="milliseconds")


class SmsGateway:
    """The gateway's HTTP interface; a text arrives a moment after it was taken, and `on_delivery` is called."""

    def __init__(self, texts: Texts, token: str, delivery_seconds: float = DELIVERY_SECONDS) -> None:
        self._texts = texts
        self._token = token
        self._delay = delivery_seconds
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._faults = FaultDoor(own=("refuse", "lose"))
        self.on_delivery: Callable[[], None] = lambda: None

    def application(self) -> web.Application:
        """Return the web application; what was queued when the last one stopped is delivered when it starts."""
        app = web.Application(middlewares=[self._faults.middleware], client_max_size=MAX_BODY)
        self._faults.add_to(app)
        app.router.add_post("/messages", self._send)
        app.router.add_get("/messages/{reference}", self._status)
        app.cleanup_ctx.append(self._deliver_while_up)
        return app

    async def _deliver_while_up(self, _: web.Application) -> AsyncIterator[None]:
        for reference in self._texts.queued():
            self._schedule(reference, "delivered")
        yield
        for timer in self._timers.values():
            timer.cancel()

    async def _send(self, request: web.Request) -> web.Response:
        self._check_token(request)
        try:
            key, recipient, sender, body = parse_message(await request.read())
        except ValueError as error:
            return web.json_response({"error": "invalid", "detail": str(error)}, status=400)
        refused = self._faults.taken("refuse") or recipient == REFUSED_NUMBER
        if refused or not _E164.fullmatch(recipient):
            return web.json_response({"error": "number_refused"}, status=422)
        reference, new = self._texts.take(key, recipient, sender, body)
        if new:
            self._schedule(reference, "failed" if self._faults.taken("lose") else "delivered")
        return web.json_response({"reference": reference}, status=201 if new else 200)

    async def _status(self, request: web.Request) -> web.Response:
        self._check_token(request)
        if (status := self._texts.status(request.match_info["reference"])) is None:
            return web.json_response({"error": "unknown_reference"}, status=404)
        return web.json_response({"status": status})

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise web.HTTPUnauthorized(
                text='{"error": "unauthorized"}',
                content_type="application/json",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def _schedule(self, reference: str, status: Status) -> None:
        loop = asyncio.get_running_loop()
        self._timers[reference] = loop.call_later(self._delay, self._finish, reference, status)

    def _finish(self, reference: str, status: Status) -> None:
        del self._timers[reference]
        self._texts.finish(reference, status)
        log.info("text %s: %s", reference, status)
        self.on_delivery()


def parse_message(raw: bytes) -> tuple[str, str, str, str]:
    """Return key, recipient, sender and body of a text to send; raises ValueError naming what is wrong."""
    message = orjson.loads(raw)
    if not isinstance(message, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a wrong message, not a wrong call
    parts = tuple(message.get(name) for name in ("key", "to", "sender", "body"))
    match parts:
        case str(key), str(recipient), str(sender), str(body):
            pass
        case _:
            raise ValueError("key, to, sender and body are texts")
    if not 1 <= len(key) <= 200:
        raise ValueError("key has 1-200 characters")
    if not _SENDER.fullmatch(sender):
        raise ValueError("sender has 1-11 letters and digits, or is a number")
    if not body.strip() or len(body) > MAX_TEXT:
        raise ValueError(f"body has 1-{MAX_TEXT} characters")
    return key, recipient, sender, body
