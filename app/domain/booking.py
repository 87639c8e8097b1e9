"""One planned or instant consultation, with everything the booking saga knows about it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, unique

from app.domain.arrangement import Conflict
from app.domain.call import CallRecord
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, SlotId
from app.domain.invitation import LedgerEntry
from app.domain.outcome import Outcome
from app.domain.phone import PhoneNumber
from app.domain.private import Private

MADE_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for when a booking was made that nobody knows the age of: never just now."""
ROOM_MARGIN = timedelta(minutes=15)
"""A room opens this long before its start and closes this long after its end (the national video habit)."""


@unique
class ConsultationForm(Enum):
    """How patient and clinician are to meet."""

    VIDEO = "video"
    TELEPHONE = "telephone"
    IN_PERSON = "in_person"


@unique
class BookingState(Enum):
    """Where a booking stands; the saga in `app.booking.saga` is the only writer."""

    REQUESTED = "requested"
    ROOM_READY = "room_ready"
    CONFIRMED = "confirmed"
    INVITED = "invited"
    DELIVERED = "delivered"
    OPENED = "opened"
    TESTED = "tested"
    WAITING = "waiting"
    IN_CALL = "in_call"
    ENDED = "ended"
    CANCELLED = "cancelled"
    SLOT_TAKEN = "slot_taken"
    UNDELIVERABLE = "undeliverable"
    ROOM_FAILED = "room_failed"


@unique
class RowState(Enum):
    """How much of a row the practice system has said yes to, for the honest label beside it."""

    SAVED_HERE = "saved_here"
    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class RoomLink:
    """The room of one booking: its ten-character code and the short address the patient opens."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class PlannedTime:
    """When a booking is to be held, and in which slot; aware UTC."""

    start: datetime
    end: datetime
    slot_id: SlotId | None


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking and its history; `slot_id` is None for an instant booking, `appointment_id` is the server's.

    `call` is the call this console holds or held. `row_state` speaks of the appointment until an outcome is chosen,
    and of the outcome from then on; `row_state_at` is since when it holds. `moved_from` is the time the practice
    system still has while a move is on its way. `conflict` is what a person has to settle; when it was settled by
    keeping what was asked for here it stays, with another `row_state`, until that is done: its `theirs` is what the
    wish then starts from. `settled_by` is the name of the colleague who took the time, or moved or cancelled the
    appointment elsewhere.
    `version_at` is the server's time of the newest version of the appointment that led to something here.
    `claimed_slots` are those that a move may have claimed before it led somewhere else or back; the practice system
    is asked to let go of them with the move that waits, and they are forgotten once it has answered.
    `extended_to` is how long a consultation under way has been given here: its room is open for that, also where
    the practice system keeps the end it had.
    """

    id: BookingId
    patient_id: PatientId
    clinician_id: ClinicianId
    made_by: ClinicianId
    form: ConsultationForm
    start: datetime
    end: datetime
    made_at: datetime
    state: BookingState
    slot_id: SlotId | None = None
    message_id: MessageId | None = None
    phone: Private[PhoneNumber] | None = None
    room: RoomLink | None = None
    appointment_id: str | None = None
    ledger: tuple[LedgerEntry, ...] = field(default=())
    call: CallRecord | None = None
    outcome: Outcome | None = None
    row_state: RowState = RowState.SAVED_HERE
    failure: ErrorKind | None = None
    changed_at: datetime | None = None
    row_state_at: datetime | None = None
    moved_from: PlannedTime | None = None
    conflict: Conflict | None = None
    settled_by: str = ""
    version_at: datetime | None = None
    claimed_slots: tuple[SlotId, ...] = ()
    extended_to: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether the consultation is still ahead or under way."""
        return self.state not in _OVER

    @property
    def lasts_until(self) -> datetime:
        """Until when there is time for it, by the calendar or because it was extended here."""
        return max(self.end, self.extended_to or self.end)


_OVER = frozenset({BookingState.ENDED, BookingState.CANCELLED, BookingState.SLOT_TAKEN})
