"""The patient of the chosen line of the day, and what can be booked, moved and cancelled for them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from app.domain.views import DayRow
from app.ui.booking.panel import BookingPanel
from app.ui.controls.empty import EmptyState
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.patient.pane import PatientPane
from app.ui.patient.watch import PatientWatch
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class CalendarSide(QFrame):
    """Follows the patient of the line it was last given."""

    finish_wanted = Signal(object)
    move_time_wanted = Signal(object, str)
    time_wanted = Signal(object, object)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._row: DayRow | None = None
        self.setProperty("role", "side")
        self.setMinimumWidth(350)
        self.nobody = EmptyState(theme)
        self.patient = PatientPane(theme, parts)
        self.panel = BookingPanel(theme, parts, narrow=True)
        self.patient.extra.addWidget(self.panel)
        self.watch = PatientWatch(self, parts)
        self.watch.card_changed.connect(self._show_card)
        self.panel.finish_wanted.connect(self.finish_wanted)
        self.panel.move_time_wanted.connect(self.move_time_wanted)
        self.panel.other_time_wanted.connect(self.time_wanted)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.nobody)
        self._pages.addWidget(self.patient)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._show_nobody()

    @property
    def shows_patient(self) -> bool:
        """Whether there is somebody to book for."""
        return self._pages.currentWidget() is self.patient

    def show_row(self, row: DayRow | None) -> None:
        """Show the patient of a line; nobody for a free one or none."""
        before, self._row = self._row, row
        if row is None or row.patient_id is None:
            self._forget_patient()
            self.watch.watch(None)
            self._show_nobody()
        elif before is None or before.patient_id != row.patient_id:
            self._forget_patient()
            self.watch.watch(row.patient_id)
        elif self.watch.card is not None:
            self._show_card()

    def _forget_patient(self) -> None:
        """From here on a key books nobody, until the next patient has been read."""
        self.patient.show_card(None)
        self.panel.set_patient(None)

    def _show_card(self) -> None:
        card, row = self.watch.card, self._row
        if row is None or row.patient_id is None:
            return
        if card is None:
            self._forget_patient()
            self._show_no_card()
            return
        self.patient.show_card(card)
        self.panel.set_patient(card.patient)
        wanted = self.panel.made or row.booking_id
        self.panel.show_booking(next((booking for booking in card.bookings if booking.id == wanted), None))
        self._pages.setCurrentWidget(self.patient)

    def _show_no_card(self) -> None:
        if self.watch.failure is not None:
            words = error_text(self.watch.failure)
            self.nobody.say("warning-circle", words.title, words.advice, tone=Tone.BAD)
        else:
            title = self.tr("The patient has not been fetched yet")
            advice = self.tr("The patient is shown here as soon as the record system has answered.")
            self.nobody.say("hourglass", title, advice)
        self._pages.setCurrentWidget(self.nobody)

    def _show_nobody(self) -> None:
        self.nobody.say("user", self.tr("No appointment chosen"), self.tr("Choose one to see the patient."))
        self._pages.setCurrentWidget(self.nobody)
