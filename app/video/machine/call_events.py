"""What a call can be, what can happen to it, and what it asks to have done: the words of `call`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Literal

from app.domain.call import CallRecord, Medium, Rung, StepReason
from app.domain.culprit import NO_VERDICT, Verdict
from app.domain.errors import ErrorKind
from app.video.machine.ladder import AT_THE_TOP, Ladder, LinkFigures


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
    settle: timedelta = timedelta(seconds=2)
    """Media must flow this long, times the losses before within `flapping`, before a call counts as live again."""
    again: timedelta = timedelta(seconds=3)
    """A change of the network starts no new attempt sooner after the last one."""
    unsent: timedelta = timedelta(seconds=1)
    """An offer that could not leave this PC is followed by another one after this."""
    longest_pause: timedelta = timedelta(seconds=60)
    """Between attempts that fail one after the other; the first pause is `return_`, each next one twice as long."""
    answer: timedelta = timedelta(seconds=3)
    """How long a page that is open takes to join when it is let in from the telephone; then the link is sent."""


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class CallState:
    """All that is known of a call. `call` numbers the attempts to connect; signals of older ones are void.

    `pending` tells that attempt `call` has been offered and brings nothing yet; `carrier` is the attempt that
    carries the conversation, or did last and is kept open because it may yet come back. `proposed` is why the
    telephone is proposed, None while it is not; `due` is when it will be if nothing improves. `next_try` is when
    the next attempt is made by itself, `pause` how long after that the one after it. `flowing_since` is when media
    began to flow again, `losses` when they were lost within the last minute. `picture` tells whether the patient's
    picture flows. `returning`: on the telephone, and video is wanted back; `link_due` is when the link is to be
    sent for it, `link_wanted` that it is. `verdict` is whose fault it is now that things are not well.
    """

    record: CallRecord
    stage: Stage = Stage.PREPARING
    call: int = 0
    pending: bool = False
    carrier: int | None = None
    proposed: StepReason | None = None
    failure: ErrorKind | None = None
    due: datetime | None = None
    next_try: datetime | None = None
    pause: timedelta = timedelta(0)
    offered_at: datetime | None = None
    retried: bool = False
    flowing_since: datetime | None = None
    losses: tuple[datetime, ...] = ()
    picture: bool = True
    ladder: Ladder = AT_THE_TOP
    returning: bool = False
    link_due: datetime | None = None
    link_wanted: bool = False
    verdict: Verdict = NO_VERDICT

    @property
    def offered(self) -> bool:
        """Whether there is anybody to connect to: the patient has joined and has not left."""
        return self.pending or self.carrier is not None


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
class OfferUnsent:
    """The attempt's offer did not leave this PC: the line to the room service is down."""

    call: int


@dataclass(frozen=True, slots=True)
class Measured:
    """How the connection that carries the conversation does."""

    figures: LinkFigures


@dataclass(frozen=True, slots=True)
class Judged:
    """Whose fault it is that things are as they are."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """The PC has another address, or has been asleep: what was connected may never say so itself."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The clinician wants to go up: from the telephone to video, to more of a picture, or to one more attempt."""


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
    Admitted | PatientJoined | MediaFlowing | MediaLost | OfferUnsent | Measured | Judged | NetworkChanged
    | TryAgain | PatientAskedPhone | PatientLeft | TakenOver | ChoseTelephone | Hangup | Tick
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Offer a new connection under this number, in place of one still pending; the carrier stays open beside it."""

    call: int


@dataclass(frozen=True, slots=True)
class KeepOnly:
    """Drop every connection but this one: it carries the conversation."""

    call: int


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """Drop the connections; camera and microphone stay ready."""


@dataclass(frozen=True, slots=True)
class OpenMedia:
    """Take camera, microphone and loudspeaker again, for a conversation that comes back from the telephone."""


@dataclass(frozen=True, slots=True)
class CloseMedia:
    """Drop the connections and give camera, microphone and loudspeaker back."""


@dataclass(frozen=True, slots=True)
class ShowRung:
    """Send this much of a picture from now on, and ask the patient's page for as much."""

    rung: Rung


@dataclass(frozen=True, slots=True)
class TellPatient:
    """Send the patient's page this word of the room protocol."""

    kind: Literal["admit", "telephone", "ended"]


CallEffect = MakeOffer | KeepOnly | CloseConnection | OpenMedia | CloseMedia | ShowRung | TellPatient
