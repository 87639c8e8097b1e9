"""A list of painted rows that is moved through with arrows or with j and k."""

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from app.ui.theme.theme import Theme


class RowList(QListView):
    """A list view as every screen uses it; `row_changed` gives the current row, -1 for none."""

    row_changed = Signal(int)

    def __init__(self, theme: Theme, accessible_name: str) -> None:
        super().__init__()
        self.setAccessibleName(accessible_name)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def watch_selection(self) -> None:
        """Start telling of selection changes; call it when the model is set."""
        self.selectionModel().currentChanged.connect(lambda current, _before: self.row_changed.emit(current.row()))

    def select_row(self, row: int) -> None:
        """Make a row current, or none with -1."""
        self.setCurrentIndex(self.model().index(row, 0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Getting the focus chooses nobody: Qt would make the first row current, seen or not."""
        if self.currentIndex().isValid():
            super().focusInEvent(event)
        else:
            with QSignalBlocker(self.selectionModel()):
                super().focusInEvent(event)
                self.setCurrentIndex(QModelIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        step = steps.get(Qt.Key(event.key())) if event.modifiers() == Qt.KeyboardModifier.NoModifier else None
        if step is None:
            super().keyPressEvent(event)
        else:
            self.select_row(min(max(self.currentIndex().row() + step, 0), self.model().rowCount() - 1))
