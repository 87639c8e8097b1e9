"""The buttons of what stands beside the picture: chat, still picture and what the patient is shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.call.side_panel import Pane
from app.ui.controls.buttons import ToolButton
from app.ui.theme.theme import Theme


class SideButtons(QWidget):
    """A button stays pressed in while its pane is open; the chat's counts what was not seen."""

    wanted = Signal(Pane)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.chat = ToolButton(theme, kind="beside", icon_name="chat-text", name="toggleChat")
        self.picture = ToolButton(
            theme, self.tr("Take a picture"), kind="beside", icon_name="camera", name="takePicture"
        )
        self.share = ToolButton(theme, kind="beside", icon_name="presentation", name="toggleShare")
        self.chat.hint(self.tr("Write to the patient"), "C")
        self.picture.hint(self.tr("Ask the patient for a sharp picture of what is shown"), "B")
        self.share.hint(self.tr("Show the patient an appointment, a message or a few words"), "S")
        self._buttons = {Pane.CHAT: self.chat, Pane.PICTURES: self.picture, Pane.SHARE: self.share}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for pane, button in self._buttons.items():
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.clicked.connect(lambda _checked=False, pane=pane: self.wanted.emit(pane))
            row.addWidget(button)
        self.show_panel(None, 0, showing=False)

    def show_on_telephone(self, on: bool, *, pictures: bool) -> None:
        """On the telephone nothing reaches the patient's page; pictures that have come can still be looked at."""
        self.chat.setVisible(not on)
        self.share.setVisible(not on)
        self.picture.setVisible(not on or pictures)

    def go_to(self, pane: Pane) -> None:
        """Take the keyboard to the button of a pane that was closed."""
        self._buttons[pane].setFocus()

    def show_panel(self, pane: Pane | None, unread: int, *, showing: bool) -> None:
        """Show which pane is open, how many of the patient's lines were not seen, and whether they see a card."""
        for one, button in self._buttons.items():
            button.setChecked(one is pane)
        chat = self.tr("Chat ({number})").format(number=unread) if unread else self.tr("Chat")
        self.chat.show_as(chat, "chat-text")
        self.share.show_as(self.tr("Being shown") if showing else self.tr("Show the patient"), "presentation")
        for button, news in ((self.chat, unread > 0), (self.share, showing)):
            button.setAccessibleName(button.text())
            button.setProperty("news", news)
            button.style().unpolish(button)
            button.style().polish(button)
