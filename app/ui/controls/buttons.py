"""Buttons that carry an icon of the icon font and keep its colour right in light and dark."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app.ui.icons import icon
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Palette

_INKS = {
    "primary": "on_accent",
    "danger": "on_bad",
    "hangup": "on_bad",
    "quiet": "accent_text",
    "rail": "muted",
}


def _ink(palette: Palette, kind: str) -> str:
    colour: str = getattr(palette, _INKS.get(kind, "text"))
    return colour


class Button(QPushButton):
    """A push button of one kind: `primary`, `secondary`, `quiet` or `danger`."""

    def __init__(
        self, theme: Theme, text: str = "", *, kind: str = "secondary", icon_name: str = "", name: str = ""
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._icon_name = icon_name
        self.setProperty("kind", kind)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        theme.changed.connect(self._dress)
        self._dress()

    def hint(self, text: str, keys: str = "") -> "Button":
        """Set the tooltip, and a shortcut it ends with."""
        _hint(self, text, keys)
        return self

    def set_kind(self, kind: str) -> None:
        """Change what the button looks like."""
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._dress()

    def set_icon(self, icon_name: str) -> None:
        self._icon_name = icon_name
        self._dress()

    def _dress(self) -> None:
        if self._icon_name:
            palette = self._theme.palette
            ink = _ink(palette, str(self.property("kind")))
            self.setIcon(icon(self._icon_name, ink, disabled=palette.muted))
            self.setIconSize(QSize(self._theme.sizes.icon, self._theme.sizes.icon))


class ToolButton(QToolButton):
    """A tool button of one kind: `rail`, `control`, `hangup`, `quiet` or `primary`."""

    def __init__(
        self, theme: Theme, text: str = "", *, kind: str, icon_name: str, name: str = "", icon_size: int = 0
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon_name
        self._icon_size = icon_size
        self.setText(text)
        self.setProperty("kind", kind)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._dress)
        self.toggled.connect(lambda _checked: self._dress())
        self._dress()

    def hint(self, text: str, keys: str = "") -> "ToolButton":
        """Set the tooltip, and a shortcut it ends with."""
        _hint(self, text, keys)
        return self

    def show_as(self, text: str, icon_name: str) -> None:
        """Change label and icon together."""
        self.setText(text)
        self._icon_name = icon_name
        self._dress()

    def _dress(self) -> None:
        palette, kind = self._theme.palette, str(self.property("kind"))
        ink = _ink(palette, kind)
        if self.isChecked():
            ink = {"rail": palette.accent_text, "control": palette.warn}.get(kind, ink)
        size = round(self._icon_size * self._theme.sizes.scale) or self._theme.sizes.icon
        self.setIcon(icon(self._icon_name, ink, disabled=palette.muted))
        self.setIconSize(QSize(size, size))


def _hint(widget: QWidget, text: str, keys: str) -> None:
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
    widget.setToolTip(f"{text} ({shown})" if shown else text)
