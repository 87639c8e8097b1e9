"""How loud it is, as a row of bars."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme.theme import Theme

_BARS = 24
_LOUD = 0.92
"""From here on (-5 dB) a voice is cut off at its loudest."""
_FALL = 0.06
"""How much the meter sinks at each showing: a word stays readable, a silence is seen within a second."""


class LevelMeter(QWidget):
    """Rises at once and falls slowly; `show_level` is to be called some twenty times a second."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._level = 0.0
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def level(self) -> float:
        """What is shown, 0 to 1."""
        return self._level

    def show_level(self, level: float) -> None:
        """Show how loud it is now, 0 to 1."""
        shown = max(level, self._level - _FALL, 0.0)
        if shown != self._level:
            self._level = shown
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(14 * self._theme.sizes.scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        width = self.width() / _BARS
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for bar in range(_BARS):
                reached = (bar + 1) / _BARS
                lit = palette.warn if reached > _LOUD else palette.good
                painter.setBrush(QColor(lit if reached <= self._level + 0.5 / _BARS else palette.line))
                painter.drawRoundedRect(QRectF(bar * width + 1, 0, width - 2, self.height()), 2, 2)
