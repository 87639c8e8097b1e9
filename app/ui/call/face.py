"""Everything that stands in the video window, and where: pictures or telephone, large or small, panel or none."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.ui.call.controls import CallControls
from app.ui.call.full_screen import FullScreen
from app.ui.call.notices import CallNotices
from app.ui.call.side_buttons import SideButtons
from app.ui.call.side_panel import Pane, SidePanel
from app.ui.call.stage import CallStage
from app.ui.call.telephone_view import TelephoneView
from app.ui.controls.labels import Chip, ElidedLabel, text_label
from app.ui.devices.opener import DeviceOpener
from app.ui.fault.card import FixChip
from app.ui.outcome.sheet import OutcomeSheet
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme

_LARGE = (1120, 760)
_COMPACT = (400, 320)


class CallFace(QWidget):
    """Knows its parts and no call: what happens in one is shown here by `app.ui.call.window`."""

    def __init__(self, theme: Theme, parts: ConsoleParts, booking: Booking, patient_name: str) -> None:
        super().__init__()
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
        self._top = QFrame()
        self.full = self._lay_out()
        self._join_parts()
        self.resize(*_LARGE)
        self.setFocus()  # else the ring stands round the first button, and Space presses it
        self.stage.say(self.tr("Opening camera and microphone …"))

    @property
    def on_telephone(self) -> bool:
        """Whether the telephone stands where the pictures were."""
        return self.pages.currentWidget() is self.telephone

    @property
    def sheet(self) -> OutcomeSheet | None:
        """The outcome sheet, once the call has ended."""
        page = self.pages.currentWidget()
        return page if isinstance(page, OutcomeSheet) else None

    def show_telephone(self) -> None:
        """Put the telephone where the pictures are; of what stands beside it, only pictures that came stay."""
        if self.on_telephone:
            return
        self.full.leave()
        self.notices.hide_video()
        self.pages.addWidget(self.telephone)
        self.pages.setCurrentWidget(self.telephone)
        if self.controls.compact.isChecked():
            self.show_compact(False)
        self.controls.show_pictures(False)
        self.side.close_panel()
        self.beside.show_on_telephone(True, pictures=bool(self.side.state.pictures))
        self.telephone.dial.setFocus()

    def show_pictures(self) -> None:
        """Put the pictures where the telephone was."""
        if not self.on_telephone:
            return
        self.pages.setCurrentWidget(self.stage)
        self.controls.show_pictures(True)
        self.beside.show_on_telephone(False, pictures=True)

    def show_outcome(self, sheet: OutcomeSheet) -> None:
        """Leave nothing but the sheet, and forget what was said and sent beside the picture."""
        self.full.leave()
        self.notices.end()
        self.controls.hide()
        self.state.show_label(None)
        self.fix.hide()
        self.show_compact(False)
        self.side.forget()
        self.beside.hide()
        self.pages.addWidget(sheet)
        self.pages.setCurrentWidget(sheet)

    def show_compact(self, compact: bool) -> None:
        """Small and always in sight, with what cannot wait; or large, with everything."""
        if compact:
            self.full.leave()
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
        for layout in (self._top.layout(), self.controls.layout(), self.layout()):
            if layout is not None:
                layout.activate()
        self.resize(*(_COMPACT if compact else _LARGE))
        self.show()

    def show_full(self, full: bool) -> None:
        """Over the whole screen, or as it was; only pictures are worth one."""
        if full and self.pages.currentWidget() is self.stage:
            if self.controls.compact.isChecked():
                self.show_compact(False)
            self.full.enter()
        else:
            self.full.leave()
        self.controls.show_full(self.full.on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.stage and event.type() is QEvent.Type.MouseButtonDblClick:
            self.show_full(not self.full.on)
            return True
        return False

    def _press_beside(self, pane: Pane) -> None:
        """Open or close what stands beside the picture; the small window has no room for it."""
        pictures_to_see = self.on_telephone and pane is Pane.PICTURES and bool(self.side.state.pictures)
        if self.pages.currentWidget() is not self.stage and not pictures_to_see:
            return
        if self.controls.compact.isChecked():
            self.show_compact(False)
        self.side.press(pane)

    def _show_beside(self) -> None:
        side = self.side
        self.beside.show_panel(side.pane, side.unread, showing=side.state.card is not None)

    def _join_parts(self) -> None:
        self.controls.compact_set.connect(self.show_compact)
        self.controls.full_wanted.connect(lambda: self.show_full(not self.full.on))
        self.full.changed.connect(self.controls.show_full)
        self.stage.installEventFilter(self)
        self.notices.fix_closed.connect(lambda: self.fix.setChecked(False))
        self.fix.toggled.connect(self.notices.show_fix)
        self.beside.wanted.connect(self._press_beside)
        self.side.changed.connect(self._show_beside)
        self.side.left.connect(self.beside.go_to)

    def _lay_out(self) -> FullScreen:
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
        above = QVBoxLayout(self._top)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addWidget(self._head)
        above.addWidget(self.notices)
        page.addWidget(self._top)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self.side)
        page.addLayout(middle, 1)
        page.addWidget(self.controls)
        return FullScreen(
            self,
            page,
            self.pages,
            top=self._top,
            head=self._head,
            notices=self.notices,
            controls=self.controls,
            corner=self.stage.local,
        )
