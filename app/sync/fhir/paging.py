"""Walking through everything of a type that changed since an instant, page by page."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.bundle import Entry, Page, read_entry, read_page
from app.sync.fhir.client import FhirClient
from app.sync.fhir.http import AnswerTooLargeError
from app.sync.reconcile import Position, Taken, take

_log = logging.getLogger(__name__)

_STALE_PAGES = 50
"""So many pages in a row without anything new, and the server is leading us in a circle."""
_ONE_BY_ONE = 10
"""So many are listed to be read each by itself, when one among them is too large to take."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to read: `by_time` when the server can search on `_lastUpdated`, `elements` to get only those."""

    type: str
    since: datetime | None
    by_time: bool
    count: int
    elements: str = ""


@dataclass(frozen=True, slots=True)
class PickedPage(Page):
    """A page read one by one; of those whose id is in `too_large` there is nothing but the id and the stamp."""

    too_large: frozenset[str] = frozenset()


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
        self._picking = False

    async def page(self) -> tuple[Page, Taken] | None:
        """Return the next page and what is new on it, None after the last.

        A page too large to take is asked for again with fewer resources; where one alone is too large, those
        around it are read one by one until it is passed. Raises KlinikError (PRACTICE_*).
        """
        if self._over:
            return None
        self._picking = self._picking and bool(self._link)
        page = await self._pick() if self._picking else await self._ask()
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
                    return await self._from_here_one_by_one()
                self._count, self._link = max(1, self._count // 4), ""
                continue
            return await asyncio.to_thread(read_page, answer.body, self._query.type)

    async def _from_here_one_by_one(self) -> Page:
        """List ids from where the walk stands and read each by itself, until it can ask by time again."""
        if self._query.elements:
            raise AnswerTooLargeError(f"one {self._query.type}'s id and stamp")
        self._picking, self._count, self._link = True, self._query.count, ""
        return await self._pick()

    async def _pick(self) -> Page:
        if self._link:
            answer = await self._client.follow(self._query.type, self._link)
        else:
            search = {**self._search(), "_count": str(_ONE_BY_ONE), "_elements": "id,meta"}
            answer = await self._client.get(self._query.type, search)
        page = read_page(answer.body, self._query.type)
        read = [await self._alone(entry) for entry in page.entries]
        pairs = list(zip(page.entries, read, strict=True))
        too_large = frozenset(listed.stamp.id for listed, whole in pairs if whole is None)
        entries = tuple(whole or listed for listed, whole in pairs)
        return PickedPage(entries, page.next_link, page.unreadable, page.total, too_large)

    async def _alone(self, listed: Entry) -> Entry | None:
        """Return a listed resource whole, with the stamp it was listed with; None when it is too large, or gone."""
        try:
            answer = await self._client.get(f"{self._query.type}/{listed.stamp.id}", hand_back=(404, 410))
            return replace(read_entry(answer.body), stamp=listed.stamp) if answer.good else None
        except AnswerTooLargeError:
            _log.warning("a %s is too large to take and is kept without its content", self._query.type)
        except ValueError:
            _log.warning("a %s could not be read by itself", self._query.type)
        return None

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
