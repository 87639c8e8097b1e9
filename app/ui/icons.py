"""Icons from the one icon font of the program (Phosphor), each drawn once in a size and colour and then kept."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPixmap,
    QPixmapCache,
)

_log = logging.getLogger(__name__)

_PART_OF_BOX = 0.875
"""How much of its box a glyph takes, so that none touches the edge."""


@dataclass(frozen=True, slots=True)
class _IconFont:
    family: str
    characters: dict[str, str]


_fonts: list[_IconFont] = []
"""The font once it is loaded; Qt too keeps its fonts for the whole program."""


def load_icons(folder: Path) -> None:
    """Load `phosphor.ttf` and the names of its characters, once; where they are missing, icons stay blank."""
    if _fonts:
        return
    added = QFontDatabase.addApplicationFont(str(folder / "phosphor.ttf"))
    families = QFontDatabase.applicationFontFamilies(added)
    try:
        characters = json.loads((folder / "phosphor.json").read_text(encoding="utf-8"))
        _fonts.append(_IconFont(families[0], characters))
    except (OSError, ValueError, IndexError) as error:
        _log.error("the icon font cannot be loaded: %s", type(error).__name__)


def icon(name: str, colour: str, *, disabled: str | None = None) -> QIcon:
    """Return an icon by its Phosphor name in a colour; `disabled` is its colour on a disabled button."""
    return QIcon(_KeptIcon(name, colour, disabled or colour))


def draw_icon(painter: QPainter, box: QRect, name: str, colour: str) -> None:
    """Draw an icon into a box, in the pixels of whatever is painted on."""
    pixels = box.size() * painter.deviceTransform().m11()
    painter.drawPixmap(box, _drawn(name, colour, pixels))


_clones: list[QIconEngine] = []
"""Copies are Qt's, and PySide would free them; Qt asks only when an icon is changed, as none is here."""


class _KeptIcon(QIconEngine):
    """Drawing a glyph takes a third of a millisecond, and a window has some forty of them."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name = name
        self._colours = (colour, disabled)

    def clone(self) -> QIconEngine:
        made = _KeptIcon(self._name, *self._colours)
        _clones.append(made)
        return made

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        draw_icon(painter, rect, self._name, self._colours[mode is QIcon.Mode.Disabled])

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _drawn(self._name, self._colours[mode is QIcon.Mode.Disabled], size)


def _drawn(name: str, colour: str, size: QSize) -> QPixmap:
    key = f"{name} {colour} {size.width()} {size.height()}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    drawn = QPixmap(size)
    drawn.fill(Qt.GlobalColor.transparent)
    with QPainter(drawn) as painter:
        _draw_glyph(painter, name, colour, size)
    QPixmapCache.insert(key, drawn)
    return drawn


def _draw_glyph(painter: QPainter, name: str, colour: str, size: QSize) -> None:
    if not _fonts:
        return
    icons = _fonts[0]
    font = QFont(icons.family)
    font.setPixelSize(round(_PART_OF_BOX * size.height()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRect(QPoint(), size), Qt.AlignmentFlag.AlignCenter, icons.characters.get(name, ""))
