"""The live part of a consultation as it is kept afterwards: which medium carried it, when, and why it changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique


@unique
class Medium(Enum):
    """What carries the conversation."""

    VIDEO = "video"
    SOUND = "sound"
    TELEPHONE = "telephone"


@unique
class StepReason(Enum):
    """Why the conversation moved to another medium."""

    STARTED = "started"
    CLINICIAN_CHOSE = "clinician_chose"
    PATIENT_ASKED = "patient_asked"
    NEVER_CONNECTED = "never_connected"
    MEDIA_LOST = "media_lost"


@dataclass(frozen=True, slots=True)
class MediumStep:
    """From this instant the conversation used this medium, for this reason."""

    at: datetime
    medium: Medium
    reason: StepReason


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What happened in one call; `connected` tells whether any media ever arrived from the patient."""

    started_at: datetime
    steps: tuple[MediumStep, ...]
    connected: bool = False
    ended_at: datetime | None = None
    parties: int = 2

    @property
    def medium(self) -> Medium:
        """The medium in use now, or last."""
        return self.steps[-1].medium

    def duration(self, now: datetime) -> timedelta:
        """How long the conversation has lasted, or lasted in all."""
        return (self.ended_at or now) - self.started_at
