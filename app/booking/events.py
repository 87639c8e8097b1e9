"""What can happen to a booking, as data; `app.booking.saga` says what follows from it.

`by` is the name of the colleague who did it, empty when nobody tells; `version_at` the server's time of the version
of the appointment that says so, None when it does not tell.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.actions import ActionKind
from app.domain.arrangement import Conflict
from app.domain.booking import ConsultationForm, PlannedTime, RoomLink
from app.domain.call import CallRecord
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, SlotId
from app.domain.outcome import Outcome
from app.domain.phone import PhoneNumber
from app.domain.private import Private
from app.domain.waiting import PatientPhase


@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody clicked: all that makes a booking. Start and end are aware UTC; no slot means it starts now."""

    booking_id: BookingId
    patient_id: PatientId
    clinician_id: ClinicianId
    made_by: ClinicianId
    form: ConsultationForm
    start: datetime
    end: datetime
    slot_id: SlotId | None = None
    message_id: MessageId | None = None
    phone: Private[PhoneNumber] | None = None


@dataclass(frozen=True, slots=True)
class RoomStands:
    """The room service has the room."""

    room: RoomLink


@dataclass(frozen=True, slots=True)
class RoomRefused:
    """The room service will not make one."""

    failure: ErrorKind


@dataclass(frozen=True, slots=True)
class AppointmentPending:
    """The practice system holds the appointment but has not said booked."""

    appointment_id: str
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    """The practice system's own version of the appointment says booked."""

    appointment_id: str
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppointmentRefused:
    """The practice system will not have the appointment; SLOT_TAKEN when somebody was first."""

    failure: ErrorKind
    by: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentTimed:
    """The practice system has the appointment at this time, aware UTC; in this slot and with whom, if told."""

    start: datetime
    end: datetime
    slot_id: SlotId | None
    clinician_id: ClinicianId | None = None
    by: str = ""
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppointmentWithdrawn:
    """The appointment was cancelled in the practice system, or by another console."""

    by: str = ""
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppointmentEnded:
    """The consultation was ended in the practice system, or by another console."""

    appointment_id: str
    by: str = ""
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """Somebody here gave the booking another time."""

    planned: PlannedTime


@dataclass(frozen=True, slots=True)
class ExtendAsked:
    """The clinician gave a consultation under way time until `end`, aware UTC."""

    end: datetime


@dataclass(frozen=True, slots=True)
class MoveTaken:
    """The practice system took a move; `planned` is the time it has now, None where it does not tell.

    `another_waits` tells that the booking was moved again since.
    """

    appointment_id: str
    confirmed: bool
    planned: PlannedTime | None = None
    version_at: datetime | None = None
    another_waits: bool = False


@dataclass(frozen=True, slots=True)
class MoveRefused:
    """The practice system will not have the move; SLOT_TAKEN when somebody has the time."""

    failure: ErrorKind
    by: str = ""


@dataclass(frozen=True, slots=True)
class MoveTakenBack:
    """Somebody here took back a move that still waited."""


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """What was asked for here does not go with what somebody else did to the appointment."""

    conflict: Conflict


@dataclass(frozen=True, slots=True)
class ConflictSettled:
    """A person decided: what was asked for here is to be done all the same, or the other change stands."""

    keep_mine: bool


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """A gateway took the invitation and calls it this."""

    reference: str


@dataclass(frozen=True, slots=True)
class InvitationDelivered:
    """The invitation reached the telephone."""


@dataclass(frozen=True, slots=True)
class InvitationFailed:
    """The invitation could not be sent, or was lost."""

    failure: ErrorKind


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """Somebody here wants the link sent to the patient now, as when a telephone consultation goes on by video."""


@dataclass(frozen=True, slots=True)
class PatientSeen:
    """The room service says where the patient's browser is."""

    phase: PatientPhase


@dataclass(frozen=True, slots=True)
class CallBegan:
    """The clinician began the conversation, by whichever medium."""


@dataclass(frozen=True, slots=True)
class CallNoted:
    """The call held at this console has come so far."""

    record: CallRecord


@dataclass(frozen=True, slots=True)
class OutcomeChosen:
    """The clinician ended the consultation."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class OutcomeWritten:
    """The practice system has the outcome."""

    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """Somebody cancelled, or took the click back; `unsent` certainly never left the PC, and does not any more."""

    unsent: frozenset[ActionKind] = frozenset()


@dataclass(frozen=True, slots=True)
class CancellationWritten:
    """The practice system has the cancellation."""

    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CancellationUndelivered:
    """The patient could not be told that the booking is cancelled."""

    failure: ErrorKind


@dataclass(frozen=True, slots=True)
class RecordRefused:
    """The practice system will not have the outcome or the cancellation: a person has to look."""

    failure: ErrorKind
    by: str = ""


LaterEvent = (
    RoomStands
    | RoomRefused
    | AppointmentPending
    | AppointmentConfirmed
    | AppointmentRefused
    | AppointmentTimed
    | AppointmentWithdrawn
    | AppointmentEnded
    | MoveAsked
    | ExtendAsked
    | MoveTaken
    | MoveRefused
    | MoveTakenBack
    | ConflictFound
    | ConflictSettled
    | InvitationAccepted
    | InvitationDelivered
    | InvitationFailed
    | LinkAsked
    | PatientSeen
    | CallBegan
    | CallNoted
    | OutcomeChosen
    | OutcomeWritten
    | CancelAsked
    | CancellationWritten
    | CancellationUndelivered
    | RecordRefused
)
"""What can happen to a booking that has been made."""

Event = Requested | LaterEvent
