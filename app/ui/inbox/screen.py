"""The inbox screen: the list, the conversation and the patient side by side."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import ThreadId
from app.domain.views import ThreadRow, ThreadView
from app.ui.controls.columns import columns
from app.ui.controls.empty import EmptyState
from app.ui.controls.live import LiveRead
from app.ui.error_texts import error_text
from app.ui.inbox.list_column import InboxColumn
from app.ui.inbox.thread_pane import ThreadPane
from app.ui.parts import ConsoleParts
from app.ui.patient.pane import PatientPane
from app.ui.patient.watch import PatientWatch
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class InboxScreen(QWidget):
    """Reads whatever thread is chosen in the list, or was asked for from elsewhere."""

    other_time_wanted = Signal(object, object)
    move_time_wanted = Signal(object, str)
    finish_wanted = Signal(object)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._reading: ThreadId | None = None
        self.column = InboxColumn(theme, parts)
        self.list, self.model = self.column.list, self.column.model
        self.count, self.empty = self.column.count, self.column.empty
        self.reading = ThreadPane(theme, parts)
        self.no_thread = EmptyState(theme)
        self.patient = PatientPane(theme, parts)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.no_thread)
        self._pages.addWidget(self.reading)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(columns((self.column, 360), (self._pages, 640), (self.patient, 290), stretch=1))
        self._show_nothing_chosen()
        self._thread_read = LiveRead(
            self,
            parts.changes,
            Changes.MESSAGES,
            read=self._read_thread,
            show=self._show_thread,
            fail=self._thread_failed,
            looks=self.isVisible,
        )
        self._card = PatientWatch(self, parts)
        self._card.card_changed.connect(self._show_card)
        self._wire()

    def show_thread(self, thread_id: ThreadId) -> None:
        """Read a thread, also one so old that the list does not hold it."""
        self.column.choose(thread_id)
        self._read(thread_id)

    def book_first(self) -> None:
        """Book the proposed time for the patient being read."""
        self.reading.panel.book_first()

    def book_now(self) -> None:
        """Start a video consultation with the patient being read."""
        if self._pages.currentWidget() is self.reading and self.reading.panel.bar.now.isVisibleTo(self):
            self.reading.panel.book_now()

    def open_move_menu(self) -> None:
        """Offer other times for the booking that is shown."""
        if self._pages.currentWidget() is self.reading:
            self.reading.panel.open_move_menu()

    def take_or_let_go(self) -> None:
        """Take the thread being read, or let go of it."""
        if self._pages.currentWidget() is self.reading:
            self.reading.holding.press()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.column.catch_up()
        self._thread_read.catch_up()
        self._card.catch_up()

    def _wire(self) -> None:
        self.column.chosen.connect(self._chosen)
        self.column.freshened.connect(lambda: self.reading.holding.show_row(self.column.row))
        self.reading.holding.next_wanted.connect(self.column.choose_next)
        panel = self.reading.panel
        panel.other_time_wanted.connect(self.other_time_wanted)
        panel.move_time_wanted.connect(self.move_time_wanted)
        panel.finish_wanted.connect(self.finish_wanted)

    def _chosen(self, row: ThreadRow | None) -> None:
        self._read(row.thread_id if row else None)

    def _read(self, thread_id: ThreadId | None) -> None:
        if thread_id == self._reading:
            return
        self._reading = thread_id
        self.reading.clear()
        self.patient.show_card(None)
        row = self.column.row
        self.reading.holding.show_row(row)
        self._card.watch(row.patient_id if row else None)
        if thread_id is None:
            self._show_nothing_chosen()
        else:
            self._thread_read.restart()

    async def _read_thread(self) -> ThreadView | None:
        return None if self._reading is None else await self._parts.views.thread(self._reading)

    def _show_thread(self, thread: ThreadView | None) -> None:
        if thread is None or not thread.messages:
            self._show_nothing_chosen()
            return
        self.reading.show_thread(thread)
        self._pages.setCurrentWidget(self.reading)
        if self._card.patient_id != thread.patient_id:
            self._card.watch(thread.patient_id)

    def _show_card(self) -> None:
        self.patient.show_card(self._card.card)
        self.reading.show_card(self._card.card)

    def _show_nothing_chosen(self) -> None:
        self.no_thread.say(
            "chat-circle-text",
            self.tr("No conversation chosen"),
            self.tr("Choose one, or press J and K."),
        )
        self._pages.setCurrentWidget(self.no_thread)

    def _thread_failed(self, kind: ErrorKind) -> None:
        words = error_text(kind)
        retry = (self.tr("Try again"), self._thread_read.refresh)
        self.no_thread.say("warning-circle", words.title, words.advice, tone=Tone.BAD, action=retry)
        self._pages.setCurrentWidget(self.no_thread)
