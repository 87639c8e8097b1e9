"""The main window: rail, waiting room, screens and status line."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.clinic_time import clinic_date
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.ui.console.calls import Calls
from app.ui.console.phoning import Phoning
from app.ui.console.rail import Rail
from app.ui.console.screens import CALENDAR, INBOX, PATIENTS, SETTINGS, Screens
from app.ui.console.status_line import StatusLine
from app.ui.controls.notice import Notice
from app.ui.outbox.panel import OutboxPanel
from app.ui.parts import ConsoleParts
from app.ui.settings.words import repaired_texts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.waiting.strip import WaitingStrip


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
        self.screens = Screens(theme, parts)
        self.inbox, self.calendar = self.screens.inbox, self.screens.calendar
        self.outbox = OutboxPanel(theme, parts)
        self.status = StatusLine(theme, parts)
        self.calls = Calls(self, theme, parts)
        self._phoning = Phoning(self, parts, self.calls, self.banner)
        self._lay_out()
        self._wire()
        self._set_shortcuts()
        self.resize(1366, 768)
        self.setMinimumSize(1080, 620)
        self.inbox.list.setFocus()
        self._tasks.start(self._tell_repair(), "tell of a repair")

    def tell_error(self, kind: ErrorKind) -> None:
        """Show an error that belongs to no screen."""
        self.banner.say_error(kind, self.banner.action(self.tr("Close"), self.banner.hide))

    async def shut_down(self) -> None:
        """End calls and stop reading; the parts behind may be closed afterwards."""
        await self.calls.end_all()
        self._tasks.cancel()

    def _wire(self) -> None:
        self.rail.chosen.connect(self.screens.show_screen)
        self.screens.shown.connect(self.rail.show_chosen)
        self.screens.finish_wanted.connect(self._finish)
        self.screens.settings.wiped.connect(self._leave)
        self.strip.admit_wanted.connect(self.calls.admit)
        self.strip.show_wanted.connect(self.calls.admit)
        self.strip.phone_wanted.connect(self._phoning.phone)
        self.strip.finish_wanted.connect(lambda row: self.calls.finish(row.booking, row.patient_name.reveal()))
        self.calls.changed.connect(lambda: self.strip.show_open_calls(self.calls.open_bookings))
        self.status.retry_wanted.connect(self._parts.retry_sync)
        self.status.list_wanted.connect(self.outbox.toggle)
        self.outbox.closed.connect(self.status.waiting.setFocus)

    def _set_shortcuts(self) -> None:
        screens = self.screens
        places = {"Ctrl+1": INBOX, "Ctrl+2": CALENDAR, "Ctrl+3": PATIENTS, "Ctrl+4": SETTINGS}
        places |= {"Ctrl+F": PATIENTS, "Ctrl+K": PATIENTS}
        keys: dict[str, Callable[[], None]] = {
            "B": screens.book_first,
            "N": screens.book_now,
            "F": screens.open_move_menu,
            "T": screens.take_or_let_go,
            "A": self.strip.admit_first,
            "V": self.outbox.toggle,
            "F5": self.status.retry.click,
            "H": screens.go_to_today,
            "Ctrl++": lambda: self._scale(0.1),
            "Ctrl+-": lambda: self._scale(-0.1),
            "Ctrl+0": lambda: self._theme.set_text_scale(1.0),
        }
        keys |= {key: partial(screens.show_screen, number) for key, number in places.items()}
        self._shortcuts = [QShortcut(QKeySequence(key), self, action) for key, action in keys.items()]

    def _scale(self, step: float) -> None:
        self._theme.set_text_scale(self._theme.sizes.scale + step)

    def _finish(self, booking: Booking) -> None:
        self._tasks.start(self._finish_booking(booking), "finish")

    async def _finish_booking(self, booking: Booking) -> None:
        card = await self._parts.views.patient_card(booking.patient_id)
        self.calls.finish(booking, card.patient.name.reveal() if card else "")

    async def _tell_repair(self) -> None:
        """Tell of a copy that was made anew today; later on it stands in the settings."""
        try:
            report = await self._parts.views.local_data()
        except KlinikError:
            return  # the screens tell what is wrong with the data
        now = self._parts.clock()
        texts = repaired_texts(report, now)
        if texts is None or report.repaired_at is None or clinic_date(report.repaired_at) != clinic_date(now):
            return
        show = self.banner.action(
            self.tr("Show it"), lambda: self.screens.show_screen(SETTINGS), name="showRepaired"
        )
        close = self.banner.action(self.tr("Close"), self.banner.hide, kind="quiet")
        self.banner.say(Tone.WARN if report.lost_actions else Tone.ACCENT, *texts, show, close)

    def _leave(self) -> None:
        """Everything here is gone: there is nothing left to show or to lose."""
        self.hide()
        self.closed.emit()

    def _lay_out(self) -> None:
        banner = QHBoxLayout()
        banner.setContentsMargins(24, 0, 24, 0)
        banner.addWidget(self.banner)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self.strip)
        main.addLayout(banner)
        main.addWidget(self.screens, 1)
        main.addWidget(self.outbox)
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
