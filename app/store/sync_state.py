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
    first_or_again = connection.scalar(_FIRST_OR_AGAIN)
    connection.execute(_ANSWERED, {"at": at})
    return Changes.SYNC | Changes.ANSWERED if first_or_again else Changes.ANSWERED


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


_FAILING = pending_action.c.last_failure.is_not(None)
_FIRST_OR_AGAIN = select(or_(sync_state.c.last_answer_at.is_(None), sync_state.c.failing_since.is_not(None)))
_ANSWERED = update(sync_state).values(
    last_answer_at=bindparam("at", type_=Instant), failing_since=None, failure=None
)
_STATUS = select(
    sync_state,
    select(func.count()).select_from(pending_action).where(waits()).scalar_subquery().label("pending"),
    select(func.count()).select_from(pending_action).where(_FAILING).scalar_subquery().label("failing"),
    select(pending_action.c.last_failure)
    .where(_FAILING)
    .order_by(pending_action.c.sequence)
    .limit(1)
    .scalar_subquery()
    .label("oldest_failure"),
    select(func.count()).select_from(booking).where(in_dispute()).scalar_subquery().label("to_settle"),
)


def sync_status(connection: Connection) -> SyncStatus:
    """Return what the status line says."""
    row = connection.execute(_STATUS).one()
    return SyncStatus(
        last_answer_at=row.last_answer_at,
        failing_since=row.failing_since,
        failure=None if row.failure is None else ErrorKind(row.failure),
        pending_actions=row.pending,
        failing_actions=row.failing,
        action_failure=None if row.oldest_failure is None else ErrorKind(row.oldest_failure),
        first_sync=first_sync(connection, paused=row.paused),
        to_settle=row.to_settle,
    )
