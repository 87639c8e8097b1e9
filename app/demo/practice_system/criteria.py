"""Reading one search parameter and its value: pure, and strict about what it understands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.demo.practice_system.definition import COMMON_SEARCH, SearchKind, SearchParameter
from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.elements import date_range
from app.demo.practice_system.problems import FhirError, invalid

_MODIFIERS: Mapping[SearchKind, frozenset[str]] = {
    SearchKind.TOKEN: frozenset({"not", "missing"}),
    SearchKind.REFERENCE: frozenset({"missing"}),
    SearchKind.DATE: frozenset({"missing"}),
    SearchKind.STRING: frozenset({"exact", "contains", "missing"}),
}
_TOKEN = re.compile(r"((?:\\.|[^|\\])*)(?:\|(.*))?", re.DOTALL)
_DATE_PREFIX = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateBound:
    """A date to compare with: the comparison and the half-open span in Unix milliseconds."""

    comparison: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class TokenValue:
    """A token; `system` is None when any will do and "" when there must be none, `code` None for any code."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition; any of `values` fulfils it.

    `values` are DateBounds, TokenValues or texts by the parameter's kind, or one bool for `:missing`; with `chain`
    the condition is that a referenced resource of one of `targets` fulfils that.
    """

    parameter: str
    kind: SearchKind
    modifier: str = ""
    values: tuple[DateBound | TokenValue | str | bool, ...] = ()
    targets: tuple[str, ...] = ()
    chain: "Criterion | None" = None


def split_alternatives(text: str) -> list[str]:
    r"""Split at commas that are not escaped as `\,`; escapes are kept, empty parts left out."""
    return re.findall(r"(?:\\.|[^\\,])+", text, re.DOTALL)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def parse_criterion(resource_type: str, name: str, value: str) -> Criterion | None:
    """Return the condition, or None when the type has no such parameter; raises FhirError 400."""
    head, _, chained = name.partition(".")
    head, _, modifier = head.partition(":")
    parameter = DEFINITIONS[resource_type].search.get(head)
    if parameter is None:
        return None
    if chained:
        return _chained(head, modifier, chained, value, parameter)
    targets = parameter.targets
    if parameter.kind is SearchKind.REFERENCE and modifier in targets:
        targets, modifier = (modifier,), ""
    pointless = modifier == "missing" and head in COMMON_SEARCH
    if modifier and (pointless or modifier not in _MODIFIERS[parameter.kind]):
        raise invalid(f"unknown modifier of search parameter '{head}'")
    if modifier == "missing":
        if value not in ("true", "false"):
            raise invalid(f"{head}:missing is true or false")
        return Criterion(head, parameter.kind, modifier, (value == "true",))
    alternatives = split_alternatives(value)
    if not alternatives:
        raise invalid(f"search parameter '{head}' has no value")
    return Criterion(
        head, parameter.kind, modifier, tuple(_value(head, parameter, text) for text in alternatives), targets
    )


def _chained(head: str, narrowed: str, chained: str, value: str, parameter: SearchParameter) -> Criterion | None:
    if parameter.kind is not SearchKind.REFERENCE or (narrowed and narrowed not in parameter.targets):
        return None
    if "." in chained:
        raise FhirError(400, "not-supported", "a chain has one link here")
    targets = (narrowed,) if narrowed else parameter.targets
    found = [
        (target, inner) for target in targets if (inner := parse_criterion(target, chained, value)) is not None
    ]
    if len(found) > 1:
        raise invalid(f"say which type is meant, as in {head}:{targets[0]}.{chained.partition(':')[0]}")
    return Criterion(head, parameter.kind, targets=(found[0][0],), chain=found[0][1]) if found else None


def _value(name: str, parameter: SearchParameter, text: str) -> DateBound | TokenValue | str:
    match parameter.kind:
        case SearchKind.DATE:
            return parse_date_bound(name, text)
        case SearchKind.TOKEN:
            return _token(text)
        case SearchKind.REFERENCE | SearchKind.STRING:
            return _unescaped(text)


def _token(text: str) -> TokenValue:
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise invalid("a token is code, |code, system| or system|code")
    first, rest = _unescaped(match[1]), match[2]
    return TokenValue(None, first) if rest is None else TokenValue(first, _unescaped(rest) or None)


def parse_date_bound(name: str, text: str) -> DateBound:
    """Read a date with its comparison, such as `ge2026-11-23`; raises FhirError 400, naming the parameter."""
    if (match := _DATE_PREFIX.fullmatch(text)) is None:
        raise invalid(f"{name} is empty")
    try:
        # A plus sign that was not percent-encoded arrives as a blank.
        low, high = date_range(match[2].replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise invalid(f"{name} is not a FHIR date") from error
    return DateBound(match[1] or "eq", low, high)
