"""The consultation on the telephone: the number to dial, as large as it can be read across a desk."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import ErrorKind
from app.domain.phone import PhoneNumber
from app.domain.ports.media import Dialler
from app.domain.private import Private
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.error_texts import error_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class TelephoneView(QWidget):
    """Stands where the pictures were; the consultation keeps counting, and may go back to video."""

    video_wanted = Signal()
    telephone_wanted = Signal()

    def __init__(
        self, theme: Theme, dialler: Dialler, patient_name: str, phone: Private[PhoneNumber] | None
    ) -> None:
        super().__init__()
        self._dialler = dialler
        self._phone = phone
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = text_label(self._words_here(), "title", wrap=True)
        self._name = patient_name
        self.line = text_label(role="muted")
        self.show_told(False)
        self.number = text_label(role="number", selectable=True)
        self.dial = Button(theme, self.tr("Phone"), kind="primary", icon_name="phone-call", name="dialNumber")
        self.copy = Button(theme, self.tr("Copy number"), icon_name="copy", name="copyNumber")
        self.answer = text_label(role="muted", wrap=True)
        self.returning = False
        self.video = Button(theme, self.tr("Switch to video"), icon_name="video-camera", name="switchToVideo")
        self.video.hint(self.tr("The patient is let in again, or gets the link by text message"), "Shift+T")
        self.video.setProperty("large", True)
        self.video.clicked.connect(self._press_video)
        self.dial.setProperty("large", True)
        self.copy.setProperty("large", True)
        self.dial.clicked.connect(self.call_now)
        self.copy.clicked.connect(self._copy)
        has_number = phone is not None
        self.number.setText(phone.reveal().shown if phone else self.tr("No number"))
        self.dial.setEnabled(has_number)
        self.copy.setEnabled(has_number)
        if not has_number:
            self.answer.setText(error_text(ErrorKind.PATIENT_HAS_NO_PHONE).title)
        self._lay_out(theme)

    def show_told(self, told: bool) -> None:
        """Say whether the patient's page has been sent word."""
        line = (
            self.tr("{name} has been told that you phone now.")
            if told
            else self.tr("{name} has not been told yet. Phone now.")
        )
        self.line.setText(line.format(name=self._name))

    def show_return(self, *, wanted: bool) -> None:
        """Say whether video is on its way back; the number stays all the while."""
        if wanted == self.returning:
            return
        self.returning = wanted
        self.title.setText(self._words_on_the_way() if wanted else self._words_here())
        self.video.setText(self.tr("Stay on the telephone") if wanted else self.tr("Switch to video"))
        self.video.set_icon("phone" if wanted else "video-camera")
        hint = self.tr("Stop waiting for video") if wanted else self.tr("Let the patient in again")
        self.video.hint(hint, "T" if wanted else "Shift+T")
        self.answer.setText(self.tr("You can talk on the telephone meanwhile.") if wanted else "")
        self.line.setVisible(not wanted)

    def show_link_sent(self) -> None:
        """Say that the patient has been sent the link."""
        self.answer.setText(self.tr("The link has been sent to the patient by text message."))

    def show_no_video(self, kind: ErrorKind) -> None:
        """Say why video cannot come back."""
        self.show_return(wanted=False)
        words = error_text(kind)
        self.answer.setText(f"{words.title}. {words.advice}")

    def _words_here(self) -> str:
        return self.tr("The consultation is now on the telephone")

    def _words_on_the_way(self) -> str:
        return self.tr("Waiting for the patient's video …")

    def _press_video(self) -> None:
        (self.telephone_wanted if self.returning else self.video_wanted).emit()

    def call_now(self) -> None:
        """Hand the number to the system's telephone program."""
        if self._phone is None:
            return
        if self._dialler.dial(self._phone.reveal().tel_uri):
            self.answer.setText(self.tr("Phoning …"))
        else:
            words = error_text(ErrorKind.TEL_HANDLER_MISSING)
            self.answer.setText(f"{words.title}. {words.advice}")

    def _copy(self) -> None:
        if self._phone is not None:
            QGuiApplication.clipboard().setText(self._phone.reveal().shown.replace(" ", ""))
            self.answer.setText(self.tr("The number is copied."))

    def _lay_out(self, theme: Theme) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.dial)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.video)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(IconLabel(theme, "phone-call", Tone.ACCENT, 44), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.title, self.line, self.number):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(buttons)
        self.answer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.answer)
        column.addStretch(1)
