"""An outbox and a local copy in memory, and a practice system that says what it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.actions import ActionResult, PendingAction, ThreadHeld
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import Booking
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ThreadId
from app.domain.ports.practice_system import Appointment, Capabilities, ChangeBatch, ReadPoint
from app.domain.ports.store import AssignmentStep, Step


@dataclass
class MemoryLedger:
    """The heads of the queues as the port has it; `broken` is raised by what reads or postpones."""

    bookings: dict[BookingId, Booking] = field(default_factory=dict)
    assignments: dict[ThreadId, Assignment] = field(default_factory=dict)
    actions: dict[ActionId, PendingAction] = field(default_factory=dict)
    postponed: asyncio.Queue[PendingAction] = field(default_factory=asyncio.Queue)
    looked: asyncio.Event = field(default_factory=asyncio.Event)
    on_begin: Callable[[ActionId], None] | None = None
    broken: Exception | None = None
    cannot_postpone: Exception | None = None

    def add(self, booking: Booking, *actions: PendingAction) -> None:
        self.bookings[booking.id] = booking
        self.actions.update({action.id: action for action in actions})

    async def transition(
        self,
        booking_id: BookingId,
        step: Step,
        *,
        finished: ActionId | None = None,
        withdrawn: Collection[PendingAction] = (),
    ) -> Booking | None:
        raise NotImplementedError

    async def assign(
        self,
        thread_id: ThreadId,
        step: AssignmentStep,
        *,
        finished: ActionId | None = None,
        withdrawn: PendingAction | None = None,
    ) -> Assignment | None:
        raise NotImplementedError

    async def assignment(self, thread_id: ThreadId) -> Assignment | None:
        return self.assignments.get(thread_id)

    async def holder(self, thread_id: ThreadId) -> ThreadHolder | None:
        raise NotImplementedError

    async def action(self, action_id: ActionId) -> PendingAction | None:
        return self.actions.get(action_id)

    async def booking(self, booking_id: BookingId) -> Booking | None:
        return self.bookings.get(booking_id)

    async def live_bookings(self) -> tuple[Booking, ...]:
        return tuple(self.bookings.values())

    async def waiting_for(self, booking_id: BookingId) -> tuple[PendingAction, ...]:
        raise NotImplementedError

    async def begin(self, action_id: ActionId) -> bool:
        if self.on_begin:
            self.on_begin(action_id)
        if action_id not in self.actions:
            return False
        self.actions[action_id] = replace(self.actions[action_id], begun=True)
        return True

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        self.looked.set()
        if self.broken:
            raise self.broken
        heads: dict[str, PendingAction] = {}
        for action in sorted(self.actions.values(), key=lambda action: action.sequence):
            heads.setdefault(action.queue, action)
        return tuple(action for action in heads.values() if action.not_before <= now)

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        if self.cannot_postpone:
            raise self.cannot_postpone
        action = self.actions[action_id]
        attempts = action.attempts + (failure is not None)
        later = replace(action, not_before=not_before, last_failure=failure, attempts=attempts)
        self.actions[action_id] = later
        self.postponed.put_nowait(later)

    async def retry_now(self, now: datetime, action_id: ActionId | None = None) -> None:
        for name, action in self.actions.items():
            if action_id in (None, name):
                self.actions[name] = replace(action, not_before=now)


@dataclass
class MemoryCopy:
    """The local copy; `heard` gets every answer and failure noted, and `paused` every pause and its end."""

    points: dict[str, ReadPoint] = field(default_factory=dict)
    stored: list[ChangeBatch] = field(default_factory=list)
    heard: asyncio.Queue[ErrorKind | None] = field(default_factory=asyncio.Queue)
    paused: asyncio.Queue[bool] = field(default_factory=asyncio.Queue)
    broken: Exception | None = None
    standing: dict[str, Appointment] = field(default_factory=dict)
    kept: dict[str, set[str]] = field(default_factory=dict)

    async def read_points(self) -> Mapping[str, ReadPoint]:
        return dict(self.points)

    async def held(self, resource_type: str) -> frozenset[str]:
        return frozenset(self.kept.get(resource_type, ()))

    async def appointments_to_tell(self, batch: ChangeBatch) -> tuple[Appointment, ...]:
        brought = (each.item for each in batch.resources if isinstance(each.item, Appointment))
        gone = (each.id for each in batch.resources if each.deleted and each.id in self.standing)
        return (*brought, *(self.standing.pop(each) for each in gone))

    async def store(self, batch: ChangeBatch) -> None:
        self.stored.append(batch)
        if batch.watermark:
            self.points[batch.type] = ReadPoint(batch.watermark, batch.complete)

    async def note_paused(self, paused: bool) -> None:
        self.paused.put_nowait(paused)
        if self.broken:
            raise self.broken

    async def probed(self, server: str) -> str | None:
        raise NotImplementedError

    async def note_probed(self, server: str, finding: str) -> None:
        raise NotImplementedError

    async def note_answer(self, at: datetime) -> None:
        self.heard.put_nowait(None)

    async def note_failure(self, at: datetime, kind: ErrorKind) -> None:
        self.heard.put_nowait(kind)
        if self.broken:
            raise self.broken


@dataclass
class ToldPractice:
    """Gives the batches, or raises the failure, it was told to.

    `hold` keeps every read waiting, `hold_after_first` its second batch; `on_batch` is called before each batch.
    """

    batches: tuple[ChangeBatch, ...] = ()
    failure: Callable[[], Exception] | None = None
    hold: asyncio.Event | None = None
    hold_after_first: asyncio.Event | None = None
    on_batch: Callable[[], None] | None = None
    reads: int = 0

    async def capabilities(self) -> Capabilities:
        return Capabilities("told", frozenset(), {}, frozenset())

    async def read_changes(self, read: Mapping[str, ReadPoint]) -> AsyncIterator[ChangeBatch]:
        self.reads += 1
        if self.hold:
            await self.hold.wait()
        if self.failure:
            raise self.failure()
        for number, batch in enumerate(self.batches):
            if number and self.hold_after_first:
                await self.hold_after_first.wait()
            if self.on_batch:
                self.on_batch()
            yield batch

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        raise NotImplementedError

    async def assign(self, action: PendingAction, assignment: Assignment) -> ActionResult:
        return ThreadHeld(assignment.wanted)
