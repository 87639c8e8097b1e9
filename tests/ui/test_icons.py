"""Icons: drawn once in each size, in the pixels of the screen, and never left half painted."""

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap, QPixmapCache

from app.ui import icons
from app.ui.icons import draw_icon, icon
from app.ui.theme.theme import Theme


@pytest.fixture(autouse=True)
def _nothing_kept(theme: Theme) -> None:
    QPixmapCache.clear()


def sheet(ratio: float) -> QImage:
    image = QImage(QSize(20, 20) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    return image


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_it_is_drawn_in_the_pixels_of_the_screen(ratio: float, monkeypatch: pytest.MonkeyPatch) -> None:
    sides: list[int] = []
    drawn = icons._drawn

    def noting(name: str, ink: str, size: QSize) -> QPixmap:
        sides.append(size.width())
        return drawn(name, ink, size)

    monkeypatch.setattr(icons, "_drawn", noting)
    image = sheet(ratio)
    with QPainter(image) as painter:
        draw_icon(painter, QRect(0, 0, 20, 20), "video-camera", "#ff0000")
    assert sides == [20 * ratio]
    inks = {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}
    assert "#ff0000" in inks


def test_a_second_time_it_is_only_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    glyph = icons._draw_glyph

    def noting(painter: QPainter, name: str, ink: str, size: QSize) -> None:
        drawn.append(name)
        glyph(painter, name, ink, size)

    monkeypatch.setattr(icons, "_draw_glyph", noting)
    image = sheet(1)
    for _ in range(3):
        with QPainter(image) as painter:
            draw_icon(painter, QRect(0, 0, 20, 20), "phone", "#0000ff")
    assert drawn == ["phone"]


def test_a_disabled_button_has_its_own_colour() -> None:
    made = icon("phone", "#0000ff", disabled="#00ff00")
    normal, disabled = (made.pixmap(QSize(20, 20), mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    assert normal.toImage() != disabled.toImage()
    assert QIcon(made).pixmap(QSize(20, 20)).toImage() == normal.toImage()
