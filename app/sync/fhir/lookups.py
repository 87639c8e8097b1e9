"""What a resource leaves to another one to say: whose calendar a slot is in, which thread a message belongs to."""

from app.domain.ids import ClinicianId, ThreadId
from app.sync.fhir.client import FhirClient
from app.sync.fhir.elements import checked_id
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_calendar import schedule_clinician, slot_schedule
from app.sync.fhir.parse_message import answered_message, stated_thread

_GONE = frozenset({404, 410})
_LONGEST_CHAIN = 20


class Lookups:
    """Schedules and threads met so far; one not yet met is asked for once."""

    def __init__(self, client: FhirClient) -> None:
        self._client = client
        self._clinicians: dict[str, ClinicianId | None] = {}
        self._threads: dict[str, ThreadId] = {}

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
                answered = await self._read("Communication", before)
                thread, before = stated_thread(answered), answered_message(answered)
        thread = thread or ThreadId(chain[-1])
        self._threads.update(dict.fromkeys(chain, thread))
        return thread

    async def _read(self, resource_type: str, resource_id: str) -> JsonObject:
        answer = await self._client.get(f"{resource_type}/{resource_id}", hand_back=_GONE)
        return answer.body if answer.good else {}
