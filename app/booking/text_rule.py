"""What a route can carry: which characters, how many, and what is left of a text that is too long."""

import unicodedata
from dataclasses import dataclass
from enum import Enum, unique

from app.domain.invitation import Route

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "’": "'", "‘": "'", "”": '"', "“": '"', "„": '"', "«": '"', "»": '"', "…": "..."}
)


@unique
class Charset(Enum):
    """The characters a route carries: SMS in the GSM alphabet (3GPP TS 23.038), XDIS91 letters in ISO-8859-1."""

    GSM_7 = "gsm-7"
    LATIN_1 = "iso-8859-1"

    def carries(self, char: str) -> bool:
        """Tell whether the character is in the set."""
        if self is Charset.GSM_7:
            return char in _GSM_BASIC or char in _GSM_EXTENDED
        return char in "\n\t" or " " <= char <= "~" or "\xa0" <= char <= "\xff"

    def fold(self, text: str) -> str:
        """Return the text in this set: typographic marks made plain, accents dropped, what is left a `?`."""
        return "".join(char if self.carries(char) else self._folded(char) for char in text)

    def _folded(self, char: str) -> str:
        plain = unicodedata.normalize("NFKD", char.translate(_PLAIN))
        kept = "".join(part for part in plain if not unicodedata.combining(part))
        return "".join(part if self.carries(part) else "?" for part in kept)


@unique
class Links(Enum):
    """What the receiving program does with an address in a text; UNKNOWN is said to be inert until seen."""

    ACTIVE = "active"
    INERT = "inert"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TextRule:
    """The limit of one route: SMS segments, or characters of one message with a line break counted as two."""

    route: Route
    charset: Charset
    limit: int
    links: Links


SMS_RULE = TextRule(Route.SMS, Charset.GSM_7, limit=3, links=Links.ACTIVE)
"""Three segments: long enough for any invitation, and joined by every telephone."""


@dataclass(frozen=True, slots=True)
class SmsSize:
    """What a text costs as SMS; `unicode` when one character forces UCS-2 upon all of it."""

    unicode: bool
    segments: int


def sms_size(text: str) -> SmsSize:
    """Count SMS segments: 160 septets alone or 153 in each of several; in UCS-2 70 or 67 code units.

    A character of two septets or two code units is never split (3GPP TS 23.038, TS 23.040).
    """
    unicode = not all(Charset.GSM_7.carries(char) for char in text)
    return SmsSize(unicode, len(_segment_starts(text, unicode)))


def cut(text: str, rule: TextRule) -> str:
    """Return what the patient sees: the text itself when it fits, else the part that does."""
    if rule.route is Route.SMS:
        starts = _segment_starts(text, sms_size(text).unicode)
        return text if len(starts) <= rule.limit else text[: starts[rule.limit]]
    used = 0
    for index, char in enumerate(text):
        used += 2 if char == "\n" else 1
        if used > rule.limit:
            return text[:index]
    return text


def _segment_starts(text: str, unicode: bool) -> list[int]:
    """Return where in the text each segment begins."""
    if unicode:
        costs = [2 if ord(char) > 0xFFFF else 1 for char in text]
    else:
        costs = [2 if char in _GSM_EXTENDED else 1 for char in text]
    single, several = (70, 67) if unicode else (160, 153)
    starts, used = [0], 0
    if sum(costs) <= single:
        return starts
    for index, cost in enumerate(costs):
        if used + cost > several:
            starts.append(index)
            used = 0
        used += cost
    return starts
