"""What is known about a call at one moment, at both ends and around it: what the search for the fault reads."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, unique

from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.waiting import PatientPhase
from app.video.machine.ladder import ALL_WELL, LinkFigures
from app.video.side.messages import BrowserReport


@unique
class Answer(Enum):
    """What came of knocking at a service's door. REFUSES: the machine answers and the service is not there."""

    UNKNOWN = "unknown"
    ANSWERS = "answers"
    REFUSES = "refuses"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Reach:
    """How a service outside this PC is reached; `round_trip_ms` when it answered.

    `retried` is how many of the connections tried at one time were not heard at once, though others were.
    """

    answer: Answer = Answer.UNKNOWN
    round_trip_ms: float | None = None
    retried: int = 0


NOT_ASKED = Reach()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rest of the program knows of one booking's call.

    `room_line_up` tells whether this console's line to the room service stands, None when nobody says. `phase` is
    where the patient's page is, for `phase_for` seconds; None when the room service does not tell. `sms_failed`
    tells that the newest text with the link did not get through, `sms_waiting` for how many seconds it has waited
    to be sent, 0 for none.
    """

    room_line_up: bool | None = None
    phase: PatientPhase | None = None
    phase_for: float = 0.0
    sms_failed: bool = False
    sms_waiting: float = 0.0


NOTHING_KNOWN = Surroundings()


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Services outside this PC, as host and port: the room service, and another one at another place.

    What they answer tells the clinic's own network from the patient's. An empty host is none.
    """

    room: tuple[str, int] = ("", 0)
    other: tuple[str, int] = ("", 0)


NO_WITNESSES = Witnesses()


@dataclass(frozen=True, slots=True)
class Around:
    """Whom a call may ask about what happens around it.

    `renew_line` opens a new line to the room service, when this PC's network has changed.
    """

    surroundings: Callable[[BookingId], Surroundings] = lambda _: NOTHING_KNOWN
    witnesses: Witnesses = NO_WITNESSES
    renew_line: Callable[[], None] = lambda: None


NOBODY_AROUND = Around()


@dataclass(frozen=True, slots=True)
class Facts:
    """One reading; times are seconds. `connected`: something has arrived from the patient in this call.

    `captured_for` is since the microphone gave sound last, None when it is not open; `slept` how long this PC stood
    still in the last half minute, `moved` that its address changed then. `waiting` is how long an attempt has been
    pending with nothing arriving, `answered` that the patient's page took it. `silent` is since anything arrived,
    `room_line_down` since the line to the room service broke, `room_line_alone` that the patient was still heard as
    it did. `room` and `other` are `fresh` when they were asked since something seemed wrong. `link` is of the last
    three seconds; the `usual_…` delays are the shortest of this call. `report_age` is how old the browser's report
    is, and `patient_sends` and `patient_gets` how many packets a second it sent and got between the last two.
    `uneven` tells that this PC or the patient's device has not kept time lately, so that delays may be its own.
    """

    connected: bool = False
    device_failures: tuple[ErrorKind, ...] = ()
    captured_for: float | None = None
    slept: float = 0.0
    moved: bool = False
    has_address: bool = True
    surroundings: Surroundings = NOTHING_KNOWN
    room_line_down: float = 0.0
    room_line_alone: bool = True
    room: Reach = NOT_ASKED
    other: Reach = NOT_ASKED
    fresh: bool = True
    usual_room_ms: float | None = None
    waiting: float = 0.0
    answered: bool = False
    silent: float = 0.0
    link: LinkFigures = ALL_WELL
    usual_trip_ms: float | None = None
    encode_ms: float = 0.0
    relayed: bool = False
    report: BrowserReport | None = None
    report_age: float = 0.0
    patient_sends: float | None = None
    patient_gets: float | None = None
    uneven: bool = False
