"""The calendar screen: one day as a list, and the patient of the chosen line."""

from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, MessageId
from app.domain.patient import Clinician, Patient
from app.domain.views import DayRow
from app.ui.calendar.day_bar import DayBar
from app.ui.calendar.model import DayModel
from app.ui.calendar.row_delegate import DayDelegate
from app.ui.calendar.time_choice import TimeChoice
from app.ui.controls.columns import columns
from app.ui.controls.empty import EmptyState
from app.ui.controls.incomplete import Incomplete
from app.ui.controls.live import LiveRead
from app.ui.controls.row_list import RowList
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.patient.side import PatientSide
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_TICK_MS = 30_000


class CalendarScreen(QWidget):
    """Reads one day; with `choose_time_for` a free line books for a patient, with `choose_move_for` it moves."""

    finish_wanted = Signal(object)
    move_time_wanted = Signal(object, str)
    time_chosen = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._selected: DayRow | None = None
        self._sought: BookingId | None = None
        self.bar = DayBar(theme, parts.clock, parts.user)
        self.choosing = TimeChoice(theme, parts)
        self.model = DayModel(self)
        self.list = RowList(theme, self.tr("Calendar"))
        self.list.setObjectName("calendarList")
        self.list.setModel(self.model)
        self.list.setItemDelegate(DayDelegate(self.list, theme, parts.clock, self.model))
        self.list.watch_selection()
        self.list.row_changed.connect(lambda row: self._select(self.model.row_at(row)))
        self.incomplete = Incomplete(
            theme, parts, self.tr("The calendar is still being fetched: it is not whole yet.")
        )
        self.empty = EmptyState(theme)
        nobody = (self.tr("No appointment chosen"), self.tr("Choose one to see the patient."))
        self.side = PatientSide(theme, parts, nobody)
        self.patient, self.panel = self.side.patient, self.side.panel
        self._lists = QStackedWidget()
        self._lay_out()
        self.empty.say("hourglass", self.tr("Loading the calendar …"))
        self._watch(theme)

    def choose_time_for(self, patient: Patient, message_id: MessageId | None) -> None:
        """Let the user pick a free time for a patient, because of this message if there is one."""
        self.choosing.begin(patient, message_id, self._selected)

    def choose_move_for(self, booking: Booking, patient_name: str) -> None:
        """Let the user pick another free time for a booking."""
        self.choosing.begin_move(booking, patient_name)
        if self.bar.clinician_id not in (None, booking.clinician_id):
            self.bar.choose_clinician(booking.clinician_id)

    def show_day(self, day: date, booking_id: BookingId | None = None) -> None:
        """Show a day, and choose a booking in it, whoever's it is."""
        self._sought = booking_id
        self.bar.go_to(day)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rows.catch_up()

    def _watch(self, theme: Theme) -> None:
        self._rows = LiveRead(
            self,
            self._parts.changes,
            Changes.CALENDAR | Changes.BOOKINGS | Changes.PATIENTS,
            read=self._read_rows,
            show=self._show_rows,
            fail=self._failed,
            looks=self.isVisible,
        )
        self.bar.changed.connect(self._day_changed)
        self.choosing.booked.connect(self.time_chosen)
        self.side.finish_wanted.connect(self.finish_wanted)
        self.side.move_time_wanted.connect(self.move_time_wanted)
        self.side.time_wanted.connect(self.choose_time_for)
        theme.changed.connect(self.list.viewport().update)
        timer = QTimer(self)
        timer.timeout.connect(self.list.viewport().update)
        timer.start(_TICK_MS)
        self._rows.refresh()

    async def _read_rows(self) -> tuple[tuple[DayRow, ...], tuple[Clinician, ...]]:
        views = self._parts.views
        return await views.day(self.bar.day, self.bar.clinician_id), await views.clinicians()

    def _show_rows(self, read: tuple[tuple[DayRow, ...], tuple[Clinician, ...]]) -> None:
        rows, clinicians = read
        self.bar.show_clinicians(clinicians)
        everybody = self.bar.clinician_id is None
        self.model.clinicians = {one.id: one.name for one in clinicians} if everybody else {}
        self.model.show_rows(rows)
        self._lists.setCurrentWidget(self.list if rows else self.empty)
        if not rows:
            self.empty.say("calendar-blank", self.tr("Nothing in the calendar that day"))
        if not self._choose_sought():
            self._keep_selection()

    def _choose_sought(self) -> bool:
        """Choose the booking that was asked for; everybody's day is read when it is not in this one's."""
        if self._sought is None:
            return False
        place = self.model.position_of(self._sought)
        if place < 0 and self.bar.clinician_id is not None:
            self.bar.choose_clinician(None)
            return True
        self._sought = None
        self.list.select_row(place)
        return place >= 0

    def _keep_selection(self) -> None:
        """Follow the chosen line; of a booking that has left the day, what became of it stays in sight."""
        booking_id = self._selected.booking_id if self._selected else None
        place = self.model.position(self._selected)
        if place < 0 and booking_id is not None:
            place = self.model.position_of(booking_id)
        if place >= 0:
            self.list.select_row(place)
            self._selected = self.model.row_at(place)
        elif booking_id is None:
            self._select(None)
            at = self.model.index(min(self.model.first_after(self._parts.clock()), self.model.rowCount() - 1))
            self.list.scrollTo(at, RowList.ScrollHint.PositionAtCenter)

    def _day_changed(self) -> None:
        self._select(None)
        self.list.clearSelection()
        self._rows.restart()

    def _select(self, row: DayRow | None) -> None:
        self._selected = row
        self.choosing.show_row(row)
        self.side.show_patient(row.patient_id if row else None, row.booking_id if row else None)

    def _failed(self, kind: ErrorKind) -> None:
        words = error_text(kind)
        retry = (self.tr("Try again"), self._rows.refresh)
        self.empty.say("cloud-slash", words.title, words.advice, tone=Tone.BAD, action=retry)
        if self.model.rowCount() == 0:
            self._lists.setCurrentWidget(self.empty)

    def _lay_out(self) -> None:
        self._lists.addWidget(self.empty)
        self._lists.addWidget(self.list)
        column = QFrame()
        column.setProperty("role", "surface")
        notice = QHBoxLayout()
        notice.setContentsMargins(20, 0, 20, 8)
        notice.addWidget(self.choosing)
        box = QVBoxLayout(column)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(self.incomplete)
        box.addLayout(notice)
        box.addWidget(self._lists, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(columns((column, 900), (self.side, 370), stretch=0))
