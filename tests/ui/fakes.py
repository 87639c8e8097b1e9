"""The ports of the screens, faked in memory: a clinic that answers at once and can be told to fail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.booking.slot_choice import SlotProposal
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.changes import ChangeListener, Changes
from app.domain.clinic_time import clinic_date
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, ThreadId
from app.domain.message import Direction, Message
from app.domain.outcome import Outcome
from app.domain.patient import Clinician, Patient
from app.domain.slot import Slot, SlotKind
from app.domain.views import DayRow, PatientCard, SyncStatus, ThreadRow, ThreadView, WaitingRow
from app.domain.waiting import PatientPresence
from app.ui.parts import ConsoleParts
from app.video.call_events import Stage
from app.video.call_view import CallView
from app.video.frames import FrameSlot
from tests.ui import people


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = people.NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, step: timedelta) -> None:
        self.now += step


class FakeChanges:
    """Tells listeners what the test says."""

    def __init__(self) -> None:
        self.listeners: list[ChangeListener] = []

    def subscribe(self, listener: ChangeListener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def emit(self, changes: Changes) -> None:
        for listener in tuple(self.listeners):
            listener(changes)


@dataclass
class FakeClinic:
    """`Views` and `Desk` over lists that a test may change; then `changed` tells the screens."""

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
    desk_failure: ErrorKind | None = None
    held: asyncio.Event | None = None
    finished: list[Outcome] = field(default_factory=list)
    started: list[BookingId] = field(default_factory=list)

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
        return tuple(sorted(rows, key=lambda row: (not row.unanswered, -row.newest_at.timestamp()))[:limit])

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

    async def propose(self, clinician_id: ClinicianId) -> SlotProposal:
        taken = {booking.slot_id for booking in self.bookings if booking.live}
        mine = [slot for slot in self.free if slot.clinician_id == clinician_id and slot.id not in taken]
        return SlotProposal(mine[0], tuple(mine[1:6])) if mine else SlotProposal(None)

    async def book_video(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        slot: Slot,
        message_id: MessageId | None = None,
    ) -> Booking:
        if any(one.slot_id == slot.id for one in self.bookings if one.live):
            raise KlinikError(ErrorKind.SLOT_TAKEN)
        return self._book(patient_id, clinician_id, slot, message_id)

    async def book_now(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        message_id: MessageId | None = None,
    ) -> Booking:
        return self._book(patient_id, clinician_id, None, message_id)

    def _book(
        self, patient_id: PatientId, clinician_id: ClinicianId, slot: Slot | None, message_id: MessageId | None
    ) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        start = slot.start if slot else self.clock()
        made = replace(
            people.booking(self.patient(patient_id), start=start, made_at=self.clock(), instant=slot is None),
            id=BookingId(f"booking-{len(self.bookings) + 1}"),
            clinician_id=clinician_id,
            slot_id=slot.id if slot else None,
            message_id=message_id,
            room=None,
        )
        self.put(made)
        return made

    async def cancel(self, booking_id: BookingId) -> Booking:
        return self._advance(self._live(booking_id), BookingState.CANCELLED)

    async def call_started(self, booking_id: BookingId) -> Booking:
        self.started.append(booking_id)
        booking = self._known(booking_id)
        return self._advance(booking, BookingState.IN_CALL) if booking.live else booking

    async def call_noted(self, booking_id: BookingId, record: CallRecord) -> Booking:
        booking = self._known(booking_id)
        if booking.live:
            booking = replace(booking, call=record)
            self.put(booking)
        return booking

    async def finish(self, booking_id: BookingId, outcome: Outcome) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        known = self._known(booking_id)
        if known.outcome == outcome:
            return known
        booking = self._advance(self._live(booking_id), BookingState.ENDED)
        self.finished.append(outcome)
        ended = replace(booking, outcome=outcome, row_state=RowState.SAVED_HERE)
        self.put(ended)
        return ended

    def _known(self, booking_id: BookingId) -> Booking:
        """As the real desk: one that is not known is a fault."""
        found = next((one for one in self.bookings if one.id == booking_id), None)
        if found is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "no such booking")
        return found

    def _live(self, booking_id: BookingId) -> Booking:
        """As the real desk: what is over can neither be cancelled nor finished again."""
        booking = self._known(booking_id)
        if not booking.live:
            raise KlinikError(ErrorKind.CONFLICT, "the booking is over")
        return booking

    def _advance(self, booking: Booking, state: BookingState) -> Booking:
        booking = replace(booking, state=state, changed_at=self.clock())
        self.put(booking)
        return booking


def _slot_row(slot: Slot) -> DayRow:
    nobody = (None, None, None, None, None, None)
    return DayRow(slot.start, slot.end, slot.clinician_id, slot.id, slot.kind, True, None, *nobody)


@dataclass
class FakeDialler:
    """Remembers what was dialled; `works` False is a PC without a telephone program."""

    works: bool = True
    dialled: list[str] = field(default_factory=list)

    def dial(self, tel_uri: str) -> bool:
        self.dialled.append(tel_uri)
        return self.works


class FakeCall:
    """A call whose view a test sets; `ending`, when set, holds up its end, and `end_failure` breaks it."""

    def __init__(self, clock: FakeClock, listener: Callable[[CallView], None]) -> None:
        self._clock = clock
        self._listener = listener
        self.remote = FrameSlot()
        self.local = FrameSlot()
        self.tries = 0
        self.admitted = self.ended = False
        self.ending: asyncio.Event | None = None
        self.end_failure: Exception | None = None
        start = clock()
        record = CallRecord(start, (MediumStep(start, Medium.VIDEO, StepReason.STARTED),))
        self.view = call_view(record)

    def become(
        self, *, record: CallRecord | None = None, proposed: StepReason | None = None, **fields: object
    ) -> None:
        """Change the view and tell the window."""
        record = record or self.view.record
        self.view = replace(
            self.view,
            record=record,
            medium=record.medium,
            telephone_proposed=proposed is not None,
            telephone_reason=proposed,
            **fields,  # type: ignore[arg-type]  # any field of the view, named by the test
        )
        self._listener(self.view)

    async def start(self) -> None:
        assert not self.ended, "a call that is over must not open camera and microphone"
        if self.view.stage is Stage.PREPARING:
            self.admitted = True
            self.become(stage=Stage.CONNECTING)

    def go_live(self) -> None:
        self.become(stage=Stage.LIVE, record=replace(self.view.record, connected=True))

    def set_microphone(self, on: bool) -> None:
        self.become(microphone_on=on)

    def set_camera(self, on: bool) -> None:
        self.become(camera_on=on)

    async def try_again(self) -> None:
        self.tries += 1

    async def continue_by_telephone(self) -> None:
        if self.view.stage in (Stage.TELEPHONE, Stage.ENDED):
            return
        step = MediumStep(self._clock(), Medium.TELEPHONE, StepReason.CLINICIAN_CHOSE)
        record = replace(self.view.record, steps=(*self.view.record.steps, step))
        self.become(stage=Stage.TELEPHONE, record=record, patient_told=True)

    async def end(self) -> CallRecord:
        if not self.ended:
            self.ended = True
            self.become(stage=Stage.ENDED, record=replace(self.view.record, ended_at=self._clock()))
        if self.ending is not None:
            await self.ending.wait()
        if self.end_failure is not None:
            raise self.end_failure
        return self.view.record


def call_view(record: CallRecord) -> CallView:
    return CallView(
        stage=Stage.PREPARING,
        medium=record.medium,
        microphone_on=True,
        camera_on=True,
        camera_name="Logitech Brio",
        microphone_name="Jabra Evolve2",
        speaker_name="Jabra Evolve2",
        telephone_proposed=False,
        telephone_reason=None,
        failure=None,
        device_failures=(),
        record=record,
    )


@dataclass
class World:
    """Everything a test of a screen touches; `opening`, when set, holds up the opening of calls."""

    clock: FakeClock
    clinic: FakeClinic
    dialler: FakeDialler
    parts: ConsoleParts
    calls: list[FakeCall]
    retries: list[datetime]
    call_failure: ErrorKind | None = None
    opening: asyncio.Event | None = None
    line_up: bool = True


def make_world(user: Clinician = people.DOCTOR, *, phone_page: str = "") -> World:
    clock = FakeClock()
    clinic = FakeClinic(clock)
    dialler = FakeDialler()
    calls: list[FakeCall] = []
    retries: list[datetime] = []

    async def open_call(_booking: Booking, listener: Callable[[CallView], None]) -> FakeCall:
        if world.opening is not None:
            await world.opening.wait()
        if world.call_failure is not None:
            raise KlinikError(world.call_failure)
        if any(not call.ended for call in calls):
            raise KlinikError(ErrorKind.CALL_IN_PROGRESS)
        calls.append(FakeCall(clock, listener))
        return calls[-1]

    parts = ConsoleParts(
        views=clinic,
        changes=clinic.changes,
        desk=clinic,
        open_call=open_call,
        fee_codes=people.FEE_CODES,
        dialler=dialler,
        retry_sync=lambda: retries.append(clock()),
        room_line_up=lambda: world.line_up,
        clinic=people.CLINIC,
        user=user,
        clock=clock,
        phone_page=phone_page,
    )
    world = World(clock, clinic, dialler, parts, calls, retries)
    return world
