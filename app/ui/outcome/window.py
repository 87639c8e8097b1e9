"""Ends a consultation that had no video window here: held on the telephone, or the patient never came."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.call import CallRecord
from app.ui.outcome.sheet import OutcomeSheet
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme


class OutcomeWindow(QWidget):
    """The outcome sheet in a small window of its own, which blocks nothing."""

    def __init__(
        self, theme: Theme, parts: ConsoleParts, booking: Booking, patient_name: str, record: CallRecord | None
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Finish – {name}").format(name=patient_name))
        self.setProperty("role", "window")
        self.sheet = OutcomeSheet(theme, parts, booking, record)
        self.sheet.done.connect(self.close)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.sheet)
        self.resize(620, 560)
