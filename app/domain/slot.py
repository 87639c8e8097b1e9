"""A time in a clinician's calendar that can be booked."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.domain.ids import ClinicianId, SlotId


@unique
class SlotKind(Enum):
    """What the clinic has set a slot aside for."""

    ANY = "any"
    VIDEO = "video"
    TELEPHONE = "telephone"
    IN_PERSON = "in_person"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot with its opaque version (the server's ETag); start and end are aware UTC instants."""

    id: SlotId
    clinician_id: ClinicianId
    start: datetime
    end: datetime
    kind: SlotKind
    free: bool
    version: str

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether the slot shares any time with the half-open span [start, end)."""
        return self.start < end and start < self.end
