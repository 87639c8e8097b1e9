"""Says of a list that it is not whole yet, while the first reading of the practice system goes on."""

from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus
from app.ui.controls.labels import IconLabel, text_label
from app.ui.controls.live import LiveRead
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class Incomplete(QFrame):
    """One line above a list, hidden as soon as everything has been fetched."""

    def __init__(self, theme: Theme, parts: ConsoleParts, sentence: str) -> None:
        super().__init__()
        self.setProperty("role", "hint")
        self._sentence = sentence
        self.sentence = text_label(sentence, "small", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, "hourglass", Tone.QUIET, 16))
        row.addWidget(self.sentence, 1)
        self.hide()
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.SYNC,
            read=parts.views.sync_status,
            show=self._show,
            fail=self._failed,
        )
        self._read.refresh()

    def _show(self, status: SyncStatus) -> None:
        self.setVisible(status.first_sync is not None)

    def _failed(self, _kind: ErrorKind) -> None:
        """The list itself tells why it cannot be read."""
        self.hide()
