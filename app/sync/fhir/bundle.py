"""Bundles: the resources on a page of a search or a history, and the link to the next."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import Fetched
from app.sync.fhir.elements import as_object, checked_id, instant, objects, reference_id, text
from app.sync.fhir.json_text import JsonObject, write_json
from app.sync.reconcile import Stamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in for a server time that is missing: such a resource never moves a watermark forward."""

_BEYOND_BELIEF = 10**9


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a page: as JSON to read, as text to keep, and its stamp."""

    resource: JsonObject = field(repr=False)
    raw: bytes = field(repr=False)
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Page:
    """The resources of one type on a page, how many of them no one can read, and where the next page is.

    `total` is how many the search finds, if the server tells.
    """

    entries: tuple[Entry, ...]
    next_link: str | None
    unreadable: int
    total: int | None = None


def read_page(bundle: JsonObject, resource_type: str) -> Page:
    """Read a searchset; raises KlinikError(PRACTICE_RUBBISH) when it is no Bundle.

    Entries of other types (included resources, the server's remarks) are left out; those of ours that have no valid
    id, or are nested without end, are counted as `unreadable`.
    """
    entries: list[Entry] = []
    unreadable = 0
    for item in _entries(bundle):
        resource = as_object(item.get("resource"))
        if resource.get("resourceType") != resource_type:
            continue
        try:
            entries.append(read_entry(resource))
        except ValueError:
            unreadable += 1
    return Page(tuple(entries), next_link(bundle), unreadable, _total(bundle.get("total")))


def read_entry(resource: JsonObject) -> Entry:
    """Read a resource that stands by itself; raises ValueError when it has no valid id or is nested without end."""
    raw = write_json(resource)
    return Entry(resource, raw, _stamp(resource, raw))


def read_history(bundle: JsonObject, resource_type: str) -> list[Fetched]:
    """Read a type's history, newest first: deletions whole, other versions only as far as id and time.

    Raises KlinikError(PRACTICE_RUBBISH) when it is no Bundle.
    """
    versions: list[Fetched] = []
    for entry in _entries(bundle):
        request, response = as_object(entry.get("request")), as_object(entry.get("response"))
        resource = as_object(entry.get("resource"))
        found = reference_id({"reference": request.get("url")}, resource_type)
        found = found or reference_id({"reference": entry.get("fullUrl")}, resource_type)
        if found is None:
            continue
        at = _server_time(response.get("lastModified") or as_object(resource.get("meta")).get("lastUpdated"))
        deleted = text(request.get("method")) == "DELETE"
        version = text(response.get("etag")).removeprefix("W/").strip('"') or f"deleted {at.isoformat()}"
        versions.append(Fetched(resource_type, found, version, at, b"", deleted, None))
    return versions


def next_link(bundle: JsonObject) -> str | None:
    """Return the address of the next page."""
    links = (text(link.get("url")) for link in objects(bundle.get("link")) if link.get("relation") == "next")
    return next((link for link in links if link), None)


def _entries(bundle: JsonObject) -> list[JsonObject]:
    if bundle.get("resourceType") != "Bundle":
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "the answer is no Bundle")
    return objects(bundle.get("entry"))


def _total(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < _BEYOND_BELIEF else None


def _stamp(resource: JsonObject, raw: bytes) -> Stamp:
    meta = as_object(resource.get("meta"))
    version = text(meta.get("versionId")) or hashlib.sha256(raw).hexdigest()[:32]
    return Stamp(checked_id(resource.get("id")), version, _server_time(meta.get("lastUpdated")))


def _server_time(value: object) -> datetime:
    try:
        return instant(value)
    except ValueError:
        return EPOCH
