"""Walking through everything of a type that changed since an instant, page by page."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.bundle import Page, read_page
from app.sync.fhir.client import FhirClient
from app.sync.fhir.http import AnswerTooLargeError
from app.sync.reconcile import Position, Taken, take

_STALE_PAGES = 50
"""So many pages in a row without anything new, and the server is leading us in a circle."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to read: `by_time` when the server can search on `_lastUpdated`, `elements` to get only those."""

    type: str
    since: datetime | None
    by_time: bool
    count: int
    elements: str = ""


class Walk:
    """A walk from page to page, oldest first; it may rest for as long as it likes between two."""

    def __init__(self, client: FhirClient, query: Query, watermark: datetime | None) -> None:
        self._client = client
        self._query = query
        self._position = Position(query.since if query.by_time else None, watermark)
        self._count = query.count
        self._link = ""
        self._stale = 0
        self._over = False

    async def page(self) -> tuple[Page, Taken] | None:
        """Return the next page and what is new on it, None after the last.

        A page too large to take is asked for again with fewer resources. Raises KlinikError (PRACTICE_*).
        """
        if self._over:
            return None
        page = await self._ask()
        taken = take(self._position, [entry.stamp for entry in page.entries], more=page.next_link is not None)
        self._stale = 0 if taken.fresh else self._stale + 1
        if self._stale > _STALE_PAGES:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"the pages of {self._query.type} do not end")
        self._over = page.next_link is None
        self._position = taken.position
        self._link = "" if taken.restart and self._query.by_time else page.next_link or ""
        return page, taken

    async def _ask(self) -> Page:
        while True:
            try:
                if self._link:
                    answer = await self._client.follow(self._query.type, self._link)
                else:
                    answer = await self._client.get(self._query.type, self._search())
            except AnswerTooLargeError:
                if self._count == 1:
                    raise
                self._count, self._link = max(1, self._count // 4), ""
                continue
            return read_page(answer.body, self._query.type)

    def _search(self) -> dict[str, str]:
        parameters = {"_count": str(self._count)}
        if self._query.by_time:
            parameters["_sort"] = "_lastUpdated"
            if self._position.since is not None:
                parameters["_lastUpdated"] = f"ge{as_query(self._position.since)}"
        if self._query.elements:
            parameters["_elements"] = self._query.elements
        return parameters


async def walk(
    client: FhirClient, query: Query, watermark: datetime | None
) -> AsyncGenerator[tuple[Page, Taken], None]:
    """Yield page after page; while one is worked on, the next is on its way. Raises KlinikError (PRACTICE_*)."""
    steps = Walk(client, query, watermark)
    ahead = asyncio.create_task(steps.page())
    try:
        while (found := await ahead) is not None:
            ahead = asyncio.create_task(steps.page())
            yield found
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)


def as_query(moment: datetime) -> str:
    """Return an instant as search parameters want it, in UTC and whole milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
