"""Reading what changed in the practice system, type by type; the first time, the newest before all the rest."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from app.domain.clinic_time import Clock
from app.domain.errors import KlinikError
from app.domain.ports.practice_system import ChangeBatch, ReadPoint
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.http import NO_CONNECTION
from app.sync.fhir.idle_check import IdleCheck
from app.sync.fhir.items import READ_ORDER, Items
from app.sync.fhir.lookups import Lookups
from app.sync.fhir.newest import Newest
from app.sync.fhir.server_clock import ServerClock
from app.sync.fhir.type_reader import TypeReader
from app.sync.horizon import Inquiry, ServerTime

PAGE = 200
_UNREAD = ReadPoint(None, complete=False)

Points = Mapping[str, ReadPoint]


class ChangeReader:
    """Reads one server. `clock` only tells what day it is; `ticks` are seconds that never jump.

    `server_clock` is told, by whoever made the client, what its answers say of the server's time.
    """

    def __init__(
        self,
        client: FhirClient,
        server_clock: ServerClock,
        clock: Clock,
        page: int = PAGE,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lookups = Lookups(client)
        items = Items(self._lookups)
        self._server_clock = server_clock
        self._types = {
            name: TypeReader(client, items, self._server_clock, name, page, ticks, all_at_start=name == "Schedule")
            for name in READ_ORDER
        }
        self._newest = Newest(client, items, clock, ticks)
        self._idle = IdleCheck(client)
        self._first_began: ServerTime | None = None
        self._continued: bool | None = None

    async def read(self, capabilities: FhirCapabilities, read: Points) -> AsyncGenerator[ChangeBatch, None]:
        """Yield what changed since `read`; a type the server does not offer is complete as it is.

        A type the server refuses or garbles does not keep the others from being read; its KlinikError is raised at
        the end. When the server cannot be reached at all it is raised at once.
        """
        if self._continued is None:
            self._continued = any(point.complete or point.at for point in read.values())
        known = capabilities.search_parameters
        self._lookups.found_by_id = frozenset(name for name in READ_ORDER if "_id" in known.get(name, ()))
        points = {name: read.get(name, _UNREAD) for name in READ_ORDER}
        for name in READ_ORDER:
            if name not in capabilities.types and not points.pop(name).complete:
                yield ChangeBatch(name, (), None, complete=True)
        first = not all(point.complete for point in points.values())
        if first:
            async with aclosing(self._newest.read_when_due(capabilities)) as newest:
                async for batch in newest:
                    for each in batch.resources:
                        self._server_clock.saw(each.last_updated)
                    yield batch
        async with aclosing(self._all(capabilities, points, first=first)) as changes:
            async for batch in changes:
                yield batch

    async def _all(
        self, capabilities: FhirCapabilities, points: Points, *, first: bool
    ) -> AsyncGenerator[ChangeBatch, None]:
        failure: KlinikError | None = None
        # What was read before its turn may be deleted before its turn comes: all first readings count from here.
        self._first_began = self._first_began or self._server_clock.now()
        inquiries = {name: self._types[name].inquiry(point, self._first_began) for name, point in points.items()}
        quiet = await self._quiet(capabilities, points, inquiries)
        for name, point in points.items():
            reader = self._types[name]
            if name in quiet:
                changes = reader.read_quiet(capabilities, inquiries[name])
            else:
                changes = reader.read(capabilities, point, inquiries[name], continued=bool(self._continued))
            try:
                async with aclosing(changes):
                    async for batch in changes:
                        yield batch
                        if first:
                            async with aclosing(self._newest.read_when_due(capabilities)) as newest:
                                async for news in newest:
                                    yield news
            except KlinikError as error:
                if error.kind in NO_CONNECTION:
                    raise
                failure = failure or error
        if failure:
            raise failure

    async def _quiet(
        self, capabilities: FhirCapabilities, points: Points, inquiries: Mapping[str, Inquiry]
    ) -> frozenset[str]:
        """Return the types of which nothing is new, when there is a quick way to know."""
        since = {
            name: inquiry.since
            for name, inquiry in inquiries.items()
            if inquiry.since and self._types[name].only_changes(points[name])
        }
        return await self._idle.quiet(capabilities, since) if len(since) == len(points) else frozenset()
