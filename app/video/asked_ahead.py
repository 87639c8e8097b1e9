"""The ICE servers of the next call, asked for while the patient still waits: the answer is a round trip saved."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from app.domain.clinic_time import Clock
from app.domain.errors import KlinikError
from app.domain.ports.rooms import JsonObject

GOOD_FOR = timedelta(minutes=5)
"""An answer is used for so long; its TURN credentials live for hours, but the servers may change."""

IceServers = tuple[JsonObject, ...]


class AskedAhead:
    """At most one question at a time. `ask` starts one, `get` gives its answer, or that of a new one."""

    def __init__(self, source: Callable[[], Awaitable[IceServers]], clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._asking: asyncio.Task[IceServers] | None = None
        self._asked_at: datetime | None = None
        self._latest: IceServers = ()

    def latest(self) -> IceServers:
        """Return the last answer, and ask anew when it is old: a call outlives what it began with.

        A connection made just then still gets the old one, the next the new one.
        """
        self.ask()
        return self._latest

    def ask(self) -> None:
        """Ask, unless there is an answer that is good or still to come."""
        if not self._is_good():
            self._asked_at = self._clock()
            self._asking = asyncio.create_task(self._answer(), name="ICE servers")
            self._asking.add_done_callback(_seen)

    async def get(self) -> IceServers:
        """Return the servers; raises what asking raises."""
        if self._is_good() and self._asking is not None:
            with contextlib.suppress(KlinikError):
                return await asyncio.shield(self._asking)
        return await self._answer()

    async def end(self) -> None:
        """Forget everything."""
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.cancel()
            await asyncio.wait({asking})

    def _is_good(self) -> bool:
        if self._asking is None or self._asked_at is None:
            return False
        failed = self._asking.done() and (self._asking.cancelled() or self._asking.exception() is not None)
        return not failed and self._clock() - self._asked_at < GOOD_FOR

    async def _answer(self) -> IceServers:
        self._latest = await self._source()
        return self._latest


def _seen(task: asyncio.Task[IceServers]) -> None:
    """What asking ahead raised is raised again when it matters; here it is only looked at, as asyncio wants."""
    if not task.cancelled():
        task.exception()
