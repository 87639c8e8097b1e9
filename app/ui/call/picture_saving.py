"""The line below a picture: whether it is in the record, and the one button that brings it there."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.domain.clinic_time import Clock
from app.ui.call.picture_saver import Saving
from app.ui.call.picture_words import picture_label
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, text_label
from app.ui.error_texts import error_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class PictureSavingLine(QWidget):
    """`wanted` when it is to be saved, or tried again; `keys` is the key that does the same, for the tooltip."""

    wanted = Signal()

    def __init__(self, theme: Theme, clock: Clock, *, name: str, keys: str = "", narrow: bool = False) -> None:
        super().__init__()
        self._clock = clock
        self._keys = keys
        self.button = Button(theme, icon_name="floppy-disk", name=name)
        self.state = Chip(theme)
        self.reason = text_label(role="small", wrap=True)
        self.button.clicked.connect(self.wanted)
        stays = self.button.sizePolicy()
        stays.setRetainSizeWhenHidden(not narrow)  # The picture above must not grow when there is nothing to press.
        self.button.setSizePolicy(stays)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        row = QBoxLayout(direction)
        row.setSpacing(8 if narrow else 12)
        row.addWidget(self.state)
        row.addWidget(self.reason, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        self.show_saving(Saving())

    def show_saving(self, saving: Saving) -> None:
        """Show how the picture stands; what is in the record, or on its way without trouble, needs no button."""
        row = saving.row
        failure = saving.failure or (row.failure if row else None)
        self.state.show_label(picture_label(row, self._clock()) if row else None)
        self.reason.setProperty("ink", Tone.WARN.value if failure else "")
        self.reason.style().unpolish(self.reason)
        self.reason.style().polish(self.reason)
        if failure is not None:
            words = error_text(failure)
            self.reason.setText(f"{words.title}. {words.advice}")
        else:
            self.reason.setText("" if row else self.tr("Not saved: the picture is gone when the call ends."))
        self.reason.setVisible(bool(self.reason.text()))
        self.button.setVisible(saving.busy or row is None or failure is not None)
        self.button.setEnabled(not saving.busy)
        self.button.set_icon("arrow-clockwise" if row else "floppy-disk")
        text = self.tr("Try again") if row else self.tr("Save in the record")
        self.button.setText(self.tr("Saving …") if saving.busy else text)
        self.button.hint(text, self._keys)
        self.setAccessibleName(f"{self.state.text()} {self.reason.text()}".strip())
