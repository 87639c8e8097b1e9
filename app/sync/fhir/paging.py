"""Walking through everything of a type that changed since an instant, page by page."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import Fetched
from app.sync.fhir.bundle import Page, read_history, read_page
from app.sync.fhir.bundle import next_link as link_to_next
from app.sync.fhir.client import AnswerTooLargeError, FhirClient
from app.sync.reconcile import Position, Taken, take

_STALE_PAGES = 50
"""So many pages in a row without anything new, and the server is leading us in a circle."""
_HISTORY_PAGE = 50
_HISTORY_PAGES = 2000


@dataclass(frozen=True, slots=True)
class Query:
    """What to read: `by_time` when the server can search on `_lastUpdated`, `elements` to get only those."""

    type: str
    since: datetime | None
    by_time: bool
    count: int
    elements: str = ""


async def walk(
    client: FhirClient, query: Query, watermark: datetime | None
) -> AsyncGenerator[tuple[Page, Taken], None]:
    """Yield pages, oldest first, with what is new on each.

    A page too large to take is asked for again with fewer resources. Raises KlinikError (PRACTICE_*).
    """
    position = Position(query.since if query.by_time else None, watermark)
    count, link, stale = query.count, "", 0
    while True:
        try:
            answer = await (
                client.follow(query.type, link)
                if link
                else client.get(query.type, _search(query, position.since, count))
            )
        except AnswerTooLargeError:
            if count == 1:
                raise
            count, link = max(1, count // 4), ""
            continue
        page = read_page(answer.body, query.type)
        taken = take(position, [entry.stamp for entry in page.entries], more=page.next_link is not None)
        yield page, taken
        if page.next_link is None:
            return
        stale = 0 if taken.fresh else stale + 1
        if stale > _STALE_PAGES:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"the pages of {query.type} do not end")
        position = taken.position
        link = "" if taken.restart and query.by_time else page.next_link


async def deletions(client: FhirClient, resource_type: str, since: datetime) -> tuple[Fetched, ...]:
    """Return the resources of a type whose newest version since an instant is a deletion; raises KlinikError."""
    path = f"{resource_type}/_history"
    newest: dict[str, Fetched] = {}
    answer = await client.get(path, {"_since": as_query(since), "_count": str(_HISTORY_PAGE)})
    for _ in range(_HISTORY_PAGES):
        versions = read_history(answer.body, resource_type)
        for version in versions:
            newest.setdefault(version.id, version)
        link = link_to_next(answer.body)
        # Some servers forget `_since` in their next link and would go on to the beginning of time.
        if link is None or any(version.last_updated < since for version in versions):
            return tuple(version for version in newest.values() if version.deleted)
        answer = await client.follow(path, link)
    raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"the history of {resource_type} does not end")


def as_query(moment: datetime) -> str:
    """Return an instant as search parameters want it, in UTC and whole milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _search(query: Query, since: datetime | None, count: int) -> dict[str, str]:
    parameters = {"_count": str(count)}
    if query.by_time:
        parameters["_sort"] = "_lastUpdated"
        if since is not None:
            parameters["_lastUpdated"] = f"ge{as_query(since)}"
    if query.elements:
        parameters["_elements"] = query.elements
    return parameters
