"""One line of the list of what waits."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.clinic_time import Clock
from app.domain.views import WaitingAction, Withdrawal
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.error_texts import error_text
from app.ui.outbox.words import ASKS_FIRST, progress_text, what_text, withdrawal_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class OutboxLine(QFrame):
    """Emits `retry_wanted` and `withdraw_wanted`; what a patient would notice is asked about first, in place."""

    retry_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._action: WaitingAction | None = None
        self.setProperty("role", "card")
        self._icon = IconLabel(theme, "hourglass", Tone.QUIET, 20)
        self.what = text_label(role="strong", wrap=True)
        self.progress = text_label(role="small", wrap=True)
        self.reason = text_label(wrap=True)
        self.reason.setProperty("ink", Tone.WARN.value)
        self.meaning = text_label(role="small", wrap=True)
        self.retry = Button(theme, self.tr("Try now"), icon_name="arrow-clockwise", name="retryWaiting")
        self.withdraw = Button(theme, self.tr("Take back"), icon_name="arrow-u-up-left", name="withdrawWaiting")
        self.sure = Button(theme, self.tr("Take it back"), kind="danger", name="withdrawSure")
        self.keep = Button(theme, self.tr("Keep it"), name="withdrawKeep")
        self.retry.clicked.connect(self.retry_wanted)
        self.withdraw.clicked.connect(self._ask)
        self.sure.clicked.connect(self._go)
        self.keep.clicked.connect(lambda _checked=False: self._show_question(False))
        self._lay_out()
        self._show_question(False)

    def show_action(self, action: WaitingAction) -> None:
        """Show how a change stands now; a question under way stays."""
        self._action = action
        now = self._clock()
        self.what.setText(what_text(action, now))
        self.progress.setText(progress_text(action, now))
        failing = action.last_failure is not None
        self._icon.show_icon("warning" if failing else "hourglass", Tone.WARN if failing else Tone.QUIET)
        words = error_text(action.last_failure) if action.last_failure else None
        self.reason.setText(f"{words.title}. {words.advice}" if words else "")
        self.reason.setVisible(failing)
        possible = action.withdrawal is not Withdrawal.NOT_POSSIBLE
        self.withdraw.setEnabled(possible)
        self.withdraw.hint(withdrawal_text(action.withdrawal))
        self._show_question(self._asking and possible)
        self.setAccessibleName(f"{self.what.text()}, {self.progress.text()} {self.reason.text()}".rstrip())

    def set_busy(self, busy: bool) -> None:
        """While it is being carried out or taken back, a second click does nothing."""
        for button in (self.retry, self.sure, self.keep):
            button.setEnabled(not busy)
        possible = self._action is not None and self._action.withdrawal is not Withdrawal.NOT_POSSIBLE
        self.withdraw.setEnabled(possible and not busy)

    def _ask(self) -> None:
        if self._action is not None and self._action.withdrawal in ASKS_FIRST:
            self._show_question(True)
            self.keep.setFocus()
        else:
            self._go()

    def _go(self) -> None:
        self._show_question(False)
        self.withdraw_wanted.emit()

    def _show_question(self, asking: bool) -> None:
        self._asking = asking
        for button in (self.retry, self.withdraw):
            button.setVisible(not asking)
        for button in (self.sure, self.keep):
            button.setVisible(asking)
        withdrawal = self._action.withdrawal if self._action else None
        told = asking or withdrawal is Withdrawal.NOT_POSSIBLE
        self.meaning.setText(withdrawal_text(withdrawal) if withdrawal and told else "")
        self.meaning.setVisible(bool(self.meaning.text()))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.what, self.progress, self.reason, self.meaning):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        buttons: tuple[QWidget, ...] = (self.retry, self.withdraw, self.sure, self.keep)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
