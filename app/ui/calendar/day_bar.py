"""Which day and whose: the head of the day list."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.domain.clinic_time import Clock, clinic_date
from app.domain.ids import ClinicianId
from app.domain.patient import Clinician, Role
from app.ui.controls.buttons import Button, ToolButton
from app.ui.controls.labels import ElidedLabel
from app.ui.danish_time import long_day_text
from app.ui.theme.theme import Theme


class DayBar(QWidget):
    """Emits `changed` when another day or clinician is wanted."""

    changed = Signal()

    def __init__(self, theme: Theme, clock: Clock, user: Clinician) -> None:
        super().__init__()
        self._clock = clock
        self._preferred = user.id if user.role is Role.CLINICIAN else None
        self.day = clinic_date(clock())
        self.title = ElidedLabel("title")
        self.before = ToolButton(theme, kind="quiet", icon_name="caret-left", name="dayBefore")
        self.after = ToolButton(theme, kind="quiet", icon_name="caret-right", name="dayAfter")
        self.today = Button(theme, self.tr("Today"), name="dayToday")
        self.clinician = QComboBox()
        self.clinician.setObjectName("dayClinician")
        self.clinician.setAccessibleName(self.tr("Clinician"))
        self.clinician.addItem(self.tr("All clinicians"), None)
        self.clinician.setMinimumWidth(180)
        self.before.hint(self.tr("The day before"), "Left")
        self.after.hint(self.tr("The day after"), "Right")
        self.today.hint(self.tr("Today"), "H")
        for button in (self.before, self.after):
            button.setAccessibleName(button.toolTip())
        self.before.clicked.connect(lambda _checked=False: self.go_to(self.day - timedelta(days=1)))
        self.after.clicked.connect(lambda _checked=False: self.go_to(self.day + timedelta(days=1)))
        self.today.clicked.connect(lambda _checked=False: self.go_to(clinic_date(self._clock())))
        self.clinician.activated.connect(self._clinician_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 14, 20, 12)
        row.setSpacing(6)
        row.addWidget(self.title, 1)
        row.addWidget(self.before)
        row.addWidget(self.today)
        row.addWidget(self.after)
        row.addSpacing(8)
        row.addWidget(self.clinician)
        self.title.show_text(long_day_text(self.day))

    @property
    def clinician_id(self) -> ClinicianId | None:
        """Whose day is wanted; None is everybody's."""
        return self._preferred

    def go_to(self, day: date) -> None:
        """Show another day."""
        self.day = day
        self.title.show_text(long_day_text(day))
        self.changed.emit()

    def choose_clinician(self, clinician_id: ClinicianId | None) -> None:
        """Show this clinician's day, or everybody's with None."""
        self.clinician.setCurrentIndex(max(0, self.clinician.findData(clinician_id)))
        self._clinician_chosen()

    def show_clinicians(self, clinicians: tuple[Clinician, ...]) -> None:
        """Offer these clinicians to choose from."""
        while self.clinician.count() > 1:
            self.clinician.removeItem(1)
        for clinician in clinicians:
            if clinician.role is Role.CLINICIAN:
                self.clinician.addItem(clinician.name, clinician.id)
        self.clinician.setCurrentIndex(max(0, self.clinician.findData(self._preferred)))
        if self.clinician.currentData() != self._preferred:
            self._clinician_chosen()

    def _clinician_chosen(self) -> None:
        self._preferred = self.clinician.currentData()
        self.changed.emit()
