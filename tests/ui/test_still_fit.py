"""What is made of a picture for the record: it fits, it is upright, and nothing but the picture is in it."""

import asyncio
import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QColorSpace, QImage
from pytestqt.qtbot import QtBot

from app.domain.errors import ErrorKind, KlinikError
from app.domain.record_picture import LARGEST_JPEG, SMALLEST_JPEG
from app.ui.call.still_fit import fit_still
from app.ui.call.still_image import decoded
from tests.ui.test_side import jpeg

Fitted = Callable[..., bytes]


@pytest.fixture
def fitted(qtbot: QtBot, loop: asyncio.AbstractEventLoop) -> Fitted:
    """Returns what is made of a picture, or raises what there is to say of it."""

    def wait_for(data: bytes, most: int = LARGEST_JPEG) -> bytes:
        task = loop.create_task(fit_still(data, most))
        qtbot.waitUntil(task.done, timeout=60_000)
        return task.result()

    return wait_for


def noise(width: int, height: int) -> QImage:
    """The worst there is to compress."""
    image = QImage(random.Random(1).randbytes(width * height * 4), width, height, QImage.Format.Format_RGB32)
    return image.copy()


def as_jpeg(image: QImage, quality: int = 100) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG", quality)  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(held.data())


def with_exif(data: bytes, orientation: int) -> bytes:
    """The picture as a telephone writes it: its orientation, and a text where the place would be."""
    place = b"55.6761N 12.5683E\x00"
    entries = b"\x00\x02" + b"\x01\x12\x00\x03\x00\x00\x00\x01" + orientation.to_bytes(2, "big") + b"\x00\x00"
    entries += b"\x01\x0e\x00\x02" + len(place).to_bytes(4, "big") + (38).to_bytes(4, "big") + bytes(4)
    exif = b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08" + entries + place
    return data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]


def test_one_that_fits_keeps_its_size(fitted: Fitted) -> None:
    made = decoded(fitted(jpeg(2048, 1536)))
    assert made.size() == QSize(2048, 1536)
    assert abs(made.pixelColor(1000, 700).red() - 0xA0) < 4


@pytest.mark.parametrize("most", [LARGEST_JPEG, SMALLEST_JPEG])
def test_any_picture_is_made_to_fit(fitted: Fitted, most: int) -> None:
    data = as_jpeg(noise(1600, 1200))
    assert len(data) > 2 * LARGEST_JPEG
    made = fitted(data, most)
    assert len(made) <= most
    size = decoded(made).size()
    assert abs(size.width() * 3 - size.height() * 4) <= 4, "its shape is kept"
    assert len(made) > most / 3, "not smaller than it has to be"


def test_it_is_upright_and_tells_neither_place_nor_anything_else(fitted: Fitted) -> None:
    data = with_exif(jpeg(640, 480), 6)
    assert b"55.6761N" in data
    made = fitted(data + b"hidden behind the picture")
    assert decoded(made).size() == QSize(480, 640)
    assert b"55.6761N" not in made
    assert b"Exif" not in made
    assert b"hidden" not in made


def test_its_colours_are_those_a_plain_screen_shows(fitted: Fitted) -> None:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))
    image.fill(QColor(200, 80, 60))
    made = decoded(fitted(as_jpeg(image)))
    assert made.pixelColor(32, 32).red() > 208, "the same red takes more of it in sRGB"


@pytest.mark.qt_log_ignore("JPEG", extend=True)
def test_what_is_no_picture_is_refused_as_such(fitted: Fitted) -> None:
    for data in (b"", b"GIF89a" + bytes(200), jpeg()[:40]):
        with pytest.raises(KlinikError) as failure:
            fitted(data)
        assert failure.value.kind is ErrorKind.PICTURE_UNREADABLE
    with pytest.raises(KlinikError) as failure:
        fitted(as_jpeg(noise(640, 480)), 100)
    assert failure.value.kind is ErrorKind.PICTURE_TOO_LARGE
