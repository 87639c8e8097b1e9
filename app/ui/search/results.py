"""The field to search in and the list of what was found; the arrows move in the list from either."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from app.domain.search_query import MOST_CHARACTERS
from app.ui.controls.row_list import RowList
from app.ui.icons import draw_icon
from app.ui.search.model import ResultsModel
from app.ui.theme.theme import Theme

_ARROWS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_LETTERS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchField(QLineEdit):
    """A line to type in; `stepped` asks for the next hit or the one before, `opened` for the one chosen."""

    stepped = Signal(int)
    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setMaxLength(MOST_CHARACTERS)
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Leave room for the magnifying glass."""
        self.setTextMargins(self._theme.sizes.icon + 10, 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._theme.sizes.icon
        with QPainter(self) as painter:
            box = QRect(12, (self.height() - side) // 2, side, side)
            draw_icon(painter, box, "magnifying-glass", self._theme.palette.muted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self.stepped.emit(_ARROWS[key])
        elif key in _OPENING:
            self.opened.emit()
        elif key == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)


class ResultList(RowList):
    """Hits under headings; the keys pass the headings by. `opened` gives the row that was clicked or entered."""

    opened = Signal(int)

    def __init__(self, theme: Theme, accessible_name: str, model: ResultsModel) -> None:
        super().__init__(theme, accessible_name)
        self._results = model
        self.setUniformItemSizes(False)
        self.setModel(model)
        self.watch_selection()
        self.clicked.connect(lambda index: self.opened.emit(index.row()))

    def step(self, step: int) -> None:
        """Choose the next hit, or the one before with -1."""
        row = self._results.next_hit(self.currentIndex().row(), step)
        self.select_row(row)
        if self._results.next_hit(row, -1) == row:
            self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = (_ARROWS | _LETTERS).get(key) if plain else None
        if step is not None:
            self.step(step)
        elif key in _OPENING and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
