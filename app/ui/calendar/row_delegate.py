"""Paints one line of the day."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.booking import RowState
from app.domain.clinic_time import Clock, clinic_date
from app.domain.views import DayRow
from app.ui.calendar.model import ROW_ROLE, DayModel, in_conflict
from app.ui.controls.painting import RIGHT, chip_size, draw_chip, draw_line
from app.ui.danish_time import clock_text
from app.ui.icons import draw_icon
from app.ui.theme.theme import Theme
from app.ui.words import booking_label, form_label, row_label

_TIME_WIDTH = 76
_PAD = 8


class DayDelegate(QStyledItemDelegate):
    """Time to the left, who and how in the middle, state to the right; a red line where the clock stands."""

    def __init__(self, parent: QWidget, theme: Theme, clock: Clock, model: DayModel) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, round(56 * self._theme.sizes.scale))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, DayRow):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined]  # PySide6's stub leaves the field out
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state)
        self._paint_time(painter, rect, row)
        left = rect.x() + 24 + round(_TIME_WIDTH * self._theme.sizes.scale)
        body = QRect(left, rect.y() + _PAD, rect.right() - left - 24, rect.height() - 2 * _PAD)
        if row.free:
            self._paint_free(painter, body, row)
        else:
            self._paint_taken(painter, self._paint_state(painter, body, row), row)
        self._paint_now(painter, rect, row, index.row())
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        palette = self._theme.palette
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

    def _paint_time(self, painter: QPainter, rect: QRect, row: DayRow) -> None:
        palette, sizes = self._theme.palette, self._theme.sizes
        half = (rect.height() - 2 * _PAD) // 2
        line = QRect(rect.x() + 24, rect.y() + _PAD, round(_TIME_WIDTH * sizes.scale) - 16, half)
        weight = QFont.Weight.Normal if row.free else QFont.Weight.DemiBold
        ink = palette.muted if row.free else palette.text
        draw_line(painter, line, clock_text(row.start), self._theme.font(sizes.body, weight), ink)
        draw_line(
            painter, line.translated(0, half), clock_text(row.end), self._theme.font(sizes.small), palette.muted
        )

    def _paint_free(self, painter: QPainter, body: QRect, row: DayRow) -> None:
        palette = self._theme.palette
        frame = QRectF(body).adjusted(-10.5, 0.5, 10.5, -0.5)
        pen = painter.pen()
        pen.setColor(QColor(palette.line_strong))
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setWidthF(1)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setOpacity(0.6)
        painter.drawRoundedRect(frame, 8, 8)
        painter.setOpacity(1)
        text = self._model.title(row)
        if name := self._model.clinicians.get(row.clinician_id):
            text = f"{text}  ·  {name}"
        draw_line(painter, body, text, self._theme.font(self._theme.sizes.body), palette.muted)

    def _paint_taken(self, painter: QPainter, body: QRect, row: DayRow) -> None:
        palette, sizes = self._theme.palette, self._theme.sizes
        half = body.height() // 2
        upper = QRect(body.x(), body.y(), body.width(), half)
        title = self._theme.font(sizes.body, QFont.Weight.DemiBold)
        draw_line(painter, upper, self._model.title(row), title, palette.text)
        lower = upper.translated(0, half)
        words = []
        if row.form is not None:
            label = form_label(row.form)
            side = sizes.body
            box = QRect(lower.x(), lower.center().y() - side // 2 + 1, side, side)
            draw_icon(painter, box, label.icon, palette.ink(label.tone))
            lower = lower.adjusted(side + 6, 0, 0, 0)
            words.append(label.text)
        if name := self._model.clinicians.get(row.clinician_id):
            words.append(name)
        draw_line(painter, lower, "  ·  ".join(words), self._theme.font(sizes.small), palette.muted)

    def _paint_state(self, painter: QPainter, body: QRect, row: DayRow) -> QRect:
        """Draw the state to the right and return what is left of the row."""
        taken = 0
        half = body.height() // 2
        if row.booking_state is not None:
            label = booking_label(row.booking_state)
            if in_conflict(row):
                label = row_label(RowState.CONFLICT, row.row_state_at, self._clock())
            width, height = chip_size(self._theme, label)
            top = body.y() + (half - height) // 2
            draw_chip(painter, QRect(body.right() - width + 1, top, width, height), label, self._theme)
            taken = width
        if row.row_state is not None and not in_conflict(row):
            label = row_label(row.row_state, row.row_state_at, self._clock())
            small = self._theme.sizes.small
            line = QRect(body.x(), body.y() + half, body.width(), half)
            ink = self._theme.palette.ink(label.tone)
            width = draw_line(painter, line, label.text, self._theme.font(small), ink, align=RIGHT)
            side = small + 2
            box = QRect(line.right() - width - side - 4, line.center().y() - side // 2 + 1, side, side)
            draw_icon(painter, box, label.icon, ink)
            taken = max(taken, width + side + 4)
        return body.adjusted(0, 0, -taken - 16 if taken else 0, 0)

    def _paint_now(self, painter: QPainter, rect: QRect, row: DayRow, position: int) -> None:
        now = self._clock()
        if clinic_date(now) != clinic_date(row.start) or position != self._model.first_after(now):
            return
        share = max(0.0, (now - row.start) / (row.end - row.start))
        y = rect.y() + max(1, round(share * rect.height()))
        red = QColor(self._theme.palette.bad_fill)
        # In the column of times only: a line through a name would read as crossed out.
        painter.fillRect(QRect(rect.x(), y - 1, round(_TIME_WIDTH * self._theme.sizes.scale), 2), red)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(red)
        painter.drawEllipse(rect.x() + 6, max(rect.y(), y - 5), 10, 10)
