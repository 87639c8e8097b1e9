"""What a talk beside sound and picture is, and what can happen to it: the words of `app.video.side.talk`."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.video.side.assembly import Arrived, Progress, Spoilt
from app.video.side.messages import (
    BrowserReport,
    Card,
    CardSeen,
    ChatGot,
    ChatLine,
    Hello,
    PictureAnswered,
    PictureHead,
    Rung,
)

MOST_LINES = 500
MOST_PICTURES = 8
"""Of one call; the oldest goes when there is one more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of chat; each side's are numbered from 1."""

    ours: bool
    number: int
    text: str
    at: datetime


@unique
class Asking(Enum):
    """How far a question for a picture is."""

    ASKED = "asked"
    TAKING = "taking"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Question:
    """The newest question for a picture; `consent_at` is when the patient said yes."""

    number: int
    stage: Asking = Asking.ASKED
    consent_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether a picture may still come of it."""
        return self.stage in (Asking.ASKED, Asking.TAKING)


@dataclass(frozen=True, slots=True)
class StillPicture:
    """A picture of the patient's, JPEG as it came; `consent_at` is when they agreed, or sent it of themselves."""

    number: int
    data: bytes
    consent_at: datetime
    asked: bool


@dataclass(frozen=True, slots=True)
class SideState:
    """All that is said. `there` tells whether a page is connected now; what is said meanwhile waits for it.

    `card_seen` tells whether the patient has the card before them.

    `talk` names it, so that a page that outlives a restart of the console knows that this is another.

    `delivered` is the last of our lines that the page has, `heard` the last of its lines that we have.
    `arriving` is how much of the picture on its way is here, and its size, in bytes.
    """

    talk: str = ""
    lines: tuple[Line, ...] = ()
    delivered: int = 0
    heard: int = 0
    page: str = ""
    there: bool = False
    asked: int = 0
    question: Question | None = None
    arriving: tuple[int, int] | None = None
    transfer: int = 0
    pictures: tuple[StillPicture, ...] = ()
    card: Card | None = None
    card_seen: bool = False
    rung: Rung = "full"

    @property
    def said(self) -> int:
        """How many lines are ours."""
        return sum(line.ours for line in self.lines)

    @property
    def heard_lines(self) -> int:
        """How many lines are the patient's."""
        return len(self.lines) - self.said


@dataclass(frozen=True, slots=True)
class SayLine:
    """The clinician writes."""

    text: str


@dataclass(frozen=True, slots=True)
class AskPicture:
    """The clinician asks for a sharp picture."""


@dataclass(frozen=True, slots=True)
class CancelPicture:
    """The clinician takes the question back."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """The clinician shows something, or nothing any more."""

    card: Card | None


@dataclass(frozen=True, slots=True)
class SetRung:
    """The page is to send this much of a picture."""

    rung: Rung


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The connection the page was there by is gone."""


Wish = SayLine | AskPicture | CancelPicture | ShowCard | SetRung | ConnectionLost
News = (
    Hello
    | ChatLine
    | ChatGot
    | PictureAnswered
    | PictureHead
    | Progress
    | Arrived
    | Spoilt
    | BrowserReport
    | CardSeen
)
