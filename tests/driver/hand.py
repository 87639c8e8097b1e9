"""The hand inside the console: finds widgets by name, clicks and types as Qt's own test events, takes pictures."""

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)


class NotThereError(Exception):
    """No visible widget has that name."""


def find(name: str) -> QWidget:
    """Return the visible widget with an object name; raises NotThereError."""
    for widget in _visible():
        if widget.objectName() == name:
            return widget
    raise NotThereError(name)


def named(name: str) -> list[QWidget]:
    """Return the widgets with an object name, visible or not."""
    windows = QApplication.topLevelWidgets()
    return [widget for window in windows for widget in window.findChildren(QWidget, name)]


def click(name: str) -> None:
    """Press and release the left button in the middle of a widget."""
    widget = find(name)
    if not widget.isEnabled():
        raise NotThereError(f"{name} is disabled")
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def click_row(name: str, text: str) -> None:
    """Click the first row of a list whose accessible or shown text contains `text`."""
    view = find(name)
    assert isinstance(view, QAbstractItemView)
    for index in _rows(view.model()):
        if text in _row_text(index):
            view.scrollTo(index)
            point: QPoint = view.visualRect(index).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
            return
    raise NotThereError(f"{name} has no row with that text")


def choose(name: str, text: str) -> None:
    """Choose the entry of a drop-down list whose text contains `text`, key by key."""
    box = find(name)
    assert isinstance(box, QComboBox)
    wanted = next((at for at in range(box.count()) if text in box.itemText(at)), -1)
    if wanted < 0:
        raise NotThereError(f"{name} has no entry with that text")
    box.setFocus()
    while (apart := wanted - box.currentIndex()) != 0:
        QTest.keyClick(box, Qt.Key.Key_Down if apart > 0 else Qt.Key.Key_Up)


def click_menu(entry: int) -> str:
    """Click an entry of the open menu, counted from 0; returns its text."""
    menu = next((one for one in _visible() if isinstance(one, QMenu)), None)
    if menu is None:
        raise NotThereError("no menu is open")
    action = menu.actions()[entry]
    text = action.text()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    return text


def type_text(name: str, text: str) -> None:
    """Type into a field, letter by letter."""
    widget = find(name)
    widget.setFocus()
    QTest.keyClicks(widget, text)


def press(name: str, key: str) -> None:
    """Press a key combination, such as `Ctrl+Return`, in a widget."""
    QTest.keySequence(find(name), key)


def close(name: str) -> None:
    """Close the window a widget is in, as by its cross."""
    find(name).window().close()


def text_of(name: str) -> str:
    """Return what a widget says: its own text, or that of all its visible children, one a line."""
    widget = find(name)
    children = (child for child in widget.findChildren(QWidget) if child.isVisible())
    return "\n".join(text for text in (_words(widget), *map(_words, children)) if text)


def picture(path: str) -> None:
    """Write what the whole screen shows as a PNG."""
    screen = QGuiApplication.primaryScreen()
    if not screen.grabWindow(0).save(path):
        raise OSError(f"the picture could not be written to {path}")


def _visible() -> Iterator[QWidget]:
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            yield window
            yield from (child for child in window.findChildren(QWidget) if child.isVisible())


def _rows(model: QAbstractItemModel) -> Iterator[QModelIndex]:
    yield from (model.index(row, 0) for row in range(model.rowCount()))


def _row_text(index: QModelIndex) -> str:
    accessible = index.data(Qt.ItemDataRole.AccessibleTextRole)
    return str(accessible or index.data(Qt.ItemDataRole.DisplayRole) or "")


def _words(widget: QWidget) -> str:
    if isinstance(widget, QAbstractItemView):
        return "\n".join(_row_text(index) for index in _rows(widget.model()))
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return widget.text()
    return widget.accessibleName()
