"""Painting shared by the list rows: one line of text, one status chip."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from app.ui.icons import draw_icon
from app.ui.theme.theme import Theme
from app.ui.words import Label

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def draw_line(
    painter: QPainter, rect: QRect, text: str, font: QFont, colour: str, *, align: Qt.AlignmentFlag = _LEFT
) -> int:
    """Draw one elided line and return the width it took in pixels."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(rect, align, shown)
    return metrics.horizontalAdvance(shown)


def chip_font(theme: Theme) -> QFont:
    """The font of a status chip."""
    return theme.font(theme.sizes.small, QFont.Weight.DemiBold)


def chip_size(theme: Theme, label: Label) -> tuple[int, int]:
    """Return a chip's width and height in pixels."""
    metrics = QFontMetrics(chip_font(theme))
    height = metrics.height() + 6
    return metrics.horizontalAdvance(label.text) + height + 12, height


def draw_chip(painter: QPainter, rect: QRect, label: Label, theme: Theme) -> None:
    """Draw a chip: its tone's ground, its icon and its word."""
    palette = theme.palette
    ink = palette.ink(label.tone)
    edge = QColor(ink)
    edge.setAlphaF(0.25)
    painter.setPen(edge)
    painter.setBrush(QColor(palette.ground(label.tone)))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    side = rect.height() - 8
    if side <= 0:
        return  # not laid out yet
    draw_icon(painter, QRect(rect.x() + 6, rect.y() + 4, side, side), label.icon, ink)
    text = rect.adjusted(side + 11, 0, -4, 0)
    draw_line(painter, text, label.text, chip_font(theme), ink)
