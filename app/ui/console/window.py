"""The main window: rail, waiting room, screens and status line."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.views import ThreadRow, WaitingRow
from app.ui.calendar.screen import CalendarScreen
from app.ui.console.calls import Calls
from app.ui.console.rail import Rail
from app.ui.console.status_line import StatusLine
from app.ui.controls.notice import Notice
from app.ui.inbox.screen import InboxScreen
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.waiting.strip import WaitingStrip

INBOX, CALENDAR = 0, 1


class Console(QWidget):
    """What one user of the clinic looks at all day; `closed` when the user is done."""

    closed = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._tasks = Tasks(self)
        self._warned_of: frozenset[tuple[BookingId, bool]] = frozenset()
        self.setObjectName("console")
        self.setProperty("role", "window")
        self.setWindowTitle(f"Klinikkonsol – {parts.clinic.name}")
        self.banner = Notice(theme, name="banner")
        self.rail = Rail(theme)
        self.strip = WaitingStrip(theme, parts)
        self.inbox = InboxScreen(theme, parts)
        self.calendar = CalendarScreen(theme, parts)
        self.status = StatusLine(theme, parts)
        self.calls = Calls(self, theme, parts)
        self.screens = QStackedWidget()
        self._lay_out()
        self._wire()
        self._set_shortcuts()
        self.resize(1366, 768)
        self.setMinimumSize(1080, 620)
        self.inbox.list.setFocus()

    def show_screen(self, number: int) -> None:
        """Show `INBOX` or `CALENDAR`."""
        self.screens.setCurrentIndex(number)
        self.rail.show_chosen(number)
        (self.inbox.list if number == INBOX else self.calendar.list).setFocus()

    def tell_error(self, kind: ErrorKind) -> None:
        """Show an error that belongs to no screen."""
        self.banner.say_error(kind, self.banner.action(self.tr("Close"), self.banner.hide))

    async def shut_down(self) -> None:
        """End calls and stop reading; the parts behind may be closed afterwards."""
        await self.calls.end_all()
        self._tasks.cancel()

    def _wire(self) -> None:
        self.rail.chosen.connect(self.show_screen)
        self.strip.admit_wanted.connect(self.calls.admit)
        self.strip.show_wanted.connect(self.calls.admit)
        self.strip.phone_wanted.connect(self._phone_waiting)
        self.strip.finish_wanted.connect(lambda row: self.calls.finish(row.booking, row.patient_name.reveal()))
        self.calls.changed.connect(lambda: self.strip.show_open_calls(self.calls.open_bookings))
        self.inbox.other_time_wanted.connect(self._choose_time)
        self.inbox.finish_wanted.connect(self._finish)
        self.calendar.finish_wanted.connect(self._finish)
        self.calendar.time_chosen.connect(lambda: self.show_screen(INBOX))
        self.status.retry_wanted.connect(self._parts.retry_sync)

    def _set_shortcuts(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+1": lambda: self.show_screen(INBOX),
            "Ctrl+2": lambda: self.show_screen(CALENDAR),
            "B": lambda: self._screen().book_first(),
            "N": lambda: self._screen().book_now(),
            "A": self.strip.admit_first,
            "F5": self.status.retry.click,
            "H": self._go_to_today,
            "Ctrl++": lambda: self._scale(0.1),
            "Ctrl+-": lambda: self._scale(-0.1),
            "Ctrl+0": lambda: self._theme.set_text_scale(1.0),
        }
        self._shortcuts = [QShortcut(QKeySequence(key), self, action) for key, action in keys.items()]

    def _screen(self) -> InboxScreen | CalendarScreen:
        return self.inbox if self.screens.currentIndex() == INBOX else self.calendar

    def _scale(self, step: float) -> None:
        self._theme.set_text_scale(self._theme.sizes.scale + step)

    def _go_to_today(self) -> None:
        if self.screens.currentIndex() == CALENDAR:
            self.calendar.bar.today.click()

    def _choose_time(self, thread: ThreadRow | None) -> None:
        if thread is not None:
            self.calendar.choose_time_for(thread)
            self.show_screen(CALENDAR)

    def _finish(self, booking: Booking) -> None:
        self._tasks.start(self._finish_booking(booking), "finish")

    async def _finish_booking(self, booking: Booking) -> None:
        card = await self._parts.views.patient_card(booking.patient_id)
        self.calls.finish(booking, card.patient.name.reveal() if card else "")

    def _phone_waiting(self, row: WaitingRow) -> None:
        self._tasks.start(self._phone(row), "phone waiting patient")

    async def _phone(self, row: WaitingRow) -> None:
        """Dial, tell who is being phoned, and offer to write down how it went."""
        name, phone = row.patient_name.reveal(), row.booking.phone
        began = self._parts.clock()

        def ask_how_it_went() -> None:
            steps = (MediumStep(began, Medium.TELEPHONE, StepReason.STARTED),)
            self.calls.finish(row.booking, name, CallRecord(began, steps, ended_at=self._parts.clock()))

        finish = self.banner.action(self.tr("Finish …"), ask_how_it_went, name="finishPhoned")
        close = self.banner.action(self.tr("Close"), self.banner.hide, kind="quiet")
        if phone is None:
            self.banner.say_error(ErrorKind.PATIENT_HAS_NO_PHONE, close)
            return
        dialled = self._parts.dialler.dial(phone.reveal().tel_uri)
        title = self.tr("Phone {name} on {number}").format(name=name, number=phone.reveal().shown)
        advice = "" if dialled else self.tr("This PC has no program to phone with. Dial the number.")
        self.banner.say(Tone.ACCENT if dialled else Tone.WARN, title, advice, finish, close)
        try:
            await self._parts.desk.call_started(row.booking.id)
        except KlinikError as error:
            self.tell_error(error.kind)

    def _lay_out(self) -> None:
        self.screens.addWidget(self.inbox)
        self.screens.addWidget(self.calendar)
        banner = QHBoxLayout()
        banner.setContentsMargins(24, 0, 24, 0)
        banner.addWidget(self.banner)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self.strip)
        main.addLayout(banner)
        main.addWidget(self.screens, 1)
        main.addWidget(self.status)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.rail)
        page.addLayout(main, 1)

    def closeEvent(self, event: QCloseEvent) -> None:
        unsettled = self.calls.unsettled
        if not unsettled <= self._warned_of:
            self._warned_of = unsettled
            self._warn_before_closing()
            event.ignore()
            return
        event.accept()
        self.closed.emit()

    def _warn_before_closing(self) -> None:
        if self.calls.live:
            title = self.tr("A conversation is going on")
            advice = self.tr("Close the window once more to end it.")
        else:
            title = self.tr("A consultation has not been saved in the record")
            advice = self.tr("Close the window once more to leave without saving.")
        show = self.banner.action(self.tr("Show it"), self.calls.show_unsettled, name="showUnsettled")
        self.banner.say(Tone.WARN, title, advice, show)
