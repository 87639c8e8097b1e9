"""What a resource leaves to another one to say: whose calendar a slot is in, which thread a message belongs to."""

from collections.abc import Iterable, Sequence

from app.domain.ids import ClinicianId, ThreadId
from app.sync.fhir.bundle import Entry, read_page
from app.sync.fhir.client import FhirClient
from app.sync.fhir.elements import checked_id, text
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_calendar import schedule_clinician, slot_schedule
from app.sync.fhir.parse_message import answered_message, stated_thread

_GONE = frozenset({404, 410})
_LONGEST_CHAIN = 20
_THREADS_KEPT = 20_000
_AT_ONCE = 40
"""So many are asked for in one request: 40 ids of 64 letters still make an address every server takes."""


class Lookups:
    """Schedules and threads met so far; one not yet met is asked for once."""

    def __init__(self, client: FhirClient) -> None:
        self._client = client
        self._clinicians: dict[str, ClinicianId | None] = {}
        self._threads: dict[str, ThreadId] = {}
        self._near: dict[str, JsonObject] = {}
        self.found_by_id: frozenset[str] = frozenset()
        """The types of which several may be asked for by `_id`; whoever knows the server's capabilities says so."""

    def note_schedule(self, resource: JsonObject) -> None:
        """Remember whose calendar a Schedule is; raises ValueError when it has no id."""
        self._clinicians[checked_id(resource.get("id"))] = schedule_clinician(resource)

    async def clinician_of(self, slot: JsonObject) -> ClinicianId:
        """Return whose a Slot is; raises ValueError when nobody's, KlinikError when the server does not answer."""
        schedule_id = slot_schedule(slot)
        if schedule_id is None:
            raise ValueError("a slot in no schedule")
        if schedule_id not in self._clinicians:
            self._clinicians[schedule_id] = schedule_clinician(await self._read("Schedule", schedule_id))
        clinician_id = self._clinicians[schedule_id]
        if clinician_id is None:
            raise ValueError("a slot of nobody's")
        return clinician_id

    async def prepare(self, resource_type: str, resources: Sequence[JsonObject]) -> None:
        """Get ready for a page's slots or messages: what they refer to is asked for together.

        Raises KlinikError when the server does not answer.
        """
        if resource_type == "Slot" and "Schedule" in self.found_by_id:
            named = {schedule_id for slot in resources if (schedule_id := slot_schedule(slot))}
            for entry in await read_by_ids(self._client, "Schedule", sorted(named - self._clinicians.keys())):
                self.note_schedule(entry.resource)
        elif resource_type == "Communication":
            await self._prepare_threads(resources)

    async def _prepare_threads(self, messages: Sequence[JsonObject]) -> None:
        self._near = {text(message.get("id")): message for message in messages}
        front: Iterable[JsonObject] = messages
        for _ in range(_LONGEST_CHAIN if "Communication" in self.found_by_id else 0):
            missing = sorted({before for message in front if (before := self._unknown_before(message))})
            if not missing:
                return
            found = await read_by_ids(self._client, "Communication", missing)
            front = [entry.resource for entry in found]
            self._near.update({text(message.get("id")): message for message in front})

    async def thread_of(self, message: JsonObject) -> ThreadId:
        """Return the stated thread of a message, or else the id of the first message in its chain of answers.

        Raises ValueError when the message has no id, KlinikError when the server does not answer.
        """
        chain = [checked_id(message.get("id"))]
        if thread := stated_thread(message):
            return thread
        before = answered_message(message)
        while thread is None and before is not None and before not in chain and len(chain) < _LONGEST_CHAIN:
            chain.append(before)
            thread = self._threads.get(before)
            if thread is None:
                answered = self._near.get(before) or await self._read("Communication", before)
                thread, before = stated_thread(answered), answered_message(answered)
        thread = thread or ThreadId(chain[-1])
        self._threads.update(dict.fromkeys(chain, thread))
        while len(self._threads) > _THREADS_KEPT:
            del self._threads[next(iter(self._threads))]
        return thread

    def _unknown_before(self, message: JsonObject) -> str | None:
        before = None if stated_thread(message) else answered_message(message)
        return before if before not in self._threads and before not in self._near else None

    async def _read(self, resource_type: str, resource_id: str) -> JsonObject:
        answer = await self._client.get(f"{resource_type}/{resource_id}", hand_back=_GONE)
        return answer.body if answer.good else {}


async def read_by_ids(client: FhirClient, resource_type: str, ids: Sequence[str]) -> list[Entry]:
    """Return the resources of these ids that there are, a few requests for all; raises KlinikError (PRACTICE_*).

    Only for a server that lets the type be searched by `_id`.
    """
    found: list[Entry] = []
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        answer = await client.get(resource_type, {"_id": ",".join(some), "_count": str(len(some))})
        found += read_page(answer.body, resource_type).entries
    return found
