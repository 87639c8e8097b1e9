"""Reading the parameters of a search: pure, and strict about what it understands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.demo.practice_system.criteria import Criterion, parse_criterion, parse_date_bound
from app.demo.practice_system.definition import SearchKind
from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.problems import FhirError, invalid

DEFAULT_COUNT = 50
MAX_COUNT = 1000
CURSOR = "_cursor"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Include:
    """Add what this reference parameter points at; `target` narrows it to one type."""

    parameter: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Search:
    """A search understood; `applied` are the parameters that had an effect, for the `self` and `next` links.

    `total` tells whether the answer is to say how many there are.
    """

    type: str
    criteria: tuple[Criterion, ...]
    sort: str
    descending: bool
    count: int
    includes: tuple[Include, ...]
    elements: frozenset[str]
    total: bool
    cursor: str | None
    applied: Pairs


def parse_search(
    resource_type: str, pairs: Iterable[tuple[str, str]], *, strict: bool = False, totals: bool = True
) -> Search:
    """Read the parameters of a search on a type; `totals` is whether to count when `_total` says nothing.

    Raises FhirError 400 for a value that is not understood and, when `strict` (`Prefer: handling=strict`), for an
    unknown parameter; otherwise unknown ones are left out of `applied`.
    """
    criteria: list[Criterion] = []
    includes: list[Include] = []
    applied: list[tuple[str, str]] = []
    control: dict[str, str] = {}
    for name, value in pairs:
        if name in ("_sort", "_count", "_elements", "_total", CURSOR):
            control[name] = value
        elif name == "_include":
            includes += _include(resource_type, value)
        elif (criterion := parse_criterion(resource_type, name, value)) is not None:
            criteria.append(criterion)
        elif strict and name != "_format":
            raise FhirError(400, "not-supported", f"unknown search parameter '{name[:64]}'")
        else:
            continue
        if name != CURSOR:
            applied.append((name, value))
    sort, descending = _sort(resource_type, control.get("_sort", "_lastUpdated"))
    return Search(
        type=resource_type,
        criteria=tuple(criteria),
        sort=sort,
        descending=descending,
        count=parse_count(control.get("_count")),
        includes=tuple(includes),
        elements=frozenset(part for part in control.get("_elements", "").split(",") if part),
        total=_total(control["_total"]) if "_total" in control else totals,
        cursor=control.get(CURSOR),
        applied=tuple(applied),
    )


def parse_count(text: str | None) -> int:
    """Return the page size asked for, at most MAX_COUNT; raises FhirError 400 when it is not a number."""
    if text is None:
        return DEFAULT_COUNT
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise invalid("_count is not a whole number")
    return min(int(text), MAX_COUNT)


def _total(text: str) -> bool:
    if text not in ("none", "estimate", "accurate"):
        raise invalid("_total is none, estimate or accurate")
    return text != "none"


def parse_since(text: str) -> int:
    """Return the Unix milliseconds of a history's `_since`; raises FhirError 400 when it is no instant."""
    return parse_date_bound("_since", text).low


def _include(resource_type: str, value: str) -> list[Include]:
    source, _, rest = value.partition(":")
    name, _, target = rest.partition(":")
    references = {
        key for key, item in DEFINITIONS[resource_type].search.items() if item.kind is SearchKind.REFERENCE
    }
    if value == "*" or (source == resource_type and name == "*"):
        return [Include(key, None) for key in sorted(references)]
    if source != resource_type or name not in references:
        known = ", ".join(f"{resource_type}:{key}" for key in sorted(references))
        raise invalid(f"_include is not one of: {known}")
    return [Include(name, target or None)]


def _sort(resource_type: str, text: str) -> tuple[str, bool]:
    name = text.removeprefix("-")
    if "," in text:
        raise FhirError(400, "not-supported", "_sort takes one key here")
    if name not in DEFINITIONS[resource_type].search:
        raise invalid("_sort is not a search parameter of the type")
    return name, text.startswith("-")
