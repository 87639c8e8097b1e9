"""An outbox and a local copy in memory, and a practice system that says what it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.actions import ActionResult, PendingAction
from app.domain.booking import Booking
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId
from app.domain.ports.practice_system import Capabilities, ChangeBatch
from app.domain.ports.store import Step


@dataclass
class MemoryLedger:
    """The heads of the queues as the port has it; `broken` is raised by what reads or postpones."""

    bookings: dict[BookingId, Booking] = field(default_factory=dict)
    actions: dict[ActionId, PendingAction] = field(default_factory=dict)
    postponed: asyncio.Queue[PendingAction] = field(default_factory=asyncio.Queue)
    looked: asyncio.Event = field(default_factory=asyncio.Event)
    broken: Exception | None = None
    cannot_postpone: Exception | None = None

    def add(self, booking: Booking, *actions: PendingAction) -> None:
        self.bookings[booking.id] = booking
        self.actions.update({action.id: action for action in actions})

    async def transition(
        self, booking_id: BookingId, step: Step, *, finished: ActionId | None = None
    ) -> Booking | None:
        raise NotImplementedError

    async def booking(self, booking_id: BookingId) -> Booking | None:
        return self.bookings.get(booking_id)

    async def live_bookings(self) -> tuple[Booking, ...]:
        return tuple(self.bookings.values())

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        self.looked.set()
        if self.broken:
            raise self.broken
        heads: dict[tuple[BookingId, object], PendingAction] = {}
        for action in sorted(self.actions.values(), key=lambda action: action.sequence):
            heads.setdefault((action.booking_id, action.kind.channel), action)
        return tuple(action for action in heads.values() if action.not_before <= now)

    async def next_due(self) -> datetime | None:
        return min((action.not_before for action in self.actions.values()), default=None)

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        if self.cannot_postpone:
            raise self.cannot_postpone
        action = self.actions[action_id]
        attempts = action.attempts + (failure is not None)
        later = replace(action, not_before=not_before, last_failure=failure, attempts=attempts)
        self.actions[action_id] = later
        self.postponed.put_nowait(later)

    async def retry_now(self, now: datetime) -> None:
        self.actions = {name: replace(action, not_before=now) for name, action in self.actions.items()}


@dataclass
class MemoryCopy:
    """The local copy; `heard` gets every answer and failure noted, in order."""

    marks: dict[str, datetime] = field(default_factory=dict)
    stored: list[ChangeBatch] = field(default_factory=list)
    heard: asyncio.Queue[ErrorKind | None] = field(default_factory=asyncio.Queue)
    broken: Exception | None = None

    async def watermarks(self) -> dict[str, datetime]:
        return dict(self.marks)

    async def store(self, batch: ChangeBatch) -> None:
        self.stored.append(batch)
        if batch.watermark:
            self.marks[batch.type] = batch.watermark

    async def note_answer(self, at: datetime) -> None:
        self.heard.put_nowait(None)

    async def note_failure(self, at: datetime, kind: ErrorKind) -> None:
        self.heard.put_nowait(kind)
        if self.broken:
            raise self.broken


@dataclass
class ToldPractice:
    """Gives the batches, or raises the failure, it was told to; `hold` keeps every read waiting."""

    batches: tuple[ChangeBatch, ...] = ()
    failure: Callable[[], Exception] | None = None
    hold: asyncio.Event | None = None
    reads: int = 0

    async def capabilities(self) -> Capabilities:
        return Capabilities("told", frozenset(), {}, frozenset())

    async def read_changes(self, watermarks: dict[str, datetime]) -> AsyncIterator[ChangeBatch]:
        self.reads += 1
        if self.hold:
            await self.hold.wait()
        if self.failure:
            raise self.failure()
        for batch in self.batches:
            yield batch

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        raise NotImplementedError
