"""An inline row that tells something and offers what to do: the program's answer instead of a dialog."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.errors import ErrorKind
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.error_texts import error_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_ICONS = {
    Tone.QUIET: "info",
    Tone.ACCENT: "info",
    Tone.GOOD: "check-circle",
    Tone.WARN: "warning-circle",
    Tone.BAD: "warning-octagon",
}


class Notice(QFrame):
    """A toned row with a title, a line of advice and up to a few buttons; hidden until it has something to say."""

    def __init__(self, theme: Theme, *, name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName(name)
        self._icon = IconLabel(theme, "info", size=22)
        self.title = text_label(role="strong", wrap=True)
        self.advice = text_label(role="muted", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.advice)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(self._buttons)
        self.hide()

    def say(self, tone: Tone, title: str, advice: str = "", *buttons: Button) -> None:
        """Show this, and nothing of what was shown before."""
        self.setProperty("tone", tone.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.show_icon(_ICONS[tone], tone)
        self.reword(title, advice)
        for old in self.findChildren(Button):
            self._buttons.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        for button in buttons:
            self._buttons.addWidget(button)
            button.show()
        self.show()

    def reword(self, title: str, advice: str = "") -> None:
        """Say the same in other words, as when the minutes go; the buttons stay."""
        self.title.setText(title)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self.setAccessibleName(f"{title} {advice}".strip())

    def say_error(self, kind: ErrorKind, *buttons: Button, tone: Tone = Tone.BAD) -> None:
        """Show an error of this kind with its advice."""
        words = error_text(kind)
        self.say(tone, words.title, words.advice, *buttons)

    def action(self, text: str, on_click: Callable[[], None], *, kind: str = "secondary", name: str = "") -> Button:
        """Make a button for `say`."""
        button = Button(self._theme, text, kind=kind, name=name)
        button.clicked.connect(lambda _checked=False: on_click())
        return button
