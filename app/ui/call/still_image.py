"""A patient's still picture as an image to paint: decoded beside the screen, bounded, as JPEG and nothing else."""

import asyncio

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

_LONGEST_SIDE = 8192
"""Px; a picture that claims to be larger is not decoded at all."""


async def decode_still(data: bytes) -> QImage:
    """Return the picture, null when it is not one; it takes a tenth of a second, in another thread."""
    return await asyncio.get_running_loop().run_in_executor(None, decoded, data)


def decoded(data: bytes) -> QImage:
    """Return the picture, null when it is not one; not for the thread of the screens."""
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not (0 < size.width() <= _LONGEST_SIDE and 0 < size.height() <= _LONGEST_SIDE):
        return QImage()
    return reader.read()
