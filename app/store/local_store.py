"""The store as the writing parts of the program know it."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from app.domain.actions import PendingAction
from app.domain.booking import Booking
from app.domain.changes import ChangeListener, Changes
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, SlotId
from app.domain.patient import Clinician, Patient
from app.domain.ports.practice_system import Appointment, ChangeBatch
from app.domain.ports.store import Step
from app.domain.slot import Slot, SlotKind
from app.store import booking_ledger, calendar, outbox, resources, sync_state
from app.store.database import Database

T = TypeVar("T")


class LocalStore:
    """The `BookingLedger`, `LocalCopy`, `Calendar` and `ChangeSource` over one database.

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
        self, booking_id: BookingId, step: Step, *, finished: ActionId | None = None
    ) -> Booking | None:
        """As the port says; returns the booking as it then stands, also when the step changed nothing."""
        now = self._clock()
        return await self._write(
            lambda connection: booking_ledger.apply_step(connection, booking_id, step, finished, now)
        )

    async def booking(self, booking_id: BookingId) -> Booking | None:
        return await self._database.run(lambda connection: booking_ledger.read_booking(connection, booking_id))

    async def live_bookings(self) -> tuple[Booking, ...]:
        return await self._database.run(booking_ledger.live_bookings)

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        return await self._database.run(lambda connection: outbox.due_actions(connection, now))

    async def next_due(self) -> datetime | None:
        return await self._database.run(outbox.next_due)

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        await self._change(lambda connection: outbox.postpone(connection, action_id, not_before, failure))

    async def retry_now(self, now: datetime) -> None:
        await self._change(lambda connection: outbox.retry_now(connection, now))

    async def watermarks(self) -> dict[str, datetime]:
        return await self._database.run(sync_state.watermarks)

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
