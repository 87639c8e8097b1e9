"""Rows as the screens read them; each is one projection of the local copy."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, PatientId, SlotId, ThreadId
from app.domain.message import Message
from app.domain.patient import Patient
from app.domain.private import Private
from app.domain.slot import SlotKind
from app.domain.waiting import PatientPresence


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the inbox: the newest message of a thread, and the booking it led to."""

    thread_id: ThreadId
    patient_id: PatientId
    patient_name: Private[str]
    subject: Private[str]
    preview: Private[str]
    newest_at: datetime
    unanswered: bool
    urgent: bool
    messages: int
    attachments: int
    booking_id: BookingId | None
    booking_state: BookingState | None
    booking_start: datetime | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the day list: a free slot, or a booking by this console or another."""

    start: datetime
    end: datetime
    clinician_id: ClinicianId
    slot_id: SlotId | None
    slot_kind: SlotKind
    free: bool
    form: ConsultationForm | None
    patient_id: PatientId | None
    patient_name: Private[str] | None
    booking_id: BookingId | None
    booking_state: BookingState | None
    row_state: RowState | None
    failure: ErrorKind | None


@dataclass(frozen=True, slots=True)
class PatientCard:
    """The patient pane: who it is, their bookings (newest first) and when the data was fetched."""

    patient: Patient
    bookings: tuple[Booking, ...]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One line of the waiting strip: a booking of now with what the room service says of its patient."""

    booking: Booking
    patient_name: Private[str]
    presence: PatientPresence | None
    clinician_name: str = ""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A whole thread, oldest message first."""

    thread_id: ThreadId
    patient_id: PatientId
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status line says; `failing_since` is None while the practice system answers.

    `action_failure` is why the oldest of the failing actions has not been carried out.
    """

    last_answer_at: datetime | None
    failing_since: datetime | None
    failure: ErrorKind | None
    pending_actions: int
    failing_actions: int
    action_failure: ErrorKind | None = None
