"""The ledger and its outbox against a plain model, over any run of steps, failures, restarts and time."""

import asyncio
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.actions import ActionKind, PendingAction
from app.domain.booking import Booking, BookingState
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.ports.store import Transition
from app.store.database import open_database
from app.store.local_store import LocalStore
from tests.store.builders import KEY, SettableClock, a_booking, effect

T = TypeVar("T")
KINDS = st.lists(st.sampled_from(ActionKind), max_size=3)
FAILURES = st.none() | st.sampled_from([ErrorKind.PRACTICE_UNREACHABLE, ErrorKind.SMS_UNREACHABLE])
WAITS = st.integers(0, 90).map(lambda seconds: timedelta(seconds=seconds))


@dataclass
class Waiting:
    """One action as the model knows it; the list it stands in is its order."""

    kind: ActionKind
    booking_id: BookingId
    made_at: datetime
    not_before: datetime
    attempts: int = 0
    failure: ErrorKind | None = None

    @property
    def queue(self) -> tuple[BookingId, object]:
        return self.booking_id, self.kind.channel

    def is_like(self, action: PendingAction) -> bool:
        return self == Waiting(
            action.kind,
            action.booking_id,
            action.made_at,
            action.not_before,
            action.attempts,
            action.last_failure,
        )


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "clinic.db"
        self.loop = asyncio.Runner()
        self.clock = SettableClock()
        self.bookings: dict[BookingId, Booking] = {}
        self.outbox: list[Waiting] = []
        self.carried: set[tuple[BookingId, ActionKind]] = set()

    @initialize()
    def start(self) -> None:
        self.database = open_database(self.path, KEY)
        self.store = LocalStore(self.database, self.clock)

    def teardown(self) -> None:
        self.database.close()
        self.loop.close()
        self.folder.cleanup()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    def heads(self) -> list[Waiting]:
        first: dict[object, Waiting] = {}
        for each in self.outbox:
            first.setdefault(each.queue, each)
        return list(first.values())

    def due(self) -> list[Waiting]:
        return [each for each in self.heads() if each.not_before <= self.clock.now]

    def apply(self, booking: Booking, kinds: list[ActionKind]) -> Transition:
        self.bookings[booking.id] = booking
        for kind in kinds:
            waits = any((each.booking_id, each.kind) == (booking.id, kind) for each in self.outbox)
            if not waits and (booking.id, kind) not in self.carried:
                self.outbox.append(Waiting(kind, booking.id, self.clock.now, self.clock.now))
        return Transition(booking, tuple(effect(booking, kind) for kind in kinds))

    @rule(kinds=KINDS)
    def book(self, kinds: list[ActionKind]) -> None:
        booking = a_booking()
        transition = self.apply(booking, kinds)
        self.wait(self.store.transition(booking.id, lambda _: transition))

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), state=st.sampled_from(BookingState), kinds=KINDS)
    def step(self, data: st.DataObject, state: BookingState, kinds: list[ActionKind]) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings.values())))
        transition = self.apply(replace(booking, state=state), kinds)
        self.wait(self.store.transition(booking.id, lambda _: transition))

    @precondition(lambda self: self.due())
    @rule(data=st.data(), kinds=st.none() | KINDS)
    def carry_out(self, data: st.DataObject, kinds: list[ActionKind] | None) -> None:
        number = data.draw(st.integers(0, len(self.due()) - 1))
        done, action = self.due()[number], self.wait(self.store.due_actions(self.clock.now))[number]
        self.outbox.remove(done)
        self.carried.add((done.booking_id, done.kind))
        transition = None if kinds is None else self.apply(self.bookings[done.booking_id], kinds)
        self.wait(self.store.transition(done.booking_id, lambda _: transition, finished=action.id))

    @precondition(lambda self: self.due())
    @rule(data=st.data(), wait=WAITS, failure=FAILURES)
    def put_off(self, data: st.DataObject, wait: timedelta, failure: ErrorKind | None) -> None:
        number = data.draw(st.integers(0, len(self.due()) - 1))
        late, action = self.due()[number], self.wait(self.store.due_actions(self.clock.now))[number]
        late.not_before, late.failure = self.clock.now + wait, failure
        late.attempts += failure is not None
        self.wait(self.store.postpone(action.id, late.not_before, failure))

    @rule()
    def retry_now(self) -> None:
        for each in self.outbox:
            each.not_before = min(each.not_before, self.clock.now)
        self.wait(self.store.retry_now(self.clock.now))

    @rule(by=WAITS)
    def time_passes(self, by: timedelta) -> None:
        self.clock.move(by)

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.start()

    @invariant()
    def the_same_is_due(self) -> None:
        due = self.wait(self.store.due_actions(self.clock.now))
        assert len(due) == len(self.due())
        assert all(model.is_like(action) for model, action in zip(self.due(), due, strict=True))
        assert self.wait(self.store.next_due()) == min((each.not_before for each in self.heads()), default=None)

    @invariant()
    def the_same_is_booked(self) -> None:
        live = {booking.id: booking for booking in self.wait(self.store.live_bookings())}
        assert live == {key: booking for key, booking in self.bookings.items() if booking.live}


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=40, stateful_step_count=25)
