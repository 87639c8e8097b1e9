"""The store as the screens know it: each view is one reading of the local copy, as if the outbox were empty."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from app.domain.clinic_time import Clock
from app.domain.ids import BookingId, ClinicianId, PatientId, ThreadId
from app.domain.patient import Clinician
from app.domain.record_picture import PictureRow
from app.domain.settings import KEEP_CLOSED_DAYS
from app.domain.views import (
    DayRow,
    Found,
    FoundBooking,
    LocalDataReport,
    PatientCard,
    SyncStatus,
    ThreadRow,
    ThreadView,
    WaitingAction,
    WaitingRow,
)
from app.store.calendar import read_clinicians
from app.store.database import Database
from app.store.day_view import read_day
from app.store.inbox_view import read_inbox, read_thread
from app.store.patient_view import read_patient_card, read_waiting
from app.store.picture_ledger import read_rows
from app.store.presences import Presences
from app.store.search import read_found
from app.store.sync_state import sync_status
from app.store.upkeep_state import read_report
from app.store.waiting_list import read_to_settle, read_waiting_actions

T = TypeVar("T")


class StoreViews:
    """The `Views`; every method may raise what `Database.run` does."""

    def __init__(
        self,
        database: Database,
        presences: Presences,
        clock: Clock,
        keep_closed_days: int = KEEP_CLOSED_DAYS,
    ) -> None:
        self._database = database
        self._presences = presences
        self._clock = clock
        self._keep_closed_days = keep_closed_days

    async def inbox(self, limit: int = 200) -> tuple[ThreadRow, ...]:
        return await self._look(lambda connection: read_inbox(connection, limit))

    async def thread(self, thread_id: ThreadId) -> ThreadView | None:
        return await self._look(lambda connection: read_thread(connection, thread_id))

    async def day(self, day: date, clinician_id: ClinicianId | None) -> tuple[DayRow, ...]:
        return await self._look(lambda connection: read_day(connection, day, clinician_id))

    async def patient_card(self, patient_id: PatientId) -> PatientCard | None:
        return await self._look(lambda connection: read_patient_card(connection, patient_id))

    async def waiting(self) -> tuple[WaitingRow, ...]:
        now, rooms = self._clock(), {each.booking_id: each for each in self._presences.all()}
        return await self._look(lambda connection: read_waiting(connection, now, rooms))

    async def sync_status(self) -> SyncStatus:
        return await self._look(sync_status)

    async def to_settle(self) -> tuple[FoundBooking, ...]:
        return await self._look(read_to_settle)

    async def waiting_actions(self) -> tuple[WaitingAction, ...]:
        return await self._look(read_waiting_actions)

    async def pictures(self, booking_id: BookingId) -> tuple[PictureRow, ...]:
        return await self._look(lambda connection: read_rows(connection, booking_id))

    async def local_data(self) -> LocalDataReport:
        files, days = self._database.files, self._keep_closed_days
        return await self._database.aside(lambda connection: read_report(connection, files, days))

    async def clinicians(self) -> tuple[Clinician, ...]:
        return await self._look(read_clinicians)

    async def search(self, words: str, limit: int = 20) -> Found:
        now = self._clock()
        return await self._look(lambda connection: read_found(connection, words, limit, now))

    async def _look(self, work: Callable[[Connection], T]) -> T:
        """Read for a screen; whatever somebody clicked goes before."""
        return await self._database.run(work, later=True)
