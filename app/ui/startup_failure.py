"""What is shown when the program cannot start: what is wrong, one thing to do, try again or close."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import ErrorKind
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.error_texts import error_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class StartupFailure(QWidget):
    """Emits `answered` once, with True to try again and False to close."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, kind: ErrorKind) -> None:
        super().__init__()
        self._done = False
        self.setObjectName("startupFailure")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Klinikkonsol cannot start"))
        words = error_text(kind)
        self.title = text_label(words.title, "title", wrap=True)
        self.advice = text_label(words.advice, wrap=True)
        self.kind_line = text_label(
            self.tr("For IT support: {code}").format(code=kind.value), "small", selectable=True
        )
        self.retry = Button(
            theme, self.tr("Try again"), kind="primary", icon_name="arrow-clockwise", name="retryStart"
        )
        self.quit = Button(theme, self.tr("Close"), name="quitStart")
        self.retry.clicked.connect(lambda _checked=False: self._answer(True))
        self.quit.clicked.connect(lambda _checked=False: self._answer(False))
        self.retry.setAutoDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.quit)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(text_label(self.tr("Klinikkonsol cannot start"), "caption"))
        column.addWidget(self.title)
        column.addWidget(self.advice)
        column.addSpacing(10)
        column.addLayout(buttons)
        column.addSpacing(4)
        column.addWidget(self.kind_line)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 32, 32, 24)
        row.setSpacing(20)
        row.addWidget(IconLabel(theme, "warning-octagon", Tone.BAD, 40), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.resize(560, 280)
        self.retry.setFocus()

    def _answer(self, again: bool) -> None:
        if not self._done:
            self._done = True
            self.answered.emit(again)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self._answer(False)
