"""What the screens read, in memory."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.domain.assignment import ThreadHolder
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.changes import Changes
from app.domain.clinic_time import clinic_date
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, PatientId, ThreadId
from app.domain.message import Direction, Message
from app.domain.patient import Clinician, Patient
from app.domain.record_picture import PictureRow
from app.domain.slot import Slot, SlotKind
from app.domain.views import (
    DayRow,
    Found,
    FoundBooking,
    FoundPatient,
    LocalDataReport,
    PatientCard,
    SyncStatus,
    ThreadRow,
    ThreadView,
    WaitingAction,
    WaitingRow,
)
from app.domain.waiting import PatientPresence
from tests.ui import people
from tests.ui.fake_time import FakeChanges, FakeClock


@dataclass
class FakeViews:
    """`Views` over lists that a test may change; then `changed` tells the screens."""

    clock: FakeClock
    changes: FakeChanges = field(default_factory=FakeChanges)
    messages: list[Message] = field(default_factory=lambda: list(people.MESSAGES))
    bookings: list[Booking] = field(default_factory=list)
    presences: dict[BookingId, PatientPresence] = field(default_factory=dict)
    free: list[Slot] = field(
        default_factory=lambda: [*people.slots(people.DOCTOR), *people.slots(people.COLLEAGUE)]
    )
    staff: list[Clinician] = field(default_factory=lambda: [people.DOCTOR, people.COLLEAGUE, people.SECRETARY])
    status: SyncStatus = field(default_factory=lambda: SyncStatus(people.at(10, 4), None, None, 0, 0))
    failure: ErrorKind | None = None
    card_failure: ErrorKind | None = None
    unknown: set[PatientId] = field(default_factory=set)
    held: asyncio.Event | None = None
    holders: dict[ThreadId, ThreadHolder] = field(default_factory=dict)
    lost_to: dict[ThreadId, ThreadHolder] = field(default_factory=dict)
    holder_state: RowState = RowState.CONFIRMED
    waiting_list: list[WaitingAction] = field(default_factory=list)
    report: LocalDataReport = people.REPORT
    listed: int = 200
    pictures_saved: dict[BookingId, list[PictureRow]] = field(default_factory=dict)

    def changed(self, kinds: Changes = ~Changes.NOTHING) -> None:
        self.changes.emit(kinds)

    def put(self, booking: Booking) -> None:
        self.bookings = [booking, *(other for other in self.bookings if other.id != booking.id)]
        self.changed(Changes.BOOKINGS | Changes.WAITING)

    def patient(self, patient_id: PatientId) -> Patient:
        return next(one for one in people.PEOPLE if one.id == patient_id)

    async def _answer(self) -> None:
        if self.held is not None:
            await self.held.wait()
        if self.failure is not None:
            raise KlinikError(self.failure)

    async def inbox(self, limit: int = 200) -> tuple[ThreadRow, ...]:
        await self._answer()
        threads: dict[ThreadId, list[Message]] = {}
        for message in self.messages:
            threads.setdefault(message.thread_id, []).append(message)
        rows = [self._thread_row(thread) for thread in threads.values()]
        return tuple(sorted(rows, key=lambda row: (not row.unanswered, -row.newest_at.timestamp())))[
            : min(limit, self.listed)
        ]

    def _thread_row(self, thread: list[Message]) -> ThreadRow:
        newest = thread[-1]
        ids = {message.id for message in thread}
        booking = next((one for one in self.bookings if one.message_id in ids), None)
        return ThreadRow(
            thread_id=newest.thread_id,
            patient_id=newest.patient_id,
            patient_name=self.patient(newest.patient_id).name,
            subject=thread[0].subject,
            preview=newest.body,
            newest_at=newest.sent_at,
            unanswered=newest.direction is Direction.FROM_PATIENT,
            urgent=any(message.urgent for message in thread),
            messages=len(thread),
            attachments=sum(message.attachments for message in thread),
            booking_id=booking.id if booking else None,
            booking_state=booking.state if booking else None,
            booking_start=booking.start if booking else None,
            booking_row_state=booking.row_state if booking else None,
            holder=self.holders.get(newest.thread_id),
            holder_state=self.holder_state if newest.thread_id in self.holders else None,
            lost_to=self.lost_to.get(newest.thread_id),
        )

    async def thread(self, thread_id: ThreadId) -> ThreadView | None:
        await self._answer()
        found = tuple(message for message in self.messages if message.thread_id == thread_id)
        return ThreadView(thread_id, found[0].patient_id, found) if found else None

    async def day(self, day: date, clinician_id: ClinicianId | None) -> tuple[DayRow, ...]:
        await self._answer()
        taken = {booking.slot_id for booking in self.bookings if booking.live}
        rows = [_slot_row(slot) for slot in self.free if slot.id not in taken]
        rows += [self._booking_row(one) for one in self.bookings if one.state is not BookingState.SLOT_TAKEN]
        wanted = (
            row
            for row in rows
            if clinic_date(row.start) == day and (clinician_id is None or row.clinician_id == clinician_id)
        )
        return tuple(sorted(wanted, key=lambda row: (row.start, row.clinician_id)))

    def _booking_row(self, booking: Booking) -> DayRow:
        return DayRow(
            booking.start,
            booking.end,
            booking.clinician_id,
            booking.slot_id,
            SlotKind.ANY,
            False,
            booking.form,
            booking.patient_id,
            self.patient(booking.patient_id).name,
            booking.id,
            booking.state,
            booking.row_state,
            booking.failure,
            booking.row_state_at,
        )

    async def patient_card(self, patient_id: PatientId) -> PatientCard | None:
        await self._answer()
        if self.card_failure is not None:
            raise KlinikError(self.card_failure)
        if patient_id in self.unknown:
            return None
        mine = tuple(booking for booking in self.bookings if booking.patient_id == patient_id)
        return PatientCard(self.patient(patient_id), mine, people.at(10, 3))

    async def waiting(self) -> tuple[WaitingRow, ...]:
        await self._answer()
        soon = self.clock() + timedelta(minutes=15)
        return tuple(
            WaitingRow(
                booking,
                self.patient(booking.patient_id).name,
                self.presences.get(booking.id),
                next(one.name for one in self.staff if one.id == booking.clinician_id),
            )
            for booking in sorted(self.bookings, key=lambda one: one.start)
            if booking.live and booking.form is ConsultationForm.VIDEO and booking.start <= soon
        )

    async def sync_status(self) -> SyncStatus:
        return self.status

    async def clinicians(self) -> tuple[Clinician, ...]:
        await self._answer()
        return tuple(self.staff)

    async def waiting_actions(self) -> tuple[WaitingAction, ...]:
        await self._answer()
        return tuple(self.waiting_list)

    async def to_settle(self) -> tuple[FoundBooking, ...]:
        await self._answer()
        return tuple(
            FoundBooking(one, self.patient(one.patient_id).name, "")
            for one in self.bookings
            if one.conflict is not None and one.row_state is RowState.CONFLICT
        )

    async def search(self, words: str, limit: int = 20) -> Found:
        await self._answer()
        found = [one for one in people.PEOPLE if words.casefold() in one.name.reveal().casefold()]
        return Found(patients=tuple(FoundPatient(one) for one in found[:limit]), more=len(found) > limit)

    async def pictures(self, booking_id: BookingId) -> tuple[PictureRow, ...]:
        return tuple(self.pictures_saved.get(booking_id, ()))

    async def local_data(self) -> LocalDataReport:
        await self._answer()
        return self.report


def _slot_row(slot: Slot) -> DayRow:
    nobody = (None, None, None, None, None, None)
    return DayRow(slot.start, slot.end, slot.clinician_id, slot.id, slot.kind, True, None, *nobody)
