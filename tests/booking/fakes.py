"""The world around the booking part, in memory: each fake counts what really came to stand by key."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.booking.carriers import RoomCarrier, SmsCarrier
from app.booking.desk import BookingDesk
from app.booking.message_templates import load_templates
from app.domain.actions import (
    ActionKind,
    ActionResult,
    AppointmentBooked,
    Carried,
    Channel,
    Effect,
    PendingAction,
    Refused,
)
from app.domain.booking import Booking, BookingState, ConsultationForm, RoomLink
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, SlotId
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.patient import Clinic, Clinician, Patient, Role
from app.domain.phone import PhoneNumber
from app.domain.ports.practice_system import Appointment
from app.domain.ports.rooms import JsonObject, RoomLine, RoomNews, RoomRequest
from app.domain.ports.sms import SmsStatus, SmsText
from app.domain.ports.store import Step
from app.domain.private import Private
from app.domain.slot import Slot, SlotKind

RESOURCES = Path(__file__).parents[2] / "resources"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # A Tuesday, 9 o'clock at the clinic.
PATIENT, STRANGER = PatientId("patient-1"), PatientId("patient-2")
DOCTOR, SECRETARY = ClinicianId("doctor-1"), ClinicianId("secretary-1")
PHONE = PhoneNumber("+4520123456")
TEMPLATES = load_templates(RESOURCES / "message_templates")
CLINIC = Clinic("Lægehuset Søndergade", PhoneNumber("+4533123456"))
ROOM = RoomLink("7KQ2P9FMCA", "https://vid.example/7KQ2P9FMCA")


class FakeClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, span: timedelta) -> None:
        self.now += span


def slot(minutes: int = 60, length: int = 15, kind: SlotKind = SlotKind.VIDEO, name: str = "") -> Slot:
    start = NOW + timedelta(minutes=minutes)
    end = start + timedelta(minutes=length)
    return Slot(SlotId(name or f"slot-{minutes}"), DOCTOR, start, end, kind, True, 'W/"1"')


def outcome(kind: OutcomeKind = OutcomeKind.COMPLETED) -> Outcome:
    return Outcome(kind, NOW, NOW + timedelta(minutes=10), "0125", "Videokonsultation", Private("Talt om hoste."))


def booking(
    state: BookingState = BookingState.REQUESTED, form: ConsultationForm = ConsultationForm.VIDEO
) -> Booking:
    return Booking(
        id=BookingId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
        patient_id=PATIENT,
        clinician_id=DOCTOR,
        made_by=SECRETARY,
        form=form,
        start=NOW + timedelta(hours=1),
        end=NOW + timedelta(hours=1, minutes=15),
        made_at=NOW,
        state=state,
        slot_id=SlotId("slot-60"),
        phone=Private(PHONE),
        changed_at=NOW,
    )


def action(kind: ActionKind, of: Booking) -> PendingAction:
    effect = Effect(kind, of.id, of.patient_id)
    return PendingAction(ActionId("action-1"), 1, kind, of.id, of.patient_id, effect.idempotency_key, NOW, NOW)


class MemoryLedger:
    """A BookingLedger whose contents are what a disk would hold: whatever survives a crash."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sequence = 0
        self.bookings: dict[BookingId, Booking] = {}
        self.outbox: dict[ActionId, PendingAction] = {}
        self.carried: set[str] = set()

    async def transition(
        self, booking_id: BookingId, step: Step, *, finished: ActionId | None = None
    ) -> Booking | None:
        transition = step(self.bookings.get(booking_id))
        if finished is not None and (done := self.outbox.pop(finished, None)):
            self.carried.add(done.idempotency_key)
        if transition is not None:
            self.bookings[booking_id] = transition.booking
            for effect in transition.effects:
                self._put(effect)
        return self.bookings.get(booking_id)

    def _put(self, effect: Effect) -> None:
        key = effect.idempotency_key
        if key in self.carried or any(pending.idempotency_key == key for pending in self.outbox.values()):
            return
        self._sequence += 1
        new = ActionId(f"action-{self._sequence}")
        now = self._clock()
        self.outbox[new] = PendingAction(
            new, self._sequence, effect.kind, effect.booking_id, effect.patient_id, key, now, now
        )

    async def booking(self, booking_id: BookingId) -> Booking | None:
        return self.bookings.get(booking_id)

    async def live_bookings(self) -> tuple[Booking, ...]:
        live = (booking for booking in self.bookings.values() if booking.live)
        return tuple(sorted(live, key=lambda booking: booking.start))

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        return tuple(head for head in self._heads() if head.not_before <= now)

    async def next_due(self) -> datetime | None:
        return min((head.not_before for head in self._heads()), default=None)

    def _heads(self) -> list[PendingAction]:
        heads: dict[tuple[BookingId, Channel], PendingAction] = {}
        for pending in sorted(self.outbox.values(), key=lambda pending: pending.sequence):
            heads.setdefault((pending.booking_id, pending.kind.channel), pending)
        return list(heads.values())

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        if (old := self.outbox.get(action_id)) is None:
            return
        attempts = old.attempts + (failure is not None)
        self.outbox[action_id] = replace(old, not_before=not_before, attempts=attempts, last_failure=failure)

    async def retry_now(self, now: datetime) -> None:
        self.outbox = {name: replace(pending, not_before=now) for name, pending in self.outbox.items()}


class FakeCalendar:
    def __init__(self, phone: PhoneNumber | None = PHONE) -> None:
        self.slots: list[Slot] = []
        self.appointments: list[Appointment] = []
        self._patient = Patient(PATIENT, Private("Nancy Test"), None, None, Private(phone) if phone else None)

    async def free_slots(
        self, clinician_id: ClinicianId, after: datetime, limit: int, kinds: Collection[SlotKind]
    ) -> Sequence[Slot]:
        mine = [slot for slot in self.slots if slot.clinician_id == clinician_id and slot.start >= after]
        return sorted((slot for slot in mine if slot.kind in kinds), key=lambda slot: slot.start)[:limit]

    async def slot(self, slot_id: SlotId) -> Slot | None:
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    async def appointment(self, booking_id: BookingId) -> Appointment | None:
        return next((held for held in self.appointments if held.known_as == booking_id), None)

    async def patient(self, patient_id: PatientId) -> Patient | None:
        return self._patient if patient_id == PATIENT else None

    async def clinicians(self) -> tuple[Clinician, ...]:
        return (Clinician(DOCTOR, "Åse Holm", Role.CLINICIAN),)


class FakeLine:
    """A line that yields some news and then breaks, with an error when one is given."""

    def __init__(self, news: Sequence[RoomNews], error: KlinikError | None = None) -> None:
        self._news = news
        self._error = error
        self.sent: list[tuple[BookingId, str, int]] = []

    async def news(self) -> AsyncIterator[RoomNews]:
        for item in self._news:
            yield item
        if self._error is not None:
            raise self._error

    async def send(self, booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
        self.sent.append((booking_id, kind, call))


@dataclass
class _Opening(AbstractAsyncContextManager[RoomLine]):
    line: FakeLine | KlinikError

    async def __aenter__(self) -> RoomLine:
        if isinstance(self.line, KlinikError):
            raise self.line
        return self.line

    async def __aexit__(self, *_: object) -> None:
        return None


class FakeRooms:
    def __init__(self) -> None:
        self.requests: list[RoomRequest] = []
        self.standing: dict[BookingId, RoomLink] = {}
        self.made = 0
        self.closed: set[BookingId] = set()
        self.failure: ErrorKind | None = None
        self.lines: list[FakeLine | KlinikError] = []

    async def ensure_room(self, request: RoomRequest) -> RoomLink:
        self._fail()
        self.requests.append(request)
        if request.booking_id not in self.standing:
            self.made += 1
        return self.standing.setdefault(request.booking_id, ROOM)

    async def close_room(self, booking_id: BookingId) -> None:
        self._fail()
        self.closed.add(booking_id)

    def _fail(self) -> None:
        if self.failure is not None:
            raise KlinikError(self.failure)

    def open_line(self) -> AbstractAsyncContextManager[RoomLine]:
        return _Opening(self.lines.pop(0))

    async def ice_servers(self) -> tuple[JsonObject, ...]:
        return ()


class FakeGateway:
    def __init__(self) -> None:
        self.texts: dict[str, SmsText] = {}
        self.failure: ErrorKind | None = None
        self.statuses: list[SmsStatus] = []

    async def send(self, text: SmsText) -> str:
        if self.failure is not None:
            raise KlinikError(self.failure)
        self.texts.setdefault(text.key, text)
        return f"ref-{text.key}"

    async def status(self, reference: str) -> SmsStatus:
        if self.failure is not None:
            raise KlinikError(self.failure)
        return self.statuses.pop(0) if self.statuses else SmsStatus.DELIVERED

    @property
    def kinds(self) -> list[str]:
        return [key.rpartition(":")[2] for key in self.texts]


@dataclass
class FakePractice:
    """Keeps one appointment a booking; one that `decides_later` says proposed until it is asked to decide."""

    decides_later: bool = False
    failure: ErrorKind | None = None
    unreachable: bool = False
    appointments: dict[BookingId, str] = field(default_factory=dict)
    times: dict[BookingId, tuple[datetime, datetime]] = field(default_factory=dict)

    async def __call__(self, action: PendingAction, booking: Booking) -> ActionResult:
        if self.unreachable:
            raise KlinikError(ErrorKind.PRACTICE_UNREACHABLE)
        if action.kind is not ActionKind.WRITE_APPOINTMENT:
            if booking.id in self.appointments:
                written = "cancelled" if action.kind is ActionKind.CANCEL_APPOINTMENT else "fulfilled"
                self.appointments[booking.id] = written
            return Carried()
        if self.failure is not None:
            return Refused(self.failure)
        self.times.setdefault(booking.id, (booking.start, booking.end))
        status = self.appointments.setdefault(booking.id, "proposed" if self.decides_later else "booked")
        return AppointmentBooked(f"appointment-{booking.id}", confirmed=status != "proposed")

    def decide(self, status: str = "booked") -> bool:
        """Settle every proposed appointment; tells whether there was one."""
        proposed = [booking_id for booking_id, held in self.appointments.items() if held == "proposed"]
        self.appointments |= dict.fromkeys(proposed, status)
        return bool(proposed)

    def read(self) -> list[Appointment]:
        """Return the appointments as the sync loop would read them."""
        reached = {
            "proposed": BookingState.REQUESTED,
            "booked": BookingState.CONFIRMED,
            "fulfilled": BookingState.ENDED,
            "cancelled": BookingState.CANCELLED,
        }
        return [
            Appointment(
                id=f"appointment-{booking_id}",
                booking_id=booking_id,
                patient_id=PATIENT,
                clinician_id=DOCTOR,
                slot_id=None,
                form=ConsultationForm.VIDEO,
                start=self.times[booking_id][0],
                end=self.times[booking_id][1],
                status=status,
                reached=reached[status],
            )
            for booking_id, status in self.appointments.items()
        ]


class World:
    """Everything outside the console, and what is on the console's disk; `console()` starts the program anew."""

    def __init__(self, phone: PhoneNumber | None = PHONE) -> None:
        self.clock = FakeClock()
        self.ledger = MemoryLedger(self.clock)
        self.calendar = FakeCalendar(phone)
        self.rooms = FakeRooms()
        self.gateway = FakeGateway()
        self.practice = FakePractice()
        self.nudges = 0

    def _nudged(self) -> None:
        self.nudges += 1

    def console(self) -> "FakeConsole":
        return FakeConsole(self, BookingDesk(self.ledger, self.calendar, self.clock, self._nudged))


class FakeConsole:
    """The desk, the carriers, and one action of the outbox at a time."""

    def __init__(self, world: World, desk: BookingDesk) -> None:
        self.desk = desk
        self._world = world
        sms = SmsCarrier(world.gateway, CLINIC, TEMPLATES, world.calendar, world.clock)
        self._carriers: dict[Channel, Callable[[PendingAction, Booking], Awaitable[ActionResult]]] = {
            Channel.PRACTICE: world.practice,
            Channel.ROOM: RoomCarrier(world.rooms, CLINIC, world.calendar),
            Channel.SMS: sms,
            Channel.SMS_STATUS: sms,
        }

    async def carry(self, choice: int = 0, lose_answer: bool = False) -> bool:
        """Carry one due action out, or none; `lose_answer` is a crash before the answer is saved."""
        ledger, clock = self._world.ledger, self._world.clock
        due = await ledger.due_actions(clock())
        if not due:
            return False
        action = due[choice % len(due)]
        booking = ledger.bookings[action.booking_id]
        try:
            result = await self._carriers[action.kind.channel](action, booking)
        except KlinikError as error:
            await ledger.postpone(action.id, clock() + timedelta(seconds=5), error.kind)
            return True
        if not lose_answer:
            await self.desk.on_result(action, result)
        return True

    async def read(self) -> None:
        """Read the practice system's appointments, as the sync loop does."""
        for appointment in self._world.practice.read():
            await self.desk.on_appointment(appointment)

    async def settle(self) -> None:
        """Carry out everything, moving the clock on where an action waits, until nothing is left to decide."""
        for _ in range(500):
            if await self.carry():
                continue
            due = await self._world.ledger.next_due()
            if due is not None:
                self._world.clock.now = max(self._world.clock.now, due)
                continue
            decided = self._world.practice.decide()
            await self.read()
            if not decided and not self._world.ledger.outbox:
                return
        raise AssertionError("the outbox never empties")
