"""What patient and clinic write to each other during a call: bubbles, and a field that Enter sends from."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.clinic_time import Clock
from app.ui.controls.buttons import ToolButton
from app.ui.controls.labels import text_label
from app.ui.danish_time import since_text
from app.ui.theme.theme import Theme
from app.video.side.messages import LONGEST_CHAT
from app.video.side.talk_events import Line, SideState

_BUBBLE = 232
"""Px a bubble's words may take, at the usual text size."""


class Bubble(QFrame):
    """One line of chat."""

    def __init__(self, theme: Theme, line: Line, clock: Clock) -> None:
        super().__init__()
        self.line = line
        self.setProperty("tone", "accent" if line.ours else "plain")
        self.words = text_label(line.text, wrap=True, selectable=True)
        self.note = text_label(role="small")
        self._time = since_text(line.at, clock())
        widest = round(_BUBBLE * theme.sizes.scale)
        needed = self.words.fontMetrics().boundingRect(0, 0, widest, 10_000, _WRAP, line.text)
        self.words.setFixedWidth(min(widest, needed.width() + 4))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(self.words)
        column.addWidget(self.note)
        self.show_delivered(True)

    def show_delivered(self, delivered: bool) -> None:
        """Say when it was written, or that it still waits for the patient's page."""
        self.note.setText(self._time if delivered else self.tr("Sent when the patient is connected"))


_WRAP = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


class ChatPane(QWidget):
    """Shows the lines of a talk; `said` with what the clinician writes."""

    said = Signal(str)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._theme = theme
        self._clock = clock
        self._bubbles: list[Bubble] = []
        self.empty = text_label(
            self.tr("Write to the patient here, such as a name, a dose or a link. Nothing of it is saved."),
            "muted",
            wrap=True,
        )
        self.field = QPlainTextEdit()
        self.send = ToolButton(theme, kind="primary", icon_name="paper-plane-right", name="sendChat")
        self.too_long = text_label(role="small")
        self._lines = QVBoxLayout()
        self._scroll = QScrollArea()
        self._dress_field()
        self._lay_out()

    def show_state(self, state: SideState) -> None:
        """Add the lines that are new, and tell which of ours have arrived."""
        new = state.lines[len(self._bubbles) :]
        for line in new:
            self._add(line)
        for bubble in self._bubbles:
            if bubble.line.ours:
                bubble.show_delivered(bubble.line.number <= state.delivered)
        self.empty.setVisible(not state.lines)

    @property
    def written(self) -> str:
        """All that was written, on one line, as it may go into a note."""
        lines = (bubble.line for bubble in self._bubbles)
        return " · ".join(f"{self._who(line)}: {' '.join(line.text.split())}" for line in lines)

    def submit(self) -> None:
        """Send what is written, if it is anything; it stays in the field when it is too long."""
        text = self.field.toPlainText().strip()
        if text and len(text) <= LONGEST_CHAT:
            self.field.clear()
            self.said.emit(text)

    def _measure(self) -> None:
        over = len(self.field.toPlainText().strip()) - LONGEST_CHAT
        self.too_long.setText(self.tr("{number} characters too many").format(number=over))
        self.too_long.setVisible(over > 0)
        self.send.setEnabled(over <= 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter send, and Shift+Enter begin a new line."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.submit()
                return True
        return super().eventFilter(watched, event)

    def _add(self, line: Line) -> None:
        bubble = Bubble(self._theme, line, self._clock)
        bubble.setAccessibleName(f"{self._who(line)}: {line.text}")
        row = QHBoxLayout()
        row.addStretch(1)
        row.insertWidget(1 if line.ours else 0, bubble)
        self._lines.insertLayout(self._lines.count() - 1, row)
        self._bubbles.append(bubble)

    def _who(self, line: Line) -> str:
        return self.tr("The clinic") if line.ours else self.tr("The patient")

    def _follow(self) -> None:
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _dress_field(self) -> None:
        self.field.setPlaceholderText(self.tr("Write to the patient"))
        self.field.setAccessibleName(self.tr("Write to the patient"))
        self.field.setObjectName("chatField")
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(round(64 * self._theme.sizes.scale))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._measure)
        self.too_long.setContentsMargins(16, 4, 16, 0)
        self.too_long.hide()
        self.send.hint(self.tr("Send"), "Return")
        self.send.setAccessibleName(self.tr("Send"))
        self.send.clicked.connect(self.submit)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._lines.setContentsMargins(16, 12, 16, 12)
        self._lines.setSpacing(8)
        self._lines.addWidget(self.empty)
        self._lines.addStretch(1)
        inside.setLayout(self._lines)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._follow)
        write = QHBoxLayout()
        write.setContentsMargins(16, 8, 16, 12)
        write.setSpacing(8)
        write.addWidget(self.field, 1)
        write.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.too_long)
        column.addLayout(write)
