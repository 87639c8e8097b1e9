"""Task as what it is to the clinic's consoles: who has a thread. Each thread has one, made when first taken."""

from app.domain.assignment import HeldThread, ThreadHolder
from app.domain.ids import ClinicianId, PatientId, ThreadId, assignment_uuid
from app.sync.fhir.codes import UUID_PREFIX, UUID_SYSTEM
from app.sync.fhir.elements import as_object, checked_id, identifiers, instant, reference_id, text
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_message import stated_thread

WITHDRAWN = "entered-in-error"
_HELD = frozenset({"accepted", "in-progress", "on-hold"})


def parse_task(resource: JsonObject) -> HeldThread | None:
    """Read a Task, None when it is no thread's or was taken back; raises ValueError when it has no id."""
    task_id = checked_id(resource.get("id"))
    thread_id = _thread(resource)
    if thread_id is None or text(resource.get("status")) == WITHDRAWN:
        return None
    patient_id = reference_id(resource.get("for"), "Patient")
    return HeldThread(task_id, thread_id, PatientId(patient_id) if patient_id else None, holder_in(resource))


def holder_in(resource: JsonObject) -> ThreadHolder | None:
    """Return who has the thread of a Task; None when it was let go, or names nobody of the clinic."""
    owner = as_object(resource.get("owner"))
    clinician_id = reference_id(owner, "Practitioner")
    if text(resource.get("status")) not in _HELD or clinician_id is None:
        return None
    stated = text(as_object(resource.get("executionPeriod")).get("start")) or text(resource.get("authoredOn"))
    try:
        since = instant(stated or as_object(resource.get("meta")).get("lastUpdated"))
    except ValueError:
        return None
    return ThreadHolder(ClinicianId(clinician_id), text(owner.get("display")), since)


def _thread(resource: JsonObject) -> ThreadId | None:
    """The thread it says it is about, if it carries the identifier that the consoles derive from that thread."""
    focus = reference_id(resource.get("focus"), "Communication")
    thread_id = stated_thread(resource) or (ThreadId(focus) if focus else None)
    if thread_id is None:
        return None
    ours = f"{UUID_PREFIX}{assignment_uuid(thread_id)}"
    return thread_id if ours in identifiers(resource, UUID_SYSTEM) else None
