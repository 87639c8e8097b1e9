"""Whether the practice system answers, what is known of it, and what the status line says of all this."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.actions import Channel
from app.domain.booking import RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus
from app.store.instant import Instant
from app.store.read_points import first_sync
from app.store.schema import booking, finding, pending_action, sync_state


def note_answer(connection: Connection, at: datetime) -> Changes:
    """Remember that the practice system answered: nothing is failing now."""
    connection.execute(update(sync_state).values(last_answer_at=at, failing_since=None, failure=None))
    return Changes.SYNC


def note_failure(connection: Connection, at: datetime, kind: ErrorKind) -> Changes:
    """Remember that it did not; the first failure after an answer says since when."""
    since = func.coalesce(sync_state.c.failing_since, bindparam("at", at, Instant))
    connection.execute(update(sync_state).values(failing_since=since, failure=kind.value))
    return Changes.SYNC


def note_paused(connection: Connection, paused: bool) -> Changes:
    """Remember whether a person has stopped the first reading."""
    changed = connection.execute(update(sync_state).where(sync_state.c.paused != paused).values(paused=paused))
    return Changes.SYNC if changed.rowcount else Changes.NOTHING


def probed(connection: Connection, server: str) -> str | None:
    """Return what was found out about a server by trying."""
    found: str | None = connection.scalar(select(finding.c.finding).where(finding.c.server == server))
    return found


def note_probed(connection: Connection, server: str, found: str) -> None:
    """Remember what was found out about a server; a newer finding replaces an older one."""
    row = insert(finding).values(server=server, finding=found)
    connection.execute(row.on_conflict_do_update(index_elements=["server"], set_={"finding": found}))


def waits() -> ColumnElement[bool]:
    """Tell in SQL which actions a person is told of.

    Watching a text on its way is no work left to do, so it counts only while its gateway fails.
    """
    return or_(pending_action.c.last_failure.is_not(None), pending_action.c.channel != Channel.SMS_STATUS.value)


def in_dispute() -> ColumnElement[bool]:
    """Tell in SQL which bookings wait for a person to choose between two changes."""
    return and_(booking.c.conflict.is_not(None), booking.c.row_state == RowState.CONFLICT.value)


def sync_status(connection: Connection) -> SyncStatus:
    """Return what the status line says."""
    state = connection.execute(select(sync_state)).one()
    failing = pending_action.c.last_failure.is_not(None)
    counts = connection.execute(
        select(
            func.count().filter(waits()).label("pending"), func.count().filter(failing).label("failing")
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
        first_sync=first_sync(connection, paused=state.paused),
        to_settle=connection.scalar(select(func.count()).select_from(booking).where(in_dispute())) or 0,
    )
