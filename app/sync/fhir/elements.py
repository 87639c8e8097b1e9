"""Reading single FHIR elements out of untrusted JSON, so that the parsers say what they want and not how."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from app.sync.fhir.json_text import JsonObject

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def as_object(value: object) -> JsonObject:
    """Return a JSON object, or an empty one when the value is something else."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[JsonObject]:
    """Return the JSON objects of a list, or none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a string without blanks around it, or an empty one."""
    return value.strip() if isinstance(value, str) else ""


def texts(value: object) -> list[str]:
    """Return the non-empty strings of a list."""
    return [found for item in value if (found := text(item))] if isinstance(value, list) else []


def checked_id(value: object) -> str:
    """Return a logical id; raises ValueError when it is none (FHIR R4 `id`: 1-64 of A-Z a-z 0-9 - .)."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("not a FHIR id")
    return value


def instant(value: object) -> datetime:
    """Return a FHIR instant as aware UTC; raises ValueError when it is none or has no time zone."""
    try:
        moment = datetime.fromisoformat(text(value))
        if moment.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("an instant out of range") from error


def version_time(resource: JsonObject) -> datetime | None:
    """Return when the server made this version of a resource, by its own clock; None where it does not tell."""
    try:
        return instant(as_object(resource.get("meta")).get("lastUpdated"))
    except ValueError:
        return None


def last_changed(resource: JsonObject) -> datetime:
    """Return a version's time to sort by; one that tells none comes first."""
    return version_time(resource) or datetime.min.replace(tzinfo=UTC)


def full_date(value: object) -> date | None:
    """Return a date of day precision, or None; FHIR also allows a year or a month alone."""
    found = text(value)
    if not _FULL_DATE.fullmatch(found):
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        return None


def reference_id(value: object, resource_type: str) -> str | None:
    """Return the id a Reference points at when it is of that type: relative, absolute or with a version."""
    steps = _path_steps(text(as_object(value).get("reference")))
    for kind, found in itertools.pairwise(steps):
        if kind == resource_type and _ID.fullmatch(found):
            return found
    return None


def codings(concepts: object) -> Iterator[tuple[str, str]]:
    """Yield (system, code) of every coding in a CodeableConcept or a list of them."""
    for concept in [concepts] if isinstance(concepts, dict) else objects(concepts):
        for coding in objects(concept.get("coding")):
            yield text(coding.get("system")), text(coding.get("code"))


def identifiers(resource: JsonObject, system: str) -> Iterator[str]:
    """Yield the values of the resource's identifiers of one system."""
    for identifier in objects(resource.get("identifier")):
        if text(identifier.get("system")) == system and (value := text(identifier.get("value"))):
            yield value


def extension(resource: JsonObject, url: str) -> JsonObject:
    """Return the first extension with that address, or an empty object."""
    return next((found for found in objects(resource.get("extension")) if found.get("url") == url), {})


def _path_steps(address: str) -> list[str]:
    try:
        return urlsplit(address).path.split("/")
    except ValueError:
        return []
