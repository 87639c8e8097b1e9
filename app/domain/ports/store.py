"""The local copy, seen by those who write to it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.actions import Effect, PendingAction, ThreadEffect
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import Booking
from app.domain.changes import ChangeListener
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, SlotId, ThreadId
from app.domain.patient import Clinician, Patient
from app.domain.ports.practice_system import Appointment, ChangeBatch, ReadPoint
from app.domain.slot import Slot, SlotKind
from app.domain.waiting import PatientPresence


@dataclass(frozen=True, slots=True)
class Transition:
    """What a step leads to: the booking as it now is, and the effects to put in the outbox with it."""

    booking: Booking
    effects: tuple[Effect, ...] = ()


Step = Callable[[Booking | None], Transition | None]
"""Pure: takes the booking as stored, returns the transition, or None when the event changes nothing."""


@dataclass(frozen=True, slots=True)
class AssignmentTransition:
    """What a step about a thread leads to; `assignment` None forgets the wish, for it has been settled."""

    assignment: Assignment | None
    effects: tuple[ThreadEffect, ...] = ()


AssignmentStep = Callable[[Assignment | None], AssignmentTransition | None]
"""Pure: takes this console's wish for a thread, returns the transition, or None when nothing changes."""


class Outbox(Protocol):
    """What waits to be carried out."""

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        """Return the first pending action of each queue if it may run now; oldest first."""
        ...

    async def action(self, action_id: ActionId) -> PendingAction | None:
        """Return an action that still waits."""
        ...

    async def waiting_for(self, booking_id: BookingId) -> tuple[PendingAction, ...]:
        """Return all that waits for a booking, oldest first."""
        ...

    async def begin(self, action_id: ActionId) -> bool:
        """Write down that an action is about to be tried; False when it waits no longer: then it must not be."""
        ...

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        """Keep the action for later; a failure counts as an attempt, None does not."""
        ...

    async def retry_now(self, now: datetime, action_id: ActionId | None = None) -> None:
        """Let every postponed action run at once, or one and those it waits behind."""
        ...


class AssignmentLedger(Protocol):
    """Wishes for threads, written together with the outbox as bookings are."""

    async def assign(
        self,
        thread_id: ThreadId,
        step: AssignmentStep,
        *,
        finished: ActionId | None = None,
        withdrawn: PendingAction | None = None,
    ) -> Assignment | None:
        """Apply a step and put its effects in the outbox; returns the wish as it then stands.

        Raises KlinikError(NOT_WITHDRAWABLE) as `BookingLedger.transition` does.
        """
        ...

    async def assignment(self, thread_id: ThreadId) -> Assignment | None: ...

    async def holder(self, thread_id: ThreadId) -> ThreadHolder | None:
        """Return who has the thread as the practice system last said."""
        ...


class BookingLedger(Outbox, Protocol):
    """Bookings and the outbox, always written together in one transaction, durable before the call returns."""

    async def transition(
        self,
        booking_id: BookingId,
        step: Step,
        *,
        finished: ActionId | None = None,
        withdrawn: Collection[PendingAction] = (),
    ) -> Booking | None:
        """Apply a step and put its effects in the outbox in one commit, from which an action may leave it too.

        An effect whose idempotency key is already in the outbox, or has been carried out, is not added again. The
        key of a `finished` action counts as carried out, that of a `withdrawn` one does not. Raises
        KlinikError(NOT_WITHDRAWABLE), and changes nothing, when one to be withdrawn waits no longer or its `begun`
        is no longer what it was.
        """
        ...

    async def booking(self, booking_id: BookingId) -> Booking | None: ...

    async def live_bookings(self) -> tuple[Booking, ...]:
        """Return bookings still ahead or under way."""
        ...


class LocalCopy(Protocol):
    """The practice system's resources on this PC, written by the sync loop only."""

    async def read_points(self) -> Mapping[str, ReadPoint]:
        """Return, for each resource type, how far it has been read."""
        ...

    async def held(self, resource_type: str) -> frozenset[str]:
        """Return the id of every resource of a type that is kept and not known to be deleted.

        With them those of appointments that live bookings here have had for a while and that were never read.
        """
        ...

    async def appointments_to_tell(self, batch: ChangeBatch) -> tuple[Appointment, ...]:
        """Return what a batch, not stored yet, says of bookings made here: their appointments as it has them.

        One that it takes away is there as withdrawn just then.
        """
        ...

    async def store(self, batch: ChangeBatch) -> None:
        """Keep a batch and advance its type's watermark in one commit; a known (id, version) changes nothing."""
        ...

    async def note_paused(self, paused: bool) -> None:
        """Remember whether a person has stopped the first reading; a new start of the program goes on with it."""
        ...

    async def probed(self, server: str) -> str | None:
        """Return what was found out about a server by trying, under a name that changes when the server does."""
        ...

    async def note_probed(self, server: str, finding: str) -> None:
        """Remember what was found out, so that it is tried once and not at every start."""
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
