"""The words the console and the patient's page say to each other beside sound and picture, as frozen values."""

from dataclasses import dataclass
from enum import Enum, unique
from typing import Literal

CHANNEL_LABEL = "klinik"
CHANNEL_ID = 1
LARGEST_MESSAGE = 16 * 1024
"""Bytes of one message, either way: what every browser takes whole (RFC 8831 section 6.6)."""
LONGEST_CHAT = 2000
"""Characters of one line of chat."""
LARGEST_PICTURE = 8 * 1024 * 1024
"""Bytes of one still picture; the page makes a larger one smaller before it sends it."""

TrackState = Literal["live", "muted", "off", "ended", "missing"]
"""`muted` by the device or the system, `off` by the patient, `ended` when it went away, else `missing`."""
CandidateType = Literal["host", "srflx", "prflx", "relay", ""]
Network = Literal["wifi", "cellular", "ethernet", ""]
Rung = Literal["full", "lower", "none"]
"""How much of a picture the page sends."""


@dataclass(frozen=True, slots=True)
class BrowserReport:
    """How the call looks from the patient's browser; packets and frames are totals of the connection.

    `mic_level` is 0 to 1; `hidden` is true when the page is not in front; `round_trip_ms` None when unknown.
    """

    camera: TrackState
    microphone: TrackState
    mic_level: float
    hidden: bool
    packets_out: int
    packets_in: int
    lost_in: int
    audio_in: int
    video_in: int
    frames_decoded: int
    frames_sent: int
    round_trip_ms: float | None
    local_candidate: CandidateType
    network: Network


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is there: which page it is (a new one after a reload), and the last line of chat it has got.

    `talk` is the talk it has that from, empty for a page that was never welcomed.
    """

    page: str
    talk: str
    chat: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """The console's answer: which talk this is (a new one after its restart), and the last line it has heard."""

    talk: str
    chat: int


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of chat; each side numbers its own from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ChatGot:
    """Every line up to this number has arrived."""

    number: int


@unique
class PictureAnswer(Enum):
    """What became of a picture that was asked for."""

    TAKING = "taking"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PictureAnswered:
    """The patient's answer to the question with this number; TAKING is the consent."""

    asked: int
    answer: PictureAnswer


@dataclass(frozen=True, slots=True)
class PictureHead:
    """A picture follows in binary chunks: `size` bytes of JPEG with this SHA-256 (hex).

    `asked` is the question it answers, 0 for one the patient sends unasked.
    """

    transfer: int
    asked: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CardSeen:
    """Whether what is shown is before the patient: False once they close it or put something else on top."""

    seen: bool


@dataclass(frozen=True, slots=True)
class PictureAsk:
    """Ask the patient for a sharp still picture."""

    asked: int


@dataclass(frozen=True, slots=True)
class PictureCancel:
    """The question is withdrawn."""

    asked: int


@dataclass(frozen=True, slots=True)
class PictureGot:
    """A transfer has ended: whole, or to be sent again."""

    transfer: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the clinician shows the patient: a title, rows of a name and a value, and a text."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class CardShown:
    """Show this card, or none."""

    card: Card | None


@dataclass(frozen=True, slots=True)
class SendRung:
    """Send this much of a picture."""

    rung: Rung


FromPage = BrowserReport | Hello | ChatLine | ChatGot | PictureAnswered | PictureHead | CardSeen
ToPage = Welcome | ChatLine | ChatGot | PictureAsk | PictureCancel | PictureGot | CardShown | SendRung
