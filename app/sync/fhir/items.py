"""Making domain objects of the resources on a page, some milliseconds at a time: the screen keeps its turn."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from app.domain.assignment import HeldThread
from app.domain.message import Message
from app.domain.patient import Clinician, Patient
from app.domain.ports.practice_system import Appointment, Fetched
from app.domain.slot import Slot
from app.sync.fhir.bundle import Entry
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.lookups import Lookups
from app.sync.fhir.parse_calendar import parse_appointment, parse_slot
from app.sync.fhir.parse_message import parse_message
from app.sync.fhir.parse_people import parse_patient, parse_practitioner
from app.sync.fhir.parse_task import parse_task

_log = logging.getLogger(__name__)

READ_ORDER = ("Practitioner", "Schedule", "Patient", "Slot", "Appointment", "Communication", "Task")
"""Schedules before the slots, people before what is about them, threads before who has them."""
_STRETCH = 0.003
"""Seconds of parsing before the screen gets its turn."""

Item = Patient | Clinician | Slot | Message | Appointment | HeldThread

_PARSERS: Mapping[str, Callable[[JsonObject], Item | None]] = {
    "Patient": parse_patient,
    "Practitioner": parse_practitioner,
    "Appointment": parse_appointment,
    "Task": parse_task,
}
"""Those that say everything themselves."""


class Items:
    """Reads resources; what one leaves to another to say is looked up."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    async def fetched(self, resource_type: str, entries: Sequence[Entry]) -> tuple[Fetched, ...]:
        """Return the entries as they are kept; one that cannot be read is kept without an item.

        Raises KlinikError when the server does not answer a question that one of them leads to.
        """
        await self._lookups.prepare(resource_type, [entry.resource for entry in entries])
        fetched: list[Fetched] = []
        began = time.perf_counter()
        for entry in entries:
            if time.perf_counter() - began >= _STRETCH:
                await asyncio.sleep(0)
                began = time.perf_counter()
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
