"""The window of the device page: of a call while there is one, else on devices opened to be tried."""

import asyncio

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import KlinikError
from app.ui.devices.page import DevicePage
from app.ui.parts import Devices, TryDevices
from app.ui.theme.theme import Theme

_SIZE = (900, 520)


class DeviceWindow(QWidget):
    """Goes with the window it belongs to; `closed` when it has been shut, by whomever."""

    closed = Signal()

    def __init__(self, theme: Theme, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self._shut = asyncio.Event()
        self.page = DevicePage(theme)
        self.setObjectName("deviceWindow")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Camera and sound"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.page.over.connect(self.close)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.resize(*_SIZE)

    def open_on(self, devices: Devices) -> None:
        """Show the devices of a call; they stay with it."""
        self.show()
        self.page.show_devices(devices)

    async def try_out(self, try_devices: TryDevices) -> None:
        """Show devices opened to be tried, and give them back when the window is shut.

        To be run by somebody who outlives the window, for giving them back takes longer than shutting it.
        """
        shut = self._shut
        self.show()
        try:
            devices = await try_devices()
        except KlinikError as error:
            if not shut.is_set():
                self.page.show_none(error.kind)
            return
        try:
            if not shut.is_set():
                self.page.show_devices(devices)
            await shut.wait()
        finally:
            await devices.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._shut.set()
        self.page.forget()
        self.closed.emit()
        event.accept()
