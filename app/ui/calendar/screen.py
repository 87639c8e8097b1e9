"""The calendar screen: one day as a list, and the patient of the chosen line."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.patient import Clinician
from app.domain.views import DayRow, ThreadRow
from app.ui.booking.panel import BookingPanel
from app.ui.calendar.day_bar import DayBar
from app.ui.calendar.model import DayModel
from app.ui.calendar.row_delegate import DayDelegate
from app.ui.calendar.time_choice import TimeChoice
from app.ui.controls.empty import EmptyState
from app.ui.controls.live import LiveRead
from app.ui.controls.row_list import RowList
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.patient.pane import PatientPane
from app.ui.patient.watch import PatientWatch
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_TICK_MS = 30_000


class CalendarScreen(QWidget):
    """Reads one day; with `choose_time_for` a free line books for the patient of a thread."""

    finish_wanted = Signal(object)
    time_chosen = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._selected: DayRow | None = None
        self.bar = DayBar(theme, parts.clock, parts.user)
        self.choosing = TimeChoice(theme, parts)
        self.model = DayModel(self)
        self.list = RowList(theme, self.tr("Calendar"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(DayDelegate(self.list, theme, parts.clock, self.model))
        self.list.watch_selection()
        self.list.row_changed.connect(lambda row: self._select(self.model.row_at(row)))
        self.empty = EmptyState(theme)
        self.no_patient = EmptyState(theme)
        self.patient = PatientPane(theme, parts)
        self.panel = BookingPanel(theme, parts, narrow=True)
        self.patient.extra.addWidget(self.panel)
        self._lists, self._sides = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._show_no_patient()
        self.empty.say("hourglass", self.tr("Loading the calendar …"))
        self._watch(theme)

    def choose_time_for(self, thread: ThreadRow) -> None:
        """Let the user pick a free time for the patient of this thread."""
        self.choosing.begin(thread, self._selected)

    def book_first(self) -> None:
        """Book the proposed time for the patient that is shown."""
        if self._sides.currentWidget() is self.patient:
            self.panel.book_first()

    def book_now(self) -> None:
        """Start a video consultation with the patient that is shown."""
        if self._sides.currentWidget() is self.patient and self.panel.bar.now.isVisibleTo(self):
            self.panel.book_now()

    def _watch(self, theme: Theme) -> None:
        self._rows = LiveRead(
            self,
            self._parts.changes,
            Changes.CALENDAR | Changes.BOOKINGS | Changes.PATIENTS,
            read=self._read_rows,
            show=self._show_rows,
            fail=self._failed,
        )
        self._card = PatientWatch(self, self._parts)
        self._card.card_changed.connect(self._show_card)
        self.bar.changed.connect(self._day_changed)
        self.choosing.booked.connect(self.time_chosen)
        self.panel.finish_wanted.connect(self.finish_wanted)
        self.panel.other_time_wanted.connect(self.list.setFocus)
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
        self._keep_selection()

    def _keep_selection(self) -> None:
        place = self.model.position(self._selected)
        if place >= 0:
            self.list.select_row(place)
            self._selected = self.model.row_at(place)
        else:
            self._select(None)
            at = self.model.index(min(self.model.first_after(self._parts.clock()), self.model.rowCount() - 1))
            self.list.scrollTo(at, RowList.ScrollHint.PositionAtCenter)

    def _day_changed(self) -> None:
        self._select(None)
        self.list.clearSelection()
        self._rows.restart()

    def _select(self, row: DayRow | None) -> None:
        before, self._selected = self._selected, row
        self.choosing.show_row(row)
        if row is None or row.patient_id is None:
            self._forget_patient()
            self._card.watch(None)
            self._show_no_patient()
        elif before is None or before.patient_id != row.patient_id:
            self._forget_patient()
            self._card.watch(row.patient_id)
        elif self._card.card is not None:
            self._show_card()

    def _forget_patient(self) -> None:
        """From here on a key books nobody, until the next patient has been read."""
        self.patient.show_card(None)
        self.panel.set_patient(None)

    def _show_card(self) -> None:
        card, row = self._card.card, self._selected
        if row is None or row.patient_id is None:
            return
        if card is None:
            self._forget_patient()
            self._show_no_card()
            return
        self.patient.show_card(card)
        self.panel.set_patient(card.patient)
        wanted = self.panel.made or row.booking_id
        chosen = next((booking for booking in card.bookings if booking.id == wanted), None)
        self.panel.show_booking(chosen)
        self._sides.setCurrentWidget(self.patient)

    def _show_no_card(self) -> None:
        if self._card.failure is not None:
            words = error_text(self._card.failure)
            self.no_patient.say("warning-circle", words.title, words.advice, tone=Tone.BAD)
        else:
            title = self.tr("The patient has not been fetched yet")
            advice = self.tr("The patient is shown here as soon as the record system has answered.")
            self.no_patient.say("hourglass", title, advice)
        self._sides.setCurrentWidget(self.no_patient)

    def _show_no_patient(self) -> None:
        self.no_patient.say("user", self.tr("No appointment chosen"), self.tr("Choose one to see the patient."))
        self._sides.setCurrentWidget(self.no_patient)

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
        box.addLayout(notice)
        box.addWidget(self._lists, 1)
        side = QFrame()
        side.setProperty("role", "side")
        side.setMinimumWidth(350)
        inside = QVBoxLayout(side)
        inside.setContentsMargins(0, 0, 0, 0)
        self._sides.addWidget(self.no_patient)
        self._sides.addWidget(self.patient)
        inside.addWidget(self._sides)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(column)
        splitter.addWidget(side)
        splitter.setSizes([900, 370])
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(splitter)
