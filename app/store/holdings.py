"""Who has a thread as if what waits here were done, and how true that is."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import RowState
from app.domain.ids import ClinicianId
from app.store.assignment_ledger import parse_assignment
from app.store.schema import among, assignment, thread_holder


@dataclass(frozen=True, slots=True)
class Holding:
    """One thread's holder, None when nobody has it; `lost_to` is who was first when this console asked in vain."""

    holder: ThreadHolder | None = None
    state: RowState | None = None
    lost_to: ThreadHolder | None = None


NOBODY = Holding()


def as_if_done(wish: Assignment | None, known: ThreadHolder | None) -> Holding:
    """Join this console's wish with what the practice system last said.

    A wish that is on its way or was granted counts, one that was refused or lost does not. A granted one is
    forgotten as soon as the practice system tells who has the thread.
    """
    said = Holding(known, RowState.CONFIRMED) if known else NOBODY
    if wish is None:
        return said
    if wish.lost_to is not None:
        return Holding(known or wish.lost_to, RowState.CONFIRMED, wish.lost_to)
    if wish.failure is not None or wish.row_state is RowState.CONFLICT:
        return said
    return Holding(wish.wanted, wish.row_state)


def read_holdings(connection: Connection, thread_ids: Collection[str]) -> dict[str, Holding]:
    """Return who has these threads; one that nobody has or wants is left out."""
    ids = {"ids": json.dumps(list(thread_ids))}
    held = connection.execute(
        select(thread_holder)
        .where(thread_holder.c.thread_id.in_(among("ids")), thread_holder.c.clinician_id.is_not(None))
        .order_by(thread_holder.c.since, thread_holder.c.id.desc()),
        ids,
    )
    known = {row.thread_id: ThreadHolder(ClinicianId(row.clinician_id), row.name or "", row.since) for row in held}
    wishes = connection.execute(select(assignment).where(assignment.c.thread_id.in_(among("ids"))), ids)
    wished = {row.thread_id: parse_assignment(row) for row in wishes}
    return {each: as_if_done(wished.get(each), known.get(each)) for each in wished.keys() | known.keys()}
