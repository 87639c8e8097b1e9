"""The Bundles the practice system answers with, and the opaque cursors in their links."""

import base64
import binascii
from collections.abc import Iterable
from urllib.parse import urlencode

import orjson

from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.elements import instant
from app.demo.practice_system.problems import JsonObject, invalid
from app.demo.practice_system.searches import CURSOR, Pairs, Search
from app.demo.practice_system.versions import Page, Position, Version

_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def searchset(
    base_url: str, search: Search, page: Page, included: Iterable[Version], *, whole_elements: bool = False
) -> JsonObject:
    """Return a page of a search; links are absolute and carry only the parameters that had an effect.

    With `whole_elements` a search for some `_elements` brings those a resource must have as well.
    """
    address = f"{base_url}/{search.type}"
    link = [_link("self", address, search.applied)]
    if page.end:
        link.append(_link("next", address, (*search.applied, (CURSOR, _encode(page.end)))))
    elements = search.elements
    if elements and whole_elements:
        elements |= DEFINITIONS[search.type].required
    entries = [_search_entry(base_url, version, "match", elements) for version in page.versions]
    entries += [_search_entry(base_url, version, "include", frozenset()) for version in included]
    bundle: JsonObject = {"resourceType": "Bundle", "type": "searchset"}
    if page.total is not None:
        bundle["total"] = page.total
    return bundle | {"link": link, "entry": entries}


def history(base_url: str, path: str, pairs: Pairs, versions: tuple[Version, ...], *, more: bool) -> JsonObject:
    """Return a page of a history, newest first, with an entry without a resource for each deletion."""
    address = f"{base_url}/{path}"
    link = [_link("self", address, pairs)]
    if more:
        position = Position(0, 0, 0, versions[-1].seq)
        link.append(_link("next", address, (*pairs, (CURSOR, _encode(position)))))
    entries = [_history_entry(base_url, version) for version in versions]
    return {"resourceType": "Bundle", "type": "history", "link": link, "entry": entries}


def transaction_entry(base_url: str, version: Version | None, status: str) -> JsonObject:
    """Return the answer to one entry of a transaction."""
    if version is None:
        return {"response": {"status": status}}
    entry: JsonObject = {
        "response": {
            "status": status,
            "location": f"{base_url}/{version.reference}/_history/{version.version_id}",
            "etag": version.etag,
            "lastModified": instant(version.last_updated),
        }
    }
    if version.body is not None:
        entry["resource"] = orjson.Fragment(version.body)
    return entry


def decode_cursor(text: str) -> Position:
    """Read a cursor made here; raises FhirError 400 when it is not one."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise invalid("not a cursor of this server") from error
    match parts:
        case [int(snapshot), int() | None as total, str() | int() as key, int(seq)]:
            return Position(snapshot, total, key, seq)
        case _:
            raise invalid("not a cursor of this server")


def _encode(position: Position) -> str:
    parts = [position.snapshot, position.total, position.key, position.seq]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def _link(relation: str, address: str, pairs: Pairs) -> JsonObject:
    return {"relation": relation, "url": f"{address}?{urlencode(pairs)}" if pairs else address}


def _search_entry(base_url: str, version: Version, mode: str, elements: frozenset[str]) -> JsonObject:
    resource: object = orjson.Fragment(version.body or b"null")
    if elements:
        whole = version.resource()
        meta = whole["meta"]
        kept = {name: value for name, value in whole.items() if name in elements | {"resourceType", "id"}}
        resource = {**kept, "meta": {**(meta if isinstance(meta, dict) else {}), "tag": [_SUBSETTED]}}
    return {"fullUrl": f"{base_url}/{version.reference}", "resource": resource, "search": {"mode": mode}}


def _history_entry(base_url: str, version: Version) -> JsonObject:
    url = version.type if version.method == "POST" else version.reference
    status = {"POST": "201", "PUT": "200", "DELETE": "204"}[version.method]
    entry: JsonObject = {
        "fullUrl": f"{base_url}/{version.reference}",
        "request": {"method": version.method, "url": url},
        "response": {"status": status, "etag": version.etag, "lastModified": instant(version.last_updated)},
    }
    if version.body is not None:
        entry["resource"] = orjson.Fragment(version.body)
    return entry
