"""A sync loop with everything around it in memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from app.domain.actions import ActionKind, ActionResult, Carried, Channel, PendingAction
from app.domain.booking import Booking
from app.domain.clinic_time import Clock, utc_now
from app.domain.ids import PatientId
from app.domain.ports.practice_system import Appointment
from app.sync.loop import SyncLoop
from app.sync.sending import Carrier
from tests.sync.bookings import action_for, booking_for
from tests.sync.fakes import MemoryCopy, MemoryLedger, ToldPractice
from tests.sync.server import CANARY_NAME, Clinic

CLINIC = Clinic("p1", "c1", "c2", "sch1", ("s1", "s2", "s3"))
HOUR = timedelta(hours=1)


class House:
    """A loop with everything around it in memory; carriers are named by channel."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.copy = MemoryCopy()
        self.practice = ToldPractice()
        self.thread_results: asyncio.Queue[tuple[PendingAction, ActionResult]] = asyncio.Queue()
        self.results: asyncio.Queue[tuple[PendingAction, ActionResult]] = asyncio.Queue()
        self.carriers: dict[Channel, Carrier] = dict.fromkeys(Channel, self.carry_at_once)
        self.appointments: list[Appointment] = []
        self.on_result_fails: Exception | None = None
        self.on_appointment_fails: Exception = RuntimeError(CANARY_NAME)
        self.poll_every = HOUR
        self.carry_limit = HOUR
        self.clock: Clock = utc_now

    async def carry_at_once(self, action: PendingAction, booking: Booking) -> ActionResult:
        return Carried()

    async def on_result(self, action: PendingAction, result: ActionResult) -> None:
        if self.on_result_fails:
            raise self.on_result_fails
        del self.ledger.actions[action.id]
        self.results.put_nowait((action, result))

    async def on_thread_result(self, action: PendingAction, result: ActionResult) -> None:
        del self.ledger.actions[action.id]
        self.thread_results.put_nowait((action, result))

    async def on_appointment(self, appointment: Appointment) -> None:
        self.appointments.append(appointment)
        raise self.on_appointment_fails

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SyncLoop]:
        loop = SyncLoop(
            self.practice,
            self.ledger,
            self.ledger,
            self.copy,
            self.carriers,
            self.on_result,
            self.on_thread_result,
            clock=self.clock,
            poll_every=self.poll_every,
            on_appointment=self.on_appointment,
            carry_limit=self.carry_limit,
            nudge_gap=timedelta(),
        )
        task = asyncio.create_task(loop.run())
        try:
            yield loop
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def book(self, *kinds: ActionKind, patient: str = "p1") -> Booking:
        booking = booking_for(CLINIC, patient_id=PatientId(patient))
        first = len(self.ledger.actions)
        actions = [action_for(booking, kind, first + number) for number, kind in enumerate(kinds)]
        self.ledger.add(booking, *actions)
        return booking


def raises(make: Callable[[], Exception]) -> Carrier:
    async def carrier(action: PendingAction, booking: Booking) -> ActionResult:
        raise make()

    return carrier
