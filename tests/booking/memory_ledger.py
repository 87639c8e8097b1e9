"""Outbox, bookings and wishes for threads in memory: what a disk would hold, and so survives a crash."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from app.domain.actions import Effect, PendingAction, ThreadEffect
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, ThreadId
from app.domain.ports.store import AssignmentStep, Step


class MemoryLedger:
    """A BookingLedger and AssignmentLedger; `name` keeps the actions of two consoles apart."""

    def __init__(self, clock: Clock, name: str = "action") -> None:
        self._clock = clock
        self._name = name
        self._sequence = 0
        self.bookings: dict[BookingId, Booking] = {}
        self.assignments: dict[ThreadId, Assignment] = {}
        self.holders: dict[ThreadId, ThreadHolder] = {}
        self.outbox: dict[ActionId, PendingAction] = {}
        self.carried: set[str] = set()

    async def transition(
        self,
        booking_id: BookingId,
        step: Step,
        *,
        finished: ActionId | None = None,
        withdrawn: Collection[PendingAction] = (),
    ) -> Booking | None:
        transition = step(self.bookings.get(booking_id))
        self._take_out(finished, withdrawn)
        if transition is not None:
            self.bookings[booking_id] = transition.booking
            for effect in transition.effects:
                self._put(effect)
        return self.bookings.get(booking_id)

    async def assign(
        self,
        thread_id: ThreadId,
        step: AssignmentStep,
        *,
        finished: ActionId | None = None,
        withdrawn: PendingAction | None = None,
    ) -> Assignment | None:
        transition = step(self.assignments.get(thread_id))
        self._take_out(finished, () if withdrawn is None else (withdrawn,))
        if transition is not None:
            self.assignments.pop(thread_id, None)
            if transition.assignment is not None:
                self.assignments[thread_id] = transition.assignment
            for effect in transition.effects:
                self._put(effect)
        return self.assignments.get(thread_id)

    async def booking(self, booking_id: BookingId) -> Booking | None:
        return self.bookings.get(booking_id)

    async def live_bookings(self) -> tuple[Booking, ...]:
        live = (booking for booking in self.bookings.values() if booking.live)
        return tuple(sorted(live, key=lambda booking: booking.start))

    async def assignment(self, thread_id: ThreadId) -> Assignment | None:
        return self.assignments.get(thread_id)

    async def holder(self, thread_id: ThreadId) -> ThreadHolder | None:
        return self.holders.get(thread_id)

    async def due_actions(self, now: datetime) -> tuple[PendingAction, ...]:
        return tuple(head for head in self.heads() if head.not_before <= now)

    async def action(self, action_id: ActionId) -> PendingAction | None:
        return self.outbox.get(action_id)

    async def waiting_for(self, booking_id: BookingId) -> tuple[PendingAction, ...]:
        return tuple(pending for pending in self._in_order() if pending.booking_id == booking_id)

    async def begin(self, action_id: ActionId) -> bool:
        if (old := self.outbox.get(action_id)) is None:
            return False
        self.outbox[action_id] = replace(old, begun=True)
        return True

    async def postpone(self, action_id: ActionId, not_before: datetime, failure: ErrorKind | None) -> None:
        if (old := self.outbox.get(action_id)) is None:
            return
        attempts = old.attempts + (failure is not None)
        self.outbox[action_id] = replace(old, not_before=not_before, attempts=attempts, last_failure=failure)

    async def retry_now(self, now: datetime, action_id: ActionId | None = None) -> None:
        chosen = self.outbox.get(action_id) if action_id else None
        for name, pending in self.outbox.items():
            before = chosen is not None and (pending.queue, True) == (
                chosen.queue,
                pending.sequence <= chosen.sequence,
            )
            if action_id is None or before:
                self.outbox[name] = replace(pending, not_before=min(now, pending.not_before))

    def heads(self) -> list[PendingAction]:
        heads: dict[str, PendingAction] = {}
        for pending in self._in_order():
            heads.setdefault(pending.queue, pending)
        return list(heads.values())

    def _in_order(self) -> list[PendingAction]:
        return sorted(self.outbox.values(), key=lambda pending: pending.sequence)

    def _take_out(self, finished: ActionId | None, withdrawn: Collection[PendingAction]) -> None:
        for each in withdrawn:
            waiting = self.outbox.get(each.id)
            if waiting is None or waiting.begun is not each.begun:
                raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, "not as it was")
        if finished is not None and (done := self.outbox.pop(finished, None)):
            self.carried.add(done.idempotency_key)
        for each in withdrawn:
            del self.outbox[each.id]

    def _put(self, effect: Effect | ThreadEffect) -> None:
        key = effect.idempotency_key
        if key in self.carried or any(pending.idempotency_key == key for pending in self.outbox.values()):
            return
        self._sequence += 1
        now = self._clock()
        new = PendingAction(
            id=ActionId(f"{self._name}-{self._sequence}"),
            sequence=self._sequence,
            kind=effect.kind,
            booking_id=effect.booking_id if isinstance(effect, Effect) else None,
            patient_id=effect.patient_id,
            idempotency_key=key,
            made_at=now,
            not_before=now,
            queue=effect.queue,
            thread_id=effect.thread_id if isinstance(effect, ThreadEffect) else None,
        )
        self.outbox[new.id] = new
