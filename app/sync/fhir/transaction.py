"""Several writes as one: the Bundle to send, and what its answer says of each."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto, unique

from app.sync.fhir.client import Answer
from app.sync.fhir.codes import UUID_SYSTEM
from app.sync.fhir.elements import as_object, identifiers, instant, objects, text, version_time
from app.sync.fhir.guarded import OUTDATED, if_none_exist
from app.sync.fhir.json_text import JsonObject

MOST_ENTRIES = 8
"""The fewest conditional creates a real server was seen to allow in one transaction."""


@dataclass(frozen=True, slots=True)
class GuardedUpdate:
    """A resource to put in place of the version `etag`."""

    resource: JsonObject
    etag: str


@unique
class Became(Enum):
    """What became of a transaction."""

    WHOLE = auto()
    OUTDATED = auto()
    NOT_WHOLE = auto()


def transaction_of(creates: tuple[JsonObject, ...], updates: tuple[GuardedUpdate, ...]) -> JsonObject:
    """Return the Bundle that creates each of these once and updates each of those in the version it was read in.

    A create is known to the others by its own identifier, a `urn:uuid`, which references in them may name.
    """
    entries: list[JsonObject] = []
    for resource in creates:
        uuid_urn = next(identifiers(resource, UUID_SYSTEM))
        request: JsonObject = {
            "method": "POST",
            "url": text(resource.get("resourceType")),
            "ifNoneExist": if_none_exist(uuid_urn),
        }
        entries.append({"fullUrl": uuid_urn, "resource": resource, "request": request})
    for update in updates:
        address = f"{text(update.resource.get('resourceType'))}/{text(update.resource.get('id'))}"
        request = {"method": "PUT", "url": address, "ifMatch": update.etag}
        entries.append({"resource": update.resource, "request": request})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def entry_statuses(bundle: JsonObject) -> tuple[int, ...]:
    """Return the HTTP status of each entry of a transaction's answer, 0 where there is none to be read."""
    return tuple(_status(as_object(entry.get("response")).get("status")) for entry in objects(bundle.get("entry")))


def last_entry_time(bundle: JsonObject) -> datetime | None:
    """Return the server's time of what the last entry of a transaction made, if its answer tells."""
    last = next(iter(objects(bundle.get("entry"))[-1:]), {})
    with suppress(ValueError):
        return instant(as_object(last.get("response")).get("lastModified"))
    return version_time(as_object(last.get("resource")))


def became_of(answer: Answer, entries: int) -> Became:
    """Return what became of a transaction of so many entries: whole only when every one of them says so."""
    if answer.good:
        statuses = entry_statuses(answer.body)
        whole = len(statuses) == entries and all(200 <= status < 300 for status in statuses)
        return Became.WHOLE if whole else Became.NOT_WHOLE
    return Became.OUTDATED if answer.status in OUTDATED else Became.NOT_WHOLE


def _status(value: object) -> int:
    code = text(value)[:3]
    return int(code) if code.isascii() and code.isdecimal() else 0
