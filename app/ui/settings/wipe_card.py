"""Taking away all that lies on this PC: asked for in place, and only done when a word has been typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.views import SyncStatus
from app.ui.controls.buttons import Button
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.notice import Notice
from app.ui.parts import ConsoleParts
from app.ui.settings.card import SettingsCard
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class WipeCard(SettingsCard):
    """`wiped` when nothing is left and the program has to end."""

    wiped = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(
            self.tr("Delete everything on this PC"),
            self.tr("For a PC that leaves the clinic. The record system keeps all that has been sent to it."),
        )
        self._parts = parts
        self._tasks = Tasks(self)
        self._unsent: int | None = None
        self.ask = Button(theme, self.tr("Delete everything on this PC …"), icon_name="trash", name="askWipe")
        self.unsent = text_label(role="strong", wrap=True)
        self.field = QLineEdit()
        self.field.setObjectName("wipeWord")
        self.field.setMaximumWidth(200)
        self.sure = Button(theme, self.tr("Delete everything and close"), kind="danger", name="wipeSure")
        self.keep = Button(theme, self.tr("Keep it"), name="wipeKeep")
        self.answer = Notice(theme, name="wipeNotice")
        self._question = QWidget()
        self._lay_out()
        self._question.hide()
        self.ask.clicked.connect(lambda _checked=False: self._open())
        self.keep.clicked.connect(lambda _checked=False: self.close_question())
        self.sure.clicked.connect(lambda _checked=False: self._start())
        self.field.textChanged.connect(lambda _text: self._weigh())
        self._status = LiveRead(
            self,
            parts.changes,
            Changes.OUTBOX,
            read=parts.views.sync_status,
            show=self._show_status,
            fail=self.answer.say_error,
        )

    def close_question(self) -> None:
        """Forget what was being asked."""
        self.field.clear()
        self._question.hide()
        self.ask.show()

    def _open(self) -> None:
        self._unsent = None
        self._weigh()
        self.answer.hide()
        self.ask.hide()
        self._question.show()
        self.field.setFocus()
        self._status.restart()

    def _show_status(self, status: SyncStatus) -> None:
        self._unsent = status.pending_actions
        if status.pending_actions:
            self.unsent.setText(self.tr("%n change(s) have not been sent and are lost", "", status.pending_actions))
        else:
            self.unsent.setText(self.tr("Everything done here has been sent."))
        self.unsent.setProperty("ink", Tone.BAD.value if status.pending_actions else "")
        self.unsent.style().unpolish(self.unsent)
        self.unsent.style().polish(self.unsent)
        self._weigh()

    def _weigh(self) -> None:
        """Deleting needs the word, and that it has been told what is lost."""
        typed = self.field.text().strip().casefold() == self._word.casefold()
        self.sure.setEnabled(typed and self._unsent is not None and not self._tasks.busy)

    @property
    def _word(self) -> str:
        return self.tr("DELETE")

    def _start(self) -> None:
        self.sure.setEnabled(False)
        self._tasks.start(self._wipe(even_unsent=bool(self._unsent)), "wipe")

    async def _wipe(self, *, even_unsent: bool) -> None:
        try:
            await self._parts.local_data.wipe(even_unsent=even_unsent)
        except KlinikError as error:
            self.close_question()
            self.answer.say_error(
                error.kind, tone=Tone.WARN if error.kind is ErrorKind.UNSENT_CHANGES else Tone.BAD
            )
            return
        self.wiped.emit()

    def _lay_out(self) -> None:
        question = QVBoxLayout(self._question)
        question.setContentsMargins(0, 0, 0, 0)
        question.setSpacing(8)
        question.addWidget(self.unsent)
        how = self.tr("Write {word} to delete messages, appointments and patients from this PC for good.")
        question.addWidget(text_label(how.format(word=self._word), wrap=True))
        self.field.setAccessibleName(how.format(word=self._word))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field)
        row.addWidget(self.sure)
        row.addWidget(self.keep)
        row.addStretch(1)
        question.addLayout(row)
        first = QHBoxLayout()
        first.addWidget(self.ask)
        first.addStretch(1)
        self.put(first)
        self.put(self._question)
        self.put(self.answer)
