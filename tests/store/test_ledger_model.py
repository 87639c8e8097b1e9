"""The ledger and its outbox against a plain model, over any run of steps, failures, restarts and time."""

import asyncio
import tempfile
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.actions import ActionKind, Channel, Effect, PendingAction, ThreadEffect
from app.domain.assignment import Assignment
from app.domain.booking import Booking, BookingState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ThreadId
from app.domain.ports.store import AssignmentTransition, Transition
from app.store.database import open_database
from app.store.local_store import LocalStore
from tests.store.builders import ANNA, BO, KEY, SettableClock, a_booking, a_wish, effect, thread_effect

T = TypeVar("T")
KINDS = st.lists(st.sampled_from([kind for kind in ActionKind if kind is not ActionKind.ASSIGN_THREAD]), max_size=3)
FAILURES = st.none() | st.sampled_from([ErrorKind.PRACTICE_UNREACHABLE, ErrorKind.SMS_UNREACHABLE])
WAITS = st.integers(0, 90).map(lambda seconds: timedelta(seconds=seconds))
THREADS = [ThreadId("t1"), ThreadId("t2")]


@dataclass
class Waiting:
    """One action as the model knows it; the list it stands in is its order."""

    asked: Effect | ThreadEffect
    made_at: datetime
    not_before: datetime
    attempts: int = 0
    failure: ErrorKind | None = None
    begun: bool = False

    @property
    def queue(self) -> tuple[object, ...]:
        """In which line it stands, said in other words than the program's."""
        channel = self.asked.kind.channel
        if isinstance(self.asked, ThreadEffect):
            return "thread", self.asked.thread_id
        if channel is Channel.PRACTICE:
            return "record of", self.asked.patient_id
        return channel, self.asked.booking_id

    def is_like(self, action: PendingAction) -> bool:
        return (
            action.idempotency_key,
            action.booking_id or action.thread_id,
            action.made_at,
            action.not_before,
            action.attempts,
            action.last_failure,
            action.begun,
        ) == (
            self.asked.idempotency_key,
            self.asked.booking_id if isinstance(self.asked, Effect) else self.asked.thread_id,
            self.made_at,
            self.not_before,
            self.attempts,
            self.failure,
            self.begun,
        )


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "clinic.db"
        self.loop = asyncio.Runner()
        self.clock = SettableClock()
        self.bookings: dict[BookingId, Booking] = {}
        self.wishes: dict[ThreadId, Assignment] = {}
        self.outbox: list[Waiting] = []
        self.carried: set[Effect | ThreadEffect] = set()
        self.occasions = 0

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

    def ask(self, effects: Sequence[Effect | ThreadEffect]) -> None:
        for each in effects:
            if each not in self.carried and all(waits.asked != each for waits in self.outbox):
                self.outbox.append(Waiting(each, self.clock.now, self.clock.now))

    def apply(self, booking: Booking, kinds: list[ActionKind]) -> Transition:
        self.bookings[booking.id] = booking
        effects = tuple(effect(booking, kind) for kind in kinds)
        self.ask(effects)
        return Transition(booking, effects)

    def one_due(self, data: st.DataObject) -> tuple[Waiting, PendingAction]:
        number = data.draw(st.integers(0, len(self.due()) - 1))
        return self.due()[number], self.wait(self.store.due_actions(self.clock.now))[number]

    @rule(kinds=KINDS, patient=st.sampled_from([ANNA, BO]))
    def book(self, kinds: list[ActionKind], patient: Any) -> None:
        booking = a_booking(patient_id=patient)
        transition = self.apply(booking, kinds)
        self.wait(self.store.transition(booking.id, lambda _: transition))

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), state=st.sampled_from(BookingState), kinds=KINDS)
    def step(self, data: st.DataObject, state: BookingState, kinds: list[ActionKind]) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings.values())))
        transition = self.apply(replace(booking, state=state), kinds)
        self.wait(self.store.transition(booking.id, lambda _: transition))

    @rule(thread=st.sampled_from(THREADS))
    def wish(self, thread: ThreadId) -> None:
        self.occasions += 1
        wish = a_wish(thread_id=thread, changed_at=self.clock.now)
        asked = thread_effect(wish, str(self.occasions))
        self.wishes[thread] = wish
        self.ask([asked])
        self.wait(self.store.assign(thread, lambda _: AssignmentTransition(wish, (asked,))))

    @precondition(lambda self: self.due())
    @rule(data=st.data(), kinds=st.none() | KINDS)
    def carry_out(self, data: st.DataObject, kinds: list[ActionKind] | None) -> None:
        done, action = self.one_due(data)
        assert self.wait(self.store.begin(action.id))
        self.outbox.remove(done)
        self.carried.add(done.asked)
        if isinstance(done.asked, ThreadEffect):
            self.wait(self.store.assign(done.asked.thread_id, lambda _: None, finished=action.id))
        else:
            booking = self.bookings[done.asked.booking_id]
            transition = None if kinds is None else self.apply(booking, kinds)
            self.wait(self.store.transition(booking.id, lambda _: transition, finished=action.id))
        assert not self.wait(self.store.begin(action.id))

    @precondition(lambda self: self.due())
    @rule(data=st.data(), wait=WAITS, failure=FAILURES)
    def put_off(self, data: st.DataObject, wait: timedelta, failure: ErrorKind | None) -> None:
        late, action = self.one_due(data)
        assert self.wait(self.store.begin(action.id))
        late.not_before, late.failure, late.begun = self.clock.now + wait, failure, True
        late.attempts += failure is not None
        self.wait(self.store.postpone(action.id, late.not_before, failure))

    @precondition(lambda self: any(isinstance(each.asked, Effect) for each in self.outbox))
    @rule(data=st.data(), kinds=KINDS, begun_meanwhile=st.booleans())
    def withdraw(self, data: st.DataObject, kinds: list[ActionKind], begun_meanwhile: bool) -> None:
        waiting = {each.asked.booking_id for each in self.outbox if isinstance(each.asked, Effect)}
        # In the order they were made: their ids are other ones each time.
        booking = data.draw(st.sampled_from([each for key, each in self.bookings.items() if key in waiting]))
        seen = self.wait(self.store.waiting_for(booking.id))
        mine = [each for each in self.outbox if getattr(each.asked, "booking_id", None) == booking.id]
        if begun_meanwhile and not mine[0].begun:
            mine[0].begun = self.wait(self.store.begin(seen[0].id))
            with pytest.raises(KlinikError):
                self.wait(self.store.transition(booking.id, lambda _: None, withdrawn=seen))
            return
        self.outbox = [each for each in self.outbox if each not in mine]
        transition = self.apply(booking, kinds)
        self.wait(self.store.transition(booking.id, lambda _: transition, withdrawn=seen))

    @rule()
    def retry_all_now(self) -> None:
        for each in self.outbox:
            each.not_before = min(each.not_before, self.clock.now)
        self.wait(self.store.retry_now(self.clock.now))

    @precondition(lambda self: any(isinstance(each.asked, Effect) for each in self.outbox))
    @rule(data=st.data())
    def retry_one_now(self, data: st.DataObject) -> None:
        about_bookings = [each for each in enumerate(self.outbox) if isinstance(each[1].asked, Effect)]
        number, asked = data.draw(st.sampled_from(about_bookings))
        for each in self.outbox[: number + 1]:
            if each.queue == asked.queue:
                each.not_before = min(each.not_before, self.clock.now)
        waiting = [self.wait(self.store.waiting_for(booking_id)) for booking_id in self.bookings]
        [action] = [
            each for some in waiting for each in some if each.idempotency_key == asked.asked.idempotency_key
        ]
        self.wait(self.store.retry_now(self.clock.now, action.id))

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

    @invariant()
    def the_same_is_booked_and_wished_for(self) -> None:
        live = {booking.id: booking for booking in self.wait(self.store.live_bookings())}
        assert live == {key: booking for key, booking in self.bookings.items() if booking.live}
        for thread in THREADS:
            assert self.wait(self.store.assignment(thread)) == self.wishes.get(thread)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=40, stateful_step_count=25)
