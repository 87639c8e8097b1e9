"""The practice system: the truth for patients, calendar, messages and fees."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.domain.actions import ActionResult, PendingAction
from app.domain.assignment import Assignment, HeldThread
from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.ids import BookingId, ClinicianId, PatientId, SlotId, adopted_booking_id
from app.domain.message import Message
from app.domain.patient import Clinician, Patient
from app.domain.slot import Slot


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as the practice system holds it; `booking_id` is set when a console made it.

    `made_at` is None where the practice system does not tell. `changed_by` is the name of whoever last changed it
    by a console, empty where it was changed in another way. `version_at` is the server's time of this version: with
    it an old version, read before a write of ours and told of after it, is known for what it is.
    """

    id: str
    booking_id: BookingId | None
    patient_id: PatientId | None
    clinician_id: ClinicianId | None
    slot_id: SlotId | None
    form: ConsultationForm
    start: datetime
    end: datetime
    status: str
    reached: BookingState
    made_at: datetime | None = None
    changed_by: str = ""
    version_at: datetime | None = None

    @property
    def known_as(self) -> BookingId:
        """The id its booking has on every console: the one it was made under, or one derived from its own."""
        return self.booking_id or adopted_booking_id(self.id)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One resource as it came: kept verbatim, with what the console reads out of it.

    `version` is opaque. `item` is None for deleted resources and for kinds the console only keeps.
    """

    type: str
    id: str
    version: str
    last_updated: datetime
    raw: bytes = field(repr=False)
    deleted: bool
    item: Patient | Clinician | Slot | Message | Appointment | HeldThread | None


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Some resources of one type, and how far the reading has come when they are stored.

    `present`, when set, holds the id of every resource of the type the server still has: any other one kept here
    was deleted there. Sent now and then by servers that cannot list deletions. `complete` says that with this batch
    the type has been read to its end once. `expected` is how many resources of the type the server says it has: a
    hint for a progress bar and nothing else. A batch of the newest, read before its turn, has no watermark. `gone`
    are ids the server was asked for one by one and does not have.
    """

    type: str
    resources: tuple[Fetched, ...]
    watermark: datetime | None
    present: frozenset[str] | None = None
    complete: bool = False
    expected: int | None = None
    gone: frozenset[str] = frozenset()

    @property
    def takes_away(self) -> bool:
        """Whether it may say of something kept here that it was deleted."""
        return self.present is not None or any(each.deleted for each in self.resources)


@dataclass(frozen=True, slots=True)
class ReadPoint:
    """How far a type has been read: up to which server time, and whether it was ever read to its end."""

    at: datetime | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the server says it can do (`/metadata`)."""

    software: str
    types: frozenset[str]
    search_parameters: dict[str, frozenset[str]]
    type_history: frozenset[str]


class PracticeSystem(Protocol):
    """Reads changes and carries out actions; raises KlinikError when the server cannot be used just now."""

    async def capabilities(self) -> Capabilities: ...

    def read_changes(self, read: Mapping[str, ReadPoint]) -> AsyncIterator[ChangeBatch]:
        """Yield what changed since `read` (by resource type); store a batch before asking for the next."""
        ...

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out an action for a booking; safe to repeat."""
        ...

    async def assign(self, action: PendingAction, assignment: Assignment) -> ActionResult:
        """Let a thread be had by whom the assignment wants, unless somebody else has it; safe to repeat."""
        ...
