"""Checks a text before it is sent, for the route that carries it: the link must stand first, alone and whole."""

from dataclasses import dataclass
from enum import Enum, unique

from app.booking.text_rule import Charset, Links, TextRule, cut

MAX_LINK = 70
"""A longer address would be broken over two lines where a system sets 70 characters a line (DIS91)."""


@unique
class FindingKind(Enum):
    """What is the matter with a text."""

    LINK_MISSING = "link_missing"
    LINK_NOT_FIRST = "link_not_first"
    LINK_NOT_ALONE = "link_not_alone"
    LINK_CUT = "link_cut"
    LINK_TOO_LONG = "link_too_long"
    TOO_LONG = "too_long"
    FOREIGN_CHARACTERS = "foreign_characters"
    UNICODE_SMS = "unicode_sms"
    LINK_MAY_BE_INERT = "link_may_be_inert"

    @property
    def blocks(self) -> bool:
        """Whether a text with this finding must not be sent; the others are hints."""
        return self not in (FindingKind.UNICODE_SMS, FindingKind.LINK_MAY_BE_INERT)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `characters` is how many are too many, or foreign, where that makes sense."""

    kind: FindingKind
    characters: int = 0


def lint(text: str, link: str | None, rule: TextRule) -> tuple[Finding, ...]:
    """Return what is wrong with a text on a route; `link` is None when it is to carry none."""
    findings = _link_findings(text, link, rule) if link is not None else []
    seen = cut(text, rule)
    if seen != text:
        findings.append(Finding(FindingKind.TOO_LONG, len(text) - len(seen)))
    if foreign := sum(not rule.charset.carries(char) for char in text):
        sms = rule.charset is Charset.GSM_7
        findings.append(Finding(FindingKind.UNICODE_SMS if sms else FindingKind.FOREIGN_CHARACTERS, foreign))
    return tuple(findings)


def sendable(findings: tuple[Finding, ...]) -> bool:
    """Tell whether nothing found stands in the way of sending."""
    return not any(finding.kind.blocks for finding in findings)


def _link_findings(text: str, link: str, rule: TextRule) -> list[Finding]:
    first, rest = text.partition("\n")[0], text.partition("\n")[2]
    findings = []
    if not link or link not in text:
        findings.append(Finding(FindingKind.LINK_MISSING))
    elif link not in first:
        findings.append(Finding(FindingKind.LINK_NOT_FIRST))
    elif first != link or link in rest:
        findings.append(Finding(FindingKind.LINK_NOT_ALONE))
    elif (shown := len(cut(text, rule))) < len(link):
        findings.append(Finding(FindingKind.LINK_CUT, len(link) - shown))
    if len(link) > MAX_LINK:
        findings.append(Finding(FindingKind.LINK_TOO_LONG, len(link) - MAX_LINK))
    if rule.links is not Links.ACTIVE:
        findings.append(Finding(FindingKind.LINK_MAY_BE_INERT))
    return findings
