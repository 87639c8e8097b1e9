"""What a call can be, what can happen to it, and what it asks to have done: the words of `app.video.call`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Literal

from app.domain.call import CallRecord, Medium, StepReason
from app.domain.errors import ErrorKind


@unique
class Stage(Enum):
    """How far the call is. CONNECTING: admitted, and not yet (or no longer) anyone at the other end."""

    PREPARING = "preparing"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    TELEPHONE = "telephone"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each failing may last before the telephone is proposed, and how steady a recovery must be."""

    connect: timedelta = timedelta(seconds=12)
    return_: timedelta = timedelta(seconds=10)
    steady: timedelta = timedelta(seconds=5)
    """Media must flow this long before a proposal is taken back."""
    flapping: timedelta = timedelta(seconds=60)
    """A second loss within this time proposes the telephone at once."""


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class CallState:
    """All that is known of a call. `call` numbers the attempts to connect; signals of older ones are void.

    `offered` tells whether there is an attempt at all: the patient has joined and has not left.

    `proposed` is why the telephone is proposed, None while it is not; `due` is when it will be if nothing improves.
    """

    record: CallRecord
    stage: Stage = Stage.PREPARING
    call: int = 0
    offered: bool = False
    proposed: StepReason | None = None
    failure: ErrorKind | None = None
    due: datetime | None = None
    retried: bool = False
    flowing_since: datetime | None = None
    lost_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """The clinician lets the patient in."""


@dataclass(frozen=True, slots=True)
class PatientJoined:
    """The patient's browser is ready for an offer: the first time, after a reload, or back with the same link.

    `call` is the last attempt the room service knows of; the next one gets a higher number.
    """

    call: int = 0


@dataclass(frozen=True, slots=True)
class MediaFlowing:
    """The attempt brings sound or picture from the patient."""

    call: int
    medium: Literal[Medium.VIDEO, Medium.SOUND]


@dataclass(frozen=True, slots=True)
class MediaLost:
    """The attempt has failed, or brings nothing any more."""

    call: int


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The clinician asks for one more attempt by video."""


@dataclass(frozen=True, slots=True)
class PatientAskedPhone:
    """The patient asks to be telephoned instead."""


@dataclass(frozen=True, slots=True)
class PatientLeft:
    """The patient pressed leave; the link still works."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Another console of the clinic has let the patient in."""


@dataclass(frozen=True, slots=True)
class ChoseTelephone:
    """The clinician goes on by telephone; without a reason, the one for which it was proposed counts."""

    reason: StepReason | None = None


@dataclass(frozen=True, slots=True)
class Hangup:
    """The clinician ends the call."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


CallEvent = (
    Admitted | PatientJoined | MediaFlowing | MediaLost | TryAgain | PatientAskedPhone | PatientLeft
    | TakenOver | ChoseTelephone | Hangup | Tick
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Drop the connection there is and offer a new one under this number."""

    call: int


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """Drop the connection; camera and microphone stay ready."""


@dataclass(frozen=True, slots=True)
class CloseMedia:
    """Drop the connection and give camera, microphone and loudspeaker back."""


@dataclass(frozen=True, slots=True)
class TellPatient:
    """Send the patient's page this word of the room protocol."""

    kind: Literal["admit", "telephone", "ended"]


CallEffect = MakeOffer | CloseConnection | CloseMedia | TellPatient
