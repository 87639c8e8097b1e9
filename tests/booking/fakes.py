"""The world around the booking part, in memory: each fake counts what really came to stand by key."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.booking.carriers import RoomCarrier, SmsCarrier
from app.booking.desk import BookingDesk
from app.booking.message_templates import load_templates
from app.booking.outbox_desk import OutboxDesk
from app.domain.actions import ActionKind, ActionResult, Channel, Effect, NotYet, PendingAction
from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, PictureId, SlotId
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.patient import Clinic, Clinician, Patient, Role
from app.domain.phone import PhoneNumber
from app.domain.ports.practice_system import Appointment
from app.domain.ports.sms import SmsStatus, SmsText
from app.domain.private import Private
from app.domain.slot import Slot, SlotKind
from tests.booking.fake_practice import FakePractice
from tests.booking.fake_rooms import FakeRooms
from tests.booking.memory_ledger import MemoryLedger

RESOURCES = Path(__file__).parents[2] / "resources"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # A Tuesday, 9 o'clock at the clinic.
PATIENT, STRANGER = PatientId("patient-1"), PatientId("patient-2")
DOCTOR, SECRETARY = ClinicianId("doctor-1"), ClinicianId("secretary-1")
PHONE = PhoneNumber("+4520123456")
TEMPLATES = load_templates(RESOURCES / "message_templates")
CLINIC = Clinic("Lægehuset Søndergade", PhoneNumber("+4533123456"))


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
    key, queue = effect.idempotency_key, effect.queue
    return PendingAction(ActionId("action-1"), 1, kind, of.id, of.patient_id, key, NOW, NOW, queue)


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

    def keep(self, appointments: Sequence[Appointment]) -> None:
        """Store appointments as they were read; an older version never replaces a newer one."""
        known = {held.id: held for held in self.appointments}
        for each in appointments:
            old = known.get(each.id)
            if not (old and old.version_at and each.version_at and each.version_at < old.version_at):
                known[each.id] = each
        self.appointments = list(known.values())

    async def patient(self, patient_id: PatientId) -> Patient | None:
        return self._patient if patient_id == PATIENT else None

    async def clinicians(self) -> tuple[Clinician, ...]:
        return (Clinician(DOCTOR, "Åse Holm", Role.CLINICIAN),)


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
        return [key.split(":")[1] for key in self.texts]


class World:
    """Everything outside the consoles, and what is on the first one's disk; `console()` starts that one anew."""

    def __init__(self, phone: PhoneNumber | None = PHONE) -> None:
        self.clock = FakeClock()
        self.rooms = FakeRooms()
        self.gateway = FakeGateway()
        self.practice = FakePractice(NOW)
        self.phone = phone
        self.desk = Desktop(self, "")
        self.ledger, self.calendar = self.desk.ledger, self.desk.calendar

    @property
    def nudges(self) -> int:
        return self.desk.nudges

    def console(self) -> "FakeConsole":
        return self.desk.start()


class Desktop:
    """One PC: what is on its disk, and whose it is."""

    def __init__(self, world: World, user: str) -> None:
        self.world = world
        self.user = user
        self.ledger = MemoryLedger(world.clock, f"{user}-action")
        self.calendar = FakeCalendar(world.phone)
        self.nudges = 0

    def _nudged(self) -> None:
        self.nudges += 1

    def start(self) -> "FakeConsole":
        """Start the program on it."""
        return FakeConsole(self, BookingDesk(self.ledger, self.calendar, self.world.clock, self._nudged))


class FakeConsole:
    """The desk, the carriers, and one action of the outbox at a time."""

    def __init__(self, desktop: Desktop, desk: BookingDesk) -> None:
        self.desk = desk
        self._held_back: list[UnderWay] = []
        self.ledger, self._calendar, self._world = desktop.ledger, desktop.calendar, desktop.world
        world = desktop.world
        self.outbox_desk = OutboxDesk(self.ledger, desk, _no_threads, NoPictures(), desktop._nudged, world.clock)
        sms = SmsCarrier(world.gateway, CLINIC, TEMPLATES, self._calendar, world.clock)
        self._carriers: dict[Channel, Callable[[PendingAction, Booking], Awaitable[ActionResult]]] = {
            Channel.PRACTICE: world.practice.carrier(desktop.user),
            Channel.ROOM: RoomCarrier(world.rooms, CLINIC, self._calendar),
            Channel.SMS: sms,
            Channel.SMS_STATUS: sms,
        }

    async def begin(self, choice: int = 0, kind: ActionKind | None = None) -> "UnderWay | None":
        """Have one due action carried out at the other end, or none; its answer is still on its way."""
        clock = self._world.clock
        heads = await self.ledger.due_actions(clock())
        busy = {held.action.queue for held in self._held_back}
        due = [action for action in heads if kind in (None, action.kind) and action.queue not in busy]
        if not due:
            return None
        action = due[choice % len(due)]
        assert action.booking_id is not None
        booking = self.ledger.bookings[action.booking_id]
        await self.ledger.begin(action.id)
        action = self.ledger.outbox[action.id]
        try:
            return UnderWay(action, await self._carriers[action.kind.channel](action, booking))
        except KlinikError as error:
            await self.ledger.postpone(action.id, clock() + timedelta(seconds=5), error.kind)
            return UnderWay(action, None)

    async def answer(self, under_way: "UnderWay") -> None:
        """Take in the answer to an action."""
        if isinstance(under_way.result, NotYet):
            again = self._world.clock() + under_way.result.again_after
            await self.ledger.postpone(under_way.action.id, again, None)
        elif under_way.result is not None:
            await self.desk.on_result(under_way.action, under_way.result)

    async def hold(self, answered: bool) -> None:
        """Have actions carried out whose answers wait, or take those answers in."""
        if answered:
            for under_way in self._held_back:
                await self.answer(under_way)
            self._held_back = []
        elif begun := await self.begin():
            self._held_back.append(begun)

    async def carry(self, choice: int = 0, lose_answer: bool = False, kind: ActionKind | None = None) -> bool:
        """Carry one due action out, or none; `lose_answer` is a crash before the answer is saved."""
        under_way = await self.begin(choice, kind)
        if under_way is None:
            return False
        if not lose_answer:
            await self.answer(under_way)
        return True

    async def read(self) -> None:
        """Read the practice system's appointments, as the sync loop does."""
        await self.take_in(self._world.practice.read())

    async def take_in(self, appointments: Sequence[Appointment]) -> None:
        """Take in what was read, perhaps some time ago."""
        self._calendar.keep(appointments)
        for appointment in appointments:
            await self.desk.on_appointment(appointment)

    async def settle(self) -> None:
        """Carry out everything, moving the clock on where an action waits, until nothing is left to decide."""
        for _ in range(500):
            if await self.carry():
                continue
            heads = self.ledger.heads()
            if heads:
                due = min(head.not_before for head in heads)
                self._world.clock.now = max(self._world.clock.now, due)
                continue
            decided = self._world.practice.decide()
            await self.read()
            if not decided and not self.ledger.outbox:
                return
        raise AssertionError("the outbox never empties")


@dataclass(frozen=True)
class UnderWay:
    """An action whose answer is on its way; None when there will be none."""

    action: PendingAction
    result: ActionResult | None


class NoPictures:
    """These consoles have none."""

    async def retry(self, picture_id: PictureId) -> None:
        raise AssertionError("no pictures here")

    async def withdraw(self, action: PendingAction) -> None:
        raise AssertionError("no pictures here")


async def _no_threads(action: PendingAction) -> None:
    raise AssertionError("these consoles have no threads")
