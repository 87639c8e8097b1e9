"""The life of a wish for a thread: what is asked for, what came of it, and who was first when it came to nothing.

Pure. A wish counts as granted while it waits and until the practice system has told of somebody later; only the
newest wish of a thread is ever answered, and one that lost stays until somebody has seen whom it lost to.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.actions import ActionKind, ThreadEffect
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId, PatientId, ThreadId
from app.domain.ports.store import AssignmentTransition


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody here wants with a thread; `wanted` None lets go of it, `over` is who is to lose it."""

    thread_id: ThreadId
    patient_id: PatientId
    wanted: ThreadHolder | None
    over: ClinicianId | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the action with this key: who has the thread, or why nobody knows (`failure`)."""

    key: str
    holder: ThreadHolder | None
    failure: ErrorKind | None = None


def ask(before: Assignment | None, wish: Wish, now: datetime) -> AssignmentTransition | None:
    """Return the transition to a new wish, or None when the same one waits already."""
    if before is not None and waits(before) and _same(before, wish):
        return None
    if before is not None:
        now = max(now, _after(before))
    assignment = Assignment(
        thread_id=wish.thread_id,
        patient_id=wish.patient_id,
        wanted=wish.wanted,
        row_state=RowState.QUEUED,
        changed_at=now,
        over=wish.over,
    )
    return AssignmentTransition(assignment, (effect_of(assignment),))


def answer(before: Assignment | None, came: Answer) -> AssignmentTransition | None:
    """Return the transition that an answer leads to; None for the answer to a wish that is no longer the newest."""
    if before is None or not waits(before) or came.key != effect_of(before).idempotency_key:
        return None
    if came.failure is not None:
        refused = replace(before, row_state=RowState.CONFLICT, failure=came.failure, lost_to=came.holder)
        return AssignmentTransition(refused)
    if _clinician(came.holder) == _clinician(before.wanted):
        return AssignmentTransition(replace(before, row_state=RowState.CONFIRMED))
    if before.wanted is None or came.holder is None:
        # It is not held from here, and there is nobody it was lost to: the practice system tells the rest.
        return AssignmentTransition(None)
    lost = replace(before, row_state=RowState.CONFLICT, failure=ErrorKind.THREAD_TAKEN, lost_to=came.holder)
    return AssignmentTransition(lost)


def acknowledge(before: Assignment | None) -> AssignmentTransition | None:
    """Return the transition that forgets a wish that came to nothing."""
    return AssignmentTransition(None) if before is not None and before.row_state is RowState.CONFLICT else None


def take_back(before: Assignment | None, key: str, begun: bool, now: datetime) -> AssignmentTransition | None:
    """Return the transition that takes back the wish with this key; None when a newer one has replaced it.

    What certainly never left the PC is forgotten. A wish to have the thread that may have arrived becomes one to
    let go of it.
    """
    if before is None or not waits(before) or key != effect_of(before).idempotency_key:
        return None
    if before.wanted is None or not begun:
        return AssignmentTransition(None)
    holder = before.wanted.clinician_id
    return ask(before, Wish(before.thread_id, before.patient_id, None, over=holder), now)


def waits(assignment: Assignment) -> bool:
    """Tell whether the wish is still on its way."""
    return assignment.row_state is RowState.QUEUED


def holder_as_if_done(wish: Assignment | None, known: ThreadHolder | None) -> ThreadHolder | None:
    """Return who has the thread as if the wish were granted; `known` is who has it as the practice system said."""
    if wish is None or wish.row_state is RowState.CONFLICT:
        return known
    later = known is not None and known.since > wish.changed_at
    return known if later and not waits(wish) else wish.wanted


def effect_of(assignment: Assignment) -> ThreadEffect:
    """Return the effect that carries a wish out; each wish has a key of its own."""
    occasion = assignment.changed_at.isoformat()
    return ThreadEffect(ActionKind.ASSIGN_THREAD, assignment.thread_id, assignment.patient_id, occasion)


def _same(before: Assignment, wish: Wish) -> bool:
    return (_clinician(before.wanted), before.over) == (_clinician(wish.wanted), wish.over)


def _clinician(holder: ThreadHolder | None) -> ClinicianId | None:
    return holder.clinician_id if holder else None


def _after(before: Assignment) -> datetime:
    return before.changed_at + before.changed_at.resolution
