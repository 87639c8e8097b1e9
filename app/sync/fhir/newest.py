"""What a doctor looks at first, read before its turn: the newest messages with their patients, and the calendar."""

import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass

from app.domain.clinic_time import Clock
from app.domain.errors import KlinikError
from app.domain.message import Message
from app.domain.ports.practice_system import Appointment, ChangeBatch, Fetched
from app.sync.fhir.bundle import Entry, read_entry, read_page
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.http import NO_CONNECTION
from app.sync.fhir.items import Items
from app.sync.fhir.lookups import read_by_ids
from app.sync.fhir.paging import as_query

_log = logging.getLogger(__name__)

MESSAGES = 100
AGAIN_EVERY = 20.0
"""Seconds: while everything is being read, which can take many minutes, the newest is looked at this often."""
_CALENDAR = 200
_SINGLE_READS = 30
"""Patients read one by one, from a server that cannot find several by id; the others come in their turn."""
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class _Search:
    """One page to ask for; `patient` is the parameter by which its patients are included."""

    type: str
    query: dict[str, str]
    patient: str = ""


class Newest:
    """Reads what is newest, as batches without a watermark; what was had before is passed over."""

    def __init__(
        self, client: FhirClient, items: Items, clock: Clock, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._items = items
        self._clock = clock
        self._ticks = ticks
        self._again_at = ticks()
        self._had: set[tuple[str, str, str]] = set()

    async def read_when_due(self, capabilities: FhirCapabilities) -> AsyncGenerator[ChangeBatch, None]:
        """Yield patients before the messages and appointments that are about them, if it is time to look.

        What the server refuses is left for its turn. Raises KlinikError when the server cannot be reached.
        """
        if self._ticks() < self._again_at:
            return
        for search in _searches(capabilities, self._clock):
            try:
                batches = await self._read(search, capabilities)
            except KlinikError as error:
                if error.kind in NO_CONNECTION:
                    raise
                _log.warning("the newest of type %s: %s", search.type, error)
                continue
            for batch in batches:
                yield batch
                self._had.update((each.type, each.id, each.version) for each in batch.resources)
        self._again_at = self._ticks() + AGAIN_EVERY

    async def _read(self, search: _Search, capabilities: FhirCapabilities) -> list[ChangeBatch]:
        query = dict(search.query)
        include = f"{search.type}:{search.patient}"
        if include in capabilities.includes:
            query["_include"] = include
        answer = await self._client.get(search.type, query)
        found = await self._fresh(search.type, read_page(answer.body, search.type).entries)
        patients = await self._fresh("Patient", read_page(answer.body, "Patient").entries)
        missing = _patients_of(found) - {each.id for each in patients} - self._patients_had()
        by_ids = "_id" in capabilities.search_parameters.get("Patient", frozenset())
        patients += await self._fresh("Patient", await self._by_ids(sorted(missing), by_ids))
        batches = (ChangeBatch("Patient", patients, None), ChangeBatch(search.type, found, None))
        return [batch for batch in batches if batch.resources]

    async def _fresh(self, resource_type: str, entries: Iterable[Entry]) -> tuple[Fetched, ...]:
        fresh = [each for each in entries if (resource_type, each.stamp.id, each.stamp.version) not in self._had]
        return await self._items.fetched(resource_type, fresh)

    def _patients_had(self) -> set[str]:
        return {resource_id for resource_type, resource_id, _ in self._had if resource_type == "Patient"}

    async def _by_ids(self, patient_ids: list[str], at_once: bool) -> list[Entry]:
        if at_once:
            return await read_by_ids(self._client, "Patient", patient_ids)
        entries: list[Entry] = []
        for patient_id in patient_ids[:_SINGLE_READS]:
            answer = await self._client.get(f"Patient/{patient_id}", hand_back=_GONE)
            if answer.good and answer.body.get("id") == patient_id:
                entries.append(read_entry(answer.body))
        return entries


def _searches(capabilities: FhirCapabilities, clock: Clock) -> list[_Search]:
    """Return the pages that the server can be asked for."""
    searches = []
    messages = capabilities.search_parameters.get("Communication", frozenset())
    if newest := next((name for name in ("sent", "_lastUpdated") if name in messages), None):
        query = {"_sort": f"-{newest}", "_count": str(MESSAGES)}
        searches.append(_Search("Communication", query, "subject"))
    today = as_query(clock().replace(hour=0, minute=0, second=0, microsecond=0))
    for resource_type, start, patient in (("Slot", "start", ""), ("Appointment", "date", "patient")):
        if start in capabilities.search_parameters.get(resource_type, frozenset()):
            query = {start: f"ge{today}", "_sort": start, "_count": str(_CALENDAR)}
            searches.append(_Search(resource_type, query, patient))
    return searches


def _patients_of(found: Iterable[Fetched]) -> set[str]:
    about = (each.item for each in found if isinstance(each.item, Message | Appointment))
    return {item.patient_id for item in about if item.patient_id is not None}
