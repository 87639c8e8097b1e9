"""Finding deletions on a server without a history: every id it still has, gathered a few pages at a time.

A search may leave out what is there: an index being built anew, a proxy with an old answer. What it does not list
is therefore asked for by itself, and only what the server then says is not there counts as deleted.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from app.domain.errors import KlinikError
from app.sync.fhir.client import FhirClient
from app.sync.fhir.http import NO_CONNECTION
from app.sync.fhir.paging import Query, Walk

_log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(minutes=10)
_PAGE = 250
_PAGES_AT_ONCE = 4
"""So many pages go with one poll, so that a poll costs the same however much the clinic has."""
_ASKED_AT_ONCE = 20
"""So many that a sweep does not list are asked for with one poll; the others wait for the sweep after it."""
_GONE = (404, 410)


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
        self._unlisted: set[str] = set()

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

    async def proven(
        self, listed: frozenset[str], held: frozenset[str], *, every_one: bool = False
    ) -> frozenset[str] | None:
        """Return all of `listed` and `held` but what is certainly gone; None when the list is not to be believed.

        That is when something is there that it does not name, which later sweeps then know of, or when the server
        does not say. Raises KlinikError when it cannot be reached.
        """
        self._unlisted -= listed
        missing = sorted(held - listed - self._unlisted)
        asked = missing if every_one else missing[:_ASKED_AT_ONCE]
        for each in asked:
            try:
                answer = await self._client.get(f"{self._type}/{each}", hand_back=_GONE)
            except KlinikError as error:
                if error.kind in NO_CONNECTION:
                    raise
                _log.warning("whether a %s is gone was not said: %s", self._type, error)
                return None
            if answer.status not in _GONE:
                _log.warning("a search for every %s did not list all; it is not believed", self._type)
                self._unlisted.add(each)
                return None
        if len(asked) < len(missing):
            self._due_at = self._ticks()
        return (listed | held).difference(asked)
