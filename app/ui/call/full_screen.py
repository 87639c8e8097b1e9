"""The video window over the whole screen: the picture alone, and the bars over it when somebody moves."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QHoverEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.ui.call.controls import CallControls

STILL_MS = 3000
"""So long after the last movement or key the bars leave the picture alone."""
_MARGIN = 16
_MOVING = frozenset(
    {QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide}
)
_WAKING = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonPress})


class FullScreen(QObject):
    """Puts the window on the screen it stands on, and back; `changed` says which, also when the system did it.

    `head` and `notices` lie in `top`, which with `controls` belongs to `page` and floats over `pages` meanwhile,
    but for the `corner` where our own picture is. What the notices say stays in sight.
    """

    changed = Signal(bool)

    def __init__(
        self,
        window: QWidget,
        page: QVBoxLayout,
        pages: QStackedWidget,
        *,
        top: QFrame,
        head: QWidget,
        notices: QWidget,
        controls: CallControls,
        corner: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._pages = pages
        self._top = top
        self._head = head
        self._notices = notices
        self._controls = controls
        self._corner = corner
        self._labelled = 0
        self._pointer = QPoint()
        self.on = False
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self.rest)
        window.installEventFilter(self)

    def enter(self) -> None:
        """Take the whole screen."""
        self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowFullScreen)
        self._follow()

    def leave(self) -> None:
        """Go back to the size and place there was before."""
        if self.on:
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)
            self._follow()

    def wake(self) -> None:
        """Show the bars, for a while."""
        if self.on:
            if self._head.isHidden():
                self._show_bars(True)
            self._still.start()

    def rest(self) -> None:
        """Leave the picture alone, unless the bars are being used."""
        in_use = _pointed_at(self._top) or _pointed_at(self._controls) or QApplication.activePopupWidget()
        if self.on and in_use:
            self._still.start()
        elif self.on:
            focused = self._window.focusWidget()
            if self._head.isAncestorOf(focused) or self._controls.isAncestorOf(focused):
                self._window.setFocus()  # else hiding it would pass the keyboard on to whatever comes next
            self._show_bars(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window and kind is QEvent.Type.WindowStateChange:
            self._follow()
        elif self.on and watched is self._window:
            return self._hear(event)
        elif self.on and kind in _MOVING:
            self._place()
        return False

    def _hear(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            if (pointer := QCursor.pos()) != self._pointer:
                self._pointer = pointer
                self.wake()
        elif event.type() in _WAKING:
            self.wake()
            escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
            if escape and event.type() is QEvent.Type.KeyPress:
                self.leave()
                return True
        return False

    def _follow(self) -> None:
        on = self._window.isFullScreen()
        if on == self.on:
            return
        self.on = on
        self._window.setAttribute(Qt.WidgetAttribute.WA_Hover, on)
        for watched in (self._pages, self._top, self._controls, self._corner):
            (watched.installEventFilter if on else watched.removeEventFilter)(self)
        if on:
            self._pointer = QCursor.pos()
            self._page.removeWidget(self._top)
            self._page.removeWidget(self._controls)
            self._top.raise_()
            self._controls.raise_()
        else:
            self._still.stop()
            self._labelled = 0
            self._controls.show_labels(True)
            self._page.insertWidget(0, self._top)
            self._page.addWidget(self._controls)
        _dress(self._top, "strip" if on else "")
        _dress(self._controls, "card" if on else "")
        self._show_bars(True)
        if on:
            self._still.start()
        self.changed.emit(on)

    def _show_bars(self, shown: bool) -> None:
        self._head.setVisible(shown)
        self._controls.setVisible(shown)
        if shown:
            self._pages.unsetCursor()
        else:
            self._pages.setCursor(Qt.CursorShape.BlankCursor)
        self._place()

    def _place(self) -> None:
        """Lay the bars over the pictures, and not over the panel beside them."""
        layout = self._top.layout()
        if layout is None:
            return
        bare = self._head.isHidden()
        layout.setContentsMargins(0, 10 if bare and self.on else 0, 0, 0)
        if not self.on:
            self._top.show()
            return
        room = self._pages.geometry()
        self._top.setVisible(not (bare and self._notices.isHidden()))
        height = layout.totalHeightForWidth(room.width())
        self._top.setGeometry(room.x(), room.y(), room.width(), max(height, layout.totalMinimumSize().height()))
        self._place_controls(room)

    def _place_controls(self, room: QRect) -> None:
        """In the middle if that leaves our own picture alone, else beside it; in icons where words do not fit."""
        end = self._corner.x() if self._corner.isVisibleTo(self._pages) else room.width()
        most = end - 2 * _MARGIN
        if not self._labelled and self._controls.sizeHint().width() > most:
            self._labelled = self._controls.sizeHint().width()
            self._controls.show_labels(False)
        elif 0 < self._labelled <= most:
            self._labelled = 0
            self._controls.show_labels(True)
        size = self._controls.sizeHint()
        x = max(0, min((room.width() - size.width()) // 2, end - _MARGIN - size.width()))
        y = room.bottom() - size.height() - _MARGIN
        self._controls.setGeometry(room.x() + x, y, min(size.width(), room.width()), size.height())


def _pointed_at(bar: QFrame) -> bool:
    return bar.isVisible() and bar.rect().contains(bar.mapFromGlobal(QCursor.pos()))


def _dress(bar: QFrame, role: str) -> None:
    bar.setProperty("role", role)
    bar.style().unpolish(bar)
    bar.style().polish(bar)
