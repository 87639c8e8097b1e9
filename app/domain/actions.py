"""Pending actions: the only thing a click leaves behind, and all that ever leaves the PC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique

from app.domain.booking import RoomLink
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, PatientId


@unique
class Channel(Enum):
    """Which outside system an action is for."""

    PRACTICE = "practice"
    ROOM = "room"
    SMS = "sms"
    SMS_STATUS = "sms_status"


@unique
class ActionKind(Enum):
    """What is to be done outside; each is safe to do twice."""

    ENSURE_ROOM = "ensure_room"
    CLOSE_ROOM = "close_room"
    WRITE_APPOINTMENT = "write_appointment"
    CANCEL_APPOINTMENT = "cancel_appointment"
    WRITE_OUTCOME = "write_outcome"
    SEND_INVITATION = "send_invitation"
    SEND_CANCELLATION = "send_cancellation"
    WATCH_DELIVERY = "watch_delivery"

    @property
    def channel(self) -> Channel:
        """The outside system that carries it out."""
        return _CHANNELS[self]


_CHANNELS = {
    ActionKind.ENSURE_ROOM: Channel.ROOM,
    ActionKind.CLOSE_ROOM: Channel.ROOM,
    ActionKind.WRITE_APPOINTMENT: Channel.PRACTICE,
    ActionKind.CANCEL_APPOINTMENT: Channel.PRACTICE,
    ActionKind.WRITE_OUTCOME: Channel.PRACTICE,
    ActionKind.SEND_INVITATION: Channel.SMS,
    ActionKind.SEND_CANCELLATION: Channel.SMS,
    ActionKind.WATCH_DELIVERY: Channel.SMS_STATUS,
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step of the saga asks for; the store turns it into a pending action in the same transaction.

    `occasion` tells apart what is asked for again because the booking changed: a new room time, a new text.
    """

    kind: ActionKind
    booking_id: BookingId
    patient_id: PatientId
    occasion: str = ""

    @property
    def idempotency_key(self) -> str:
        """The key under which a retry changes nothing at the other end."""
        key = f"{self.booking_id}:{self.kind.value}"
        return f"{key}:{self.occasion}" if self.occasion else key


@dataclass(frozen=True, slots=True)
class PendingAction:
    """One row of the outbox.

    Actions of one booking for the same channel leave in the order they were made (`sequence`); a slow delivery
    watch therefore never holds up the record, and a cancellation never overtakes the booking it cancels.
    """

    id: ActionId
    sequence: int
    kind: ActionKind
    booking_id: BookingId
    patient_id: PatientId
    idempotency_key: str
    made_at: datetime
    not_before: datetime
    attempts: int = 0
    last_failure: ErrorKind | None = None


@dataclass(frozen=True, slots=True)
class RoomEnsured:
    """The room stands."""

    room: RoomLink


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """The practice system holds the appointment; `confirmed` once its own version says booked."""

    appointment_id: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class InvitationTaken:
    """A gateway accepted the text and calls it this."""

    reference: str


@dataclass(frozen=True, slots=True)
class InvitationArrived:
    """The gateway says the text reached the telephone."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Done, and there is nothing more to know."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The other end said no for good; trying again would not help."""

    kind: ErrorKind


@dataclass(frozen=True, slots=True)
class NotYet:
    """Not decided; ask again after this long. Not a failure."""

    again_after: timedelta


ActionResult = RoomEnsured | AppointmentBooked | InvitationTaken | InvitationArrived | Carried | Refused | NotYet
