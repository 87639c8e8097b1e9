"""Paints the newest picture of one stream, without copying it."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.video.frames import FrameSlot, Picture

_GROUND = "#0b0f11"


class VideoSurface(QWidget):
    """Letterboxes the pictures of a `FrameSlot`; `mirrored` is how people know their own face.

    The slot announces a picture in another thread, once until it is taken; the signal carries that to Qt's.
    """

    _arrived = Signal()

    def __init__(self, *, mirrored: bool = False, radius: int = 0) -> None:
        super().__init__()
        self._mirrored = mirrored
        self._radius = radius
        self._slot: FrameSlot | None = None
        self._picture: Picture | None = None
        self.painted = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._arrived.connect(self.update, Qt.ConnectionType.QueuedConnection)

    def show_slot(self, slot: FrameSlot) -> None:
        """Show what arrives in this slot from now on."""
        self._slot = slot
        slot.on_ready(self._arrived.emit)

    def forget(self) -> None:
        """Stop listening and let go of the last picture."""
        if self._slot is not None:
            self._slot.on_ready(lambda: None)
        self._slot = self._picture = None
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether a picture has been painted and is still shown."""
        return self._picture is not None

    def clear(self) -> None:
        """Let go of the last picture but keep listening."""
        self._picture = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._slot is not None and (newest := self._slot.take()) is not None:
            self._picture = newest
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        if self._radius:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(frame)
        painter.fillRect(self.rect(), QColor(_GROUND))
        if self._picture is not None:
            self._paint_picture(painter, self._picture)
        if self._radius and self._picture is not None:
            painter.resetTransform()
            painter.setPen(QPen(QColor(255, 255, 255, 150), 3))
            painter.drawPath(frame)

    def _paint_picture(self, painter: QPainter, picture: Picture) -> None:
        image = QImage(picture.data, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32)
        fitted = picture_rect(picture.width, picture.height, self.width(), self.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        painter.drawImage(fitted, image)
        self.painted += 1


def picture_rect(width: int, height: int, room_width: int, room_height: int) -> QRectF:
    """Return where a picture goes in a room: as large as fits, in the middle, in proportion."""
    scale = min(room_width / width, room_height / height)
    return QRectF(
        (room_width - width * scale) / 2, (room_height - height * scale) / 2, width * scale, height * scale
    )
