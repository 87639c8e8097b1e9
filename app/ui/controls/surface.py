"""Paints the newest picture of one stream, made to measure before it comes here, without copying it."""

from math import ceil, floor

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.video.frames import FrameSlot, Picture

_GROUND = QColor("#0b0f11")
_RIM = QColor(255, 255, 255, 150)
_RIM_WIDTH = 3


class VideoSurface(QWidget):
    """Letterboxes the pictures of a `FrameSlot`; `mirrored` is how people know their own face.

    The slot announces a picture in another thread, once until it is taken; the signal carries that to Qt's. It is
    told how many pixels there are here, so that pictures come in that size and are neither scaled nor smoothed.
    """

    _arrived = Signal()

    def __init__(self, *, mirrored: bool = False, radius: int = 0) -> None:
        super().__init__()
        self._mirrored = mirrored
        self._radius = radius
        self._slot: FrameSlot | None = None
        self._picture: Picture | None = None
        self._rounded: QPixmap | None = None
        self.painted = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # what is under an opaque widget need not be painted first
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, not radius)
        self._arrived.connect(self.update, Qt.ConnectionType.QueuedConnection)

    def show_slot(self, slot: FrameSlot) -> None:
        """Show what arrives in this slot from now on."""
        self._slot = slot
        slot.on_ready(self._arrived.emit)

    def forget(self) -> None:
        """Stop listening and let go of the last picture."""
        if self._slot is not None:
            self._slot.on_ready(lambda: None)
        self._slot = None
        self.clear()

    @property
    def has_picture(self) -> bool:
        """Whether a picture has been painted and is still shown."""
        return self._picture is not None

    def clear(self) -> None:
        """Let go of the last picture but keep listening."""
        self._picture = self._rounded = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        room = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._slot is not None:
            self._slot.fit(room.width(), room.height())
            if (newest := self._slot.take()) is not None:
                self._picture, self._rounded = newest, None
                self.painted += 1
        with QPainter(self) as painter:
            if self._radius:
                painter.drawPixmap(QPoint(), self._rounded_picture(room, ratio))
            else:
                self._paint(painter)

    def _rounded_picture(self, room: QSize, ratio: float) -> QPixmap:
        """Return all there is to see, kept while it stays the same: what lies beneath moves far more often."""
        kept = self._rounded
        if kept is None or kept.size() != room:
            kept = QPixmap(room)
            kept.setDevicePixelRatio(ratio)
            kept.fill(Qt.GlobalColor.transparent)
            with QPainter(kept) as painter:
                self._paint_rounded(painter)
            self._rounded = kept
        return kept

    def _paint_rounded(self, painter: QPainter) -> None:
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(frame)
        self._paint(painter)
        if self._picture is not None:
            painter.setPen(QPen(_RIM, _RIM_WIDTH))
            painter.drawPath(frame)

    def _paint(self, painter: QPainter) -> None:
        picture = self._picture
        if picture is None:
            painter.fillRect(self.rect(), _GROUND)
            return
        image = QImage(picture.data, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32)
        if self._mirrored:
            image = image.flipped(Qt.Orientation.Horizontal)
        ratio = self.devicePixelRatioF()
        wide = round(self.width() * ratio) - picture.width
        high = round(self.height() * ratio) - picture.height
        as_made = 0 <= min(wide, high) < 2  # pixels; a picture's sides are even, a room's need not be
        place = (
            QRectF(wide // 2 / ratio, high // 2 / ratio, picture.width / ratio, picture.height / ratio)
            if as_made
            else picture_rect(picture.width, picture.height, self.width(), self.height())
        )
        for bar in _bars_around(place, self.rect()):
            painter.fillRect(bar, _GROUND)
        if as_made:
            image.setDevicePixelRatio(ratio)
            painter.drawImage(place.topLeft(), image)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, image)


def picture_rect(width: int, height: int, room_width: int, room_height: int) -> QRectF:
    """Return where a picture goes in a room: as large as fits, in the middle, in proportion."""
    scale = min(room_width / width, room_height / height)
    return QRectF(
        (room_width - width * scale) / 2, (room_height - height * scale) / 2, width * scale, height * scale
    )


def _bars_around(place: QRectF, room: QRect) -> tuple[QRect, ...]:
    """Return what a picture leaves of a room, to the pixel that it covers only in part."""
    left, top, right, bottom = ceil(place.left()), ceil(place.top()), floor(place.right()), floor(place.bottom())
    width, height = room.width(), room.height()
    bars = (
        QRect(0, 0, width, top),
        QRect(0, bottom, width, height - bottom),
        QRect(0, top, left, bottom - top),
        QRect(right, top, width - right, bottom - top),
    )
    return tuple(bar for bar in bars if not bar.isEmpty())
