"""The video window: one call from letting the patient in to the outcome in the record."""

import asyncio

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.call import CallRecord, Rung
from app.domain.errors import ErrorKind, KlinikError
from app.ui.call.controls import CallControls
from app.ui.call.conversation import Conversation
from app.ui.call.notices import CallNotices
from app.ui.call.sentences import stage_label, stage_sentence
from app.ui.call.side_buttons import SideButtons
from app.ui.call.side_panel import Pane, SidePanel
from app.ui.call.stage import CallStage
from app.ui.call.telephone_view import TelephoneView
from app.ui.controls.labels import Chip, ElidedLabel, text_label
from app.ui.danish_time import elapsed_text
from app.ui.devices.opener import DeviceOpener
from app.ui.error_texts import error_text
from app.ui.fault.card import FixChip
from app.ui.outcome.sheet import OutcomeSheet
from app.ui.parts import Call, ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.video.call_events import Stage
from app.video.call_view import CallView
from app.video.frames import FrameSlot

_LARGE = (1120, 760)
_COMPACT = (400, 320)


class CallWindow(QWidget):
    """Shows the call's view and hands the buttons on; `finished` when all is settled and the window shut.

    The conversation never depends on the video: when no call can be made at all, the telephone still can.
    """

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
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._booking = booking
        self._tasks = Tasks(self)
        self._talk = Conversation(
            parts, booking, self._show_pictures, self._show_view, self._keep, self._send_link, record
        )
        self._slots: tuple[FrameSlot, FrameSlot] | None = None
        self._settled = False
        self._ending: asyncio.Task[None] | None = None
        self.setObjectName("callWindow")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Video – {name}").format(name=patient_name))
        self.name = ElidedLabel("title")
        self.name.show_text(patient_name)
        self.state = Chip(theme)
        self.fix = FixChip(theme)
        self.timer = text_label("0:00", "title")
        self.timer.setAccessibleName(self.tr("Duration"))
        self.notices = CallNotices(theme, booking.phone)
        self.stage = CallStage()
        self.telephone = TelephoneView(theme, parts.dialler, patient_name, booking.phone)
        self.controls = CallControls(theme)
        self.beside = SideButtons(theme)
        self.side = SidePanel(theme, parts, booking, patient_name)
        self.devices = DeviceOpener(theme, self)
        self.pages = QStackedWidget()
        self._head = QFrame()
        self._lay_out()
        self._wire()
        self.resize(*_LARGE)
        self.stage.say(self.tr("Opening camera and microphone …"))

    def open(self) -> None:
        """Show the window and let the patient in."""
        self.show()
        if self._talk.on_the_telephone:
            self.controls.show_state(microphone_on=True, camera_on=True, telephone=True)
            self.telephone.show_return(wanted=True)
            self._show_telephone()
        self._tasks.start(self._start(), "start call")

    @property
    def sheet(self) -> OutcomeSheet | None:
        """The outcome sheet, once the call has ended."""
        page = self.pages.currentWidget()
        return page if isinstance(page, OutcomeSheet) else None

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

    async def _start(self) -> None:
        try:
            await self._talk.begin()
        except KlinikError as error:
            self._explain_no_call(error.kind)
        if self.live:
            await self._parts.desk.call_started(self._booking.id)

    def _keep(self) -> None:
        self._tasks.start(self._talk.keep(), "note call")

    def _show_pictures(self, call: Call) -> None:
        self._follow_slots(call)
        self.side.join(call.side)

    def _follow_slots(self, call: Call) -> None:
        """A conversation that comes back from the telephone has other slots."""
        if self._slots != (call.remote, call.local):
            self._slots = (call.remote, call.local)
            self.stage.remote.show_slot(call.remote)
            self.stage.local.show_slot(call.local)

    def _explain_no_call(self, kind: ErrorKind) -> None:
        if not self.live:
            return
        if self.pages.currentWidget() is self.telephone:
            self._talk.note_no_video()
            self.telephone.show_no_video(kind)
        elif not self._talk.by_telephone:
            self.stage.say(error_text(kind).title)
            self.notices.show_no_call(kind)

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
        if view.stage is Stage.TELEPHONE:
            self.telephone.show_told(view.patient_told)
            self.telephone.show_return(wanted=view.returning)
            self._show_telephone()
        elif self.pages.currentWidget() is self.telephone:
            self._leave_telephone()
        self.fix.show_verdict(view.verdict)
        self.notices.show_view(view)
        self._tick()

    def _send_link(self) -> None:
        """The patient's page is not open: send the link, and say whether that was done."""
        self._tasks.start(self._send_link_now(), "send link")

    async def _send_link_now(self) -> None:
        try:
            await self._parts.desk.send_link(self._booking.id)
        except KlinikError as error:
            self.telephone.show_no_video(error.kind)
        else:
            self.telephone.show_link_sent()

    def _show_beside(self) -> None:
        side = self.side
        self.beside.show_panel(side.pane, side.unread, showing=side.state.card is not None)

    def _press_beside(self, pane: Pane) -> None:
        """Open or close what stands beside the picture; the small window has no room for it."""
        if not self.live:
            return
        if self.pages.currentWidget() is self.telephone and not (
            pane is Pane.PICTURES and self.side.state.pictures
        ):
            return
        if self.controls.compact.isChecked():
            self._set_compact(False)
        self.side.press(pane)

    def _leave_telephone(self) -> None:
        self.pages.setCurrentWidget(self.stage)
        self.controls.compact.show()
        self.beside.show_on_telephone(False, pictures=True)

    def _show_telephone(self) -> None:
        if self.pages.currentWidget() is self.telephone:
            return
        self.notices.hide_video()
        self.pages.addWidget(self.telephone)
        self.pages.setCurrentWidget(self.telephone)
        if self.controls.compact.isChecked():
            self._set_compact(False)
        self.controls.compact.hide()
        self.side.close_panel()
        self.beside.show_on_telephone(True, pictures=bool(self.side.state.pictures))
        self.telephone.dial.setFocus()

    def go_up(self) -> None:
        """Go one rung up: from the telephone to video, to more of a picture, or make one more attempt."""
        if not self.live:
            return
        if self._talk.call is not None:
            self._tasks.start(self._talk.call.try_again(), "try video again")
            return
        self.notices.hide_video()
        if self._talk.by_telephone:
            self._talk.want_video()
            self.telephone.show_return(wanted=True)
        self._tasks.start(self._start(), "start call again")

    def _open_devices(self) -> None:
        if (call := self._talk.call) is not None and not call.devices.view.over:
            self.devices.open_on(call.devices)

    def _note_news(self) -> None:
        if (call := self._talk.call) is not None:
            call.devices.note_news()

    def _set_microphone(self, on: bool) -> None:
        if self._talk.call is not None:
            self._talk.call.set_microphone(on)

    def _set_camera(self, on: bool) -> None:
        if self._talk.call is not None:
            self._talk.call.set_camera(on)

    def go_to_telephone(self) -> None:
        """Go on by telephone, or stay there; the patient is told that the clinic phones."""
        if not self.live or (self.pages.currentWidget() is self.telephone and not self.telephone.returning):
            return
        if self._talk.call is not None:
            self._tasks.start(self._talk.call.continue_by_telephone(), "to telephone")
            return
        if self._talk.on_the_telephone:
            self._talk.note_no_video()
            self.telephone.show_return(wanted=False)
            return
        self._talk.note_telephone()
        self.controls.show_state(microphone_on=True, camera_on=True, telephone=True)
        self._show_telephone()

    def end(self) -> None:
        """End the conversation and ask how it went; the line is given up beside that, however long it takes."""
        if self.live:
            self._talk.conclude()
            self._show_sheet()
            self._ending = self._tasks.start(self.hang_up(), "hang up")

    async def hang_up(self) -> None:
        """Give camera, microphone and room back, whatever the screen shows."""
        self._clock.stop()
        self.stage.remote.forget()
        self.stage.local.forget()
        self.devices.close()
        await self._talk.hang_up()

    def _show_sheet(self) -> None:
        sheet = OutcomeSheet(self._theme, self._parts, self._booking, self._talk.record)
        sheet.settled.connect(self._note_settled)
        sheet.done.connect(self.close)
        sheet.offer_words(self.side.chat.written)
        self.notices.hide()
        self.controls.hide()
        self.state.show_label(None)
        self.fix.hide()
        self._set_compact(False)
        self.side.forget()
        self.beside.hide()
        self.pages.addWidget(sheet)
        self.pages.setCurrentWidget(sheet)
        sheet.radios[sheet.chosen_kind()].setFocus()

    def _note_settled(self) -> None:
        self._settled = True

    async def _leave(self, ending: asyncio.Task[None]) -> None:
        """Let go of the window only when the line has been given up: letting go ends its tasks."""
        await asyncio.wait({ending})
        self.finished.emit()

    def _set_compact(self, compact: bool) -> None:
        self.controls.show_compact(compact)
        self.notices.show_compact(compact)
        self._head.setVisible(not compact)
        if compact:
            self.side.close_panel()
        self.stage.sentence.setVisible(not compact and bool(self.stage.sentence.text()))
        on_top = bool(self.windowFlags() & Qt.WindowType.WindowStaysOnTopHint)
        if compact == on_top:
            return
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, compact)
        for layout in (self.controls.layout(), self.layout()):
            if layout is not None:
                layout.activate()
        self.resize(*(_COMPACT if compact else _LARGE))
        self.show()

    def _tick(self) -> None:
        self.timer.setText(elapsed_text(self._talk.record.duration(self._parts.clock())))

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(12)
        head.addWidget(self.name, 1)
        head.addWidget(self.fix)
        head.addWidget(self.state)
        head.addWidget(self.timer)
        head.addSpacing(8)
        head.addWidget(self.beside)
        self.pages.addWidget(self.stage)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._head)
        page.addWidget(self.notices)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self.side)
        page.addLayout(middle, 1)
        page.addWidget(self.controls)

    def _wire(self) -> None:
        controls = self.controls
        controls.microphone_set.connect(self._set_microphone)
        controls.camera_set.connect(self._set_camera)
        controls.telephone_wanted.connect(self.go_to_telephone)
        self.notices.telephone_wanted.connect(self.go_to_telephone)
        self.notices.video_wanted.connect(self.go_up)
        self.notices.fix_closed.connect(lambda: self.fix.setChecked(False))
        self.fix.toggled.connect(self.notices.show_fix)
        self.telephone.video_wanted.connect(self.go_up)
        self.telephone.telephone_wanted.connect(self.go_to_telephone)
        controls.devices_wanted.connect(self._open_devices)
        self.notices.devices_wanted.connect(self._open_devices)
        self.notices.news_noted.connect(self._note_news)
        controls.compact_set.connect(self._set_compact)
        self.beside.wanted.connect(self._press_beside)
        self.side.changed.connect(self._show_beside)
        controls.end_wanted.connect(self.end)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._clock.start(1000)
        keys = {
            "M": controls.microphone.click,
            "V": controls.camera.click,
            "D": self._open_devices,
            "T": self.go_to_telephone,
            "Shift+T": self.go_up,
            "F": self.fix.click,
            "C": self.beside.chat.click,
            "B": self.beside.picture.click,
            "S": self.beside.share.click,
            "Ctrl+M": controls.compact.click,
            "Ctrl+E": self.end,
        }
        self._shortcuts = [QShortcut(QKeySequence(key), self, action) for key, action in keys.items()]

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
