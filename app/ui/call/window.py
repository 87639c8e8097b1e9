"""The video window: one call from letting the patient in to the outcome in the record."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind, KlinikError
from app.ui.call.controls import CallControls
from app.ui.call.notices import CallNotices
from app.ui.call.sentences import stage_label, stage_sentence
from app.ui.call.stage import CallStage
from app.ui.call.telephone_view import TelephoneView
from app.ui.controls.labels import Chip, ElidedLabel, text_label
from app.ui.danish_time import elapsed_text
from app.ui.error_texts import error_text
from app.ui.outcome.sheet import OutcomeSheet
from app.ui.parts import Call, ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.video.call_events import Stage
from app.video.call_view import CallView

_LARGE = (1120, 760)
_COMPACT = (400, 320)


class CallWindow(QWidget):
    """Shows the call's view and hands the buttons on; `finished` when the outcome is saved and the window shut.

    The conversation never depends on the video: when no call can be made at all, the telephone still can.
    """

    finished = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts, booking: Booking, patient_name: str) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._booking = booking
        self._tasks = Tasks(self)
        self._call: Call | None = None
        self._record = _new_record(parts)
        self._over = self._saved = False
        self.setObjectName("callWindow")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Video – {name}").format(name=patient_name))
        self.name = ElidedLabel("title")
        self.name.show_text(patient_name)
        self.state = Chip(theme)
        self.timer = text_label("0:00", "title")
        self.timer.setAccessibleName(self.tr("Duration"))
        self.notices = CallNotices(theme, booking.phone)
        self.stage = CallStage()
        self.telephone = TelephoneView(theme, parts.dialler, patient_name, booking.phone)
        self.controls = CallControls(theme)
        self.pages = QStackedWidget()
        self._head = QFrame()
        self._lay_out()
        self._wire()
        self.resize(*_LARGE)
        self.stage.say(self.tr("Opening camera and microphone …"))

    def open(self) -> None:
        """Show the window and let the patient in."""
        self.show()
        self._tasks.start(self._start(), "start call")

    @property
    def sheet(self) -> OutcomeSheet | None:
        """The outcome sheet, once the call has ended."""
        page = self.pages.currentWidget()
        return page if isinstance(page, OutcomeSheet) else None

    @property
    def live(self) -> bool:
        """Whether the conversation is still going on."""
        return not self._over

    async def _start(self) -> None:
        try:
            self._call = await self._parts.open_call(self._booking, self._show_view)
            self.stage.remote.show_slot(self._call.remote)
            self.stage.local.show_slot(self._call.local)
            await self._call.start()
            self._show_view(self._call.view)
        except KlinikError as error:
            self._explain_no_call(error.kind)
        await self._parts.desk.call_started(self._booking.id)

    def _explain_no_call(self, kind: ErrorKind) -> None:
        self.stage.say(error_text(kind).title)
        self.notices.show_no_call(kind)

    def _show_view(self, view: CallView) -> None:
        if self._over:
            return
        self._record = view.record
        self.state.show_label(stage_label(view))
        self.stage.say(stage_sentence(view))
        self.controls.show_state(
            microphone_on=view.microphone_on,
            camera_on=view.camera_on,
            telephone=view.stage is Stage.TELEPHONE,
        )
        self.stage.local.setVisible(view.camera_on)
        if view.stage is not Stage.LIVE:
            self.stage.remote.clear()
        if view.stage is Stage.TELEPHONE:
            self.telephone.show_told(view.patient_told)
            self._show_telephone()
        self.notices.show_view(view)
        self._tick()

    def _show_telephone(self) -> None:
        self.notices.hide()
        self.pages.addWidget(self.telephone)
        self.pages.setCurrentWidget(self.telephone)
        if self.controls.compact.isChecked():
            self._set_compact(False)
        self.controls.compact.hide()
        self.telephone.dial.setFocus()

    def _try_again(self) -> None:
        if self._call is not None:
            self._tasks.start(self._call.try_again(), "try video again")
        else:
            self.notices.hide()
            self._tasks.start(self._start(), "start call again")

    def _set_microphone(self, on: bool) -> None:
        if self._call is not None:
            self._call.set_microphone(on)

    def _set_camera(self, on: bool) -> None:
        if self._call is not None:
            self._call.set_camera(on)

    def go_to_telephone(self) -> None:
        """Go on by telephone; the patient is told that the clinic phones."""
        if self._over or self.pages.currentWidget() is self.telephone:
            return
        if self._call is not None:
            self._tasks.start(self._call.continue_by_telephone(), "to telephone")
            return
        step = MediumStep(self._parts.clock(), Medium.TELEPHONE, StepReason.NEVER_CONNECTED)
        self._record = replace(self._record, steps=(*self._record.steps, step))
        self.controls.show_state(microphone_on=True, camera_on=True, telephone=True)
        self._show_telephone()

    def end(self) -> None:
        """End the conversation and ask how it went."""
        if not self._over:
            self._tasks.start(self._end(), "end call")

    async def hang_up(self) -> None:
        """Give camera, microphone and room back, whatever the screen shows."""
        self._over = True
        self.stage.remote.forget()
        self.stage.local.forget()
        if self._call is not None:
            self._record = await self._call.end()
        elif self._record.ended_at is None:
            self._record = replace(self._record, ended_at=self._parts.clock())

    async def _end(self) -> None:
        await self.hang_up()
        self._clock.stop()
        sheet = OutcomeSheet(self._theme, self._parts, self._booking, self._record)
        sheet.saved.connect(self._note_saved)
        sheet.done.connect(self.close)
        self.notices.hide()
        self.controls.hide()
        self.state.show_label(None)
        self._set_compact(False)
        self.pages.addWidget(sheet)
        self.pages.setCurrentWidget(sheet)
        sheet.radios[sheet.chosen_kind()].setFocus()

    def _note_saved(self) -> None:
        self._saved = True

    def _set_compact(self, compact: bool) -> None:
        self.controls.show_compact(compact)
        self._head.setVisible(not compact)
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
        self.timer.setText(elapsed_text(self._record.duration(self._parts.clock())))

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(12)
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        head.addWidget(self.timer)
        self.pages.addWidget(self.stage)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._head)
        page.addWidget(self.notices)
        page.addWidget(self.pages, 1)
        page.addWidget(self.controls)

    def _wire(self) -> None:
        controls = self.controls
        controls.microphone_set.connect(self._set_microphone)
        controls.camera_set.connect(self._set_camera)
        controls.telephone_wanted.connect(self.go_to_telephone)
        self.notices.telephone_wanted.connect(self.go_to_telephone)
        self.notices.video_wanted.connect(self._try_again)
        controls.compact_set.connect(self._set_compact)
        controls.end_wanted.connect(self.end)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._clock.start(1000)
        keys = {
            "M": controls.microphone.click,
            "V": controls.camera.click,
            "T": self.go_to_telephone,
            "Ctrl+M": controls.compact.click,
            "Ctrl+E": self.end,
        }
        self._shortcuts = [QShortcut(QKeySequence(key), self, action) for key, action in keys.items()]

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._saved:
            event.accept()
            self.finished.emit()
            return
        event.ignore()
        if self._over:
            self.hide()
        else:
            self.end()


def _new_record(parts: ConsoleParts) -> CallRecord:
    now = parts.clock()
    return CallRecord(now, (MediumStep(now, Medium.VIDEO, StepReason.STARTED),))
