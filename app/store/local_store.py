"""The store as the writing parts of the program know it."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from app.domain.actions import PendingAction
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import Booking
from app.domain.changes import ChangeListener, Changes
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, PictureId, SlotId, ThreadId
from app.domain.patient import Clinician, Patient
from app.domain.ports.pictures import Parked, PictureStep
from app.domain.ports.practice_system import Appointment, ChangeBatch, ReadPoint
from app.domain.ports.store import AssignmentStep, Step
from app.domain.record_picture import RecordPicture
from app.domain.slot import Slot, SlotKind
from app.store import (
    appointments_to_tell,
    assignment_ledger,
    booking_ledger,
    calendar,
    outbox,
    picture_ledger,
    read_points,
    resources,
    sync_state,
)
from app.store.database import Database
from app.store.outbox import Leaving

T = TypeVar("T")


class LocalStore:
    """The ledgers of bookings, assignments and pictures, `LocalCopy`, `Calendar` and `ChangeSource` over one file.

    Every method may raise KlinikError(DATABASE_DAMAGED | DATABASE_READ_ONLY | DISK_FULL | UNEXPECTED); nothing is
    then changed. `clock` stamps what is made and fetched here.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listeners: list[ChangeListener] = []

    def subscribe(self, listener: ChangeListener) -> Callable[[], None]:
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def announce(self, changes: Changes) -> None:
        """Tell listeners what changed, each in its own turn of the running loop; also of what is not stored."""
        if changes:
            for listener in self._listeners:
                asyncio.get_running_loop().call_soon(self._tell, listener, changes)

    async def transition(
        self,
        booking_id: BookingId,
        step: Step,
        *,
        finished: ActionId | None = None,
        withdrawn: Collection[PendingAction] = (),
    ) -> Booking | None:
        """As the port says; returns the booking as it then stands, also when the step changed nothing."""
        now, leaving = self._clock(), Leaving(finished, tuple(withdrawn))
        return await self._write(
            lambda connection: booking_ledger.apply_step(connection, booking_id, step, leaving, now)
        )

    async def assign(
        self,
        thread_id: ThreadId,
        step: AssignmentStep,
        *,
        finished: ActionId | None = None,
        withdrawn: PendingAction | None = None,
    ) -> Assignment | None:
        """As the port says; returns the wish as it then stands, also when the step changed nothing."""
        now, leaving = self._clock(), Leaving(finished, () if withdrawn is None else (withdrawn,))
        return await self._write(
            lambda connection: assignment_ledger.apply_wish(connection, thread_id, step, leaving, now)
        )

    async def change_picture(
        self,
        picture_id: PictureId,
        step: PictureStep,
        *,
        finished: ActionId | None = None,
        withdrawn: PendingAction | None = None,
        parked: Parked | None = None,
    ) -> RecordPicture | None:
        """As the port says; returns the picture as it then stands, also when the step changed nothing."""
        asked = picture_ledger.Asked(Leaving(finished, () if withdrawn is None else (withdrawn,)), parked)
        now = self._clock()
        return await self._write(
            lambda connection: picture_ledger.change_picture(connection, picture_id, step, asked, now)
        )

    async def picture(self, picture_id: PictureId) -> RecordPicture | None:
        return await self._database.run(lambda connection: picture_ledger.read_picture(connection, picture_id))

    async def assignment(self, thread_id: ThreadId) -> Assignment | None:
        return await self._database.run(lambda connection: assignment_ledger.read_assignment(connection, thread_id))

    async def holder(self, thread_id: ThreadId) -> ThreadHolder | None:
        return await self._database.run(lambda connection: assignment_ledger.read_holder(connection, thread_id))

    async def booking(self, booking_id: BookingId) -> Booking | None:
        return await self._database.run(lambda connection: booking_ledger.read_booking(connection, booking_id))

    async def live_bookings(self) -> tuple[Booking, ...]:
        return await self._database.run(booking_ledger.live_bookings)

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        return await self._database.run(lambda connection: outbox.due_actions(connection, now))

    async def action(self, action_id: ActionId) -> PendingAction | None:
        return await self._database.run(lambda connection: outbox.read_action(connection, action_id))

    async def waiting_for(self, booking_id: BookingId) -> tuple[PendingAction, ...]:
        return await self._database.run(lambda connection: outbox.waiting_for(connection, booking_id))

    async def begin(self, action_id: ActionId) -> bool:
        return await self._write(lambda connection: outbox.begin(connection, action_id))

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        await self._change(lambda connection: outbox.postpone(connection, action_id, not_before, failure))

    async def retry_now(self, now: datetime, action_id: ActionId | None = None) -> None:
        await self._change(lambda connection: outbox.retry_now(connection, now, action_id))

    async def read_points(self) -> Mapping[str, ReadPoint]:
        return await self._database.run(read_points.read_points)

    async def note_paused(self, paused: bool) -> None:
        await self._change(lambda connection: sync_state.note_paused(connection, paused))

    async def probed(self, server: str) -> str | None:
        return await self._database.run(lambda connection: sync_state.probed(connection, server))

    async def note_probed(self, server: str, finding: str) -> None:
        await self._database.run(lambda connection: sync_state.note_probed(connection, server, finding))

    async def held(self, resource_type: str) -> frozenset[str]:
        now = self._clock()
        return await self._database.run(
            lambda connection: appointments_to_tell.held(connection, resource_type, now)
        )

    async def appointments_to_tell(self, batch: ChangeBatch) -> tuple[Appointment, ...]:
        if batch.type != appointments_to_tell.APPOINTMENT:
            return ()
        return await self._database.run(lambda connection: appointments_to_tell.read(connection, batch))

    async def store(self, batch: ChangeBatch) -> None:
        now = self._clock()
        await self._change(lambda connection: resources.store_batch(connection, batch, now))

    async def note_answer(self, at: datetime) -> None:
        await self._change(lambda connection: sync_state.note_answer(connection, at))

    async def note_failure(self, at: datetime, kind: ErrorKind) -> None:
        await self._change(lambda connection: sync_state.note_failure(connection, at, kind))

    async def free_slots(
        self, clinician_id: ClinicianId, after: datetime, limit: int, kinds: Collection[SlotKind]
    ) -> Sequence[Slot]:
        return await self._database.run(
            lambda connection: calendar.free_slots(connection, clinician_id, after, limit, kinds)
        )

    async def slot(self, slot_id: SlotId) -> Slot | None:
        return await self._database.run(lambda connection: calendar.read_slot(connection, slot_id))

    async def appointment(self, booking_id: BookingId) -> Appointment | None:
        return await self._database.run(lambda connection: calendar.read_appointment(connection, booking_id))

    async def patient(self, patient_id: PatientId) -> Patient | None:
        return await self._database.run(lambda connection: calendar.read_patient(connection, patient_id))

    async def clinicians(self) -> tuple[Clinician, ...]:
        return await self._database.run(calendar.read_clinicians)

    def _tell(self, listener: ChangeListener, changes: Changes) -> None:
        if listener in self._listeners:
            listener(changes)

    async def _write(self, work: Callable[[Connection], tuple[T, Changes]]) -> T:
        value, _ = await self._database.run(work, on_commit=lambda done: self.announce(done[1]))
        return value

    async def _change(self, work: Callable[[Connection], Changes]) -> None:
        await self._database.run(work, on_commit=self.announce)
