"""The inbox screen: the list, the conversation and the patient side by side."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import ThreadId
from app.domain.views import SyncStatus, ThreadRow, ThreadView
from app.ui.controls.empty import EmptyState
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.row_list import RowList
from app.ui.error_texts import error_text
from app.ui.inbox.model import InboxModel
from app.ui.inbox.row_delegate import InboxDelegate
from app.ui.inbox.thread_pane import ThreadPane
from app.ui.parts import ConsoleParts
from app.ui.patient.pane import PatientPane
from app.ui.patient.watch import PatientWatch
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

REPAINT_MS = 30_000
"""How often the times in the list are painted anew."""


class InboxScreen(QWidget):
    """Reads the inbox and whatever thread is selected."""

    other_time_wanted = Signal(object)
    finish_wanted = Signal(object)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._selected: ThreadRow | None = None
        self.model = InboxModel(self, parts.clock)
        self.list = RowList(theme, self.tr("Inbox"))
        self.list.setObjectName("inboxList")
        self.list.setModel(self.model)
        self.list.setItemDelegate(InboxDelegate(self.list, theme, parts.clock))
        self.list.watch_selection()
        self.list.row_changed.connect(self._row_chosen)
        self.count = text_label(role="small")
        self.empty = EmptyState(theme)
        self.reading = ThreadPane(theme, parts)
        self.no_thread = EmptyState(theme)
        self.patient = PatientPane(theme, parts)
        self._lists, self._threads = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._show_nothing_selected()
        self.empty.say("hourglass", self.tr("Loading messages …"))
        self._watch(theme)

    def _watch(self, theme: Theme) -> None:
        changes = self._parts.changes
        self._rows = LiveRead(
            self,
            changes,
            Changes.MESSAGES | Changes.BOOKINGS | Changes.SYNC | Changes.PATIENTS,
            read=self._read_rows,
            show=self._show_rows,
            fail=self._rows_failed,
        )
        self._thread_read = LiveRead(
            self,
            changes,
            Changes.MESSAGES,
            read=self._read_thread,
            show=self._show_thread,
            fail=self._thread_failed,
        )
        self._card = PatientWatch(self, self._parts)
        self._card.card_changed.connect(self._show_card)
        self.reading.panel.other_time_wanted.connect(lambda: self.other_time_wanted.emit(self._selected))
        self.reading.panel.finish_wanted.connect(self.finish_wanted)
        theme.changed.connect(self.list.viewport().update)
        theme.changed.connect(self._fit)
        self._fit()
        timer = QTimer(self)
        timer.timeout.connect(self.list.viewport().update)
        timer.start(REPAINT_MS)
        self._rows.refresh()

    def book_first(self) -> None:
        """Book the proposed time for the patient being read."""
        self.reading.panel.book_first()

    def book_now(self) -> None:
        """Start a video consultation with the patient being read."""
        if self._threads.currentWidget() is self.reading and self.reading.panel.bar.now.isVisibleTo(self):
            self.reading.panel.book_now()

    def _fit(self) -> None:
        self._column.setMinimumWidth(round(300 * self._theme.sizes.scale))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(28, 18, 16, 12)
        head.addWidget(text_label(self.tr("Inbox"), "title"))
        head.addStretch(1)
        head.addWidget(self.count)
        self._lists.addWidget(self.empty)
        self._lists.addWidget(self.list)
        column = QFrame()
        column.setProperty("role", "column")
        self._column = column
        box = QVBoxLayout(column)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._lists, 1)
        self._threads.addWidget(self.no_thread)
        self._threads.addWidget(self.reading)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for part, width in ((column, 360), (self._threads, 640), (self.patient, 290)):
            splitter.addWidget(part)
            part.resize(width, part.height())
        splitter.setSizes([360, 640, 290])
        for index, stretch in enumerate((0, 1, 0)):
            splitter.setStretchFactor(index, stretch)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(splitter)

    async def _read_rows(self) -> tuple[tuple[ThreadRow, ...], SyncStatus]:
        return await self._parts.views.inbox(), await self._parts.views.sync_status()

    def _show_rows(self, read: tuple[tuple[ThreadRow, ...], SyncStatus]) -> None:
        rows, status = read
        self.model.show_rows(rows)
        waiting = sum(row.unanswered for row in rows)
        self.count.setText(self.tr("%n unanswered", "", waiting) if waiting else "")
        if rows and self._lists.currentWidget() is self.empty:
            self._lists.setCurrentWidget(self.list)
            self.list.setFocus()
        elif not rows:
            self._lists.setCurrentWidget(self.empty)
        if not rows:
            self._explain_empty(status)
            self._select(None)
            return
        self._keep_selection()

    def _keep_selection(self) -> None:
        wanted = self.model.row_of(self._selected.thread_id if self._selected else None)
        wanted = max(wanted, 0)
        if self.list.currentIndex().row() != wanted:
            self.list.select_row(wanted)
        else:
            self._selected = self.model.thread_at(wanted)

    def _explain_empty(self, status: SyncStatus) -> None:
        if status.last_answer_at is not None:
            self.empty.say("tray", self.tr("No messages"), self.tr("New e-consultations appear by themselves."))
        elif status.failing_since is None:
            self.empty.say("hourglass", self.tr("Loading messages …"), self.tr("The first time takes a while."))
        else:
            self._rows_failed(status.failure or ErrorKind.PRACTICE_UNREACHABLE)

    def _rows_failed(self, kind: ErrorKind) -> None:
        words = error_text(kind)
        retry = (self.tr("Try again"), self._retry)
        self.empty.say("cloud-slash", words.title, words.advice, tone=Tone.BAD, action=retry)
        if self.model.rowCount() == 0:
            self._lists.setCurrentWidget(self.empty)

    def _retry(self) -> None:
        self._parts.retry_sync()
        self._rows.refresh()

    def _row_chosen(self, row: int) -> None:
        self._select(self.model.thread_at(row))

    def _select(self, row: ThreadRow | None) -> None:
        same = row is not None and self._selected is not None and row.thread_id == self._selected.thread_id
        self._selected = row
        if same:
            return
        self.reading.clear()
        self.patient.show_card(None)
        self._card.watch(row.patient_id if row else None)
        if row is None:
            self._show_nothing_selected()
        else:
            self._thread_read.restart()

    async def _read_thread(self) -> ThreadView | None:
        wanted: ThreadId | None = self._selected.thread_id if self._selected else None
        return None if wanted is None else await self._parts.views.thread(wanted)

    def _show_thread(self, thread: ThreadView | None) -> None:
        if thread is None or not thread.messages:
            self._show_nothing_selected()
            return
        self.reading.show_thread(thread)
        self._threads.setCurrentWidget(self.reading)

    def _show_card(self) -> None:
        self.patient.show_card(self._card.card)
        self.reading.show_card(self._card.card)

    def _show_nothing_selected(self) -> None:
        self.no_thread.say(
            "chat-circle-text",
            self.tr("No conversation chosen"),
            self.tr("Choose one, or press J and K."),
        )
        self._threads.setCurrentWidget(self.no_thread)

    def _thread_failed(self, kind: ErrorKind) -> None:
        words = error_text(kind)
        retry = (self.tr("Try again"), self._thread_read.refresh)
        self.no_thread.say("warning-circle", words.title, words.advice, tone=Tone.BAD, action=retry)
        self._threads.setCurrentWidget(self.no_thread)
