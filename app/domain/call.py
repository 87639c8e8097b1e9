"""The live part of a consultation as it is kept afterwards: which medium carried it, when, and why it changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique

from app.domain.culprit import NO_VERDICT, Verdict


@unique
class Medium(Enum):
    """What carries the conversation."""

    VIDEO = "video"
    SOUND = "sound"
    TELEPHONE = "telephone"


@unique
class Quality(Enum):
    """How a medium is carried: as it should be, with a smaller picture so that the sound holds, or not just now."""

    WHOLE = "whole"
    LOWERED = "lowered"
    BROKEN = "broken"


@unique
class Rung(Enum):
    """The rescue ladder from top to bottom: what the two can do with each other at this moment."""

    VIDEO = "video"
    LOWER_VIDEO = "lower_video"
    SOUND = "sound"
    RECONNECTING = "reconnecting"
    TELEPHONE = "telephone"


@unique
class StepReason(Enum):
    """Why the conversation moved to another rung."""

    STARTED = "started"
    CLINICIAN_CHOSE = "clinician_chose"
    PATIENT_ASKED = "patient_asked"
    NEVER_CONNECTED = "never_connected"
    MEDIA_LOST = "media_lost"
    NO_PICTURE = "no_picture"
    POOR_LINE = "poor_line"
    SLOW_PC = "slow_pc"
    NETWORK_CHANGED = "network_changed"
    PATIENT_LEFT = "patient_left"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class MediumStep:
    """From this instant the conversation used this medium, for this reason, carried like this."""

    at: datetime
    medium: Medium
    reason: StepReason
    quality: Quality = Quality.WHOLE

    @property
    def rung(self) -> Rung:
        """Where on the ladder this is."""
        if self.medium is Medium.TELEPHONE:
            return Rung.TELEPHONE
        if self.quality is Quality.BROKEN:
            return Rung.RECONNECTING
        if self.medium is Medium.SOUND:
            return Rung.SOUND
        return Rung.LOWER_VIDEO if self.quality is Quality.LOWERED else Rung.VIDEO


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What happened in one call; `connected` tells whether any media ever arrived from the patient.

    `verdict` is whose fault the newest trouble was, as far as the evidence told.
    """

    started_at: datetime
    steps: tuple[MediumStep, ...]
    connected: bool = False
    ended_at: datetime | None = None
    parties: int = 2
    verdict: Verdict = NO_VERDICT

    @property
    def medium(self) -> Medium:
        """The medium in use now, or last."""
        return self.steps[-1].medium

    @property
    def rung(self) -> Rung:
        """Where on the ladder the conversation is, or ended."""
        return self.steps[-1].rung

    def duration(self, now: datetime) -> timedelta:
        """How long the conversation has lasted, or lasted in all."""
        return (self.ended_at or now) - self.started_at
