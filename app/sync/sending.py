"""The write half: takes due actions from the outbox, has them carried, and reports what came of them."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from app.domain.actions import ActionResult, Channel, NotYet, PendingAction
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.store import BookingLedger
from app.sync.backoff import pause_after
from app.sync.failures import note, rest

Carrier = Callable[[PendingAction, Booking], Awaitable[ActionResult]]
OnResult = Callable[[PendingAction, ActionResult], Awaitable[None]]

AT_ONCE = 4
"""Actions of one channel under way at the same time; a channel that hangs therefore delays no other."""
CARRY_LIMIT = timedelta(seconds=60)
"""No carrier may take longer; each has shorter time-outs of its own."""
LONGEST_REST = timedelta(minutes=1)
"""The outbox is looked at this often even when nothing is due: a PC that slept woke up later than it counted."""
SHORTEST_WAIT = timedelta(milliseconds=100)

_HUNG = {
    Channel.PRACTICE: ErrorKind.PRACTICE_SLOW,
    Channel.ROOM: ErrorKind.ROOM_UNREACHABLE,
    Channel.SMS: ErrorKind.SMS_UNREACHABLE,
    Channel.SMS_STATUS: ErrorKind.SMS_UNREACHABLE,
}
_chance = random.SystemRandom().random


class Sending:
    """Runs until cancelled; what was under way then is simply done again next time."""

    def __init__(
        self,
        ledger: BookingLedger,
        carriers: Mapping[Channel, Carrier],
        on_result: OnResult,
        clock: Clock,
        carry_limit: timedelta = CARRY_LIMIT,
    ) -> None:
        self._ledger = ledger
        self._carriers = carriers
        self._on_result = on_result
        self._clock = clock
        self._carry_limit = carry_limit
        self._wake = asyncio.Event()
        self._under_way: set[tuple[BookingId, Channel]] = set()
        self._failures = 0
        self._retry = False

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def retry(self) -> None:
        """Look at the outbox now, and let what was postponed run at once."""
        self._retry = True
        self._wake.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await rest(self._wake, await self._start_due(group))

    async def _start_due(self, group: asyncio.TaskGroup) -> timedelta:
        """Start what is due and may start; returns how long nothing else will be."""
        now = self._clock()
        # What ends while the outbox is being read may still be in the answer, and must not start again from it.
        not_again = set(self._under_way)
        try:
            if self._retry:
                self._retry = False
                await self._ledger.retry_now(now)
            heads = await self._ledger.due_actions(now + LONGEST_REST)
        except Exception as error:
            note(error, "reading the outbox")
            self._failures += 1
            return pause_after(self._failures, _chance())
        self._failures = 0
        load = Counter(channel for _, channel in self._under_way)
        pause = LONGEST_REST
        for action in heads:
            queue = (action.booking_id, action.kind.channel)
            if queue in not_again or queue in self._under_way:
                continue
            if action.not_before > now:
                pause = min(pause, action.not_before - now)
            elif load[action.kind.channel] < AT_ONCE:
                load[action.kind.channel] += 1
                self._under_way.add(queue)
                group.create_task(self._carry(action))
        return pause

    async def _carry(self, action: PendingAction) -> None:
        try:
            await self._carry_once(action)
        except Exception as error:
            await self._postpone_failed(action, note(error, action.kind.value))
        finally:
            self._under_way.discard((action.booking_id, action.kind.channel))
            self._wake.set()

    async def _carry_once(self, action: PendingAction) -> None:
        booking = await self._ledger.booking(action.booking_id)
        if booking is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "an action without its booking")
        channel = action.kind.channel
        try:
            async with asyncio.timeout(self._carry_limit.total_seconds()):
                result = await self._carriers[channel](action, booking)
        except TimeoutError as error:
            raise KlinikError(_HUNG[channel], "took too long") from error
        if isinstance(result, NotYet):
            again_at = self._clock() + max(result.again_after, SHORTEST_WAIT)
            await self._ledger.postpone(action.id, again_at, None)
        else:
            await self._on_result(action, result)

    async def _postpone_failed(self, action: PendingAction, kind: ErrorKind) -> None:
        pause = pause_after(action.attempts + 1, _chance())
        try:
            await self._ledger.postpone(action.id, self._clock() + pause, kind)
        except Exception as error:
            note(error, "postponing an action")
            # It is still due: hold its queue here, or it would start again at once.
            await asyncio.sleep(pause.total_seconds())
