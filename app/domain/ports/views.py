"""The local copy, seen by the screens: one method a projection."""

from datetime import date
from typing import Protocol

from app.domain.ids import BookingId, ClinicianId, PatientId, ThreadId
from app.domain.patient import Clinician
from app.domain.record_picture import PictureRow
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


class Views(Protocol):
    """What the screens read; all are fast and none touches the network."""

    async def inbox(self, limit: int = 200) -> tuple[ThreadRow, ...]:
        """Return threads: urgent ones that wait, others that wait, the rest; the newest of each first."""
        ...

    async def thread(self, thread_id: ThreadId) -> ThreadView | None: ...

    async def day(self, day: date, clinician_id: ClinicianId | None) -> tuple[DayRow, ...]:
        """Return a clinic day's slots and bookings by start; None means all clinicians."""
        ...

    async def patient_card(self, patient_id: PatientId) -> PatientCard | None: ...

    async def waiting(self) -> tuple[WaitingRow, ...]:
        """Return live video bookings by start: of now, with a patient there, or of today and without an outcome."""
        ...

    async def sync_status(self) -> SyncStatus: ...

    async def clinicians(self) -> tuple[Clinician, ...]: ...

    async def waiting_actions(self) -> tuple[WaitingAction, ...]:
        """Return what waits to be carried out, oldest first, as the status line counts it."""
        ...

    async def to_settle(self) -> tuple[FoundBooking, ...]:
        """Return the appointments two people disagree about, whoever has to choose being here; by start."""
        ...

    async def search(self, words: str, limit: int = 20) -> Found:
        """Return at most `limit` of each kind that hold every word, as a beginning of a word; none for no words."""
        ...

    async def pictures(self, booking_id: BookingId) -> tuple[PictureRow, ...]:
        """Return how far the pictures are that were saved in a booking's call, oldest first."""
        ...

    async def local_data(self) -> LocalDataReport:
        """Return what lies on this PC."""
        ...
