"""Reads the templates of the texts patients get, and refuses one that would lose the link."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from string import Template
from typing import Literal, get_args

from app.domain.errors import ErrorKind, KlinikError

Language = Literal["da", "en"]

PLACEHOLDERS = frozenset({"link", "clinic", "clinician", "when", "phone"})


@unique
class TemplateKind(Enum):
    """What a text is for; INVITATION_NOW is for a consultation that starts at once.

    NEW_TIME is for a patient who has had a text already: the consultation has another time now, or stands again.
    """

    INVITATION = "invitation"
    INVITATION_NOW = "invitation_now"
    NEW_TIME = "new_time"
    REMINDER = "reminder"
    CANCELLATION = "cancellation"

    @property
    def has_link(self) -> bool:
        """Whether the text brings the patient to the room."""
        return self is not TemplateKind.CANCELLATION


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """One text in one language, with `$name` for each of `PLACEHOLDERS` it uses."""

    kind: TemplateKind
    language: Language
    body: str


Templates = Mapping[tuple[TemplateKind, Language], MessageTemplate]


def load_templates(folder: Path) -> Templates:
    """Read every `*.toml` of a folder; raises KlinikError(SETTINGS_INVALID), also when a kind is missing."""
    parsed = [parse_template(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    templates = {(template.kind, template.language): template for template in parsed}
    wanted = {(kind, language) for kind in TemplateKind for language in get_args(Language)}
    if len(parsed) != len(templates) or templates.keys() != wanted:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "templates: each kind once in each language")
    return templates


def parse_template(text: str) -> MessageTemplate:
    """Read one template (TOML: kind, language, body); raises KlinikError(SETTINGS_INVALID).

    Where the kind has a link, `$link` must be the whole first line and come only there.
    """
    try:
        table = tomllib.loads(text)
        template = MessageTemplate(TemplateKind(table["kind"]), _language(table["language"]), _body(table["body"]))
        _check(template)
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"template: {error}") from error
    return template


def _language(value: object) -> Language:
    match value:
        case "da" | "en":
            return value
        case _:
            raise ValueError("the language is da or en")


def _body(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("the body is missing")
    return value.strip()


def _check(template: MessageTemplate) -> None:
    parts = Template(template.body)
    if not parts.is_valid() or not set(parts.get_identifiers()) <= PLACEHOLDERS:
        raise ValueError(f"only these may be filled in: {', '.join(sorted(PLACEHOLDERS))}")
    first, _, rest = template.body.partition("\n")
    if template.kind.has_link and first != "$link":
        raise ValueError("$link must stand alone on the first line")
    if "link" in Template(rest if template.kind.has_link else template.body).get_identifiers():
        raise ValueError("the link stands on the first line of a text that brings somebody in, and nowhere else")
