"""The write half: takes due actions from the outbox, has them carried, and reports what came of them."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from app.domain.actions import ActionResult, Channel, NotYet, PendingAction
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.store import Outbox
from app.sync.backoff import pause_after
from app.sync.failures import AWAY, note, rest

Carrier = Callable[[PendingAction, Booking], Awaitable[ActionResult]]
OnResult = Callable[[PendingAction, ActionResult], Awaitable[None]]
Carry = Callable[[PendingAction], Awaitable[ActionResult]]
"""Carries an action out, whatever it is about."""

AT_ONCE = {channel: 1 if channel is Channel.PICTURE else 4 for channel in Channel}
"""Actions of one channel under way at the same time; a channel that hangs therefore delays no other.

Pictures go one by one: they are large, and would take the line from the call that is going on.
"""
CARRY_LIMIT = timedelta(seconds=60)
"""No carrier may take longer; each has shorter time-outs of its own."""
LONGEST_REST = timedelta(minutes=1)
"""The outbox is looked at this often even when nothing is due: a PC that slept woke up later than it counted."""
SHORTEST_WAIT = timedelta(milliseconds=100)
_EVER = timedelta(days=3650)
_TOO_FAR = timedelta(hours=1)
"""Nothing is put off for so long: it was put off by a clock that was wrong."""
_CLOCK_SLACK = timedelta(seconds=2)

_PRACTICE_SYSTEM = frozenset({Channel.PRACTICE, Channel.PICTURE})

_HUNG = {
    Channel.PRACTICE: ErrorKind.PRACTICE_SLOW,
    Channel.ROOM: ErrorKind.ROOM_UNREACHABLE,
    Channel.SMS: ErrorKind.SMS_UNREACHABLE,
    Channel.SMS_STATUS: ErrorKind.SMS_UNREACHABLE,
    Channel.PICTURE: ErrorKind.PRACTICE_SLOW,
}
_chance = random.SystemRandom().random


class Sending:
    """Runs until cancelled; what was under way then is simply done again next time.

    `ticks` are seconds that never jump: by them it is noticed when the PC's clock was set back, which would leave
    what was put off waiting for as long.
    """

    def __init__(
        self,
        outbox: Outbox,
        carry: Carry,
        on_result: OnResult,
        clock: Clock,
        carry_limit: timedelta = CARRY_LIMIT,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._carry_out = carry
        self._on_result = on_result
        self._clock = clock
        self._carry_limit = carry_limit
        self._ticks = ticks
        self._wake = asyncio.Event()
        self._under_way: dict[str, Channel] = {}
        self._failures = 0
        self._looked: tuple[datetime, float] | None = None
        self._retry = False
        self._practice_back = False

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def retry(self) -> None:
        """Look at the outbox now, and let what was postponed run at once."""
        self._retry = True
        self._wake.set()

    def practice_back(self) -> None:
        """The practice system answers again: let what failed because it did not run at once."""
        self._practice_back = True
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
            await self._hurry(now)
            heads = await self._outbox.due_actions(now + LONGEST_REST)
        except Exception as error:
            note(error, "reading the outbox")
            self._failures += 1
            return pause_after(self._failures, _chance())
        self._failures = 0
        load = Counter(self._under_way.values())
        pause = LONGEST_REST
        for action in heads:
            if action.queue in not_again or action.queue in self._under_way:
                continue
            if action.not_before > now:
                pause = min(pause, action.not_before - now)
            elif load[action.kind.channel] < AT_ONCE[action.kind.channel]:
                load[action.kind.channel] += 1
                self._under_way[action.queue] = action.kind.channel
                group.create_task(self._carry(action))
        return pause

    async def _hurry(self, now: datetime) -> None:
        """Let run at once what has no reason to wait any longer."""
        ticks = self._ticks()
        looked, self._looked = self._looked, (now, ticks)
        set_back = looked and now - looked[0] < timedelta(seconds=ticks - looked[1]) - _CLOCK_SLACK
        if self._retry or set_back:
            await self._outbox.retry_now(now)
        elif self._practice_back or looked is None:
            for action in await self._outbox.due_actions(now + _EVER):
                failed = action.kind.channel in _PRACTICE_SYSTEM and action.last_failure in AWAY
                if action.not_before > now and (failed or action.not_before - now > _TOO_FAR):
                    await self._outbox.retry_now(now, action.id)
        self._retry = self._practice_back = False

    async def _carry(self, action: PendingAction) -> None:
        try:
            await self._carry_once(action)
        except Exception as error:
            await self._postpone_failed(action, note(error, action.kind.value))
        finally:
            del self._under_way[action.queue]
            self._wake.set()

    async def _carry_once(self, action: PendingAction) -> None:
        if not await self._outbox.begin(action.id):
            return
        try:
            async with asyncio.timeout(self._carry_limit.total_seconds()):
                result = await self._carry_out(action)
        except TimeoutError as error:
            raise KlinikError(_HUNG[action.kind.channel], "took too long") from error
        if isinstance(result, NotYet):
            again_at = self._clock() + max(result.again_after, SHORTEST_WAIT)
            await self._outbox.postpone(action.id, again_at, None)
        else:
            await self._on_result(action, result)

    async def _postpone_failed(self, action: PendingAction, kind: ErrorKind) -> None:
        pause = pause_after(action.attempts + 1, _chance())
        try:
            await self._outbox.postpone(action.id, self._clock() + pause, kind)
        except Exception as error:
            note(error, "postponing an action")
            # It is still due: hold its queue here, or it would start again at once.
            await asyncio.sleep(pause.total_seconds())
