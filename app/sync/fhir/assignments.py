"""Taking and letting go of threads: each has one Task, created once and then changed in the version that was read.

Of two consoles that take a thread at once the server lets one write the Task; the other reads who it was.
"""

from app.domain.actions import ActionResult, PendingAction, Refused, ThreadHeld
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ThreadId, assignment_uuid
from app.domain.patient import Clinician
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.change_mark import carried_out, noted
from app.sync.fhir.client import FhirClient
from app.sync.fhir.codes import THREAD_ID, UUID_PREFIX
from app.sync.fhir.elements import as_object, checked_id
from app.sync.fhir.guarded import TRIES, change, id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_task import WITHDRAWN, holder_in
from app.sync.fhir.records import Records
from app.sync.fhir.resources import fhir_instant, identifier, reference
from app.sync.fhir.sendable import DeclinedError

_WHAT = "Besvar henvendelse"


class ThreadWriter:
    """Writes who has a thread to one server, on behalf of `user`."""

    def __init__(self, client: FhirClient, capabilities: FhirCapabilities, user: Clinician) -> None:
        self._records = Records(client, capabilities, user)

    async def assign(self, action: PendingAction, assignment: Assignment) -> ActionResult:
        """Let the thread be had by whom the assignment wants, unless somebody else has it; says who then has it.

        Raises KlinikError when to be tried again later.
        """
        if "Task" not in self._records.capabilities.conditional_create:
            # Without it, two that take a thread at once would both get a Task of their own.
            return Refused(ErrorKind.PRACTICE_REFUSED)
        try:
            return ThreadHeld(await self._assign(action, assignment))
        except DeclinedError as declined:
            return Refused(declined.kind)

    async def _assign(self, action: PendingAction, assignment: Assignment) -> ThreadHolder | None:
        def changed(newest: JsonObject) -> JsonObject | None:
            if _made_by(newest, action) or self._stays(assignment, holder_in(newest)):
                return None
            return noted(_wished(assignment, newest), action.id)

        for _ in range(TRIES):
            tasks = await self._tasks(action, assignment)
            if not tasks:
                return None
            mine = [task for task in tasks if holder_in(task) is not None and _made_by(task, action)]
            if mine and any(holder_in(task) is not None for task in tasks if task not in mine):
                await self._take_back(mine)
                continue
            task = standing_task(tasks)
            if changed(task) is None:
                return holder_in(task)
            if (stored := await change(self._records.client, "Task", id_of(task), changed)) is not None:
                return holder_in(stored)
        raise KlinikError(ErrorKind.CONFLICT, "the Tasks of a thread keep changing")

    async def _tasks(self, action: PendingAction, assignment: Assignment) -> list[JsonObject]:
        """Return the thread's Task, made if it is wanted and there is none, with its twins if there are any."""
        made = []
        if assignment.wanted is not None:
            made.append(await self._make(noted(task_of(assignment, assignment.wanted), action.id)))
        found = await self._records.find_all("Task", f"{UUID_PREFIX}{assignment_uuid(assignment.thread_id)}")
        known = {id_of(task) for task in found}
        return [*found, *(task for task in made if id_of(task) not in known)]

    async def _make(self, task: JsonObject) -> JsonObject:
        try:
            return await self._records.create(task)
        except DeclinedError:
            if "focus" not in task:
                raise
        # A thread may be known by the id of a message that the server no longer has.
        return await self._records.create({name: value for name, value in task.items() if name != "focus"})

    async def _take_back(self, tasks: list[JsonObject]) -> None:
        """Take back what was made here when somebody else made the same at that moment.

        Some servers let both through. Whoever sees the other's Task gives way, so that never both believe to have
        the thread; when both gave way, one of the withdrawn Tasks is there for both to change, and one will.
        """

        def withdrawn(newest: JsonObject) -> JsonObject | None:
            return None if newest.get("status") == WITHDRAWN else {**newest, "status": WITHDRAWN}

        for task in tasks:
            await change(self._records.client, "Task", id_of(task), withdrawn)

    def _stays(self, assignment: Assignment, holder: ThreadHolder | None) -> bool:
        """Whether the holder stays: it is who was wished for, or somebody whom the wish does not replace."""
        if holder is None:
            return assignment.wanted is None
        if assignment.wanted is not None and holder.clinician_id == assignment.wanted.clinician_id:
            return True
        let_go = assignment.wanted is None and holder.clinician_id == self._records.user.id
        return not let_go and holder.clinician_id != assignment.over


def standing_task(tasks: list[JsonObject]) -> JsonObject:
    """Return the one of a thread's Tasks that counts, the same on every console; more than one is an accident."""
    standing = [task for task in tasks if task.get("status") != WITHDRAWN] or tasks
    return min([task for task in standing if holder_in(task) is not None] or standing, key=id_of)


def task_of(assignment: Assignment, holder: ThreadHolder) -> JsonObject:
    """Build the Task that says who has a thread."""
    task: JsonObject = {
        "resourceType": "Task",
        "identifier": [identifier(assignment_uuid(assignment.thread_id))],
        "extension": [{"url": THREAD_ID, "valueString": assignment.thread_id}],
        "intent": "order",
        "code": {"text": _WHAT},
        "for": reference("Patient", assignment.patient_id),
        "authoredOn": fhir_instant(holder.since),
        **_held_by(holder),
    }
    if _is_message_id(assignment.thread_id):
        task["focus"] = reference("Communication", assignment.thread_id)
    return task


def _made_by(task: JsonObject, action: PendingAction) -> bool:
    """Whether an action has made the Task what it is, or what others then changed."""
    return task.get("status") != WITHDRAWN and carried_out(task, action.id)


def _wished(assignment: Assignment, newest: JsonObject) -> JsonObject:
    if assignment.wanted is not None:
        return {**newest, **_held_by(assignment.wanted)}
    ended = {**as_object(newest.get("executionPeriod")), "end": fhir_instant(assignment.changed_at)}
    return {**newest, "status": "cancelled", "executionPeriod": ended}


def _held_by(holder: ThreadHolder) -> JsonObject:
    owner = reference("Practitioner", holder.clinician_id)
    if holder.name.strip():
        owner["display"] = holder.name.strip()
    return {"status": "in-progress", "owner": owner, "executionPeriod": {"start": fhir_instant(holder.since)}}


def _is_message_id(thread_id: ThreadId) -> bool:
    try:
        checked_id(thread_id)
    except ValueError:
        return False
    return True
