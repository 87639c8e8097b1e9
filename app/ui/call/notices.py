"""The rows above the picture: the telephone proposed, what this PC lacks, and who has to wait."""

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
        self.other = Notice(theme, name="otherPatient")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 10)
        column.setSpacing(8)
        column.addWidget(self.proposal)
        column.addWidget(self.devices)
        column.addWidget(self.other)
        self.hide()

    def show_view(self, view: CallView) -> None:
        """Say what the view gives cause for; rows that stay the same keep their buttons and the focus."""
        if view.telephone_reason is not self._proposed:
            self._proposed = view.telephone_reason
            self._show_proposal()
        if view.device_failures != self._missing:
            self._missing = view.device_failures
            self._show_devices()
        by_video = view.stage not in (Stage.TELEPHONE, Stage.ENDED)
        self.proposal.setVisible(by_video and self._proposed is not None)
        self.devices.setVisible(by_video and bool(self._missing))
        self._fit()

    def show_no_call(self, kind: ErrorKind) -> None:
        """Say why there is no call at all."""
        self.proposal.say_error(kind, self._telephone(), self._again(self.tr("Try again")))
        self._fit()

    def show_other(self, patient_name: str) -> None:
        """Say why another patient has to wait."""
        advice = self.tr("End this one before you let {name} in.").format(name=patient_name)
        close = self.other.action(self.tr("Close"), self._hide_other, kind="quiet")
        self.other.say(Tone.WARN, self.tr("One conversation at a time"), advice, close)
        self._fit()

    def hide_video(self) -> None:
        """Say nothing more of the video."""
        self.proposal.hide()
        self.devices.hide()
        self._fit()

    def _hide_other(self) -> None:
        self.other.hide()
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not all(one.isHidden() for one in (self.proposal, self.devices, self.other)))

    def _show_proposal(self) -> None:
        if self._proposed is None:
            return
        number = self._phone.reveal().shown if self._phone else ""
        again = self._again(self.tr("Try video again"))
        self.proposal.say(Tone.WARN, proposal_sentence(self._proposed), number, self._telephone(), again)

    def _show_devices(self) -> None:
        if not self._missing:
            return
        texts = [error_text(kind) for kind in self._missing]
        self.devices.say(Tone.WARN, "  ·  ".join(text.title for text in texts), texts[0].advice)

    def _telephone(self) -> Button:
        text = self.tr("Continue on telephone")
        button = self.proposal.action(text, self.telephone_wanted.emit, kind="primary")
        return button.hint(text, "T")

    def _again(self, text: str) -> Button:
        return self.proposal.action(text, self.video_wanted.emit)
