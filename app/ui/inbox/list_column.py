"""The list of threads with its head: what is there, what is chosen, and why there is nothing."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import ThreadId
from app.domain.views import SyncStatus, ThreadRow
from app.ui.controls.empty import EmptyState
from app.ui.controls.incomplete import Incomplete
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.row_list import RowList
from app.ui.error_texts import error_text
from app.ui.inbox.model import InboxModel
from app.ui.inbox.row_delegate import InboxDelegate
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

REPAINT_MS = 30_000
"""How often the times in the list are painted anew."""


class InboxColumn(QFrame):
    """Follows the inbox; `chosen` gives the row chosen or None, `freshened` that its content was read again."""

    chosen = Signal(object)
    freshened = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._wanted: ThreadId | None = None
        self._outside = False
        self.setProperty("role", "column")
        self.model = InboxModel(self, parts.clock, parts.user.id)
        self.list = RowList(theme, self.tr("Inbox"))
        self.list.setObjectName("inboxList")
        self.list.setModel(self.model)
        self.list.setItemDelegate(InboxDelegate(self.list, theme, parts.clock, parts.user.id))
        self.list.watch_selection()
        self.list.row_changed.connect(self._row_chosen)
        self.count = text_label(role="small")
        self.incomplete = Incomplete(theme, parts, self.tr("Older messages are still being fetched."))
        self.empty = EmptyState(theme)
        self._pages = QStackedWidget()
        self._lay_out()
        self.empty.say("hourglass", self.tr("Loading messages …"))
        self._rows = LiveRead(
            self,
            parts.changes,
            Changes.MESSAGES | Changes.BOOKINGS | Changes.SYNC | Changes.PATIENTS,
            read=self._read_rows,
            show=self._show_rows,
            fail=self._failed,
            looks=self.isVisible,
        )
        theme.changed.connect(self.list.viewport().update)
        theme.changed.connect(self._fit)
        self._fit()
        timer = QTimer(self)
        timer.timeout.connect(self.list.viewport().update)
        timer.start(REPAINT_MS)
        self._rows.refresh()

    @property
    def row(self) -> ThreadRow | None:
        """The row of the thread that is read, as it now stands; None when it is not listed."""
        return self.model.thread_at(self.model.row_of(self._wanted))

    def choose(self, thread_id: ThreadId) -> None:
        """Choose a thread; one that is not listed is read all the same, and nothing in the list is chosen."""
        place = self.model.row_of(thread_id)
        self._wanted, self._outside = thread_id, place < 0
        self.list.select_row(place)
        self.list.scrollTo(self.list.currentIndex())

    def choose_next(self) -> None:
        """Choose the next thread that waits for an answer and that no colleague has."""
        at = self.model.row_of(self._wanted)
        rows = [self.model.thread_at(number) for number in range(self.model.rowCount())]
        for row in (*rows[at + 1 :], *rows[: max(at, 0)]):
            if row is not None and row.unanswered and row.holder is None and row.lost_to is None:
                self.choose(row.thread_id)
                return

    def catch_up(self) -> None:
        """Read what changed while the list was hidden."""
        self._rows.catch_up()

    async def _read_rows(self) -> tuple[tuple[ThreadRow, ...], SyncStatus | None]:
        """Return the rows, and when there are none how things stand with the practice system."""
        rows = await self._parts.views.inbox()
        return rows, None if rows else await self._parts.views.sync_status()

    def _show_rows(self, read: tuple[tuple[ThreadRow, ...], SyncStatus | None]) -> None:
        rows, status = read
        self.model.show_rows(rows)
        waiting = sum(row.unanswered for row in rows)
        self.count.setText(self.tr("%n unanswered", "", waiting) if waiting else "")
        if rows and self._pages.currentWidget() is self.empty:
            self._pages.setCurrentWidget(self.list)
            self.list.setFocus()
        elif status is not None:
            self._pages.setCurrentWidget(self.empty)
            self._explain_empty(status)
        self._keep_choice()
        self.freshened.emit()

    def _keep_choice(self) -> None:
        """Stay with the thread that is read; the first one is read when there is none yet, or its row has gone."""
        place = self.model.row_of(self._wanted)
        if place < 0 and self._outside:
            return
        self._outside = False
        place = max(place, 0) if self.model.rowCount() else -1
        if self.list.currentIndex().row() != place:
            self.list.select_row(place)
        elif place < 0:
            self._row_chosen(-1)

    def _row_chosen(self, place: int) -> None:
        row = self.model.thread_at(place)
        if row is None and self._outside:
            return
        self._outside = False
        self._wanted = row.thread_id if row else None
        self.chosen.emit(row)

    def _explain_empty(self, status: SyncStatus) -> None:
        if status.last_answer_at is not None and status.first_sync is None:
            self.empty.say("tray", self.tr("No messages"), self.tr("New e-consultations appear by themselves."))
        elif status.failing_since is None:
            self.empty.say("hourglass", self.tr("Loading messages …"), self.tr("The first time takes a while."))
        else:
            self._failed(status.failure or ErrorKind.PRACTICE_UNREACHABLE)

    def _failed(self, kind: ErrorKind) -> None:
        words = error_text(kind)
        retry = (self.tr("Try again"), self._retry)
        self.empty.say("cloud-slash", words.title, words.advice, tone=Tone.BAD, action=retry)
        if self.model.rowCount() == 0:
            self._pages.setCurrentWidget(self.empty)

    def _retry(self) -> None:
        self._parts.retry_sync()
        self._rows.refresh()

    def _fit(self) -> None:
        self.setMinimumWidth(round(300 * self._theme.sizes.scale))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(28, 18, 16, 12)
        head.addWidget(text_label(self.tr("Inbox"), "title"))
        head.addStretch(1)
        head.addWidget(self.count)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.incomplete)
        column.addWidget(self._pages, 1)
