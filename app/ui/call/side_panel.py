"""The panel beside the picture: chat, still pictures and what the patient is shown, one at a time."""

from enum import Enum, unique

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.ui.call.chat import ChatPane
from app.ui.call.picture_saver import PictureSaver
from app.ui.call.picture_viewer import PictureViewer
from app.ui.call.pictures import PicturesPane
from app.ui.call.share import SharePane
from app.ui.controls.buttons import ToolButton
from app.ui.controls.labels import text_label
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.video.side.messages import Card
from app.video.side.talk_events import SideState, StillPicture
from app.video.side_talk import SideTalk

_WIDTH = 340


@unique
class Pane(Enum):
    """What the panel can show."""

    CHAT = "chat"
    PICTURES = "pictures"
    SHARE = "share"


class SidePanel(QFrame):
    """Joined to a call's talk; `changed` when another pane is shown or there is more that was not seen.

    `left` tells which pane was closed while the keyboard was in it.
    """

    changed = Signal()
    left = Signal(Pane)

    def __init__(self, theme: Theme, parts: ConsoleParts, booking: Booking, patient_name: str) -> None:
        super().__init__()
        self._theme = theme
        self._name = patient_name
        self._talk: SideTalk | None = None
        self._seen = 0
        self.state = SideState()
        self.setObjectName("sidePanel")
        self.setProperty("role", "side")
        self.title = text_label(role="title")
        self.close_button = ToolButton(theme, kind="quiet", icon_name="x", name="closeSide")
        self.close_button.hint(self.tr("Close"), "Escape")
        self.close_button.setAccessibleName(self.tr("Close"))
        self.chat = ChatPane(theme, parts.clock)
        self._clock = parts.clock
        self.saver = PictureSaver(self, parts, booking)
        self.pictures = PicturesPane(theme, parts.clock, self.saver)
        self.share = SharePane(theme, parts, booking)
        self.viewer: PictureViewer | None = None
        self._panes: dict[Pane, QWidget] = {
            Pane.CHAT: self.chat, Pane.PICTURES: self.pictures, Pane.SHARE: self.share,
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._lay_out()
        self._wire()
        self.hide()

    def join(self, talk: SideTalk) -> None:
        """Show this talk from now on."""
        self._talk = talk
        talk.listen(self._show_state)
        self._show_state(talk.state)

    @property
    def pane(self) -> Pane | None:
        """What is shown, None while the panel is closed."""
        if self.isHidden():
            return None
        return next(pane for pane, widget in self._panes.items() if widget is self._stack.currentWidget())

    @property
    def unread(self) -> int:
        """How many of the patient's lines have come since the chat was last looked at."""
        return self.state.heard_lines - self._seen

    def press(self, pane: Pane) -> None:
        """Show a pane, or close it when it is shown; the first picture is asked for as its pane opens."""
        if pane is Pane.PICTURES and self.pane is not pane and not self.state.pictures:
            self.ask_picture()
        elif self.pane is pane:
            self.close_panel()
        else:
            self.open_panel(pane)

    def open_panel(self, pane: Pane) -> None:
        """Show a pane and go there."""
        self.title.setText(self._titles()[pane])
        self._stack.setCurrentWidget(self._panes[pane])
        self.show()
        focus = {Pane.CHAT: self.chat.field, Pane.PICTURES: self.pictures, Pane.SHARE: self.share}
        focus[pane].setFocus()
        self._look()

    def close_panel(self) -> None:
        """Close the panel; the talk goes on."""
        pane, held = self.pane, self.isAncestorOf(self.window().focusWidget())
        self.hide()
        if pane is not None and held:
            self.left.emit(pane)
        self.changed.emit()

    def ask_picture(self) -> None:
        """Ask the patient for a picture, and show how that goes."""
        if self._talk is not None:
            self.open_panel(Pane.PICTURES)
            self._talk.ask_picture()

    def forget(self) -> None:
        """Close the panel and let go of the talk and of every picture."""
        self.hide()
        self._talk = None
        self.pictures.show_state(SideState())
        if self.viewer is not None:
            self.viewer.close()
        self.saver.forget()

    def _show_state(self, state: SideState) -> None:
        if self._talk is None:
            return
        unasked = len(state.pictures) > len(self.state.pictures) and not state.pictures[-1].asked
        self.state = state
        self.chat.show_state(state)
        self.pictures.show_state(state)
        self.share.show_state(state)
        if unasked and self.pane is None:
            self.open_panel(Pane.PICTURES)
        self._look()

    def _look(self) -> None:
        if self.pane is Pane.CHAT:
            self._seen = self.state.heard_lines
        self.changed.emit()

    def _say(self, text: str) -> None:
        if self._talk is not None:
            self._talk.say(text)

    def _withdraw(self) -> None:
        if self._talk is not None:
            self._talk.cancel_picture()

    def _show_card(self, card: Card | None) -> None:
        if self._talk is not None:
            self._talk.show_card(card)

    def _open_picture(self, image: QImage, picture: StillPicture) -> None:
        if self.viewer is None:
            self.viewer = PictureViewer(self._theme, self.window(), self._name, self._clock, self.saver)
        self.viewer.show_still(image, picture)

    def _titles(self) -> dict[Pane, str]:
        return {
            Pane.CHAT: self.tr("Chat"),
            Pane.PICTURES: self.tr("Pictures"),
            Pane.SHARE: self.tr("Show the patient"),
        }

    def _wire(self) -> None:
        self.close_button.clicked.connect(self.close_panel)
        self._escape = QShortcut(QKeySequence("Escape"), self, self.close_panel)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.chat.said.connect(self._say)
        self.pictures.asked.connect(self.ask_picture)
        self.pictures.withdrawn.connect(self._withdraw)
        self.pictures.opened.connect(self._open_picture)
        self.share.chosen.connect(self._show_card)

    def _lay_out(self) -> None:
        self.setFixedWidth(round(_WIDTH * self._theme.sizes.scale))
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 8)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        for pane in self._panes.values():
            self._stack.addWidget(pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
