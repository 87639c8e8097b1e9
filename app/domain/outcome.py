"""How a consultation ended, and the fee that follows from it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, unique

from app.domain.private import Private


@unique
class OutcomeKind(Enum):
    """What the clinician says became of the booking."""

    COMPLETED = "completed"
    BY_TELEPHONE = "by_telephone"
    NO_SHOW = "no_show"
    TECHNICAL_FAILURE = "technical_failure"


@unique
class FeeReason(Enum):
    """Why a fee code is proposed, or why none is."""

    VIDEO_HELD = "video_held"
    VIDEO_CONFERENCE_HELD = "video_conference_held"
    VIDEO_FAILED_TELEPHONE_HELD = "video_failed_telephone_held"
    TELEPHONE_HELD = "telephone_held"
    CONSULTATION_HELD = "consultation_held"
    PATIENT_DID_NOT_COME = "patient_did_not_come"
    NO_CONSULTATION_HELD = "no_consultation_held"
    NO_CODE_VALID = "no_code_valid"


@dataclass(frozen=True, slots=True)
class FeeCode:
    """A dated fee code (ydelseskode); `valid_to` is the last day, or None while it is in force."""

    code: str
    text: str
    valid_from: date
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        """Tell whether the code may be billed for a consultation held on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class FeeProposal:
    """The code the program proposes, None when nothing is to be billed, and the reason for it."""

    code: FeeCode | None
    reason: FeeReason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is written to the record: how it ended, from when to when, the fee chosen and the note line."""

    kind: OutcomeKind
    started_at: datetime
    ended_at: datetime
    fee_code: str | None
    fee_text: str
    note: Private[str]
