"""Whose calendar a booking goes to, when the user is not a clinician."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.patient import Clinician, Role
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.parts import ConsoleParts


class ClinicianChoice(QWidget):
    """Lists the clinicians for a secretary; a clinician books for herself and never sees it."""

    chosen = Signal(str)

    def __init__(self, parts: ConsoleParts) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.setObjectName("clinicianChoice")
        self._box.setAccessibleName(self.tr("Clinician"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(text_label(self.tr("For"), "muted"))
        row.addWidget(self._box, 1)
        row.addStretch(1)
        self._box.activated.connect(lambda _index: self.chosen.emit(self._box.currentData()))
        self.setVisible(parts.user.role is not Role.CLINICIAN)
        if parts.user.role is not Role.CLINICIAN:
            self._clinicians = LiveRead(
                self,
                parts.changes,
                Changes.CALENDAR,
                read=parts.views.clinicians,
                show=self._show,
                fail=self._failed,
            )
            self._clinicians.refresh()

    def _show(self, clinicians: tuple[Clinician, ...]) -> None:
        before = self._box.currentData()
        self._box.clear()
        for clinician in clinicians:
            if clinician.role is Role.CLINICIAN:
                self._box.addItem(clinician.name, clinician.id)
        self._box.setCurrentIndex(max(0, self._box.findData(before)))
        if self._box.count() and self._box.currentData() != before:
            self.chosen.emit(self._box.currentData())

    def _failed(self, _kind: ErrorKind) -> None:
        self._box.clear()
