"""The practice system behind a FHIR R4 address, as the port wants it."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import Protocol

import aiohttp

from app.domain.actions import ActionKind, ActionResult, PendingAction, Refused
from app.domain.assignment import Assignment
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.patient import Clinician
from app.domain.ports.practice_system import ChangeBatch, ReadPoint
from app.domain.record_picture import RecordPicture
from app.sync.fhir.assignments import ThreadWriter
from app.sync.fhir.authentication import SignIn
from app.sync.fhir.canary import probe_atomicity, probe_name
from app.sync.fhir.capabilities import FhirCapabilities, parse_capabilities
from app.sync.fhir.client import MAX_BODY, TIMEOUT, FhirClient
from app.sync.fhir.pictures import PictureWriter
from app.sync.fhir.read import PAGE, ChangeReader
from app.sync.fhir.server_clock import ServerClock
from app.sync.fhir.write import ActionWriter

_log = logging.getLogger(__name__)

_CAPABILITIES_LAST = 3600.0
"""Seconds."""
_PICTURE_TAKES = 4
"""Times as long as anything else: it is as large as all else together, and goes out by the clinic's narrow side."""
_ATOMIC, _NOT_ATOMIC = "atomic", "not atomic"
_UNSUPPORTED = frozenset({ErrorKind.PRACTICE_REFUSED, ErrorKind.PRACTICE_RUBBISH, ErrorKind.PICTURE_REFUSED})
_NOT_TRIED = frozenset({ErrorKind.PRACTICE_ERROR, ErrorKind.PRACTICE_SIGN_IN_REFUSED})
"""The server works but does not let the canary be sent: then the outcome is written without a transaction."""


class Findings(Protocol):
    """Where it is kept what was found out about a server by trying, as `LocalCopy` does."""

    async def probed(self, server: str) -> str | None: ...

    async def note_probed(self, server: str, finding: str) -> None: ...


class FhirPracticeSystem:
    """A `PracticeSystem` and `PictureRecord` over FHIR R4, written to on behalf of `user`.

    `base_url` is the address of the service (https, or http on this PC, ending before the resource types). Raises
    KlinikError(SETTINGS_INVALID) when the address is none. `timeout`, `max_body` (bytes) and `page` (resources)
    bound each request; `ticks` are seconds that never jump. The session stays the caller's to close.
    """

    def __init__(
        self,
        base_url: str,
        session: aiohttp.ClientSession,
        clock: Clock,
        sign_in: SignIn,
        user: Clinician,
        findings: Findings,
        *,
        timeout: timedelta = TIMEOUT,
        max_body: int = MAX_BODY,
        page: int = PAGE,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        server_clock = ServerClock(ticks)
        self._client = FhirClient(base_url, session, sign_in, timeout, max_body, on_date=server_clock.showed)
        self._pictures = FhirClient(base_url, session, sign_in, timeout * _PICTURE_TAKES, max_body)
        self._user = user
        self._findings = findings
        self._ticks = ticks
        self._reader = ChangeReader(self._client, server_clock, clock, page, ticks)
        self._probing = asyncio.Lock()
        self._known: tuple[FhirCapabilities, float] | None = None

    async def capabilities(self) -> FhirCapabilities:
        """Return what the server offers, asked anew every hour and after a refusal; raises KlinikError."""
        if self._known is None or self._ticks() >= self._known[1]:
            found = parse_capabilities((await self._client.get("metadata")).body)
            self._known = found, self._ticks() + _CAPABILITIES_LAST
        return self._known[0]

    @property
    def carries_threads(self) -> bool:
        """Whether the server, as far as is known, keeps who has a thread."""
        return self._known is None or "Task" in self._known[0].types

    async def read_changes(self, read: Mapping[str, ReadPoint]) -> AsyncGenerator[ChangeBatch, None]:
        """Yield what changed since `read` (by resource type); raises KlinikError (PRACTICE_*).

        Store each batch before asking for the next: its watermark says that all up to there has been handed over.
        """
        try:
            async with aclosing(self._reader.read(await self.capabilities(), read)) as changes:
                async for batch in changes:
                    yield batch
        except KlinikError as error:
            self._forget_after(error.kind)
            raise

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out an action for a booking; safe to repeat. Raises KlinikError when to be tried again later."""
        capabilities = await self.capabilities()
        atomic = action.kind is ActionKind.WRITE_OUTCOME and await self._atomic(capabilities)
        result = await ActionWriter(self._client, capabilities, self._user, atomic).write(action, booking)
        return self._taken_in(result)

    async def assign(self, action: PendingAction, assignment: Assignment) -> ActionResult:
        """Carry out a wish for a thread; safe to repeat. Raises KlinikError when to be tried again later."""
        writer = ThreadWriter(self._client, await self.capabilities(), self._user)
        return self._taken_in(await writer.assign(action, assignment))

    async def save_picture(self, action: PendingAction, picture: RecordPicture, booking: Booking) -> ActionResult:
        """Have a picture in the record; safe to repeat. Raises KlinikError when to be tried again later."""
        writer = PictureWriter(self._pictures, await self.capabilities(), self._user)
        return self._taken_in(await writer.save(action, picture, booking))

    def _taken_in(self, result: ActionResult) -> ActionResult:
        if isinstance(result, Refused):
            self._forget_after(result.kind)
        return result

    def _forget_after(self, kind: ErrorKind) -> None:
        """A server that refuses what it offered may have become another one: it is asked anew."""
        if kind in _UNSUPPORTED:
            self._known = None

    async def _atomic(self, capabilities: FhirCapabilities) -> bool:
        """Whether the server carries out transactions as a whole: found out once for each server, by trying."""
        name = probe_name(self._client.base, capabilities)
        async with self._probing:
            if (known := await self._findings.probed(name)) is not None:
                return known == _ATOMIC
            try:
                atomic = await probe_atomicity(self._client, capabilities)
            except KlinikError as error:
                if error.kind not in _NOT_TRIED:
                    raise
                _log.warning("whether transactions are whole was not found out: %s", error)
                return False
            await self._findings.note_probed(name, _ATOMIC if atomic else _NOT_ATOMIC)
            return atomic
