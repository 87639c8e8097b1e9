"""Paints one line of the inbox."""

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.clinic_time import Clock
from app.domain.ids import ClinicianId
from app.domain.views import ThreadRow
from app.ui.controls.painting import RIGHT, chip_size, draw_chip, draw_line
from app.ui.danish_time import stamp_text
from app.ui.icons import draw_icon
from app.ui.inbox.holder_words import holder_label
from app.ui.inbox.model import ROW_ROLE, row_booking_label
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import Label

_GUTTER = 28
_PAD = 12


class InboxDelegate(QStyledItemDelegate):
    """Three lines: who and when, subject, preview with what hangs on it; a dot for unanswered."""

    def __init__(self, parent: QWidget, theme: Theme, clock: Clock, me: ClinicianId) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._me = me

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, 3 * self._line_height() + 2 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, ThreadRow):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined]  # PySide6's stub leaves the field out
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state)
        height = self._line_height()
        line = QRect(rect.x() + _GUTTER, rect.y() + _PAD, rect.width() - _GUTTER - 16, height)
        self._paint_who(painter, line, row)
        self._paint_subject(painter, line.translated(0, height), row)
        self._paint_preview(painter, line.translated(0, 2 * height), row)
        painter.restore()

    def _line_height(self) -> int:
        return round(22 * self._theme.sizes.scale)

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        palette = self._theme.palette
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.selected))
            painter.fillRect(QRect(rect.x(), rect.y(), 3, rect.height()), QColor(palette.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(palette.hover))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(palette.line))
        if state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(palette.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_who(self, painter: QPainter, line: QRect, row: ThreadRow) -> None:
        palette, sizes = self._theme.palette, self._theme.sizes
        if row.unanswered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent))
            painter.drawEllipse(line.x() - 17, line.center().y() - 4, 9, 9)
        stamp = stamp_text(row.newest_at, self._clock())
        taken = draw_line(painter, line, stamp, self._theme.font(sizes.small), palette.muted, align=RIGHT)
        weight = QFont.Weight.DemiBold if row.unanswered else QFont.Weight.Normal
        name = line.adjusted(0, 0, -taken - 12, 0)
        draw_line(painter, name, row.patient_name.reveal(), self._theme.font(sizes.body, weight), palette.text)

    def _paint_subject(self, painter: QPainter, line: QRect, row: ThreadRow) -> None:
        if row.urgent:
            urgent = Label(QCoreApplication.translate("InboxDelegate", "Urgent"), Tone.BAD, "warning")
            line = self._chip_right(painter, line, urgent)
        draw_line(
            painter, line, row.subject.reveal(), self._theme.font(self._theme.sizes.body), self._theme.palette.text
        )

    def _paint_preview(self, painter: QPainter, line: QRect, row: ThreadRow) -> None:
        if (label := row_booking_label(row)) is not None:
            line = self._chip_right(painter, line, label)
        if row.attachments:
            side = self._theme.sizes.body
            box = QRect(line.right() - side, line.center().y() - side // 2, side, side)
            draw_icon(painter, box, "paperclip", self._theme.palette.muted)
            line = line.adjusted(0, 0, -side - 8, 0)
        if (holder := holder_label(row, self._me, self._clock())) is not None:
            line = self._paint_holder(painter, line, holder)
        small = self._theme.font(self._theme.sizes.small)
        draw_line(painter, line, row.preview.reveal(), small, self._theme.palette.muted)

    def _paint_holder(self, painter: QPainter, line: QRect, holder: Label) -> QRect:
        """Draw who has the thread before the preview, and return what is left for that."""
        ink, small = self._theme.palette.ink(holder.tone), self._theme.sizes.small
        side = small + 3
        draw_icon(painter, QRect(line.x(), line.center().y() - side // 2 + 1, side, side), holder.icon, ink)
        text = line.adjusted(side + 5, 0, 0, 0)
        taken = draw_line(painter, text, holder.text, self._theme.font(small, QFont.Weight.DemiBold), ink)
        return text.adjusted(taken + 12, 0, 0, 0)

    def _chip_right(self, painter: QPainter, line: QRect, label: Label) -> QRect:
        width, height = chip_size(self._theme, label)
        chip = QRect(line.right() - width + 1, line.center().y() - height // 2, width, height)
        draw_chip(painter, chip, label, self._theme)
        return line.adjusted(0, 0, -width - 8, 0)
