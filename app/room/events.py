"""What can happen to a room, and what the room then wants done: the alphabet of the waiting room."""

from dataclasses import dataclass
from typing import Literal, NewType

from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomRequest
from app.domain.waiting import PatientDevices, PatientPresence

ConsoleId = NewType("ConsoleId", int)

PatientSignalKind = Literal["answer", "candidate"]
ConsoleSignalKind = Literal["offer", "candidate"]


@dataclass(frozen=True, slots=True)
class PatientArrived:
    """The patient's page is open and its line is up."""


@dataclass(frozen=True, slots=True)
class PatientGone:
    """The patient's line dropped."""


@dataclass(frozen=True, slots=True)
class DevicesTested:
    """The page tried the camera and the microphone."""

    devices: PatientDevices


@dataclass(frozen=True, slots=True)
class Join:
    """The patient is ready and enters the waiting room."""


@dataclass(frozen=True, slots=True)
class PatientSignal:
    """An answer or an ICE candidate from the browser, for attempt number `call`."""

    kind: PatientSignalKind
    call: int
    body: JsonObject


@dataclass(frozen=True, slots=True)
class AskForPhone:
    """The patient would rather be telephoned."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The patient left on purpose."""


@dataclass(frozen=True, slots=True)
class Rating:
    """How picture and sound were: 1 bad, 2 fair, 3 good."""

    picture: int
    sound: int


@dataclass(frozen=True, slots=True)
class Ping:
    """The page asks whether the line still stands; a browser cannot see WebSocket pings."""


@dataclass(frozen=True, slots=True)
class Admit:
    """A console takes the patient in."""

    console: ConsoleId


@dataclass(frozen=True, slots=True)
class ConsoleSignal:
    """An offer or an ICE candidate from a console, for attempt number `call`."""

    console: ConsoleId
    kind: ConsoleSignalKind
    call: int
    body: JsonObject


@dataclass(frozen=True, slots=True)
class GoOnByTelephone:
    """The clinic continues by telephone."""

    console: ConsoleId


@dataclass(frozen=True, slots=True)
class End:
    """The consultation is over."""

    console: ConsoleId


@dataclass(frozen=True, slots=True)
class Delay:
    """The clinician is this many minutes late."""

    minutes: int


@dataclass(frozen=True, slots=True)
class ConsoleGone:
    """A console's line dropped."""

    console: ConsoleId


@dataclass(frozen=True, slots=True)
class Planned:
    """The clinic changed the room's times or shown names."""

    plan: RoomRequest


@dataclass(frozen=True, slots=True)
class Close:
    """The clinic closed the room; only a new plan of the clinic's opens it again."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


PatientMessage = DevicesTested | Join | PatientSignal | AskForPhone | Leave | Rating
Event = PatientArrived | PatientGone | PatientMessage | Planned | Close | Tick
ConsoleEvent = Admit | ConsoleSignal | GoOnByTelephone | End | Delay | ConsoleGone


@dataclass(frozen=True, slots=True)
class TellPatient:
    """Send to the patient of this booking, if there is a line."""

    booking_id: BookingId
    message: JsonObject


@dataclass(frozen=True, slots=True)
class SignalConsole:
    """Send a signal to one console, or to all when `console` is None."""

    booking_id: BookingId
    console: ConsoleId | None
    kind: Literal["answer", "candidate", "joined", "phone", "left"]
    call: int
    body: JsonObject


@dataclass(frozen=True, slots=True)
class TellPresence:
    """Send to every console where the patient now is."""

    presence: PatientPresence


@dataclass(frozen=True, slots=True)
class CountRating:
    """Add to the service's figures; nothing of it is kept with the room."""

    rating: Rating


Effect = TellPatient | SignalConsole | TellPresence | CountRating
