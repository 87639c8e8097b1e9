"""Still pictures from the patient: asked for with one key, and kept to be looked at again while the call lasts."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.domain.clinic_time import Clock
from app.ui.call.picture_saver import PictureSaver
from app.ui.call.picture_saving import PictureSavingLine
from app.ui.call.picture_words import consent_text
from app.ui.call.still_image import decode_still
from app.ui.controls.buttons import Button
from app.ui.controls.labels import text_label
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.video.side.talk_events import Asking, SideState, StillPicture

_THUMBNAIL = QSize(304, 200)


class PicturesPane(QWidget):
    """`asked` and `withdrawn` are the clinician's wishes; `opened` with a picture as drawn and as it came."""

    asked = Signal()
    withdrawn = Signal()
    opened = Signal(QImage, object)

    def __init__(self, theme: Theme, clock: Clock, saver: PictureSaver) -> None:
        super().__init__()
        self._theme = theme
        self._clock = clock
        self._saver = saver
        self._savings: dict[int, tuple[StillPicture, PictureSavingLine]] = {}
        saver.changed.connect(self._show_savings)
        self._tasks = Tasks(self)
        self._shown: dict[int, QFrame] = {}
        self.ask = Button(theme, self.tr("Take a picture"), kind="primary", icon_name="camera", name="askPicture")
        self.ask.hint(self.tr("Ask the patient for a sharp picture of what is shown"), "B")
        self.withdraw = Button(theme, self.tr("Stop asking"), name="withdrawPicture")
        self.line = text_label(role="muted", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self._pictures = QVBoxLayout()
        self.ask.clicked.connect(self.asked)
        self.withdraw.clicked.connect(self.withdrawn)
        self._lay_out()
        self.show_state(SideState())

    def show_state(self, state: SideState) -> None:
        """Say how the question stands, and show the pictures there are."""
        asking = state.question is not None and state.question.open
        self._show_asking(asking)
        self.line.setText(self._line_of(state))
        self.line.setVisible(bool(self.line.text()))
        self.progress.setVisible(state.arriving is not None)
        if state.arriving is not None:
            received, size = state.arriving
            self.progress.setRange(0, size)
            self.progress.setValue(received)
        self._show_pictures(state.pictures)

    def _show_asking(self, asking: bool) -> None:
        """Keep the keyboard on the one that can be pressed: elsewhere a space bar might mute the doctor."""
        held = self.window().focusWidget() in (self.ask, self.withdraw)
        usable = self.withdraw if asking else self.ask
        usable.setEnabled(True)
        usable.show()
        self.setFocusProxy(usable)
        if held:
            usable.setFocus()
        self.ask.setEnabled(not asking)
        self.withdraw.setVisible(asking)

    def _line_of(self, state: SideState) -> str:
        if state.arriving is not None:
            return self.tr("The picture is on its way …")
        if state.question is None:
            return "" if state.pictures else self.tr(
                "The patient is asked first, and takes the picture. It is sharper than the video."
            )  # fmt: skip
        if state.question.stage is Asking.ASKED and not state.there:
            return self.tr("The patient is asked as soon as the connection is back.")
        return {
            Asking.ASKED: self.tr("The patient is being asked …"),
            Asking.TAKING: self.tr("The patient said yes. The picture is being taken …"),
            Asking.REFUSED: self.tr("The patient said no to a picture."),
            Asking.FAILED: self.tr("The patient's device could not take the picture. You can ask again."),
        }[state.question.stage]

    def _show_pictures(self, pictures: tuple[StillPicture, ...]) -> None:
        kept = {picture.number for picture in pictures}
        for number in [number for number in self._shown if number not in kept]:
            self._shown.pop(number).deleteLater()
            self._savings.pop(number, None)
        for picture in pictures:
            if picture.number not in self._shown:
                frame = QFrame()
                self._shown[picture.number] = frame
                self._pictures.insertWidget(0, frame)
                self._tasks.start(self._fill(frame, picture), "decode picture")

    async def _fill(self, frame: QFrame, picture: StillPicture) -> None:
        """Draw a picture's thumbnail and open one that was asked for; one that is no picture says so."""
        image = await decode_still(picture.data)
        if self._shown.get(picture.number) is not frame:
            return
        consent = consent_text(picture, self._clock())
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if image.isNull():
            column.addWidget(text_label(self.tr("A picture came that cannot be shown."), "muted", wrap=True))
            return
        thumbnail = QToolButton()
        size = _THUMBNAIL * self._theme.sizes.scale
        scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        thumbnail.setIcon(QIcon(QPixmap.fromImage(scaled)))
        thumbnail.setIconSize(scaled.size())
        thumbnail.setProperty("kind", "picture")
        thumbnail.setObjectName(f"picture-{picture.number}")
        thumbnail.setToolTip(self.tr("Look closely"))
        thumbnail.setAccessibleName(consent)
        thumbnail.setCursor(Qt.CursorShape.PointingHandCursor)
        thumbnail.clicked.connect(lambda: self._tasks.start(self._look(picture), "decode picture"))
        column.addWidget(thumbnail)
        column.addWidget(text_label(consent, "small", wrap=True))
        line = PictureSavingLine(self._theme, self._clock, name=f"savePicture-{picture.number}", narrow=True)
        line.wanted.connect(lambda: self._saver.save(picture))
        self._savings[picture.number] = picture, line
        column.addWidget(line)
        self._show_savings()
        if picture.asked:
            self.opened.emit(image, picture)

    async def _look(self, picture: StillPicture) -> None:
        """Decode it anew: eight pictures held in full would take half a gigabyte."""
        image = await decode_still(picture.data)
        if picture.number in self._shown:
            self.opened.emit(image, picture)

    def _show_savings(self) -> None:
        for picture, line in self._savings.values():
            line.show_saving(self._saver.saving(picture))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        for widget in (self.ask, self.withdraw, self.line, self.progress):
            column.addWidget(widget)
        self._pictures.setSpacing(12)
        column.addLayout(self._pictures)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll, 1)
        fate = text_label(
            self.tr("Pictures not saved in the record are gone when the call ends."), "small", wrap=True
        )
        fate.setContentsMargins(16, 0, 16, 12)
        page.addWidget(fate)
