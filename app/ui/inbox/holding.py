"""Taking a thread: who has it, the button that takes it or lets it go, and what is said when it was lost."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from app.domain.booking import RowState
from app.domain.errors import KlinikError
from app.domain.ids import ClinicianId
from app.domain.views import ThreadRow
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip
from app.ui.controls.notice import Notice
from app.ui.inbox.holder_words import holder_label, lost_text
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import row_label


class Holding(QObject):
    """Owns a mark, a button and a notice, which a pane puts where it likes; `next_wanted` asks for another thread.

    All three are hidden where the practice system cannot carry who has a thread.
    """

    next_wanted = Signal()

    def __init__(self, owner: QObject, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(owner)
        self._parts = parts
        self._tasks = Tasks(self)
        self._row: ThreadRow | None = None
        self._told: ThreadRow | None = None
        self.mark = Chip(theme)
        self.state = Chip(theme)
        self.button = Button(theme, name="holdThread")
        self.notice = Notice(theme, name="lostThread")
        self.button.clicked.connect(lambda _checked=False: self._press())
        self.button.hide()

    def show_row(self, row: ThreadRow | None) -> None:
        """Show who has a thread; None for a thread of which that is not known."""
        if row is None or self._row is None or row.thread_id != self._row.thread_id:
            self.notice.hide()
            self._told = None
        self._row = row
        offered = row is not None and self._parts.threads_can_be_taken()
        self.button.setVisible(offered and not (row and row.lost_to))
        if row is None or not offered:
            self.mark.show_label(None)
            self.state.show_label(None)
            self.notice.hide()
            return
        now = self._parts.clock()
        self.mark.show_label(None if row.lost_to else holder_label(row, self._me, now))
        unsure = row.holder is not None and row.holder_state not in (None, RowState.CONFIRMED)
        self.state.show_label(row_label(row.holder_state, None, now) if unsure and row.holder_state else None)
        self._dress_button(row)
        self._tell_lost(row)

    def press(self) -> None:
        """Do what the button does, if it can be pressed; a thread that was lost is not taken over by a key."""
        if self.button.isVisible() and self.button.isEnabled():
            self.button.click()

    @property
    def _me(self) -> ClinicianId:
        return self._parts.user.id

    def _dress_button(self, row: ThreadRow) -> None:
        if row.holder is not None and row.holder.clinician_id != self._me:
            self.button.setText(self.tr("Take over from {name}").format(name=row.holder.name))
            self.button.set_icon("arrows-left-right")
            self.button.hint(self.tr("Answer this conversation instead of a colleague"), "T")
        elif row.holder is not None:
            self.button.setText(self.tr("Let go of it"))
            self.button.set_icon("user-circle-minus")
            self.button.hint(self.tr("Leave the conversation to whoever comes"), "T")
        else:
            self.button.setText(self.tr("Take it"))
            self.button.set_icon("user-circle-plus")
            self.button.hint(self.tr("Tell your colleagues that you answer this conversation"), "T")

    def _tell_lost(self, row: ThreadRow) -> None:
        if row.lost_to is None:
            if self._told is not None:
                self.notice.hide()
                self._told = None
            return
        if self._told is not None and self._told.lost_to == row.lost_to:
            return
        self._told = row
        title = lost_text(row.lost_to, self._parts.clock())
        following = self.notice.action(
            self.tr("Next unanswered"), self._go_on, kind="primary", name="nextUnanswered"
        )
        over = self.notice.action(self.tr("Take over"), self._press, name="takeOver")
        self.notice.say(Tone.WARN, title, "", following, over)

    def _press(self) -> None:
        row = self._row
        if row is None:
            return
        desk, holder = self._parts.thread_desk, row.holder or row.lost_to
        if row.lost_to is None and holder is not None and holder.clinician_id == self._me:
            self._start(lambda: desk.let_go(row.thread_id, row.patient_id), "let go of a thread")
        else:
            over = holder.clinician_id if holder else None
            self._start(lambda: self._take(row, over), "take a thread")

    async def _take(self, row: ThreadRow, over: ClinicianId | None) -> None:
        if row.lost_to is not None:
            await self._parts.thread_desk.acknowledge(row.thread_id)
        await self._parts.thread_desk.take(row.thread_id, row.patient_id, over)

    def _go_on(self) -> None:
        row = self._row
        if row is not None:
            self._start(lambda: self._parts.thread_desk.acknowledge(row.thread_id), "leave a thread")
            self.next_wanted.emit()

    def _start(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        self.button.setEnabled(False)
        self._tasks.start(self._carry_out(work), name)

    async def _carry_out(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except KlinikError as error:
            self._told = None
            self.notice.say_error(error.kind, tone=Tone.WARN)
        finally:
            self.button.setEnabled(True)
