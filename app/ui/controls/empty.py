"""What a list shows instead of rows: loading, nothing there, or why it could not be read."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class EmptyState(QWidget):
    """An icon, a title, a line, and perhaps one button, in the middle of the space a list would fill."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._icon = IconLabel(theme, "tray", size=40)
        self.title = text_label(role="strong", wrap=True)
        self.advice = text_label(role="muted", wrap=True)
        self.button = Button(theme)
        self._action: Callable[[], None] = lambda: None
        self.button.clicked.connect(lambda _checked=False: self._action())
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.title, self.advice):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(
        self,
        icon_name: str,
        title: str,
        advice: str = "",
        *,
        tone: Tone = Tone.QUIET,
        action: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show this; `action` is a button's text and what it does."""
        self._icon.show_icon(icon_name, tone)
        self.title.setText(title)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self.button.setVisible(action is not None)
        if action is not None:
            text, self._action = action
            self.button.setText(text)
        self.setAccessibleName(f"{title} {advice}".strip())
