"""How a resource type is described: its elements, its required codes and what it is searched by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto, unique


@unique
class SearchKind(Enum):
    """The kinds of search parameter, named as FHIR does."""

    TOKEN = auto()
    REFERENCE = auto()
    DATE = auto()
    STRING = auto()


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """A search parameter: where its values are, and for references which types it may point at."""

    kind: SearchKind
    paths: tuple[str, ...]
    targets: tuple[str, ...] = ()
    contact_system: str | None = None
    """For ContactPoints: only those of this system."""


@dataclass(frozen=True, slots=True)
class ResourceDefinition:
    """A resource type: `repeating` elements hold lists, `codes` are the required bindings by path."""

    elements: frozenset[str]
    repeating: frozenset[str]
    required: frozenset[str]
    codes: Mapping[str, frozenset[str]]
    search: Mapping[str, SearchParameter] = field(default_factory=dict)


def token(*paths: str) -> SearchParameter:
    """A code, an identifier or a truth value."""
    return SearchParameter(SearchKind.TOKEN, paths)


def date(*paths: str) -> SearchParameter:
    """A date, an instant or a period."""
    return SearchParameter(SearchKind.DATE, paths)


def text(*paths: str) -> SearchParameter:
    """A text, found by how it begins."""
    return SearchParameter(SearchKind.STRING, paths)


def reference(path: str, *targets: str) -> SearchParameter:
    """A reference to resources of these types."""
    return SearchParameter(SearchKind.REFERENCE, (path,), targets)


def define(
    elements: str, required: str = "", codes: Mapping[str, str] | None = None, **search: SearchParameter
) -> ResourceDefinition:
    """Read a definition from its short form; a star marks an element that repeats, `_` in names stands for `-`."""
    names = (_COMMON_ELEMENTS + elements).split()
    return ResourceDefinition(
        elements=frozenset(name.rstrip("*") for name in names),
        repeating=frozenset(name.rstrip("*") for name in names if name.endswith("*")),
        required=frozenset(required.split()),
        codes={path: frozenset(allowed.split()) for path, allowed in (codes or {}).items()},
        search={name.replace("_", "-"): parameter for name, parameter in search.items()} | COMMON_SEARCH,
    )


_COMMON_ELEMENTS = "resourceType id meta implicitRules language text contained* extension* modifierExtension* "
COMMON_SEARCH = {"_id": token("id"), "_lastUpdated": date("meta.lastUpdated")}
