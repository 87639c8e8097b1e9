"""Icons from the one icon font of the program (Phosphor), each drawn once in a size and colour and then kept."""

from functools import lru_cache

import qtawesome
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache


def icon(name: str, colour: str, *, disabled: str | None = None) -> QIcon:
    """Return an icon by its Phosphor name in a colour; `disabled` is its colour on a disabled button."""
    return QIcon(_KeptIcon(name, colour, disabled or colour))


def draw_icon(painter: QPainter, box: QRect, name: str, colour: str) -> None:
    """Draw an icon into a box, in the pixels of whatever is painted on."""
    pixels = box.size() * painter.deviceTransform().m11()
    painter.drawPixmap(box, _drawn(name, colour, pixels))


class _KeptIcon(QIconEngine):
    """Drawing a glyph takes a third of a millisecond, and a window has some forty of them."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name = name
        self._colours = (colour, disabled)

    def clone(self) -> QIconEngine:
        return _KeptIcon(self._name, *self._colours)

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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _glyph(name, colour).paint(painter, QRect(QPoint(), size))
    QPixmapCache.insert(key, drawn)
    return drawn


@lru_cache(maxsize=256)
def _glyph(name: str, colour: str) -> QIcon:
    made: QIcon = qtawesome.icon(f"ph.{name}", color=colour)
    return made
