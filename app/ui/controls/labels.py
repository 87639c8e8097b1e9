"""Labels: plain ones with a role, one that cuts its text with an ellipsis, a status chip and an icon."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.controls.painting import chip_size, draw_chip
from app.ui.icons import draw_icon
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import Label


def text_label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label of a text role: `title`, `strong`, `muted`, `small`, `caption` or `number`.

    The text is always plain: a patient's message is never read as markup.
    """
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setProperty("text-role", role)
    label.setWordWrap(wrap)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return label


class ElidedLabel(QLabel):
    """One line that never asks for more room than there is; the whole text is in its tooltip when cut."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("text-role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._full = ""

    def show_text(self, text: str) -> None:
        self._full = text
        self.setAccessibleName(text)
        self._cut()

    def full_text(self) -> str:
        """The text before it was cut."""
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, max(0, self.width()))
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class Chip(QWidget):
    """A status chip, painted as in the lists."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._label: Label | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self.hide()

    def show_label(self, label: Label | None) -> None:
        self._label = label
        self.setAccessibleName(label.text if label else "")
        self.setVisible(label is not None)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word on the chip."""
        return self._label.text if self._label else ""

    def sizeHint(self) -> QSize:
        return QSize(*chip_size(self._theme, self._label)) if self._label else QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._label:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                draw_chip(painter, self.rect(), self._label, self._theme)


class IconLabel(QWidget):
    """One icon in a tone's colour."""

    def __init__(self, theme: Theme, icon_name: str, tone: Tone = Tone.QUIET, size: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._name = icon_name
        self._tone = tone
        self._size = size
        theme.changed.connect(self._fit)
        self._fit()

    def show_icon(self, icon_name: str, tone: Tone) -> None:
        self._name, self._tone = icon_name, tone
        self.update()

    def _fit(self) -> None:
        side = round(self._size * self._theme.sizes.scale)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_icon(painter, self.rect(), self._name, self._theme.palette.ink(self._tone))
