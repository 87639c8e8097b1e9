"""The fee code: a list one may type in, which only takes codes in force that day."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from app.domain.outcome import FeeCode


class FeeBox(QComboBox):
    """Codes valid on the day of the consultation, and none at all."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("feeCode")
        self.setAccessibleName(self.tr("Fee code"))
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self._codes: list[FeeCode | None] = []

    def show_codes(self, codes: Sequence[FeeCode], day: date) -> None:
        """Offer the codes in force on a day."""
        self._codes = [None, *(code for code in codes if code.valid_on(day))]
        self.clear()
        for code in self._codes:
            self.addItem(f"{code.code}  {code.text}" if code else self.tr("No fee"))

    def choose(self, code: FeeCode | None) -> None:
        """Select a code, or none."""
        self.setCurrentIndex(self._codes.index(code))

    @property
    def valid(self) -> bool:
        """Whether what is written is one of the codes, or none."""
        return self._index() is not None

    @property
    def chosen(self) -> FeeCode | None:
        """The code that is written; None for no fee."""
        index = self._index()
        return None if index is None else self._codes[index]

    def _index(self) -> int | None:
        text = self.currentText().strip()
        for index, code in enumerate(self._codes):
            if text == self.itemText(index) or (code is not None and text == code.code):
                return index
        return None
