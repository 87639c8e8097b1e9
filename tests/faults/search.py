"""Searching the model: filters, order, pages by offset with links at another address, and the history of a type."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.faults.kinds import SEARCHABLE, Kind
from tests.faults.versions import Json, RefusedError, Version

Pairs = Sequence[tuple[str, str]]

_CONTROL = frozenset({"_sort", "_count", "_elements", "_total", "_summary", "_since", "_include", "page"})
_COMPARED = {"ge": (0, 1), "gt": (1,), "le": (-1, 0), "lt": (-1,), "eq": (0,)}


def matching(current: Iterable[Version], resource_type: str, query: Pairs) -> list[Version]:
    """Return the resources of a type that fit every filter."""
    found = [version for version in current if version.type == resource_type and version.body is not None]
    for name, wanted in query:
        if name in SEARCHABLE:
            found = [version for version in found if _fits(version, name, wanted)]
    return found


def search_page(kind: Kind, current: Collection[Version], resource_type: str, query: Pairs) -> Json:
    """Return one page of a search as a Bundle; raises RefusedError for a parameter this kind does not know."""
    unknown = [name for name, _ in query if name not in SEARCHABLE and name not in _CONTROL]
    if unknown and not kind.ignores_unknown:
        raise RefusedError(400, "invalid")
    given = dict(query)
    found = matching(current, resource_type, query)
    for key in reversed(given.get("_sort", "_lastUpdated").split(",")):
        found.sort(key=lambda version: _sort_key(version, key.removeprefix("-")), reverse=key.startswith("-"))
    only = given.get("_elements", "").split(",") if given.get("_elements") else None
    bundle = _page(kind, resource_type, query, [_shown(version, only) for version in found])
    if "_include" in given:
        bundle["entry"] += _patients(bundle["entry"], current)
    if kind.totals or given.get("_total") == "accurate" or given.get("_summary") == "count":
        bundle["total"] = len(found)
    if given.get("_summary") == "count":
        bundle["entry"] = []
    return bundle


def history_page(kind: Kind, log: Sequence[Version], resource_type: str, query: Pairs) -> Json:
    """Return one page of a type's history, newest first."""
    since = dict(query).get("_since")
    versions = [version for version in reversed(log) if version.type == resource_type]
    if since:
        versions = [version for version in versions if version.at >= datetime.fromisoformat(since)]
    return _page(kind, f"{resource_type}/_history", query, [_history_entry(version) for version in versions])


def _page(kind: Kind, path: str, query: Pairs, entries: list[Json]) -> Json:
    given = dict(query)
    count, start = int(given.get("_count", "20")), int(given.get("page", "0"))
    bundle: Json = {"resourceType": "Bundle", "type": "searchset", "entry": entries[start : start + count]}
    if start + count < len(entries):
        again = [(name, value) for name, value in query if name != "page"] + [("page", str(start + count))]
        bundle["link"] = [{"relation": "next", "url": f"{kind.links_at}/{path}?{urlencode(again)}"}]
    return bundle


def _patients(entries: list[Json], current: Iterable[Version]) -> list[Json]:
    wanted = {_last(each) for entry in entries for each in _people(entry["resource"]) if "Patient/" in each}
    return [_shown(version, None) for version in current if version.type == "Patient" and version.id in wanted]


def _people(body: Json) -> list[str]:
    """Whom a resource is about, as references."""
    people = [body.get(key, {}) for key in ("subject", "for")]
    people += [each.get("actor", {}) for each in body.get("participant", [])]
    return [str(each.get("reference", "")) for each in people]


def _shown(version: Version, only: Iterable[str] | None) -> Json:
    body = version.body or {}
    if only is not None:
        body = {name: value for name, value in body.items() if name in {*only, "resourceType", "id", "meta"}}
    return {"fullUrl": f"urn:{version.type}:{version.id}", "resource": body, "search": {"mode": "match"}}


def _history_entry(version: Version) -> Json:
    method = "DELETE" if version.body is None else "PUT"
    entry: Json = {
        "request": {"method": method, "url": f"{version.type}/{version.id}"},
        "response": {"status": "200", "etag": version.etag, "lastModified": version.at.isoformat()},
    }
    return entry if version.body is None else {**entry, "resource": version.body}


def _fits(version: Version, name: str, wanted: str) -> bool:
    body = version.body or {}
    match name:
        case "_id":
            return version.id in wanted.split(",")
        case "_lastUpdated" | "date" | "start" | "sent":
            return _compares(_sort_key(version, name), wanted)
        case "identifier":
            system, _, value = wanted.rpartition("|")
            return any(
                each.get("value") == value and system in ("", each.get("system"))
                for each in body.get("identifier", [])
            )
        case "schedule":
            return _last(str(body.get("schedule", {}).get("reference", ""))) == _last(wanted)
        case "status":
            return body.get("status") in wanted.split(",")
        case _:
            return any(_last(each) == _last(wanted) for each in _people(body))


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _compares(value: Any, wanted: str) -> bool:
    prefix = wanted[:2] if wanted[:2] in _COMPARED else ""
    instant = datetime.fromisoformat(wanted.removeprefix(prefix))
    if not isinstance(value, datetime):
        return False
    return ((value > instant) - (value < instant)) in _COMPARED[prefix or "eq"]


def _sort_key(version: Version, name: str) -> Any:
    if name == "_lastUpdated":
        return version.at
    if name == "_id":
        return version.id
    body = version.body or {}
    found = body.get("start") or body.get("sent") if name == "date" else body.get(name)
    return datetime.fromisoformat(found) if found else version.at
