"""What of a resource can be searched for: one row for each value of each search parameter."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.demo.practice_system.definition import SearchKind, SearchParameter
from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.elements import date_range, references_in, values_at
from app.demo.practice_system.problems import JsonObject

_FIRST_YEAR, _LAST_YEAR = "0002", "9998"
"""Where an open period begins and ends: a year within what Python counts, so that zones fit in."""
_PATHS = {
    resource_type: [
        (path.partition(".")[0], path, name, parameter)
        for name, parameter in definition.search.items()
        if not name.startswith("_")
        for path in parameter.paths
    ]
    for resource_type, definition in DEFINITIONS.items()
}
ANY_REFERENCE = "*"
"""The name under which every reference of a resource is indexed, whether or not a parameter covers it."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One searchable value.

    `qualifier` is a token's system, a reference's type or a string as it was written; `low` and `high` are the
    half-open span of a date in Unix milliseconds.
    """

    parameter: str
    qualifier: str | None = None
    value: str | None = None
    low: int | None = None
    high: int | None = None


def folded(text: str) -> str:
    """Return text as strings are compared: without case and without accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def index_rows(resource_type: str, resource: JsonObject) -> Iterator[IndexRow]:
    """Yield the rows a resource is found by; values of an unexpected shape are left out."""
    for head, path, name, parameter in _PATHS[resource_type]:
        if head in resource:
            for value in values_at(resource, path):
                yield from _rows(name, parameter, value)
    for reference in set(references_in(resource)):
        yield IndexRow(ANY_REFERENCE, value=reference)


def _rows(name: str, parameter: SearchParameter, value: object) -> Iterable[IndexRow]:
    match parameter.kind:
        case SearchKind.TOKEN:
            return _token_rows(name, parameter, value)
        case SearchKind.REFERENCE:
            return _reference_rows(name, parameter, value)
        case SearchKind.DATE:
            return _date_rows(name, value)
        case SearchKind.STRING:
            return [IndexRow(name, qualifier=value, value=folded(value))] if isinstance(value, str) else []


def _token_rows(name: str, parameter: SearchParameter, value: object) -> Iterator[IndexRow]:
    match value:
        case bool():
            yield IndexRow(name, value=str(value).lower())
        case str():
            yield IndexRow(name, value=value)
        case {"coding": list(codings)}:
            for coding in codings:
                yield from _token_rows(name, parameter, coding)
        case {"system": str(system), "value": str(text)}:
            if parameter.contact_system in (None, system):
                yield IndexRow(name, qualifier=system, value=text)
        case {"system": str(system), "code": str(code)}:
            yield IndexRow(name, qualifier=system, value=code)
        case {"value": str(code)} | {"code": str(code)}:
            yield IndexRow(name, value=code)
        case _:
            return


def _reference_rows(name: str, parameter: SearchParameter, value: object) -> Iterator[IndexRow]:
    if isinstance(value, dict) and isinstance(reference := value.get("reference"), str):
        target = reference.partition("/")[0]
        if target in parameter.targets:
            yield IndexRow(name, qualifier=target, value=reference)


def _date_rows(name: str, value: object) -> Iterator[IndexRow]:
    match value:
        case str():
            spans = [value, value]
        case {"start": str(start), "end": str(end)}:
            spans = [start, end]
        case {"start": str(start)}:
            spans = [start, _LAST_YEAR]
        case {"end": str(end)}:
            spans = [_FIRST_YEAR, end]
        case _:
            return
    try:
        low, high = date_range(spans[0])
        if spans[1] != spans[0]:
            high = date_range(spans[1])[1]
        yield IndexRow(name, low=low, high=high)
    except (ValueError, OverflowError):
        return
