"""The status line: when the practice system last answered, since when it does not, and what waits."""

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus
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
    """Never says more than is known; pressing it tries again at once."""

    retry_wanted = Signal()

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
        self.advice = text_label(role="small", wrap=True)
        self.advice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 2, 16, 2)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.advice)
        row.addWidget(self._icon)
        row.addWidget(self.sentence)
        row.addWidget(self.retry)
        row.addStretch(1)
        if parts.phone_page:
            row.addWidget(self._phone_button(theme, parts.phone_page))
        row.addWidget(text_label(f"{parts.user.name}  ·  {parts.clinic.name}", "muted"))
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.SYNC | Changes.OUTBOX,
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
        self._icon.show_icon(icon_name, tone)
        self.sentence.setText(sentence)
        self.setProperty("state", tone.value)
        self._advise(_advice(status))
        self.setAccessibleName(f"{sentence} {self.advice.text()}".rstrip())
        self.sentence.setProperty("ink", tone.value if tone in (Tone.BAD, Tone.WARN) else "")
        self.sentence.style().unpolish(self.sentence)
        self.sentence.style().polish(self.sentence)
        self.retry.setText(self.tr("Try again") if tone in (Tone.BAD, Tone.WARN) else self.tr("Synchronise"))

    def _words(self, status: SyncStatus) -> tuple[Tone, str, str]:
        now, waiting = self._parts.clock(), self._waiting_text(status)
        if status.failing_since is not None:
            title = error_text(status.failure or ErrorKind.PRACTICE_UNREACHABLE).title
            sentence = self.tr("{what} since {time}").format(what=title, time=since_text(status.failing_since, now))
            return Tone.BAD, "cloud-slash", sentence + waiting
        if status.last_answer_at is None:
            return (
                Tone.QUIET,
                "hourglass",
                self.tr("Fetching from the record system …") + waiting,
            )
        sentence = self.tr("The record system answered {time}").format(time=since_text(status.last_answer_at, now))
        if status.failing_actions:
            return Tone.WARN, "warning", sentence + waiting
        return (Tone.QUIET, "hourglass", sentence + waiting) if waiting else (Tone.GOOD, "cloud-check", sentence)

    def _waiting_text(self, status: SyncStatus) -> str:
        parts = []
        if status.pending_actions:
            parts.append(self.tr("%n change(s) waiting", "", status.pending_actions))
        if status.failing_actions:
            parts.append(self.tr("%n failing", "", status.failing_actions))
        return "".join(f"  ·  {part}" for part in parts)

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
