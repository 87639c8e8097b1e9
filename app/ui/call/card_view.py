"""A card as the patient sees it: title, rows and text, drawn from the very same data."""

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout

from app.ui.controls.labels import text_label
from app.video.side.messages import Card


class CardView(QFrame):
    """Shows one card, or is hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.title = text_label(role="strong", wrap=True)
        self.text = text_label(wrap=True)
        self.card: Card | None = None
        self._cells: list[QLabel] = []
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(self._rows)
        column.addWidget(self.text)
        self.hide()

    def show_card(self, card: Card | None) -> None:
        """Show this card and nothing of the one before."""
        if card == self.card:
            return
        self.card = card
        self.setVisible(card is not None)
        for label in self._cells:
            self._rows.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._cells.clear()
        if card is None:
            return
        self.title.setText(card.title)
        for row, (name, value) in enumerate(card.rows):
            for column, cell in enumerate((text_label(name, "muted"), text_label(value, wrap=True))):
                self._rows.addWidget(cell, row, column)
                self._cells.append(cell)
        self.text.setText(card.text)
        self.text.setVisible(bool(card.text))
        self.setAccessibleName(
            " ".join([card.title, *(f"{name}: {value}." for name, value in card.rows), card.text])
        )
