"""What the room service tells the console about a patient in a room."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.domain.ids import BookingId


@unique
class PatientPhase(Enum):
    """Where the patient's browser is; AWAY means it was there and is closed or out of reach now."""

    NOT_OPENED = "not_opened"
    AWAY = "away"
    OPENED = "opened"
    TESTED = "tested"
    WAITING = "waiting"
    IN_CALL = "in_call"
    WANTS_PHONE = "wants_phone"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PatientDevices:
    """What the patient's browser reports; None means not tried yet."""

    camera: bool | None = None
    microphone: bool | None = None
    browser: str = ""


@dataclass(frozen=True, slots=True)
class PatientPresence:
    """The latest word on one room; `since` is when the phase began."""

    booking_id: BookingId
    phase: PatientPhase
    since: datetime
    devices: PatientDevices = PatientDevices()
