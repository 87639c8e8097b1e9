"""Things to put in the store, with everything that a test does not care about filled in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.domain.actions import ActionKind, Effect, PendingAction, PictureEffect, ThreadEffect
from app.domain.assignment import Assignment, HeldThread, ThreadHolder
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.cpr import Cpr
from app.domain.ids import (
    BookingId,
    ClinicianId,
    MessageId,
    PatientId,
    SlotId,
    ThreadId,
    derived_uuid,
    new_booking_id,
    picture_id_of,
)
from app.domain.message import Direction, Message
from app.domain.patient import Clinician, Patient
from app.domain.phone import PhoneNumber
from app.domain.ports.pictures import PictureTransition
from app.domain.ports.practice_system import Appointment, ChangeBatch, Fetched
from app.domain.ports.store import BookingLedger, LocalCopy, Transition
from app.domain.private import Private
from app.domain.record_picture import RecordPicture
from app.domain.slot import Slot, SlotKind
from app.store.local_store import LocalStore

KEY = "5e" * 32
KEEP_DAYS = 30
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
IN_AN_HOUR = NOW + timedelta(hours=1)
ANNA, BO = PatientId("anna"), PatientId("bo")
LISE, PER = ClinicianId("lise"), ClinicianId("per")
TYPES: dict[type, str] = {
    Patient: "Patient",
    Clinician: "Practitioner",
    Slot: "Slot",
    Message: "Communication",
    Appointment: "Appointment",
    HeldThread: "Task",
}


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_booking(**changes: Any) -> Booking:
    start = changes.get("start", IN_AN_HOUR)
    plain = Booking(
        id=new_booking_id(),
        patient_id=ANNA,
        clinician_id=LISE,
        made_by=LISE,
        form=ConsultationForm.VIDEO,
        start=start,
        end=start + minutes(10),
        made_at=NOW,
        state=BookingState.REQUESTED,
        phone=Private(PhoneNumber("+4520123456")),
    )
    return replace(plain, **changes)


def effect(booking: Booking, kind: ActionKind) -> Effect:
    return Effect(kind, booking.id, booking.patient_id)


def a_holder(clinician_id: ClinicianId = LISE, since: datetime = NOW) -> ThreadHolder:
    return ThreadHolder(clinician_id, clinician_id.capitalize(), since)


def a_wish(**changes: Any) -> Assignment:
    plain = Assignment(ThreadId("t1"), ANNA, a_holder(), RowState.QUEUED, NOW)
    return replace(plain, **changes)


def thread_effect(wish: Assignment, occasion: str = "1") -> ThreadEffect:
    return ThreadEffect(ActionKind.ASSIGN_THREAD, wish.thread_id, wish.patient_id, occasion)


def a_held_thread(held_id: str = "h1", **changes: Any) -> HeldThread:
    plain = HeldThread(held_id, ThreadId("t1"), ANNA, a_holder(PER))
    return replace(plain, **changes)


def a_patient(patient_id: PatientId = ANNA, name: str = "Anna Test Berggren") -> Patient:
    return Patient(
        id=patient_id,
        name=Private(name),
        cpr=Private(Cpr("2512489996")),
        birth_date=Private(date(1948, 12, 25)),
        phone=Private(PhoneNumber("+4520123456")),
        address=Private("Testvej 1, 8000 Aarhus C"),
    )


def a_slot(slot_id: str = "s1", start: datetime = IN_AN_HOUR, **changes: Any) -> Slot:
    plain = Slot(SlotId(slot_id), LISE, start, start + minutes(10), SlotKind.VIDEO, free=True, version="1")
    return replace(plain, **changes)


def a_message(message_id: str = "m1", at: datetime = NOW, **changes: Any) -> Message:
    plain = Message(
        id=MessageId(message_id),
        thread_id=ThreadId("t1"),
        patient_id=ANNA,
        direction=Direction.FROM_PATIENT,
        subject=Private("Udslæt"),
        body=Private("Kære læge, jeg har fået udslæt på armen."),
        sent_at=at,
    )
    return replace(plain, **changes)


def an_appointment(appointment_id: str = "a1", start: datetime = IN_AN_HOUR, **changes: Any) -> Appointment:
    plain = Appointment(
        id=appointment_id,
        booking_id=None,
        patient_id=ANNA,
        clinician_id=LISE,
        slot_id=None,
        form=ConsultationForm.VIDEO,
        start=start,
        end=start + minutes(10),
        status="booked",
        reached=BookingState.CONFIRMED,
    )
    return replace(plain, **changes)


def somebody_elses_booking() -> BookingId:
    return BookingId(derived_uuid(new_booking_id(), "elsewhere"))


def fetched(item: Any, version: str = "1", at: datetime = NOW, raw: bytes = b"{}") -> Fetched:
    return Fetched(TYPES[type(item)], item.id, version, at, raw, deleted=False, item=item)


def gone(item: Any, version: str = "2", at: datetime = NOW) -> Fetched:
    return Fetched(TYPES[type(item)], item.id, version, at, b"", deleted=True, item=None)


async def keep(local_copy: LocalCopy, *items: Any, version: str = "1", at: datetime = NOW) -> None:
    """Store items, each as a batch of its type that moves no watermark."""
    for item in items:
        one = fetched(item, version, at)
        await local_copy.store(ChangeBatch(one.type, (one,), None))


async def put(ledger: BookingLedger, booking: Booking, *kinds: ActionKind) -> None:
    """Write a booking as it is, with these effects."""
    effects = tuple(effect(booking, kind) for kind in kinds)
    await ledger.transition(booking.id, lambda _: Transition(booking, effects))


def a_picture(booking: Booking, data: bytes = b"\xff\xd8 mole", **changes: Any) -> RecordPicture:
    plain = RecordPicture(
        id=picture_id_of(booking.id, data),
        booking_id=booking.id,
        patient_id=booking.patient_id,
        author=LISE,
        consent_at=NOW - minutes(1),
        asked=True,
        made_at=NOW,
        changed_at=NOW,
        jpeg=Private(data),
    )
    return replace(plain, **changes)


async def put_picture(store: LocalStore, picture: RecordPicture, *, waits: bool = True) -> PendingAction | None:
    """Keep a picture as it is; returns the action that waits for it."""
    effect = PictureEffect(picture.id, picture.booking_id, picture.patient_id)
    effects = (effect,) if waits else ()
    await store.change_picture(picture.id, lambda _: PictureTransition(picture, effects))
    return await picture_action(store, picture)


async def picture_action(store: LocalStore, picture: RecordPicture) -> PendingAction | None:
    waiting = await store.waiting_for(picture.booking_id)
    return next((action for action in waiting if action.picture_id == picture.id), None)


async def read_to_the_end(local_copy: LocalCopy) -> None:
    """Say of each type that there is nothing more to read."""
    for name in TYPES.values():
        await local_copy.store(ChangeBatch(name, (), None, complete=True))
