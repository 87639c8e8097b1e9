"""When the local copy was looked after, and what lies here."""

from datetime import datetime

from sqlalchemy import Connection, Table, func, select, update

from app.domain.views import LocalDataReport
from app.store.files import Files, size_of
from app.store.schema import consultation, message, patient, pending_action, upkeep
from app.store.sync_state import waits


def read_report(connection: Connection, files: Files, keep_closed_days: int) -> LocalDataReport:
    """Return what lies on this PC; counts every row, so it is not for the thread the clicks go through."""
    state = connection.execute(select(upkeep)).one()

    def rows(table: Table) -> int:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)

    return LocalDataReport(
        size=size_of(files),
        patients=rows(patient),
        messages=rows(message),
        bookings=rows(consultation),
        keep_closed_days=keep_closed_days,
        checked_at=state.checked_at,
        tidied_at=state.tidied_at,
        repaired_at=state.repaired_at,
        lost_actions=state.lost_actions,
        backups=len(files.backups()) + len(files.set_aside()),
    )


def looked_after(connection: Connection) -> tuple[datetime | None, datetime | None]:
    """Return when the file was last checked, and when it was last tidied."""
    state = connection.execute(select(upkeep)).one()
    return state.checked_at, state.tidied_at


def note_checked(connection: Connection, at: datetime) -> None:
    """Remember that the whole file was read."""
    connection.execute(update(upkeep).values(checked_at=at))


def note_tidied(connection: Connection, at: datetime) -> None:
    """Remember that what the clinic is done with was forgotten."""
    connection.execute(update(upkeep).values(tidied_at=at))


def unsent(connection: Connection) -> int:
    """Return how many changes wait to be sent."""
    return int(connection.scalar(select(func.count()).select_from(pending_action).where(waits())) or 0)
