"""The rail to the left: which screen is shown, the daily ones above and the settings below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QVBoxLayout

from app.ui.controls.buttons import ToolButton
from app.ui.theme.theme import Theme


class Rail(QFrame):
    """One button a screen; emits the number of the one wanted."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "rail")
        self._group = QButtonGroup(self)
        self.buttons = [
            self._button(theme, self.tr("Inbox"), "tray", "railInbox", "Ctrl+1"),
            self._button(theme, self.tr("Calendar"), "calendar-blank", "railCalendar", "Ctrl+2"),
            self._button(theme, self.tr("Patients"), "users", "railPatients", "Ctrl+3"),
            self._button(theme, self.tr("Settings"), "gear-six", "railSettings", "Ctrl+4"),
        ]
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 14, 4, 14)
        column.setSpacing(6)
        for number, button in enumerate(self.buttons):
            self._group.addButton(button, number)
            if button is self.buttons[-1]:
                column.addStretch(1)
            column.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        theme.changed.connect(self._fit)
        self._fit()
        self.show_chosen(0)

    def show_chosen(self, number: int) -> None:
        """Mark which screen is shown."""
        self.buttons[number].setChecked(True)

    def _fit(self) -> None:
        self.setFixedWidth(round(96 * self._theme.sizes.scale))

    def _button(self, theme: Theme, text: str, icon_name: str, name: str, keys: str) -> ToolButton:
        button = ToolButton(theme, text, kind="rail", icon_name=icon_name, name=name, icon_size=24)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
        return button.hint(text, keys)
