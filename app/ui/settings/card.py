"""A card of the settings page: a heading, what it is about, and whatever else is put into it."""

from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from app.ui.controls.labels import text_label


class SettingsCard(QFrame):
    """Parts are added from the top with `put`."""

    def __init__(self, title: str = "", about: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 16, 20, 16)
        self._column.setSpacing(10)
        if title:
            self._column.addWidget(text_label(title, "strong"))
        if about:
            self._column.addWidget(text_label(about, "muted", wrap=True))

    def put(self, part: QWidget | QLayout) -> None:
        """Add a part below the others."""
        if isinstance(part, QLayout):
            self._column.addLayout(part)
        else:
            self._column.addWidget(part)
