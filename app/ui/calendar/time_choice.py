"""Choosing another time: a row that books the chosen free line for the patient of a thread."""

from PySide6.QtCore import Signal

from app.domain.errors import KlinikError
from app.domain.slot import Slot, SlotKind
from app.domain.views import DayRow, ThreadRow
from app.ui.controls.notice import Notice
from app.ui.danish_time import moment_text
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class TimeChoice(Notice):
    """Hidden until a time is looked for; `booked` when one has been taken."""

    booked = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(theme, name="chooseTime")
        self._parts = parts
        self._tasks = Tasks(self)
        self._thread: ThreadRow | None = None
        self._saving = False

    def begin(self, thread: ThreadRow, row: DayRow | None) -> None:
        """Look for a time for the patient of this thread; `row` is the line chosen already."""
        self._thread = thread
        self.show_row(row)

    def show_row(self, row: DayRow | None) -> None:
        """Offer the line that is chosen now, if it is free and may hold a video."""
        if self._thread is None:
            return
        stop = self.action(self.tr("Stop"), self._stop)
        title = self.tr("Choose a free time for {name}").format(name=self._thread.patient_name.reveal())
        slot = _bookable(row, self._parts)
        if slot is None:
            self.say(Tone.ACCENT, title, self.tr("Free video times can be chosen in the list."), stop)
            return
        when = moment_text(slot.start, self._parts.clock())
        text = self.tr("Book video {when}").format(when=when)
        book = self.action(text, lambda: self._book(slot), kind="primary", name="bookChosen")
        self.say(Tone.ACCENT, title, "", book, stop)

    def _stop(self) -> None:
        self._thread = None
        self.hide()

    def _book(self, slot: Slot) -> None:
        if self._thread is not None and not self._saving:
            self._saving = True
            self._tasks.start(self._book_for(self._thread, slot), "book chosen time")

    async def _book_for(self, thread: ThreadRow, slot: Slot) -> None:
        try:
            view = await self._parts.views.thread(thread.thread_id)
            message = view.messages[-1].id if view and view.messages else None
            me = self._parts.user.id
            await self._parts.desk.book_video(thread.patient_id, slot.clinician_id, me, slot, message)
        except KlinikError as error:
            self.say_error(error.kind, self.action(self.tr("Stop"), self._stop))
            return
        finally:
            self._saving = False
        self._stop()
        self.booked.emit()


def _bookable(row: DayRow | None, parts: ConsoleParts) -> Slot | None:
    """Return the slot of a free line that is still ahead and may hold a video, else None."""
    if row is None or not row.free or row.slot_id is None or row.start <= parts.clock():
        return None
    if row.slot_kind not in (SlotKind.ANY, SlotKind.VIDEO):
        return None
    return Slot(row.slot_id, row.clinician_id, row.start, row.end, row.slot_kind, True, "")
