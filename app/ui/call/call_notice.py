"""A notice of the call: when its buttons go, none of the call's own is left with the keyboard by that."""

from PySide6.QtGui import QHideEvent

from app.ui.controls.buttons import Button
from app.ui.controls.notice import Notice
from app.ui.theme.tokens import Tone


class CallNotice(Notice):
    """Gives the keyboard to the window, where Qt would pass it on to whatever button comes next."""

    def say(self, tone: Tone, title: str, advice: str = "", *buttons: Button) -> None:
        self._leave_keyboard()
        super().say(tone, title, advice, *buttons)

    def hideEvent(self, event: QHideEvent) -> None:
        self._leave_keyboard()
        super().hideEvent(event)

    def _leave_keyboard(self) -> None:
        window = self.window()
        if self.isAncestorOf(window.focusWidget()):
            window.setFocus()
