"""Design tokens: the colours, sizes and spacings every screen is drawn with."""

from dataclasses import dataclass
from enum import Enum, unique

GRID = 4
"""Pixels; every distance is a multiple of it."""

FONT_FAMILIES = (
    "Segoe UI Variable Text",
    "Segoe UI",
    "SF Pro Text",
    "Inter",
    "Cantarell",
    "Noto Sans",
    "DejaVu Sans Condensed",
)


@unique
class Tone(Enum):
    """What a status colour says; each tone also has a shape of its own (see `app.ui.words`)."""

    QUIET = "quiet"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Palette:
    """One scheme's colours as `#rrggbb`; a `_soft` colour is the background its namesake is read on."""

    dark: bool
    canvas: str
    surface: str
    sunken: str
    rail: str
    line: str
    line_strong: str
    scroll: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    accent_text: str
    hover: str
    selected: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    bad_fill: str
    on_bad: str
    quiet_soft: str
    focus: str

    def ink(self, tone: Tone) -> str:
        """The colour of text and icons of a tone."""
        return {
            Tone.QUIET: self.muted,
            Tone.ACCENT: self.accent_text,
            Tone.GOOD: self.good,
            Tone.WARN: self.warn,
            Tone.BAD: self.bad,
        }[tone]

    def ground(self, tone: Tone) -> str:
        """The background that text of a tone stands on."""
        return {
            Tone.QUIET: self.quiet_soft,
            Tone.ACCENT: self.accent_soft,
            Tone.GOOD: self.good_soft,
            Tone.WARN: self.warn_soft,
            Tone.BAD: self.bad_soft,
        }[tone]


LIGHT = Palette(
    dark=False,
    canvas="#f2f5f6",
    surface="#ffffff",
    sunken="#f7f9fa",
    rail="#e7edef",
    line="#dde4e7",
    line_strong="#7c8a91",
    scroll="#c2ced3",
    text="#172126",
    muted="#51626b",
    accent="#0b6472",
    accent_hover="#09545f",
    accent_pressed="#07434d",
    on_accent="#ffffff",
    accent_soft="#e0f1f3",
    accent_text="#0b5c69",
    hover="#f0f5f6",
    selected="#dbecef",
    good="#1c6638",
    good_soft="#e4f4e9",
    warn="#7d4a00",
    warn_soft="#fdf1da",
    bad="#a8201a",
    bad_soft="#fdeae8",
    bad_fill="#b3261e",
    on_bad="#ffffff",
    quiet_soft="#ebf0f2",
    focus="#0b7f91",
)

DARK = Palette(
    dark=True,
    canvas="#11171a",
    surface="#1a2226",
    sunken="#151c20",
    rail="#0c1114",
    line="#2b363c",
    line_strong="#7d8e97",
    scroll="#3b4850",
    text="#e7eef1",
    muted="#a3b3bb",
    accent="#56c4d2",
    accent_hover="#74d3df",
    accent_pressed="#3fa9b7",
    on_accent="#05252b",
    accent_soft="#15383f",
    accent_text="#7bd5e0",
    hover="#202a2f",
    selected="#1c363c",
    good="#7fd69b",
    good_soft="#173523",
    warn="#f2c063",
    warn_soft="#3a2c10",
    bad="#ff9d94",
    bad_soft="#441c1a",
    bad_fill="#cf3a31",
    on_bad="#ffffff",
    quiet_soft="#263137",
    focus="#7bd5e0",
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Text sizes in pixels: two for content (`body`, `small`), one for headings, one for a number to dial."""

    scale: float = 1.0

    @property
    def small(self) -> int:
        return round(12 * self.scale)

    @property
    def body(self) -> int:
        return round(14 * self.scale)

    @property
    def title(self) -> int:
        return round(19 * self.scale)

    @property
    def number(self) -> int:
        return round(46 * self.scale)

    @property
    def control(self) -> int:
        """Height of a button or field in pixels."""
        return round(36 * self.scale)

    @property
    def icon(self) -> int:
        return round(18 * self.scale)


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
