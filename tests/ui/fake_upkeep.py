"""Taking threads, and looking after what waits and what lies on the PC, in memory."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from app.domain.assignment import ThreadHolder
from app.domain.booking import Booking, RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, ClinicianId, PatientId, PictureId, ThreadId, picture_id_of
from app.domain.patient import Clinician
from app.domain.private import Private
from app.domain.record_picture import PictureRow, RecordPicture
from tests.ui import people
from tests.ui.fake_desk import FakeClinic


@dataclass
class FakeThreads:
    """`ThreadDesk` of one user; `winner`, when set, is always first."""

    clinic: FakeClinic
    me: Clinician
    winner: ThreadHolder | None = None
    failure: ErrorKind | None = None
    acknowledged: list[ThreadId] = field(default_factory=list)

    async def take(self, thread_id: ThreadId, patient_id: PatientId, over: ClinicianId | None = None) -> None:
        if self.failure is not None:
            raise KlinikError(self.failure)
        held = self.clinic.holders.get(thread_id)
        if held is not None and held.clinician_id not in (over, self.me.id):
            raise KlinikError(ErrorKind.THREAD_TAKEN)
        mine = ThreadHolder(self.me.id, self.me.name, self.clinic.clock())
        self.clinic.holders[thread_id] = self.winner or mine
        if self.winner is not None:
            self.clinic.lost_to[thread_id] = self.winner
        self.clinic.changed(Changes.MESSAGES)

    async def let_go(self, thread_id: ThreadId, patient_id: PatientId) -> None:
        del self.clinic.holders[thread_id]
        self.clinic.changed(Changes.MESSAGES)

    async def acknowledge(self, thread_id: ThreadId) -> None:
        self.acknowledged.append(thread_id)
        self.clinic.lost_to.pop(thread_id, None)
        self.clinic.changed(Changes.MESSAGES)


@dataclass
class FakeOutbox:
    """`OutboxDesk` over the clinic's waiting list."""

    clinic: FakeClinic
    failure: ErrorKind | None = None
    retried: list[ActionId] = field(default_factory=list)
    withdrawn: list[ActionId] = field(default_factory=list)

    async def retry(self, action_id: ActionId) -> None:
        self.retried.append(action_id)
        self._drop(action_id)

    async def withdraw(self, action_id: ActionId) -> None:
        if self.failure is not None:
            raise KlinikError(self.failure)
        self.withdrawn.append(action_id)
        self._drop(action_id)

    def _drop(self, action_id: ActionId) -> None:
        self.clinic.waiting_list = [one for one in self.clinic.waiting_list if one.id != action_id]
        self.clinic.changed(Changes.OUTBOX)


@dataclass
class FakeLocalData:
    """`LocalData` that remembers what it was asked."""

    clinic: FakeClinic
    failure: ErrorKind | None = None
    sound: bool = True
    gone: int = 0
    exported: list[tuple[PatientId, Path]] = field(default_factory=list)
    wiped: list[bool] = field(default_factory=list)

    async def tidy(self) -> int:
        self._fail()
        self.clinic.report = replace(self.clinic.report, tidied_at=self.clinic.clock())
        return self.gone

    async def check(self) -> bool:
        self._fail()
        self.clinic.report = replace(self.clinic.report, checked_at=self.clinic.clock())
        return self.sound

    async def export_patient(self, patient_id: PatientId, path: Path) -> int:
        self._fail()
        self.exported.append((patient_id, path))
        return 48_100

    async def wipe(self, *, even_unsent: bool = False) -> None:
        self._fail()
        if self.clinic.status.pending_actions and not even_unsent:
            raise KlinikError(ErrorKind.UNSENT_CHANGES)
        self.wiped.append(even_unsent)

    def _fail(self) -> None:
        if self.failure is not None:
            raise KlinikError(self.failure)


@dataclass
class FakePictures:
    """`Pictures` over what the screens read; `holding`, when set, holds up the saving."""

    clinic: FakeClinic
    failure: ErrorKind | None = None
    holding: asyncio.Event | None = None
    saved: list[RecordPicture] = field(default_factory=list)
    retried: list[PictureId] = field(default_factory=list)

    async def save(self, booking: Booking, data: bytes, consent_at: datetime, *, asked: bool) -> RecordPicture:
        if self.holding is not None:
            await self.holding.wait()
        if self.failure is not None:
            raise KlinikError(self.failure)
        now = self.clinic.clock()
        made = RecordPicture(
            id=picture_id_of(booking.id, data),
            booking_id=booking.id,
            patient_id=booking.patient_id,
            author=people.DOCTOR.id,
            consent_at=consent_at,
            asked=asked,
            made_at=now,
            changed_at=now,
            jpeg=Private(data),
        )
        self.saved.append(made)
        self.become(made, RowState.SAVED_HERE)
        return made

    async def retry(self, picture_id: PictureId) -> None:
        self.retried.append(picture_id)
        self.become(next(one for one in self.saved if one.id == picture_id), RowState.SAVED_HERE)

    def become(self, picture: RecordPicture, state: RowState, failure: ErrorKind | None = None) -> None:
        """Let a picture stand like this, and tell the screens."""
        rows = self.clinic.pictures_saved.setdefault(picture.booking_id, [])
        rows[:] = [row for row in rows if row.id != picture.id]
        rows.append(PictureRow(picture.id, state, self.clinic.clock(), failure))
        self.clinic.changed(Changes.PICTURES)
