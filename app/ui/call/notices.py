"""The rows above the picture: the telephone proposed, and what this PC lacks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.domain.call import StepReason
from app.domain.errors import ErrorKind
from app.domain.phone import PhoneNumber
from app.domain.private import Private
from app.ui.call.sentences import proposal_sentence
from app.ui.controls.buttons import Button
from app.ui.controls.notice import Notice
from app.ui.error_texts import error_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.video.call_events import Stage
from app.video.call_view import CallView


class CallNotices(QFrame):
    """Follows a call's view; hidden while there is nothing to say."""

    telephone_wanted = Signal()
    video_wanted = Signal()

    def __init__(self, theme: Theme, phone: Private[PhoneNumber] | None) -> None:
        super().__init__()
        self._phone = phone
        self._proposed: StepReason | None = None
        self._missing: tuple[ErrorKind, ...] = ()
        self.proposal = Notice(theme, name="telephoneProposal")
        self.devices = Notice(theme, name="deviceNotice")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 10)
        column.setSpacing(8)
        column.addWidget(self.proposal)
        column.addWidget(self.devices)
        self.hide()

    def show_view(self, view: CallView) -> None:
        """Say what the view gives cause for; rows that stay the same keep their buttons and the focus."""
        if view.telephone_reason is not self._proposed:
            self._proposed = view.telephone_reason
            self._show_proposal()
        if view.device_failures != self._missing:
            self._missing = view.device_failures
            self._show_devices()
        nothing = self.proposal.isHidden() and self.devices.isHidden()
        self.setVisible(not nothing and view.stage not in (Stage.TELEPHONE, Stage.ENDED))

    def show_no_call(self, kind: ErrorKind) -> None:
        """Say why there is no call at all."""
        self.proposal.say_error(kind, self._telephone(), self._again(self.tr("Try again")))
        self.show()

    def _show_proposal(self) -> None:
        if self._proposed is None:
            self.proposal.hide()
            return
        number = self._phone.reveal().shown if self._phone else ""
        again = self._again(self.tr("Try video again"))
        self.proposal.say(Tone.WARN, proposal_sentence(self._proposed), number, self._telephone(), again)

    def _show_devices(self) -> None:
        if not self._missing:
            self.devices.hide()
            return
        texts = [error_text(kind) for kind in self._missing]
        self.devices.say(Tone.WARN, "  ·  ".join(text.title for text in texts), texts[0].advice)

    def _telephone(self) -> Button:
        text = self.tr("Continue on telephone")
        button = self.proposal.action(text, self.telephone_wanted.emit, kind="primary")
        return button.hint(text, "T")

    def _again(self, text: str) -> Button:
        return self.proposal.action(text, self.video_wanted.emit)
