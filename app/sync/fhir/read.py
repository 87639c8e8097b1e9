"""Reading what changed in the practice system, type by type, and making domain objects of it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta

from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.message import Message
from app.domain.patient import Clinician, Patient
from app.domain.ports.practice_system import Appointment, Capabilities, ChangeBatch, Fetched
from app.domain.slot import Slot
from app.sync.fhir.bundle import Entry
from app.sync.fhir.client import FhirClient
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.lookups import Lookups
from app.sync.fhir.paging import Query, deletions, walk
from app.sync.fhir.parse_calendar import parse_appointment, parse_slot
from app.sync.fhir.parse_message import parse_message
from app.sync.fhir.parse_people import parse_patient, parse_practitioner

_log = logging.getLogger(__name__)

READ_ORDER = ("Practitioner", "Schedule", "Patient", "Slot", "Appointment", "Communication")
"""Schedules come before the slots that refer to them, people before what is about them."""
PAGE = 200
OVERLAP = timedelta(minutes=2)
"""At least the longest the server may take to commit, so that what it stamped early and committed late is met."""
SWEEP_EVERY = timedelta(minutes=10)
_SWEEP_PAGE = 1000
_STRETCH = 25
"""So many resources are parsed before the screen gets its turn."""
_NO_CONNECTION = frozenset({ErrorKind.PRACTICE_UNREACHABLE, ErrorKind.PRACTICE_SLOW})

Item = Patient | Clinician | Slot | Message | Appointment

_PARSERS: Mapping[str, Callable[[JsonObject], Item]] = {
    "Patient": parse_patient,
    "Practitioner": parse_practitioner,
    "Appointment": parse_appointment,
}
"""Those that say everything themselves."""


class ChangeReader:
    """Reads one server; remembers within a run what lets a poll without changes stay cheap."""

    def __init__(self, client: FhirClient, clock: Clock, page: int = PAGE) -> None:
        self._client = client
        self._clock = clock
        self._page = page
        self._lookups = Lookups(client)
        self._schedules_known = False
        self._first_seen: dict[str, tuple[datetime, datetime]] = {}
        self._swept_at: dict[str, datetime] = {}

    async def read(
        self, capabilities: Capabilities, watermarks: dict[str, datetime]
    ) -> AsyncGenerator[ChangeBatch, None]:
        """Yield what changed since the watermarks.

        A type the server refuses or garbles does not keep the others from being read; its KlinikError is raised at
        the end. When the server cannot be reached at all it is raised at once.
        """
        failure: KlinikError | None = None
        for resource_type in READ_ORDER:
            if resource_type not in capabilities.types:
                continue
            try:
                changes = self._read_type(resource_type, capabilities, watermarks.get(resource_type))
                async with aclosing(changes):
                    async for batch in changes:
                        yield batch
            except KlinikError as error:
                if error.kind in _NO_CONNECTION:
                    raise
                failure = failure or error
        if failure:
            raise failure

    async def _read_type(
        self, resource_type: str, capabilities: Capabilities, watermark: datetime | None
    ) -> AsyncGenerator[ChangeBatch, None]:
        by_time = "_lastUpdated" in capabilities.search_parameters.get(resource_type, frozenset())
        since = self._since(resource_type, watermark)
        # Deletions first: their time must not move the watermark past changes that are yet to be read.
        has_history = resource_type in capabilities.type_history
        if has_history and since and (gone := await deletions(self._client, resource_type, since)):
            yield ChangeBatch(resource_type, gone, None)
        whole = resource_type == "Schedule" and not self._schedules_known
        query = Query(resource_type, None if whole else since, by_time, self._page)
        async with aclosing(walk(self._client, query, watermark)) as pages:
            async for page, taken in pages:
                if page.unreadable:
                    _log.warning("%d resources of type %s cannot be kept", page.unreadable, resource_type)
                fetched = await self._fetched(resource_type, [page.entries[index] for index in taken.fresh])
                if fetched or taken.watermark not in (None, watermark):
                    yield ChangeBatch(resource_type, fetched, taken.watermark)
        self._schedules_known |= resource_type == "Schedule"
        if by_time and not has_history and self._sweep_due(resource_type, first_read=watermark is None):
            if (present := await self._sweep(resource_type)) is not None:
                yield ChangeBatch(resource_type, (), None, present)
            self._swept_at[resource_type] = self._clock()

    def _since(self, resource_type: str, watermark: datetime | None) -> datetime | None:
        """Where to read from: with overlap, until the watermark has stood still for as long as the overlap."""
        if watermark is None:
            return None
        now = self._clock()
        known, first_seen = self._first_seen.get(resource_type, (None, now))
        if known != watermark:
            self._first_seen[resource_type] = (watermark, now)
            return watermark - OVERLAP
        return watermark if now - first_seen >= OVERLAP else watermark - OVERLAP

    def _sweep_due(self, resource_type: str, *, first_read: bool) -> bool:
        if first_read:
            self._swept_at[resource_type] = self._clock()
        swept_at = self._swept_at.get(resource_type)
        return swept_at is None or self._clock() - swept_at >= SWEEP_EVERY

    async def _sweep(self, resource_type: str) -> frozenset[str] | None:
        """Return every id of the type; None when the server answers out of order, for then some may be missed."""
        present: set[str] = set()
        query = Query(resource_type, None, True, _SWEEP_PAGE, elements="id,meta")
        ordered = True
        async for page, taken in walk(self._client, query, None):
            present.update(entry.stamp.id for entry in page.entries)
            ordered = ordered and taken.position.ordered and not page.unreadable
        return frozenset(present) if ordered else None

    async def _fetched(self, resource_type: str, entries: list[Entry]) -> tuple[Fetched, ...]:
        fetched: list[Fetched] = []
        for turn, entry in enumerate(entries, start=1):
            if turn % _STRETCH == 0:
                await asyncio.sleep(0)
            item: Item | None = None
            try:
                item = await self._parse(resource_type, entry.resource)
            except ValueError:
                _log.warning("a %s could not be read and is only kept", resource_type)
            stamp = entry.stamp
            fetched.append(Fetched(resource_type, stamp.id, stamp.version, stamp.at, entry.raw, False, item))
        return tuple(fetched)

    async def _parse(self, resource_type: str, resource: JsonObject) -> Item | None:
        if parser := _PARSERS.get(resource_type):
            return parser(resource)
        if resource_type == "Slot":
            return parse_slot(resource, await self._lookups.clinician_of(resource))
        if resource_type == "Communication":
            return parse_message(resource, await self._lookups.thread_of(resource))
        self._lookups.note_schedule(resource)
        return None
