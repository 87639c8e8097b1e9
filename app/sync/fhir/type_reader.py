"""Reading one type: what changed since it was last read, what was deleted, and all of it the first time."""

import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime
from functools import partial

from app.domain.ports.practice_system import ChangeBatch, Fetched, ReadPoint
from app.sync.fhir.bundle import Entry, Page
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.deletions import history_since
from app.sync.fhir.items import Items
from app.sync.fhir.paging import PickedPage, Query, walk
from app.sync.fhir.server_clock import ServerClock
from app.sync.fhir.sweep import Sweep
from app.sync.horizon import Horizon, Inquiry, ServerTime, finished, inquire, joined, storable
from app.sync.reading import SweptBatch
from app.sync.reconcile import Taken

_log = logging.getLogger(__name__)

_REST = 20.0
"""A type that cannot be searched by time is read whole; it then rests for so many times as long as that took."""


class TypeReader:
    """One type on one server; remembers within a run what lets a poll without changes stay cheap.

    With `all_at_start` the type is read whole once in each run, whatever is stored of it.
    """

    def __init__(
        self,
        client: FhirClient,
        items: Items,
        server_clock: ServerClock,
        resource_type: str,
        page: int,
        ticks: Callable[[], float] = time.monotonic,
        *,
        all_at_start: bool = False,
    ) -> None:
        self._client = client
        self._items = items
        self._server_clock = server_clock
        self._type = resource_type
        self._page = page
        self._ticks = ticks
        self._all = all_at_start
        self._horizon = Horizon()
        self._reached: datetime | None = None
        self._sweep = Sweep(client, resource_type, ticks)
        self._rests_until = ticks()

    def inquiry(self, point: ReadPoint, first_began: ServerTime) -> Inquiry:
        """Return how it is asked for what is new; a first reading counts from when this run's began."""
        if not point.complete:
            return Inquiry(max((at for at in (point.at, self._reached) if at), default=None), first_began)
        now = self._server_clock.now()
        self._horizon = joined(self._horizon, point.at, now.shown)
        return Inquiry(None, now) if self._all else inquire(self._horizon, now)

    def only_changes(self, point: ReadPoint) -> bool:
        """Whether nothing but changes is wanted of this type now."""
        return point.complete and not self._all

    async def read_quiet(
        self, capabilities: FhirCapabilities, inquiry: Inquiry
    ) -> AsyncGenerator[ChangeBatch, None]:
        """Take in that nothing is new; yields only what a sweep brings. Raises KlinikError (PRACTICE_*)."""
        self._horizon = finished(self._horizon, inquiry, None, much=False)
        if self._type not in capabilities.type_history and (swept := await self._swept()):
            yield swept

    async def read(
        self, capabilities: FhirCapabilities, point: ReadPoint, inquiry: Inquiry, *, continued: bool
    ) -> AsyncGenerator[ChangeBatch, None]:
        """Yield what is new; raises KlinikError (PRACTICE_*).

        `continued` tells that some of it may be here already from an earlier run of the program.
        """
        by_time = "_lastUpdated" in capabilities.search_parameters.get(self._type, frozenset())
        has_history = self._type in capabilities.type_history
        news = True
        since = inquiry.since or self._horizon.safe
        if has_history and point.complete and since:
            # Deletions first: their time must not move the watermark past changes that are yet to be read.
            history = await history_since(self._client, self._type, since)
            if history.gone:
                yield ChangeBatch(self._type, history.gone, None)
            if history.newest:
                self._server_clock.saw(history.newest)
            news = history.others
        elif not by_time and point.complete:
            news = self._ticks() >= self._rests_until
        if news or self._all:
            resumed = by_time and not point.complete and (continued or point.at is not None)
            async with aclosing(self._changes(point, inquiry, by_time=by_time, resumed=resumed)) as changes:
                async for batch in changes:
                    yield batch
        else:
            self._horizon = finished(self._horizon, inquiry, None, much=False)
        if by_time and point.complete and not has_history and (swept := await self._swept()):
            yield swept

    async def _changes(
        self, point: ReadPoint, inquiry: Inquiry, *, by_time: bool, resumed: bool
    ) -> AsyncGenerator[ChangeBatch, None]:
        """Yield what was created or changed since; `resumed` when an earlier reading of all was cut off."""
        began_at, count = self._ticks(), 0
        newest: datetime | None = None
        query = Query(self._type, inquiry.since, by_time, self._page)
        async with aclosing(walk(self._client, query, point.at)) as pages:
            async for page, taken in pages:
                newest = taken.position.last
                if newest:
                    self._server_clock.saw(newest)
                complete = page.next_link is None and not point.complete and not resumed
                batch = await self._batch(page, taken, inquiry, complete=complete, first=count == 0)
                count += len(taken.fresh)
                self._sweep.note(each.id for each in batch.resources)
                if batch.resources or complete or batch.watermark not in (None, point.at):
                    yield batch
                if page.next_link and taken.watermark:
                    self._reached = newest
        if resumed:
            # What was read before it was cut off may have been deleted since.
            swept = await self._swept(to_the_end=True)
            yield swept or ChangeBatch(self._type, (), None, complete=True)
        if not point.complete:
            self._sweep.put_off()
        self._horizon = finished(self._horizon, inquiry, newest, much=count > self._page)
        self._all = False
        self._rests_until = self._ticks() + _REST * (self._ticks() - began_at)

    async def _swept(self, *, to_the_end: bool = False) -> SweptBatch | None:
        """Go on with the sweep, `to_the_end` of a first reading; returns what it found once it is over."""
        listed = await self._sweep.go_on(to_the_end=to_the_end)
        if not listed:
            return None
        proven = partial(self._sweep.proven, listed, every_one=to_the_end)
        return SweptBatch(self._type, (), None, complete=to_the_end, proven=proven)

    async def _batch(
        self, page: Page, taken: Taken, inquiry: Inquiry, *, complete: bool, first: bool
    ) -> ChangeBatch:
        if page.unreadable:
            _log.warning("%d resources of type %s cannot be kept", page.unreadable, self._type)
        bare = page.too_large if isinstance(page, PickedPage) else frozenset[str]()
        fresh = [page.entries[index] for index in taken.fresh]
        whole = await self._items.fetched(self._type, [entry for entry in fresh if entry.stamp.id not in bare])
        fetched = (*whole, *(self._bare(entry) for entry in fresh if entry.stamp.id in bare))
        mark = storable(self._horizon, inquiry, taken.watermark) if taken.watermark else None
        expected = page.total if first and inquiry.since is None else None
        return ChangeBatch(self._type, fetched, mark, complete=complete, expected=expected)

    def _bare(self, entry: Entry) -> Fetched:
        """Return a resource of which only the id and the stamp are known as it is kept."""
        stamp = entry.stamp
        return Fetched(self._type, stamp.id, stamp.version, stamp.at, entry.raw, False, None)
