"""Pending actions: the only thing a click leaves behind, and all that ever leaves the PC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique

from app.domain.arrangement import Conflict
from app.domain.assignment import ThreadHolder
from app.domain.booking import PlannedTime, RoomLink
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, PatientId, PictureId, ThreadId


@unique
class Channel(Enum):
    """Which outside system an action is for."""

    PRACTICE = "practice"
    ROOM = "room"
    SMS = "sms"
    SMS_STATUS = "sms_status"
    PICTURE = "picture"
    """The practice system too, in a line of its own: a picture that fails, or takes long, holds up nothing else."""


@unique
class ActionKind(Enum):
    """What is to be done outside; each is safe to do twice."""

    ENSURE_ROOM = "ensure_room"
    CLOSE_ROOM = "close_room"
    WRITE_APPOINTMENT = "write_appointment"
    MOVE_APPOINTMENT = "move_appointment"
    CANCEL_APPOINTMENT = "cancel_appointment"
    WRITE_OUTCOME = "write_outcome"
    SEND_INVITATION = "send_invitation"
    SEND_CANCELLATION = "send_cancellation"
    WATCH_DELIVERY = "watch_delivery"
    ASSIGN_THREAD = "assign_thread"
    SAVE_PICTURE = "save_picture"

    @property
    def channel(self) -> Channel:
        """The outside system that carries it out."""
        return _CHANNELS[self]


_CHANNELS = {
    ActionKind.ENSURE_ROOM: Channel.ROOM,
    ActionKind.CLOSE_ROOM: Channel.ROOM,
    ActionKind.WRITE_APPOINTMENT: Channel.PRACTICE,
    ActionKind.MOVE_APPOINTMENT: Channel.PRACTICE,
    ActionKind.CANCEL_APPOINTMENT: Channel.PRACTICE,
    ActionKind.WRITE_OUTCOME: Channel.PRACTICE,
    ActionKind.SEND_INVITATION: Channel.SMS,
    ActionKind.SEND_CANCELLATION: Channel.SMS,
    ActionKind.WATCH_DELIVERY: Channel.SMS_STATUS,
    ActionKind.ASSIGN_THREAD: Channel.PRACTICE,
    ActionKind.SAVE_PICTURE: Channel.PICTURE,
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
        return _key(self.booking_id, self.kind, self.occasion)

    @property
    def queue(self) -> str:
        """What it waits in line with: all a patient's bookings in the practice system, elsewhere one booking."""
        channel = self.kind.channel
        return f"{channel.value}:{self.patient_id if channel is Channel.PRACTICE else self.booking_id}"


@dataclass(frozen=True, slots=True)
class ThreadEffect:
    """What a step about a thread asks for; each wish is an `occasion` of its own."""

    kind: ActionKind
    thread_id: ThreadId
    patient_id: PatientId
    occasion: str

    @property
    def idempotency_key(self) -> str:
        """The key under which a retry changes nothing at the other end."""
        return _key(self.thread_id, self.kind, self.occasion)

    @property
    def queue(self) -> str:
        """What it waits in line with: the other wishes for the same thread."""
        return f"{self.kind.channel.value}:thread:{self.thread_id}"


@dataclass(frozen=True, slots=True)
class PictureEffect:
    """What a step about a picture asks for: that it be saved in the record."""

    picture_id: PictureId
    booking_id: BookingId
    patient_id: PatientId
    kind: ActionKind = ActionKind.SAVE_PICTURE

    @property
    def idempotency_key(self) -> str:
        """The key under which a retry changes nothing at the other end."""
        return _key(self.booking_id, self.kind, self.picture_id)

    @property
    def queue(self) -> str:
        """What it waits in line with: nothing."""
        return f"{self.kind.channel.value}:{self.picture_id}"


def _key(subject: str, kind: ActionKind, occasion: str) -> str:
    key = f"{subject}:{kind.value}"
    return f"{key}:{occasion}" if occasion else key


@dataclass(frozen=True, slots=True)
class PendingAction:
    """One row of the outbox, about a booking, a picture of a booking's call, or a thread.

    Actions of one `queue` leave in the order they were made (`sequence`): what is written to the practice system in
    one line for each patient, each picture alone, everything else in one for each booking. A slow delivery watch
    therefore never holds up the record, and a cancellation never overtakes the booking it cancels. `begun` is
    written down before an action is first tried: one that is not has not reached the other end for certain,
    whatever happened.
    """

    id: ActionId
    sequence: int
    kind: ActionKind
    booking_id: BookingId | None
    patient_id: PatientId
    idempotency_key: str
    made_at: datetime
    not_before: datetime
    queue: str
    attempts: int = 0
    last_failure: ErrorKind | None = None
    thread_id: ThreadId | None = None
    begun: bool = False
    picture_id: PictureId | None = None


@dataclass(frozen=True, slots=True)
class RoomEnsured:
    """The room stands."""

    room: RoomLink


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """The practice system holds the appointment; `confirmed` once its own version says booked.

    `planned` is the time it holds, which is no longer the booking's when that was moved again meanwhile; None where
    the answer does not tell. `version_at` is the server's time of the version the answer speaks of, if it tells.
    """

    appointment_id: str
    confirmed: bool
    planned: PlannedTime | None = None
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InvitationTaken:
    """A gateway accepted the text and calls it this."""

    reference: str


@dataclass(frozen=True, slots=True)
class InvitationArrived:
    """The gateway says the text reached the telephone."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Done. `version_at` is the server's time of the appointment's version that says so, if the answer tells."""

    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PictureSaved:
    """The practice system has the picture as `reference`, such as `DocumentReference/17`."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The other end said no for good; trying again would not help. `by` is the colleague who was first, if any."""

    kind: ErrorKind
    by: str = ""


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Somebody changed the appointment in a way that does not go with what was asked: a person has to settle it."""

    conflict: Conflict


@dataclass(frozen=True, slots=True)
class ThreadHeld:
    """Who has the thread now, whether or not it is who was wished for; None when nobody has."""

    holder: ThreadHolder | None


@dataclass(frozen=True, slots=True)
class NotYet:
    """Not decided; ask again after this long. Not a failure."""

    again_after: timedelta


ActionResult = (
    RoomEnsured
    | AppointmentBooked
    | InvitationTaken
    | InvitationArrived
    | Carried
    | Refused
    | Conflicted
    | ThreadHeld
    | PictureSaved
    | NotYet
)
