"""Paints one line of what a search found."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.clinic_time import Clock, clinic_date
from app.domain.cpr import age_on
from app.domain.search_marks import Mark, marks
from app.domain.views import FoundBooking, FoundMessage, FoundPatient
from app.ui.controls.painting import RIGHT, chip_size, draw_chip, draw_line
from app.ui.danish_time import moment_text, stamp_text
from app.ui.icons import draw_icon
from app.ui.search.model import ENTRY_ROLE, Entry, Heading, Hit, ResultsModel, numbers_of
from app.ui.search.painting import draw_marked
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import booking_label, form_label

_LEFT = 28
_RIGHT = 20
_PAD = 10
_ICON_COLUMN = 32


class ResultDelegate(QStyledItemDelegate):
    """A heading, a patient in two lines, a message in three, an appointment in two; what was sought is marked."""

    def __init__(self, parent: QWidget, theme: Theme, clock: Clock, model: ResultsModel) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        match index.data(ENTRY_ROLE):
            case Heading():
                return QSize(200, round(40 * self._theme.sizes.scale))
            case FoundMessage():
                return QSize(200, 3 * self._line_height() + 2 * _PAD)
            case _:
                return QSize(200, 2 * self._line_height() + 2 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        rect: QRect = option.rect  # type: ignore[attr-defined]  # PySide6's stub leaves the field out
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Heading):
            self._paint_heading(painter, rect, entry)
        else:
            self._paint_ground(painter, rect, state)
            self._paint_hit(painter, rect, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        line = rect.adjusted(_LEFT, round(14 * self._theme.sizes.scale), -_RIGHT, 0)
        font = self._theme.font(self._theme.sizes.small, QFont.Weight.DemiBold)
        draw_line(painter, line, heading.text, font, self._theme.palette.muted)
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(self._theme.palette.line))

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

    def _paint_hit(self, painter: QPainter, rect: QRect, hit: Hit) -> None:
        line = QRect(rect.x() + _LEFT, rect.y() + _PAD, rect.width() - _LEFT - _RIGHT, self._line_height())
        match hit:
            case FoundPatient():
                self._paint_icon(painter, line, "user", Tone.QUIET)
                self._paint_patient(painter, self._beside_icon(line), hit)
            case FoundMessage():
                self._paint_icon(painter, line, "chat-circle-text", Tone.QUIET)
                self._paint_message(painter, self._beside_icon(line), hit)
            case FoundBooking():
                form = form_label(hit.booking.form)
                self._paint_icon(painter, line, form.icon, form.tone)
                self._paint_booking(painter, self._beside_icon(line), hit)

    def _paint_patient(self, painter: QPainter, line: QRect, hit: FoundPatient) -> None:
        patient = hit.patient
        self._paint_name(painter, line, patient.name.reveal())
        words = []
        if patient.birth_date is not None:
            age = age_on(patient.birth_date.reveal(), clinic_date(self._clock()))
            words.append(self.tr("%n year(s)", "", age))
        words += numbers_of(patient)
        if patient.address is not None:
            words.append(patient.address.reveal())
        self._paint_small(painter, self._below(line), "  ·  ".join(words))

    def _paint_message(self, painter: QPainter, line: QRect, hit: FoundMessage) -> None:
        small = self._theme.font(self._theme.sizes.small)
        stamp = stamp_text(hit.sent_at, self._clock())
        taken = draw_line(painter, line, stamp, small, self._theme.palette.muted, align=RIGHT)
        self._paint_name(painter, line.adjusted(0, 0, -taken - 12, 0), hit.patient_name.reveal())
        subject = " ".join(hit.subject.reveal().split())
        self._paint_text(painter, self._below(line), subject, marks(subject, self._model.query))
        self._paint_small(painter, self._below(line, 2), hit.excerpt.reveal(), hit.marks)

    def _paint_booking(self, painter: QPainter, line: QRect, hit: FoundBooking) -> None:
        label = booking_label(hit.booking.state)
        width, height = chip_size(self._theme, label)
        middle = line.y() + self._line_height()
        chip = QRect(line.right() - width + 1, middle - height // 2, width, height)
        draw_chip(painter, chip, label, self._theme)
        line = line.adjusted(0, 0, -width - 12, 0)
        self._paint_name(painter, line, hit.patient_name.reveal() or self.tr("Unknown patient"))
        when = moment_text(hit.booking.start, self._clock())
        words = (when, form_label(hit.booking.form).text, hit.clinician_name)
        self._paint_small(painter, self._below(line), "  ·  ".join(word for word in words if word))

    def _paint_name(self, painter: QPainter, line: QRect, name: str) -> None:
        font = self._theme.font(self._theme.sizes.body, QFont.Weight.DemiBold)
        palette = self._theme.palette
        draw_marked(painter, line, name, marks(name, self._model.query), font, palette.text, palette)

    def _paint_text(self, painter: QPainter, line: QRect, text: str, found: tuple[Mark, ...]) -> None:
        palette, font = self._theme.palette, self._theme.font(self._theme.sizes.body)
        draw_marked(painter, line, text, found, font, palette.text, palette)

    def _paint_small(
        self, painter: QPainter, line: QRect, text: str, found: tuple[Mark, ...] | None = None
    ) -> None:
        palette, font = self._theme.palette, self._theme.font(self._theme.sizes.small)
        found = marks(text, self._model.query) if found is None else found
        draw_marked(painter, line, text, found, font, palette.muted, palette)

    def _paint_icon(self, painter: QPainter, line: QRect, name: str, tone: Tone) -> None:
        side = self._theme.sizes.icon
        box = QRect(line.x(), line.center().y() - side // 2 + 1, side, side)
        draw_icon(painter, box, name, self._theme.palette.ink(tone))

    def _beside_icon(self, line: QRect) -> QRect:
        return line.adjusted(round(_ICON_COLUMN * self._theme.sizes.scale), 0, 0, 0)

    def _below(self, line: QRect, lines: int = 1) -> QRect:
        return line.translated(0, lines * self._line_height())

    def _line_height(self) -> int:
        return round(22 * self._theme.sizes.scale)
