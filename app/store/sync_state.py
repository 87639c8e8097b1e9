"""How far the reading of the practice system has come, and whether it answers."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.actions import Channel
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus
from app.store.schema import Instant, pending_action, sync_state, watermark


def watermarks(connection: Connection) -> dict[str, datetime]:
    """Return the largest server time stored for each resource type."""
    return {row.type: row.at for row in connection.execute(select(watermark))}


def advance_watermark(connection: Connection, resource_type: str, at: datetime) -> None:
    """Move a type's watermark forward; never back."""
    new = insert(watermark).values(type=resource_type, at=at)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["type"], set_={"at": new.excluded.at}, where=new.excluded.at > watermark.c.at
        )
    )


def note_answer(connection: Connection, at: datetime) -> Changes:
    """Remember that the practice system answered: nothing is failing now."""
    connection.execute(update(sync_state).values(last_answer_at=at, failing_since=None, failure=None))
    return Changes.SYNC


def note_failure(connection: Connection, at: datetime, kind: ErrorKind) -> Changes:
    """Remember that it did not; the first failure after an answer says since when."""
    since = func.coalesce(sync_state.c.failing_since, bindparam("at", at, Instant))
    connection.execute(update(sync_state).values(failing_since=since, failure=kind.value))
    return Changes.SYNC


def sync_status(connection: Connection) -> SyncStatus:
    """Return what the status line says.

    Watching a text on its way is no work left to do, so it counts only while its gateway fails.
    """
    state = connection.execute(select(sync_state)).one()
    failing = pending_action.c.last_failure.is_not(None)
    waits = or_(failing, pending_action.c.channel != Channel.SMS_STATUS.value)
    counts = connection.execute(
        select(
            func.count().filter(waits).label("pending"), func.count().filter(failing).label("failing")
        ).select_from(pending_action)
    ).one()
    oldest = connection.scalar(
        select(pending_action.c.last_failure).where(failing).order_by(pending_action.c.sequence).limit(1)
    )
    return SyncStatus(
        last_answer_at=state.last_answer_at,
        failing_since=state.failing_since,
        failure=None if state.failure is None else ErrorKind(state.failure),
        pending_actions=counts.pending,
        failing_actions=counts.failing,
        action_failure=None if oldest is None else ErrorKind(oldest),
    )
