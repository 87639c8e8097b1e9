"""The practice system behind a FHIR R4 address, as the port wants it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta

import aiohttp

from app.domain.actions import ActionResult, PendingAction
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.ports.practice_system import ChangeBatch
from app.sync.fhir.capabilities import FhirCapabilities, parse_capabilities
from app.sync.fhir.client import MAX_BODY, TIMEOUT, FhirClient
from app.sync.fhir.read import PAGE, ChangeReader
from app.sync.fhir.write import ActionWriter

_CAPABILITIES_LAST = timedelta(hours=1)


class FhirPracticeSystem:
    """A `PracticeSystem` over FHIR R4.

    `base_url` is the address of the service (http or https, ending before the resource types) and `token` a bearer
    token, if it wants one. Raises KlinikError(SETTINGS_INVALID) when the address is none. `timeout`, `max_body`
    (bytes) and `page` (resources) bound each request. The session stays the caller's to close.
    """

    def __init__(
        self,
        base_url: str,
        session: aiohttp.ClientSession,
        clock: Clock,
        token: str | None = None,
        *,
        timeout: timedelta = TIMEOUT,
        max_body: int = MAX_BODY,
        page: int = PAGE,
    ) -> None:
        self._client = FhirClient(base_url, session, token, timeout, max_body)
        self._clock = clock
        self._reader = ChangeReader(self._client, clock, page)
        self._known: tuple[FhirCapabilities, datetime] | None = None

    async def capabilities(self) -> FhirCapabilities:
        """Return what the server offers, asked anew every hour; raises KlinikError (PRACTICE_*)."""
        now = self._clock()
        if self._known is None or now - self._known[1] >= _CAPABILITIES_LAST:
            self._known = (parse_capabilities((await self._client.get("metadata")).body), now)
        return self._known[0]

    async def read_changes(self, watermarks: dict[str, datetime]) -> AsyncGenerator[ChangeBatch, None]:
        """Yield what changed since the watermarks (server times by type); raises KlinikError (PRACTICE_*).

        Store each batch before asking for the next: its watermark says that all up to there has been handed over.
        """
        async with aclosing(self._reader.read(await self.capabilities(), watermarks)) as changes:
            async for batch in changes:
                yield batch

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out an action for a booking; safe to repeat. Raises KlinikError when to be tried again later."""
        return await ActionWriter(self._client, await self.capabilities()).write(action, booking)
