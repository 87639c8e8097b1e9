"""The patient of the chosen line of a day or a search, and what can be booked, moved and cancelled for them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from app.domain.booking import Booking
from app.domain.ids import BookingId, PatientId
from app.ui.booking.panel import BookingPanel
from app.ui.controls.empty import EmptyState
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.patient.pane import PatientPane
from app.ui.patient.watch import PatientWatch
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class PatientSide(QFrame):
    """Follows the patient it was last given, and one of their bookings; `nobody` is said while there is none."""

    finish_wanted = Signal(object)
    move_time_wanted = Signal(object, str)
    time_wanted = Signal(object, object)

    def __init__(self, theme: Theme, parts: ConsoleParts, nobody: tuple[str, str]) -> None:
        super().__init__()
        self._nobody = nobody
        self._patient_id: PatientId | None = None
        self._booking_id: BookingId | None = None
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
        self._say_nobody()

    @property
    def shows_patient(self) -> bool:
        """Whether there is somebody to book for."""
        return self._pages.currentWidget() is self.patient

    def show_patient(self, patient_id: PatientId | None, booking_id: BookingId | None = None) -> None:
        """Show a patient and one of their bookings; nobody with None."""
        same = patient_id is not None and patient_id == self._patient_id
        self._patient_id, self._booking_id = patient_id, booking_id
        if same:
            if self.watch.card is not None:
                self._show_card()
            return
        # From here on a key books nobody, until the next patient has been read.
        self._forget()
        self.watch.watch(patient_id)
        if patient_id is None:
            self._say_nobody()

    def open_move_menu(self) -> None:
        """Offer other times for the booking that is shown."""
        if self.shows_patient:
            self.panel.open_move_menu()

    def book_first(self) -> None:
        """Book the proposed time for the patient that is shown."""
        if self.shows_patient:
            self.panel.book_first()

    def book_now(self) -> None:
        """Start a video consultation with the patient that is shown."""
        if self.shows_patient and self.panel.bar.now.isVisibleTo(self):
            self.panel.book_now()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watch.catch_up()

    def _forget(self) -> None:
        self.patient.show_card(None)
        self.panel.set_patient(None)

    def _show_card(self) -> None:
        card = self.watch.card
        if self._patient_id is None:
            return
        if card is None:
            self._forget()
            self._say_no_card()
            return
        self.patient.show_card(card)
        self.panel.set_patient(card.patient)
        self.panel.show_read(card.bookings, self._wanted)
        self._pages.setCurrentWidget(self.patient)

    def _wanted(self, bookings: Sequence[Booking]) -> Booking | None:
        wanted = self.panel.made or self._booking_id
        return next((booking for booking in bookings if booking.id == wanted), None)

    def _say_no_card(self) -> None:
        if self.watch.failure is not None:
            words = error_text(self.watch.failure)
            self.nobody.say("warning-circle", words.title, words.advice, tone=Tone.BAD)
        else:
            title = self.tr("The patient has not been fetched yet")
            advice = self.tr("The patient is shown here as soon as the record system has answered.")
            self.nobody.say("hourglass", title, advice)
        self._pages.setCurrentWidget(self.nobody)

    def _say_nobody(self) -> None:
        self.nobody.say("user", *self._nobody)
        self._pages.setCurrentWidget(self.nobody)
