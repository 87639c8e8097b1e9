"""The settings screen: camera and sound, and the data on this PC."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.controls.labels import text_label
from app.ui.parts import ConsoleParts
from app.ui.settings.devices_card import DevicesCard
from app.ui.settings.export_card import ExportCard
from app.ui.settings.facts_card import FactsCard
from app.ui.settings.wipe_card import WipeCard
from app.ui.theme.theme import Theme

_WIDTH = 760


class SettingsScreen(QWidget):
    """`wiped` when everything has been taken away and the program has to end."""

    wiped = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self.devices = DevicesCard(theme, parts)
        self.facts = FactsCard(theme, parts)
        self.export = ExportCard(theme, parts)
        self.wipe = WipeCard(theme, parts)
        self.wipe.wiped.connect(self.wiped)
        self._page = QWidget()
        self._scroll = QScrollArea()
        self._lay_out()
        theme.changed.connect(self._fit)
        self._fit()

    def show_first(self) -> None:
        """Put the keyboard at the top of the page."""
        self.devices.open.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.facts.refresh()
        self.wipe.close_question()

    def _fit(self) -> None:
        self._page.setMaximumWidth(round(_WIDTH * self._theme.sizes.scale))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._page)
        column.setContentsMargins(28, 18, 28, 28)
        column.setSpacing(16)
        column.addWidget(self.devices)
        column.addWidget(text_label(self.tr("Data on this PC"), "title"))
        for card in (self.facts, self.export, self.wipe):
            column.addWidget(card)
        column.addStretch(1)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._page, 1)
        row.addStretch(0)
        row.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._scroll)
