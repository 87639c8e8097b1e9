"""What can happen to a booking, as data; `app.booking.saga` says what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.booking import ConsultationForm, RoomLink
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


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    """The practice system's own version of the appointment says booked."""

    appointment_id: str


@dataclass(frozen=True, slots=True)
class AppointmentRefused:
    """The practice system will not have the appointment; SLOT_TAKEN when somebody was first."""

    failure: ErrorKind


@dataclass(frozen=True, slots=True)
class AppointmentTimed:
    """The practice system has the appointment at this time, aware UTC, and in this slot, if it names one."""

    start: datetime
    end: datetime
    slot_id: SlotId | None


@dataclass(frozen=True, slots=True)
class AppointmentWithdrawn:
    """The appointment was cancelled in the practice system, or by another console."""


@dataclass(frozen=True, slots=True)
class AppointmentEnded:
    """The consultation was ended in the practice system, or by another console."""

    appointment_id: str


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


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """Somebody cancelled, or took the click back."""


@dataclass(frozen=True, slots=True)
class CancellationWritten:
    """The practice system has the cancellation."""


@dataclass(frozen=True, slots=True)
class CancellationUndelivered:
    """The patient could not be told that the booking is cancelled."""

    failure: ErrorKind


@dataclass(frozen=True, slots=True)
class RecordRefused:
    """The practice system will not have the outcome or the cancellation: a person has to look."""

    failure: ErrorKind


LaterEvent = (
    RoomStands
    | RoomRefused
    | AppointmentPending
    | AppointmentConfirmed
    | AppointmentRefused
    | AppointmentTimed
    | AppointmentWithdrawn
    | AppointmentEnded
    | InvitationAccepted
    | InvitationDelivered
    | InvitationFailed
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
