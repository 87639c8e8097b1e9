"""Opens the device window of a screen, one at a time."""

from PySide6.QtWidgets import QWidget

from app.ui.devices.window import DeviceWindow
from app.ui.parts import Devices, TryDevices
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme


class DeviceOpener:
    """Belongs to a screen, which outlives the window; asked again, it brings the window forward."""

    def __init__(self, theme: Theme, owner: QWidget) -> None:
        self._theme = theme
        self._owner = owner
        self._tasks = Tasks(owner)
        self.window: DeviceWindow | None = None

    def open_on(self, devices: Devices) -> None:
        """Show the devices of a call."""
        if self.window is None:
            self._make().open_on(devices)
        self._bring_forward()

    def try_out(self, try_devices: TryDevices) -> None:
        """Open devices to be tried, and give them back when the window is shut."""
        if self.window is None:
            self._tasks.start(self._make().try_out(try_devices), "try devices")
        self._bring_forward()

    def close(self) -> None:
        """Shut the window, if there is one."""
        if self.window is not None:
            self.window.close()

    def _make(self) -> DeviceWindow:
        self.window = made = DeviceWindow(self._theme, self._owner.window())
        made.closed.connect(self._forget)
        return made

    def _bring_forward(self) -> None:
        if self.window is not None:
            self.window.raise_()
            self.window.activateWindow()

    def _forget(self) -> None:
        self.window = None
