"""The status line: when the practice system last answered, since when it does not, and how much waits."""

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus
from app.ui.console.first_sync import FirstSyncBar
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.controls.live import LiveRead
from app.ui.danish_time import since_text
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_TICK_MS = 30_000


class StatusLine(QFrame):
    """Never says more than is known; pressing it opens the list of what waits."""

    retry_wanted = Signal()
    list_wanted = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._status: SyncStatus | None = None
        self.setObjectName("statusLine")
        self.setProperty("role", "status")
        self._icon = IconLabel(theme, "cloud-check", size=18)
        self.sentence = text_label(role="muted")
        self.retry = Button(
            theme, self.tr("Synchronise"), kind="quiet", icon_name="arrow-clockwise", name="syncNow"
        )
        self.retry.hint(self.tr("Send what waits and fetch news at once"), "F5")
        self.retry.clicked.connect(self._try_again)
        self.waiting = Button(theme, kind="quiet", icon_name="list-bullets", name="openOutbox")
        self.waiting.hint(self.tr("Show what waits"), "V")
        self.waiting.clicked.connect(self.list_wanted)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.progress = FirstSyncBar(theme)
        self.progress.pause_wanted.connect(parts.pause_sync)
        self.progress.resume_wanted.connect(parts.resume_sync)
        self.advice = text_label(role="small", wrap=True)
        self.advice.hide()
        self._lay_out(theme)
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.SYNC | Changes.ANSWERED | Changes.OUTBOX | Changes.BOOKINGS,
            read=parts.views.sync_status,
            show=self.show_status,
            fail=self._failed,
        )
        timer = QTimer(self)
        timer.timeout.connect(self._read.refresh)
        timer.start(_TICK_MS)
        self._read.refresh()

    def show_status(self, status: SyncStatus) -> None:
        """Say how things stand with the practice system."""
        self._status = status
        tone, icon_name, sentence = self._words(status)
        waiting = self._waiting_text(status)
        self._icon.show_icon(icon_name, tone)
        self.sentence.setText(sentence)
        self.waiting.setText(waiting)
        self.progress.show_progress(status.first_sync)
        self.setProperty("state", tone.value)
        self._advise(_advice(status))
        self.setAccessibleName(f"{sentence}  ·  {waiting} {self.advice.text()}".rstrip())
        self.sentence.setProperty("ink", tone.value if tone in (Tone.BAD, Tone.WARN) else "")
        self.sentence.style().unpolish(self.sentence)
        self.sentence.style().polish(self.sentence)
        self.retry.setText(self.tr("Try again") if tone in (Tone.BAD, Tone.WARN) else self.tr("Synchronise"))

    def _words(self, status: SyncStatus) -> tuple[Tone, str, str]:
        now = self._parts.clock()
        if status.failing_since is not None:
            title = error_text(status.failure or ErrorKind.PRACTICE_UNREACHABLE).title
            sentence = self.tr("{what} since {time}").format(what=title, time=since_text(status.failing_since, now))
            return Tone.BAD, "cloud-slash", sentence
        if status.last_answer_at is None:
            return Tone.QUIET, "hourglass", self.tr("Fetching from the record system …")
        sentence = self.tr("The record system answered {time}").format(time=since_text(status.last_answer_at, now))
        if status.failing_actions or status.to_settle:
            return Tone.WARN, "warning", sentence
        calm = not status.pending_actions
        return (Tone.GOOD, "cloud-check", sentence) if calm else (Tone.QUIET, "hourglass", sentence)

    def _waiting_text(self, status: SyncStatus) -> str:
        parts = []
        if status.to_settle:
            parts.append(self.tr("%n appointment(s) for you to settle", "", status.to_settle))
        if status.failing_actions == status.pending_actions and status.pending_actions:
            parts.append(self.tr("%n change(s) cannot be sent now", "", status.pending_actions))
        elif status.pending_actions:
            parts.append(self.tr("%n change(s) waiting", "", status.pending_actions))
            if status.failing_actions:
                parts.append(self.tr("of them %n failing", "", status.failing_actions))
        return "  ·  ".join(parts) or self.tr("Nothing waits")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.list_wanted.emit()

    def _try_again(self) -> None:
        self.sentence.setText(self.tr("Trying …"))
        self.retry_wanted.emit()
        self._read.refresh()

    def _failed(self, kind: ErrorKind) -> None:
        self._icon.show_icon("warning-octagon", Tone.BAD)
        self.sentence.setText(error_text(kind).title)
        self._advise(error_text(kind).advice)

    def _advise(self, advice: str) -> None:
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))

    def _lay_out(self, theme: Theme) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.sentence)
        row.addWidget(self.waiting)
        row.addWidget(self.retry)
        row.addStretch(1)
        if self._parts.phone_page:
            row.addWidget(self._phone_button(theme, self._parts.phone_page))
        row.addWidget(text_label(f"{self._parts.user.name}  ·  {self._parts.clinic.name}", "muted"))
        self.advice.setContentsMargins(16, 0, 16, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(0)
        column.addWidget(self.progress)
        column.addLayout(row)
        column.addWidget(self.advice)

    def _phone_button(self, theme: Theme, address: str) -> Button:
        text = self.tr("Demo: the patient's telephone")
        button = Button(theme, text, kind="quiet", icon_name="device-mobile", name="demoPhone")
        button.clicked.connect(lambda _checked=False: QDesktopServices.openUrl(QUrl(address)))
        return button


def _advice(status: SyncStatus) -> str:
    """Return what to do while something fails: about the practice system first, for all else follows from it."""
    if status.failing_since is not None:
        return error_text(status.failure or ErrorKind.PRACTICE_UNREACHABLE).advice
    if status.action_failure is not None:
        text = error_text(status.action_failure)
        return f"{text.title}. {text.advice}"
    return ""
