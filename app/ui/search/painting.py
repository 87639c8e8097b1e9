"""A line of text in which the words that were searched for stand out."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from app.ui.theme.tokens import Palette

Mark = tuple[int, int]
_ELLIPSIS = "…"


def draw_marked(
    painter: QPainter, rect: QRect, text: str, marks: Sequence[Mark], font: QFont, ink: str, palette: Palette
) -> None:
    """Draw one elided line; a mark is bold on a soft ground, so that it is told by more than colour."""
    marked = QFont(font)
    marked.setWeight(QFont.Weight.Bold)
    plain_face, bold_face = QFontMetrics(font), QFontMetrics(marked)
    sought = [text[start:end] for start, end in marks]
    wider = sum(bold_face.horizontalAdvance(each) - plain_face.horizontalAdvance(each) for each in sought)
    shown = plain_face.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - wider)
    whole = len(shown) - len(_ELLIPSIS) if shown != text else len(text)
    x = float(rect.x())
    for start, end, is_mark in _pieces(len(shown), whole, marks):
        piece, face = shown[start:end], marked if is_mark else font
        width = QFontMetrics(face).horizontalAdvance(piece)
        box = QRectF(x, rect.y(), width, rect.height())
        if is_mark:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_soft))
            height = QFontMetrics(face).height() + 2
            painter.drawRoundedRect(QRectF(x - 1, rect.center().y() - height / 2 + 1, width + 2, height), 3, 3)
        painter.setFont(face)
        painter.setPen(QColor(palette.accent_text if is_mark else ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, piece)
        x += width


def _pieces(length: int, whole: int, marks: Iterable[Mark]) -> Iterable[tuple[int, int, bool]]:
    """Yield (start, end, whether marked) of every stretch of a text of which only the first `whole` are its own."""
    at = 0
    for first, last in marks:
        start, end = max(first, at), min(last, whole)
        if start < end:
            if at < start:
                yield at, start, False
            yield start, end, True
            at = end
    if at < length:
        yield at, length, False
