"""Asks services outside this PC how they are reached, now and then, and at once when something seems wrong."""

import asyncio
import time
from dataclasses import replace

from app.video.fault.facts import NOT_ASKED, Reach, Witnesses
from app.video.fault.network import knock_often

_CALM_PAUSE, _WARY_PAUSE = 10.0, 2.0
"""Seconds from the end of one round of questions to the next, while all is well and while it is not."""
_CALM_KNOCKS, _WARY_KNOCKS = 3, 30
"""Connections tried in one round. Of thirty, one is all but sure (95 %) to need a second try where 5 % are lost
each way."""
_REMEMBERED = 6.0
"""Seconds for which what a round found wrong counts: as long as it takes the call's own figures to forget."""


class AskingAround:
    """Used in one loop; times are monotonic seconds. `room` and `other` are as the last whole round found them.

    Of the room service the worst of the last seconds is told. `usual_room_ms` is the shortest way of all.
    """

    def __init__(self, witnesses: Witnesses) -> None:
        self._witnesses = witnesses
        self._asking: asyncio.Task[None] | None = None
        self._began_at = self._ended_at = float("-inf")
        self._wary_since: float | None = None
        self._asked_at = float("-inf")
        self._rounds: tuple[tuple[float, Reach], ...] = ()
        self.room = self.other = NOT_ASKED
        self.usual_room_ms: float | None = None

    @property
    def fresh(self) -> bool:
        """Whether a whole round was asked since something seemed wrong."""
        return self._wary_since is not None and self._asked_at >= self._wary_since

    def look(self, now: float, *, wary: bool) -> None:
        """Ask when it is time to. A round that was begun while all was well tells nothing of the trouble."""
        self._wary_since = (self._wary_since if self._wary_since is not None else now) if wary else None
        stale = self._wary_since is not None and self._began_at < self._wary_since
        if self._asking is not None and not self._asking.done():
            if not stale:
                return
            self._asking.cancel()
        elif not stale and now - self._ended_at < (_WARY_PAUSE if wary else _CALM_PAUSE):
            return
        self._began_at = now
        self._asking = asyncio.get_running_loop().create_task(self._ask(now, wary=wary))

    async def end(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _ask(self, began: float, *, wary: bool) -> None:
        times = _WARY_KNOCKS if wary else _CALM_KNOCKS
        room, self.other = await asyncio.gather(
            knock_often(*self._witnesses.room, times), knock_often(*self._witnesses.other, times)
        )
        self._asked_at, self._ended_at = began, time.monotonic()
        self._rounds = (*((at, one) for at, one in self._rounds if began - at <= _REMEMBERED), (began, room))
        self.room = worst(room, tuple(one for _, one in self._rounds))
        trips = [trip for trip in (self.usual_room_ms, room.round_trip_ms) if trip is not None]
        self.usual_room_ms = min(trips, default=None)


def worst(newest: Reach, lately: tuple[Reach, ...]) -> Reach:
    """Return the newest answer with the longest way and the most second tries of the last rounds."""
    trips = [reach.round_trip_ms for reach in lately if reach.round_trip_ms is not None]
    if newest.round_trip_ms is None:
        return newest
    return replace(newest, round_trip_ms=max(trips), retried=max(reach.retried for reach in lately))
