"""Rows as the screens read them; each is one projection of the local copy."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.domain.actions import ActionKind
from app.domain.assignment import ThreadHolder
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, SlotId, ThreadId
from app.domain.message import Message
from app.domain.patient import Patient
from app.domain.private import Private
from app.domain.slot import SlotKind
from app.domain.waiting import PatientPresence


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the inbox: the newest message of a thread, and the booking it led to.

    `holder` is who has the thread as if what waits were done, and `holder_state` how true that is; `lost_to` is who
    got it first when this console asked for it in vain. `booking_row_state` is the booking's `row_state`.
    """

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
    booking_row_state: RowState | None = None
    holder: ThreadHolder | None = None
    holder_state: RowState | None = None
    lost_to: ThreadHolder | None = None


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
    row_state_at: datetime | None = None


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
class FirstSync:
    """How far the first reading of the practice system has come.

    `fetched` resources of `expected`, which is None until the server has told of every type; `paused` when a person
    has stopped it.
    """

    fetched: int
    expected: int | None
    paused: bool


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status line says; `failing_since` is None while the practice system answers.

    `action_failure` is why the oldest of the failing actions has not been carried out. `to_settle` is how many
    appointments two people disagree about. `first_sync` is None once everything has been read.
    """

    last_answer_at: datetime | None
    failing_since: datetime | None
    failure: ErrorKind | None
    pending_actions: int
    failing_actions: int
    action_failure: ErrorKind | None = None
    first_sync: FirstSync | None = None
    to_settle: int = 0


@unique
class Withdrawal(Enum):
    """What taking back a waiting action would mean."""

    CANCELS_BOOKING = "cancels_booking"
    STAYS_WHERE_IT_WAS = "stays_where_it_was"
    DROPS_TEXT = "drops_text"
    LETS_GO_OF_THREAD = "lets_go_of_thread"
    DROPS_PICTURE = "drops_picture"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class WaitingAction:
    """One line of the list of what waits: what it is, for whom, since when, how it goes and when it is tried next.

    `booking_start` is the time of its booking, None where it is about a thread.
    """

    id: ActionId
    kind: ActionKind
    patient_id: PatientId
    patient_name: Private[str]
    booking_start: datetime | None
    made_at: datetime
    attempts: int
    last_failure: ErrorKind | None
    next_try_at: datetime
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """A patient the search found."""

    patient: Patient


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message the search found; `excerpt` is cut around the words, `marks` are their (start, end) in it."""

    thread_id: ThreadId
    patient_id: PatientId
    patient_name: Private[str]
    subject: Private[str]
    excerpt: Private[str]
    marks: tuple[tuple[int, int], ...]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class FoundBooking:
    """A consultation the search found, made here or elsewhere."""

    booking: Booking
    patient_name: Private[str]
    clinician_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first in each group; `more` tells that a group was cut off.

    While `still_indexing`, older messages and some patients cannot be found yet.
    """

    patients: tuple[FoundPatient, ...] = ()
    messages: tuple[FoundMessage, ...] = ()
    bookings: tuple[FoundBooking, ...] = ()
    more: bool = False
    still_indexing: bool = False


@dataclass(frozen=True, slots=True)
class LocalDataReport:
    """What lies on this PC: size of the files in bytes, how many rows, and when they were looked after.

    `repaired_at` is when a damaged copy was last made anew, `lost_actions` how many waiting changes could not be
    read then. `backups` is how many older files lie beside it.
    """

    size: int
    patients: int
    messages: int
    bookings: int
    keep_closed_days: int
    checked_at: datetime | None
    tidied_at: datetime | None
    repaired_at: datetime | None
    lost_actions: int
    backups: int
