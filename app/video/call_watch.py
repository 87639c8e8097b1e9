"""The watch kept over a call: what arrives four times a second, its pulse once; each finding is an event of it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from app.domain.call import Medium, Rung
from app.domain.faults import log_fault
from app.video.call_media import CallMedia
from app.video.connections import Connections
from app.video.fault.vitals import Scene, Vitals, link_of
from app.video.machine.call_events import (
    CallEvent,
    CallState,
    Judged,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    Stage,
    Tick,
)
from app.video.machine.watch import Flow
from app.video.side_talk import SideTalk
from app.video.statistics import CallStatistics

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.25
_PULSE_EVERY = 0.75
"""Seconds; with the looks in between it is at most one, so that two readings tell of a fault within five."""
_UNJUDGED = (Stage.PREPARING, Stage.TELEPHONE, Stage.ENDED)
"""Where there is no connection that anybody could be to blame for, unless one is to come back."""


class CallWatch:
    """One for each call, used in its loop: it looks at the call's parts and tells `step` what it finds."""

    def __init__(
        self,
        step: Callable[[CallEvent], Awaitable[None]],
        state: Callable[[], CallState],
        connections: Connections,
        ends: CallMedia,
        side: SideTalk,
        vitals: Vitals,
    ) -> None:
        self._step = step
        self._state = state
        self._connections = connections
        self._ends = ends
        self._side = side
        self._vitals = vitals
        self._figures = CallStatistics()
        self._measured_at = 0.0
        self._news = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Watch from now on; once."""
        self._watching = asyncio.get_running_loop().create_task(self._keep_watch())

    async def end(self) -> None:
        """Watch no more. Safe to call without `begin`."""
        if self._watching:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        await self._vitals.end()

    def look_soon(self) -> None:
        """Look at once, for something has arrived that the call waits for."""
        self._news.set()

    async def statistics(self) -> CallStatistics:
        """Return how the connection does, with rates over about the last second; all zero while there is none."""
        if time.monotonic() - self._measured_at >= _PULSE_EVERY / 2:
            await self._measure()
        return self._figures

    async def _keep_watch(self) -> None:
        while True:
            self._news.clear()
            await self._guarded(self._look)
            if time.monotonic() - self._measured_at >= _PULSE_EVERY:
                await self._guarded(self._take_pulse)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._news.wait()

    async def _guarded(self, part: Callable[[], Awaitable[None]]) -> None:
        """Do a part of the watch; what goes wrong in it must not end the watch."""
        try:
            await part()
        except Exception as error:
            log_fault(_log, "the watch over a call", error)

    async def _look(self) -> None:
        """Tell what each connection brings, and that time has passed."""
        for call, flow in self._connections.look(time.monotonic()):
            if flow is Flow.LOST:
                await self._step(MediaLost(call))
            elif flow is not Flow.NOTHING_YET:
                await self._step(MediaFlowing(call, Medium.VIDEO if flow is Flow.VIDEO else Medium.SOUND))
        await self._step(Tick())

    async def _take_pulse(self) -> None:
        """Tell whether the network is another, how well the line carries, and whose fault it is if it does not."""
        if self._vitals.look_around():
            self._connections.renew_ready()
            await self._step(NetworkChanged())
        await self._measure()
        await self._step(Measured(link_of(self._scene(), self._figures)))
        if self._state().stage not in _UNJUDGED or self._state().returning:
            await self._step(Judged(self._vitals.judge(self._scene(), self._figures)))

    async def _measure(self) -> None:
        self._measured_at = time.monotonic()
        self._figures = await self._connections.statistics()

    def _scene(self) -> Scene:
        now, state = time.monotonic(), self._state()
        waiting, answered, silent = self._connections.standing(now)
        return Scene(
            connected=state.record.connected,
            device_failures=self._ends.devices.failures,
            captured_for=self._ends.devices.captured_for(now),
            waiting=waiting,
            answered=answered,
            silent=silent,
            reported=self._side.reported,
            picture_expected=state.picture and state.ladder.rung is not Rung.SOUND,
        )
