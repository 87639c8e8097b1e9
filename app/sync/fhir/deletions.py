"""What a type's history tells: which resources were deleted, and whether anything else changed."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import Fetched
from app.sync.fhir.bundle import next_link, read_history
from app.sync.fhir.client import FhirClient
from app.sync.fhir.elements import objects
from app.sync.fhir.paging import as_query

_PAGE = 50
_PAGES = 2000


@dataclass(frozen=True, slots=True)
class HistorySince:
    """The resources whose newest version is a deletion, and whether there are others whose newest is none."""

    gone: tuple[Fetched, ...]
    others: bool
    newest: datetime | None


async def history_since(client: FhirClient, resource_type: str, since: datetime) -> HistorySince:
    """Read a type's history back to an instant; raises KlinikError (PRACTICE_*)."""
    path = f"{resource_type}/_history"
    newest: dict[str, Fetched] = {}
    unnamed = False
    answer = await client.get(path, {"_since": as_query(since), "_count": str(_PAGE)})
    for _ in range(_PAGES):
        versions = read_history(answer.body, resource_type)
        unnamed |= len(versions) < len(objects(answer.body.get("entry")))
        for version in versions:
            newest.setdefault(version.id, version)
        link = next_link(answer.body)
        # Some servers forget `_since` in their next link and would go on to the beginning of time.
        if link is None or any(version.last_updated < since for version in versions):
            gone = tuple(version for version in newest.values() if version.deleted)
            stamps = [version.last_updated for version in newest.values()]
            return HistorySince(gone, unnamed or len(gone) < len(newest), max(stamps, default=None))
        answer = await client.follow(path, link)
    raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"the history of {resource_type} does not end")
