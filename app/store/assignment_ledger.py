"""Who has a thread, and what this console wishes about it: a step and its effects are one commit."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ClinicianId, PatientId, ThreadId
from app.domain.ports.store import AssignmentStep
from app.store import outbox
from app.store.outbox import Leaving
from app.store.schema import among, assignment, pending_action, thread_holder


def apply_wish(
    connection: Connection, thread_id: ThreadId, step: AssignmentStep, leaving: Leaving, now: datetime
) -> tuple[Assignment | None, Changes]:
    """Take out the action that leaves, apply the step, write the wish and its effects.

    Returns the wish as it then stands, and what changed. Raises KlinikError(NOT_WITHDRAWABLE) when the wish is to
    be forgotten while an earlier one for the thread still waits: that has to be taken back first.
    """
    changes = outbox.take_out(connection, leaving, now)
    before = read_assignment(connection, thread_id)
    transition = step(before)
    if transition is None:
        return before, changes
    after = transition.assignment
    if after is not None and after.thread_id != thread_id:
        raise ValueError("a step must keep to its thread")
    if after is None and connection.scalar(select(exists().where(pending_action.c.thread_id == thread_id))):
        raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, "an earlier wish waits")
    if after != before:
        _write(connection, thread_id, after)
        changes |= Changes.MESSAGES
    return after, changes | outbox.add_effects(connection, transition.effects, now)


def read_assignment(connection: Connection, thread_id: ThreadId) -> Assignment | None:
    """Return this console's wish for a thread."""
    row = connection.execute(select(assignment).where(assignment.c.thread_id == thread_id)).one_or_none()
    return None if row is None else parse_assignment(row)


def forget_granted(connection: Connection, thread_ids: Collection[str]) -> None:
    """Forget the wishes that were granted for these threads: what the practice system says now is newer."""
    connection.execute(
        delete(assignment).where(
            assignment.c.row_state == RowState.CONFIRMED.value, assignment.c.thread_id.in_(among("ids"))
        ),
        {"ids": json.dumps(list(thread_ids))},
    )


def read_holder(connection: Connection, thread_id: ThreadId) -> ThreadHolder | None:
    """Return who has a thread as the practice system last said; of several who took it last."""
    rows = connection.execute(
        select(thread_holder)
        .where(thread_holder.c.thread_id == thread_id, thread_holder.c.clinician_id.is_not(None))
        .order_by(thread_holder.c.since.desc(), thread_holder.c.id)
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else ThreadHolder(ClinicianId(row.clinician_id), row.name or "", row.since)


def parse_assignment(row: Row[Any]) -> Assignment:
    """Read a row of `assignment`."""
    return Assignment(
        thread_id=ThreadId(row.thread_id),
        patient_id=PatientId(row.patient_id),
        wanted=_holder(row.wanted_by, row.wanted_name, row.wanted_since),
        row_state=RowState(row.row_state),
        changed_at=row.changed_at,
        over=None if row.over is None else ClinicianId(row.over),
        lost_to=_holder(row.lost_to, row.lost_to_name, row.lost_to_since),
        failure=None if row.failure is None else ErrorKind(row.failure),
    )


def assignment_values(each: Assignment) -> dict[str, object]:
    """Return the columns of table `assignment` for a wish."""
    return {
        "thread_id": each.thread_id,
        "patient_id": each.patient_id,
        "wanted_by": each.wanted.clinician_id if each.wanted else None,
        "wanted_name": each.wanted.name if each.wanted else None,
        "wanted_since": each.wanted.since if each.wanted else None,
        "row_state": each.row_state.value,
        "changed_at": each.changed_at,
        "over": each.over,
        "lost_to": each.lost_to.clinician_id if each.lost_to else None,
        "lost_to_name": each.lost_to.name if each.lost_to else None,
        "lost_to_since": each.lost_to.since if each.lost_to else None,
        "failure": each.failure.value if each.failure else None,
    }


def _holder(clinician_id: str | None, name: str, since: datetime) -> ThreadHolder | None:
    return None if clinician_id is None else ThreadHolder(ClinicianId(clinician_id), name, since)


def _write(connection: Connection, thread_id: ThreadId, after: Assignment | None) -> None:
    if after is None:
        connection.execute(delete(assignment).where(assignment.c.thread_id == thread_id))
        return
    values = assignment_values(after)
    connection.execute(
        insert(assignment).values(values).on_conflict_do_update(index_elements=["thread_id"], set_=values)
    )
