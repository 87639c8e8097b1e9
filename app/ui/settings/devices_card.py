"""The way to the device page from the settings."""

from PySide6.QtWidgets import QHBoxLayout

from app.ui.controls.buttons import Button
from app.ui.devices.opener import DeviceOpener
from app.ui.parts import ConsoleParts
from app.ui.settings.card import SettingsCard
from app.ui.theme.theme import Theme


class DevicesCard(SettingsCard):
    """One button; it opens the device window."""

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(
            self.tr("Camera and sound"),
            self.tr("Choose camera, microphone and loudspeaker, see your own picture and hear your own voice."),
        )
        self.opener = DeviceOpener(theme, self)
        self.open = Button(theme, self.tr("Try camera and sound"), icon_name="video-camera", name="openDevices")
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addStretch(1)
        self.put(row)
        self.open.clicked.connect(lambda _checked=False: self.opener.try_out(parts.try_devices))
