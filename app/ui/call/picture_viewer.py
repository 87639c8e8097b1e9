"""A patient's still picture in a window of its own, to be looked at closely while the call goes on."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.clinic_time import Clock
from app.ui.call.picture_saver import PictureSaver
from app.ui.call.picture_saving import PictureSavingLine
from app.ui.call.picture_words import consent_text
from app.ui.call.zoom import STEP, Zoom, dragged, fit, in_room, zoomed
from app.ui.controls.buttons import ToolButton
from app.ui.controls.labels import text_label
from app.ui.theme.theme import Theme
from app.video.side.talk_events import StillPicture

_GROUND = "#0b0f11"
_NOTCH = 120
"""What one notch of a wheel is, in Qt's eighths of a degree."""


class PictureCanvas(QWidget):
    """Paints one image; the wheel zooms at the pointer, dragging moves it, a double click shows all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._held: QPointF | None = None
        self.zoom = Zoom(1, 1)
        self.setMinimumSize(240, 180)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_image(self, image: QImage) -> None:
        """Show this image, all of it."""
        self._image = image
        self._become(in_room(Zoom(max(1, image.width()), max(1, image.height())), self.width(), self.height()))

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle."""
        self._become(zoomed(self.zoom, factor, self.width() / 2, self.height() / 2))

    def show_all(self) -> None:
        """Show all of the picture."""
        self._become(fit(self.zoom))

    def _become(self, zoom: Zoom) -> None:
        self.zoom = zoom
        self.setCursor(Qt.CursorShape.ArrowCursor if zoom.fitted else Qt.CursorShape.OpenHandCursor)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(_GROUND))
            zoom = self.zoom
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom.scale < STEP)
            target = QRectF(zoom.x, zoom.y, zoom.width * zoom.scale, zoom.height * zoom.scale)
            painter.drawImage(target, self._image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._become(in_room(self.zoom, self.width(), self.height()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = event.position()
        self._become(zoomed(self.zoom, STEP ** (event.angleDelta().y() / _NOTCH), at.x(), at.y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            by, self._held = event.position() - self._held, event.position()
            self._become(dragged(self.zoom, by.x(), by.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()


class PictureViewer(QWidget):
    """A window above its call's; it closes with it, and keeps no picture once it is closed."""

    def __init__(self, theme: Theme, owner: QWidget, patient_name: str, clock: Clock, saver: PictureSaver) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setObjectName("pictureViewer")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Picture from the patient – {name}").format(name=patient_name))
        self._clock = clock
        self._saver = saver
        self._picture: StillPicture | None = None
        self.canvas = PictureCanvas()
        self.canvas.setAccessibleName(self.tr("Picture from the patient"))
        self.consent = text_label(role="strong")
        self.size_line = text_label(role="muted")
        self.closer = ToolButton(theme, kind="quiet", icon_name="magnifying-glass-plus", name="zoomIn")
        self.further = ToolButton(theme, kind="quiet", icon_name="magnifying-glass-minus", name="zoomOut")
        self.all = ToolButton(theme, kind="quiet", icon_name="arrows-in", name="showAll")
        self.saving = PictureSavingLine(theme, clock, name="savePicture", keys="Ctrl+S")
        self.saving.wanted.connect(self._save)
        saver.changed.connect(self._show_saving)
        self._name(self.closer, self.tr("Closer"), "+")
        self._name(self.further, self.tr("Further away"), "-")
        self._name(self.all, self.tr("Show all of it"), "0")
        self.closer.clicked.connect(lambda: self.canvas.zoom_by(STEP))
        self.further.clicked.connect(lambda: self.canvas.zoom_by(1 / STEP))
        self.all.clicked.connect(self.canvas.show_all)
        keys = {
            "+": self.closer.click, "-": self.further.click, "0": self.all.click, "Escape": self.close,
            "Ctrl+S": self.saving.button.click,
        }  # fmt: skip
        self._shortcuts = [QShortcut(QKeySequence(key), self, action) for key, action in keys.items()]
        self._lay_out()
        self.resize(980, 760)

    def show_still(self, image: QImage, picture: StillPicture) -> None:
        """Show a picture with the sentence on who agreed to it, and bring the window up."""
        self._picture = picture
        self.canvas.show_image(image)
        self.consent.setText(consent_text(picture, self._clock()))
        self._show_saving()
        self.size_line.setText(
            self.tr("{width} × {height} pixels").format(width=image.width(), height=image.height())
        )
        self.show()
        self.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep no picture that nobody looks at."""
        self._picture = None
        self.canvas.show_image(QImage())
        super().closeEvent(event)

    def _save(self) -> None:
        if self._picture is not None:
            self._saver.save(self._picture)

    def _show_saving(self) -> None:
        if self._picture is not None:
            self.saving.show_saving(self._saver.saving(self._picture))

    @staticmethod
    def _name(button: ToolButton, text: str, keys: str) -> None:
        button.hint(text, keys)
        button.setAccessibleName(text)

    def _lay_out(self) -> None:
        head = QFrame()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.consent)
        row.addWidget(self.size_line)
        row.addStretch(1)
        for button in (self.further, self.all, self.closer):
            row.addWidget(button)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(head)
        page.addWidget(self.canvas, 1)
        foot = QFrame()
        below = QHBoxLayout(foot)
        below.setContentsMargins(16, 8, 8, 8)
        below.addWidget(self.saving)
        page.addWidget(foot)
