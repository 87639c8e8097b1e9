"""A patient's still picture written anew for the record: upright, in sRGB, without metadata, of so many bytes."""

import asyncio

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageWriter, QPainter

from app.domain.errors import ErrorKind, KlinikError
from app.domain.picture_fit import Fit, fits
from app.ui.call.still_image import decoded


async def fit_still(data: bytes, most: int) -> bytes:
    """Return a JPEG of at most `most` bytes of the picture in `data`; takes up to a few seconds, in another thread.

    Nothing of what came is passed on but how it looks: neither where it was taken nor what else a file can hold.
    Raises KlinikError: PICTURE_UNREADABLE for what is no picture, PICTURE_TOO_LARGE when so few bytes hold none.
    """
    return await asyncio.get_running_loop().run_in_executor(None, _fitted, data, most)


def _fitted(data: bytes, most: int) -> bytes:
    image = decoded(data)
    if image.isNull():
        raise KlinikError(ErrorKind.PICTURE_UNREADABLE)
    if image.colorSpace().isValid():
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    written, scaled = None, QImage()
    for fit in fits(image.width(), image.height()):
        if (scaled.width(), scaled.height()) != (fit.width, fit.height):
            scaled = _bare(image, fit)
        written = _written(scaled, fit.quality)
        if len(written) <= most:
            return written
    raise KlinikError(ErrorKind.PICTURE_TOO_LARGE, f"more than {most} bytes")


def _bare(image: QImage, fit: Fit) -> QImage:
    """Return the picture in this size, with nothing of the file it came in."""
    smooth, stretch = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
    bare = QImage(fit.width, fit.height, QImage.Format.Format_RGB32)
    bare.fill(Qt.GlobalColor.white)
    with QPainter(bare) as painter:
        painter.drawImage(0, 0, image.scaled(fit.width, fit.height, stretch, smooth))
    return bare


def _written(image: QImage, quality: int) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.setOptimizedWrite(True)
    if not writer.write(image):
        raise KlinikError(ErrorKind.PICTURE_UNREADABLE, "it cannot be written")
    return bytes(held.data())
