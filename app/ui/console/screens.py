"""The screens the rail chooses between, and the ways that lead from one to another."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from app.domain.booking import Booking
from app.domain.ids import BookingId, MessageId, ThreadId
from app.domain.patient import Patient
from app.ui.calendar.screen import CalendarScreen
from app.ui.inbox.screen import InboxScreen
from app.ui.parts import ConsoleParts
from app.ui.patient.side import PatientSide
from app.ui.search.screen import SearchScreen
from app.ui.settings.screen import SettingsScreen
from app.ui.theme.theme import Theme

INBOX, CALENDAR, PATIENTS, SETTINGS = range(4)


class Screens(QStackedWidget):
    """One screen at a time; `shown` gives its number, and `finish_wanted` a booking that is over."""

    shown = Signal(int)
    finish_wanted = Signal(object)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._came_from = INBOX
        self.inbox = InboxScreen(theme, parts)
        self.calendar = CalendarScreen(theme, parts)
        self.patients = SearchScreen(theme, parts)
        self.settings = SettingsScreen(theme, parts)
        for screen in (self.inbox, self.calendar, self.patients, self.settings):
            self.addWidget(screen)
        self.inbox.other_time_wanted.connect(self._choose_time)
        self.patients.time_wanted.connect(self._choose_time)
        self.calendar.time_chosen.connect(lambda: self.show_screen(self._came_from))
        for booking_screen in (self.inbox, self.calendar, self.patients):
            booking_screen.move_time_wanted.connect(self._choose_move)
            booking_screen.finish_wanted.connect(self.finish_wanted)
        self.patients.thread_wanted.connect(self.show_thread)
        self.patients.day_wanted.connect(self.show_day)

    def show_screen(self, number: int) -> None:
        """Show a screen, with the keyboard where one begins there."""
        self.setCurrentIndex(number)
        self.shown.emit(number)
        begin = (
            self.inbox.list.setFocus,
            self.calendar.list.setFocus,
            self.patients.focus_field,
            self.settings.show_first,
        )
        begin[number]()

    def show_thread(self, thread_id: ThreadId) -> None:
        """Show a thread in the inbox."""
        self.show_screen(INBOX)
        self.inbox.show_thread(thread_id)

    def show_day(self, day: date, booking_id: BookingId | None = None) -> None:
        """Show a day in the calendar, and a booking in it."""
        self.show_screen(CALENDAR)
        self.calendar.show_day(day, booking_id)

    def book_first(self) -> None:
        """Book the proposed time for the patient that is shown; where none can be shown, nothing."""
        if (booking := self._booking) is not None:
            booking.book_first()

    def book_now(self) -> None:
        """Start a video consultation with the patient that is shown."""
        if (booking := self._booking) is not None:
            booking.book_now()

    def open_move_menu(self) -> None:
        """Offer other times for the booking that is shown."""
        if (booking := self._booking) is not None:
            booking.open_move_menu()

    @property
    def _booking(self) -> InboxScreen | PatientSide | None:
        """What books on the screen that is shown."""
        places = (self.inbox, self.calendar.side, self.patients.side)
        return places[self.currentIndex()] if self.currentIndex() < len(places) else None

    def take_or_let_go(self) -> None:
        """Take the thread being read, or let go of it."""
        if self.currentWidget() is self.inbox:
            self.inbox.take_or_let_go()

    def go_to_today(self) -> None:
        """Show today in the calendar, when that is what is looked at."""
        if self.currentWidget() is self.calendar:
            self.calendar.bar.today.click()

    def _choose_time(self, patient: Patient, message_id: MessageId | None) -> None:
        self._came_from = self.currentIndex()
        self.calendar.choose_time_for(patient, message_id)
        self.show_screen(CALENDAR)

    def _choose_move(self, booking: Booking, patient_name: str) -> None:
        self._came_from = self.currentIndex()
        self.calendar.choose_move_for(booking, patient_name)
        self.show_screen(CALENDAR)
