"""The video window: one call from letting the patient in to the outcome in the record."""

import asyncio

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut

from app.domain.booking import Booking
from app.domain.call import CallRecord, Rung
from app.ui.call.conversation import Conversation
from app.ui.call.face import CallFace
from app.ui.call.rescue import Rescue
from app.ui.call.sentences import stage_label, stage_sentence
from app.ui.call.time_up import TimeUp
from app.ui.danish_time import elapsed_text
from app.ui.outcome.sheet import OutcomeSheet
from app.ui.parts import Call, ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.video.frames import FrameSlot
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView


class CallWindow(CallFace):
    """Shows the call's view and hands the buttons on; `finished` when all is settled and the window shut."""

    finished = Signal()

    def __init__(
        self,
        theme: Theme,
        parts: ConsoleParts,
        booking: Booking,
        patient_name: str,
        record: CallRecord | None = None,
    ) -> None:
        """`record` is of a consultation that is on the telephone already and is to go on by video."""
        super().__init__(theme, parts, booking, patient_name)
        self._theme = theme
        self._parts = parts
        self._booking = booking
        self._tasks = Tasks(self)
        self._talk = Conversation(
            parts, booking, self._show_call, self._show_view, self._keep, self._send_link, record
        )
        self.rescue = Rescue(self, self._talk, self._tasks, parts.desk, booking.id)
        self.time_up = TimeUp(self, parts, booking, self.notices)
        self._slots: tuple[FrameSlot, FrameSlot] | None = None
        self._settled = False
        self._ending: asyncio.Task[None] | None = None
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._clock.start(1000)
        self._wire()

    def open(self) -> None:
        """Show the window and let the patient in."""
        self.show()
        self.rescue.begin()

    @property
    def live(self) -> bool:
        """Whether the conversation is still going on."""
        return not self._talk.over

    @property
    def settled(self) -> bool:
        """Whether nothing is left to save."""
        return self._settled

    def refuse_other(self, patient_name: str) -> None:
        """Say that another patient cannot be let in before this conversation has ended."""
        self.notices.show_other(patient_name)

    def _show_call(self, call: Call) -> None:
        self._follow_slots(call)
        self.side.join(call.side)

    def _follow_slots(self, call: Call) -> None:
        """A conversation that comes back from the telephone has other slots."""
        if self._slots != (call.remote, call.local):
            self._slots = (call.remote, call.local)
            self.stage.remote.show_slot(call.remote)
            self.stage.local.show_slot(call.local)

    def _show_view(self, view: CallView) -> None:
        self.state.show_label(stage_label(view))
        self.stage.say(stage_sentence(view))
        self.controls.show_state(
            microphone_on=view.microphone_on,
            camera_on=view.camera_on,
            telephone=view.stage is Stage.TELEPHONE,
        )
        self.stage.local.setVisible(view.camera_on)
        if (call := self._talk.call) is not None:
            self._follow_slots(call)
        if view.stage is not Stage.LIVE or view.rung is Rung.SOUND:
            self.stage.remote.clear()
        self.rescue.follow(view)
        self.fix.show_verdict(view.verdict)
        self.notices.show_view(view)
        self._tick()

    def _tick(self) -> None:
        self.timer.setText(elapsed_text(self._talk.record.duration(self._parts.clock())))
        self.time_up.tick()

    def _keep(self) -> None:
        self._tasks.start(self._talk.keep(), "note call")

    def _send_link(self) -> None:
        self._tasks.start(self.rescue.send_link(), "send link")

    def _set_microphone(self, on: bool) -> None:
        if self._talk.call is not None:
            self._talk.call.set_microphone(on)

    def _set_camera(self, on: bool) -> None:
        if self._talk.call is not None:
            self._talk.call.set_camera(on)

    def _open_devices(self) -> None:
        if (call := self._talk.call) is not None and not call.devices.view.over:
            self.devices.open_on(call.devices)

    def _note_news(self) -> None:
        if (call := self._talk.call) is not None:
            call.devices.note_news()

    def end(self) -> None:
        """End the conversation and ask how it went; the line is given up beside that, however long it takes."""
        if self.live:
            self.time_up.stop()
            self._talk.conclude()
            self._ask_outcome()
            self._ending = self._tasks.start(self.hang_up(), "hang up")

    async def hang_up(self) -> None:
        """Give camera, microphone and room back, whatever the screen shows."""
        self._clock.stop()
        self.stage.remote.forget()
        self.stage.local.forget()
        self.devices.close()
        await self._talk.hang_up()

    def _ask_outcome(self) -> None:
        sheet = OutcomeSheet(self._theme, self._parts, self._booking, self._talk.record)
        sheet.settled.connect(self._note_settled)
        sheet.done.connect(self.close)
        sheet.offer_words(self.side.chat.written)
        self.show_outcome(sheet)
        sheet.radios[sheet.chosen_kind()].setFocus()

    def _note_settled(self) -> None:
        self._settled = True

    async def _leave(self, ending: asyncio.Task[None]) -> None:
        """Let go of the window only when the line has been given up: letting go ends its tasks."""
        await asyncio.wait({ending})
        self.finished.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._settled and self._ending is not None:
            event.accept()
            self._tasks.start(self._leave(self._ending), "leave")
            return
        event.ignore()
        if self.live:
            self.end()
        else:
            self.hide()

    def _wire(self) -> None:
        controls, rescue = self.controls, self.rescue
        controls.microphone_set.connect(self._set_microphone)
        controls.camera_set.connect(self._set_camera)
        controls.telephone_wanted.connect(rescue.go_to_telephone)
        self.notices.telephone_wanted.connect(rescue.go_to_telephone)
        self.telephone.telephone_wanted.connect(rescue.go_to_telephone)
        self.notices.video_wanted.connect(rescue.go_up)
        self.telephone.video_wanted.connect(rescue.go_up)
        controls.devices_wanted.connect(self._open_devices)
        self.notices.devices_wanted.connect(self._open_devices)
        controls.end_wanted.connect(self.end)
        self.notices.news_noted.connect(self._note_news)
        keys = {
            "M": controls.microphone.click,
            "V": controls.camera.click,
            "D": self._open_devices,
            "T": rescue.go_to_telephone,
            "Shift+T": rescue.go_up,
            "F": self.fix.click,
            "C": self.beside.chat.click,
            "B": self.beside.picture.click,
            "S": self.beside.share.click,
            "Ctrl+M": controls.compact.click,
            "F11": controls.full.click,
            "L": self.time_up.extend,
            "Ctrl+E": self.end,
        }
        self._shortcuts = [QShortcut(QKeySequence(key), self, action) for key, action in keys.items()]
