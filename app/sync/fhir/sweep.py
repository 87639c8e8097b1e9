"""Finding deletions on a server without a history: every id it still has, gathered a few pages at a time."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from app.sync.fhir.client import FhirClient
from app.sync.fhir.paging import Query, Walk

SWEEP_EVERY = timedelta(minutes=10)
_PAGE = 250
_PAGES_AT_ONCE = 4
"""So many pages go with one poll, so that a poll costs the same however much the clinic has."""


class Sweep:
    """The ids of one type; once it is over it rests until it is due. `ticks` are seconds that never jump."""

    def __init__(self, client: FhirClient, resource_type: str, ticks: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._type = resource_type
        self._ticks = ticks
        self._due_at = ticks()
        self._walk: Walk | None = None
        self._present: set[str] = set()
        self._ordered = True

    def put_off(self) -> None:
        """All ids are known just now."""
        self._due_at = self._ticks() + SWEEP_EVERY.total_seconds()

    def note(self, ids: Iterable[str]) -> None:
        """Take in ids just read: one that a slow server brings out late may lie behind a sweep under way."""
        if self._walk is not None:
            self._present.update(ids)

    async def go_on(self, *, to_the_end: bool = False) -> frozenset[str] | None:
        """Gather some more; returns every id of the type once there are no more, else None.

        It also stays None when the server answers out of order, for then some may be missed. Raises KlinikError.
        """
        if self._walk is None:
            if self._ticks() < self._due_at and not to_the_end:
                return None
            query = Query(self._type, None, by_time=True, count=_PAGE, elements="id,meta")
            self._walk, self._present, self._ordered = Walk(self._client, query, None), set(), True
        pages = 0
        while to_the_end or pages < _PAGES_AT_ONCE:
            pages += 1
            try:
                found = await self._walk.page()
            except BaseException:
                self._walk = None
                raise
            if found is None:
                self._walk = None
                self.put_off()
                return frozenset(self._present) if self._ordered else None
            page, taken = found
            self._present.update(entry.stamp.id for entry in page.entries)
            self._ordered = self._ordered and taken.position.ordered and not page.unreadable
        return None
