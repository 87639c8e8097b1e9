"""Reads what is known of each record system's written consultation: how long, which characters, active links."""

import tomllib
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path

from app.booking.text_rule import Charset, Links, TextRule
from app.domain.errors import ErrorKind, KlinikError
from app.domain.invitation import Route


@unique
class Source(Enum):
    """Whether a limit is written in the vendor's own manual, or cautiously assumed by us."""

    DOCUMENTED = "documented"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class RecordSystem:
    """How one record system treats a message to a patient."""

    name: str
    rule: TextRule
    source: Source


def load_record_systems(path: Path) -> tuple[RecordSystem, ...]:
    """Read the profiles from a TOML file; raises KlinikError(SETTINGS_INVALID)."""
    return parse_record_systems(path.read_text(encoding="utf-8"))


def parse_record_systems(text: str) -> tuple[RecordSystem, ...]:
    """Read `[[record_system]]` tables with name, limit (characters), charset, links and source.

    Raises KlinikError(SETTINGS_INVALID) when one is incomplete or a name comes twice.
    """
    try:
        systems = tuple(_record_system(row) for row in tomllib.loads(text)["record_system"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"record systems: {error}") from error
    if len({system.name for system in systems}) < len(systems):
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "record systems: a name comes twice")
    return systems


def _record_system(row: dict[str, object]) -> RecordSystem:
    name, limit = row["name"], row["limit"]
    if not (isinstance(name, str) and name):
        raise ValueError("a record system has no name")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"{name}: the limit is a number of characters")
    rule = TextRule(Route.E_CONSULTATION, Charset(row["charset"]), limit, Links(row["links"]))
    return RecordSystem(name, rule, Source(row["source"]))
