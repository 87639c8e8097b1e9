"""The local copy, seen by those who write to it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.actions import Effect, PendingAction
from app.domain.booking import Booking
from app.domain.changes import ChangeListener
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, SlotId
from app.domain.patient import Clinician, Patient
from app.domain.ports.practice_system import Appointment, ChangeBatch
from app.domain.slot import Slot, SlotKind
from app.domain.waiting import PatientPresence


@dataclass(frozen=True, slots=True)
class Transition:
    """What a step leads to: the booking as it now is, and the effects to put in the outbox with it."""

    booking: Booking
    effects: tuple[Effect, ...] = ()


Step = Callable[[Booking | None], Transition | None]
"""Pure: takes the booking as stored, returns the transition, or None when the event changes nothing."""


class BookingLedger(Protocol):
    """Bookings and the outbox, always written together in one transaction, durable before the call returns."""

    async def transition(
        self, booking_id: BookingId, step: Step, *, finished: ActionId | None = None
    ) -> Booking | None:
        """Apply a step and put its effects in the outbox; `finished` leaves the outbox in the same commit.

        An effect whose idempotency key is already in the outbox, or has been carried out, is not added again.
        """
        ...

    async def booking(self, booking_id: BookingId) -> Booking | None: ...

    async def live_bookings(self) -> tuple[Booking, ...]:
        """Return bookings still ahead or under way."""
        ...

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        """Return, for each booking and channel, its first pending action if it may run now; oldest first."""
        ...

    async def next_due(self) -> datetime | None:
        """Return when the earliest pending action that heads its queue may run."""
        ...

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        """Keep the action for later; a failure counts as an attempt, None does not."""
        ...

    async def retry_now(self, now: datetime) -> None:
        """Let every postponed action run at once."""
        ...


class LocalCopy(Protocol):
    """The practice system's resources on this PC, written by the sync loop only."""

    async def watermarks(self) -> dict[str, datetime]:
        """Return, for each resource type, the largest server time stored."""
        ...

    async def store(self, batch: ChangeBatch) -> None:
        """Keep a batch and advance its type's watermark in one commit; a known (id, version) changes nothing."""
        ...

    async def note_answer(self, at: datetime) -> None:
        """Remember that the practice system answered."""
        ...

    async def note_failure(self, at: datetime, kind: ErrorKind) -> None:
        """Remember that it did not; the first failure after an answer marks since when."""
        ...


class Calendar(Protocol):
    """What slot choice needs to know."""

    async def free_slots(
        self, clinician_id: ClinicianId, after: datetime, limit: int, kinds: Collection[SlotKind]
    ) -> Sequence[Slot]:
        """Return the first free slots of these kinds by start, without those a booking here has asked for."""
        ...

    async def slot(self, slot_id: SlotId) -> Slot | None: ...

    async def appointment(self, booking_id: BookingId) -> Appointment | None:
        """Return the appointment of a booking, whoever made it, by the id it is known as."""
        ...

    async def patient(self, patient_id: PatientId) -> Patient | None: ...

    async def clinicians(self) -> tuple[Clinician, ...]: ...


class PresenceBook(Protocol):
    """Who is in the rooms now; kept in memory, for it is only true while the line is up."""

    def note(self, presence: PatientPresence) -> None: ...

    def line_down(self) -> None:
        """The line broke: nothing is known of anybody."""
        ...


class ChangeSource(Protocol):
    """Tells after each commit what kind of thing changed."""

    def subscribe(self, listener: ChangeListener) -> Callable[[], None]:
        """Call the listener, in the console's loop, after each commit; the returned function ends it."""
        ...
