"""Written consultations between patient and clinic."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.domain.ids import MessageId, PatientId, ThreadId
from app.domain.private import Private


@unique
class Direction(Enum):
    """Who wrote a message."""

    FROM_PATIENT = "from_patient"
    FROM_CLINIC = "from_clinic"


@dataclass(frozen=True, slots=True)
class Message:
    """One e-konsultation message; the thread id joins those that answer each other."""

    id: MessageId
    thread_id: ThreadId
    patient_id: PatientId
    direction: Direction
    subject: Private[str]
    body: Private[str]
    sent_at: datetime
    urgent: bool = False
    attachments: int = 0
