"""Whose fault it is, shown: a small map of the way between the two with the sore spot marked, and what to do."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.culprit import Culprit, Verdict
from app.ui.controls.buttons import Button, ToolButton
from app.ui.controls.labels import text_label
from app.ui.fault.words import fix_words
from app.ui.icons import draw_icon
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_BY_VIDEO = (
    (Culprit.THIS_PC, "desktop"),
    (Culprit.CLINIC_NETWORK, "buildings"),
    (Culprit.ROOM_SERVICE, "cloud"),
    (Culprit.PATIENT_NETWORK, "wifi-high"),
    (Culprit.PATIENT_DEVICE, "device-mobile"),
)
_BY_TEXT = (
    (Culprit.THIS_PC, "desktop"),
    (Culprit.SMS_ROUTE, "chat-text"),
    (Culprit.PATIENT_DEVICE, "device-mobile"),
)
_STEP, _DISC, _ICON = 46, 32, 18
"""Pixels from one station to the next, across the disc of one, and of its icon."""


class FaultPath(QWidget):
    """The stations from this PC to the patient; the one at fault is filled and crossed out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._culprit = Culprit.NONE
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def show_culprit(self, culprit: Culprit) -> None:
        self._culprit = culprit
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        scale = self._theme.sizes.scale
        stations = len(self._stations)
        return QSize(round(((stations - 1) * _STEP + _DISC + 8) * scale), round((_DISC + 8) * scale))

    @property
    def _stations(self) -> tuple[tuple[Culprit, str], ...]:
        return _BY_TEXT if self._culprit is Culprit.SMS_ROUTE else _BY_VIDEO

    def paintEvent(self, event: QPaintEvent) -> None:
        scale, palette = self._theme.sizes.scale, self._theme.palette
        middle, first = self.height() / 2, (_DISC / 2 + 4) * scale
        centres = [QPointF(first + at * _STEP * scale, middle) for at in range(len(self._stations))]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.line_strong), 2 * scale))
            painter.drawLine(centres[0], centres[-1])
            for centre, (culprit, icon_name) in zip(centres, self._stations, strict=True):
                self._paint_station(painter, centre, icon_name, sore=culprit is self._culprit)

    def _paint_station(self, painter: QPainter, centre: QPointF, icon_name: str, *, sore: bool) -> None:
        scale, palette = self._theme.sizes.scale, self._theme.palette
        ink = palette.warn if sore else palette.muted
        painter.setBrush(QColor(palette.warn_soft if sore else palette.surface))
        painter.setPen(QPen(QColor(ink if sore else palette.line_strong), (2.5 if sore else 1.5) * scale))
        painter.drawEllipse(centre, _DISC / 2 * scale, _DISC / 2 * scale)
        side = round(_ICON * scale)
        box = QRect(round(centre.x() - side / 2), round(centre.y() - side / 2), side, side)
        draw_icon(painter, box, icon_name, ink)
        if sore:
            badge = QPointF(centre.x() + _DISC * 0.36 * scale, centre.y() - _DISC * 0.36 * scale)
            painter.setBrush(QColor(palette.warn))
            painter.setPen(QPen(QColor(palette.surface), 1.5 * scale))
            painter.drawEllipse(badge, 6.5 * scale, 6.5 * scale)
            arm = 2.4 * scale
            painter.setPen(
                QPen(QColor(palette.surface), 1.8 * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.drawLine(badge + QPointF(-arm, -arm), badge + QPointF(arm, arm))
            painter.drawLine(badge + QPointF(-arm, arm), badge + QPointF(arm, -arm))


class FixCard(QFrame):
    """A row with the map, who is at fault, the evidence, and one thing to do; hidden while nothing is wrong."""

    closed = Signal()

    def __init__(self, theme: Theme, *, closable: bool = True) -> None:
        super().__init__()
        self.setObjectName("fixCard")
        self.setProperty("tone", Tone.WARN.value)
        self.path = FaultPath(theme)
        self.title = text_label(role="strong", wrap=True)
        self.evidence = text_label(role="muted", wrap=True)
        self.advice = text_label(wrap=True)
        self.close_button = Button(theme, self.tr("Close"), kind="quiet", name="closeFixCard")
        self.close_button.clicked.connect(self.closed)
        self.close_button.setVisible(closable)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.title, self.evidence, self.advice):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(16)
        row.addWidget(self.path, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def say(self, verdict: Verdict) -> None:
        """Put the words of a verdict on the card."""
        words = fix_words(verdict)
        self.path.show_culprit(verdict.culprit)
        self.title.setText(words.title)
        self.evidence.setText(words.evidence)
        self.evidence.setVisible(bool(words.evidence))
        self.advice.setText(words.advice)
        self.setAccessibleName(f"{words.title}. {words.evidence}. {words.advice}")


class FixChip(ToolButton):
    """Names who is at fault beside the state of the call; pressed, it opens the card."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, kind="beside", icon_name="warning-circle", name="toggleFixCard")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCheckable(True)
        self.hide()

    def show_verdict(self, verdict: Verdict) -> None:
        """Name the culprit; hidden, and the card closed, while nothing is wrong."""
        wrong = verdict.culprit is not Culprit.NONE
        if wrong:
            words = fix_words(verdict)
            self.show_as(words.chip, "warning-circle")
            self.hint(self.tr("Whose fault it is, and what to do"), "F")
            self.setAccessibleName(words.title)
        else:
            self.setChecked(False)
        self.setVisible(wrong)
