"""The buttons of a call: large, labelled with what they do, each with a key."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.ui.controls.buttons import ToolButton
from app.ui.theme.theme import Theme

_ICON = 24


class CallControls(QFrame):
    """Microphone, camera, other devices, telephone, keep-in-sight, full screen and end."""

    microphone_set = Signal(bool)
    camera_set = Signal(bool)
    telephone_wanted = Signal()
    devices_wanted = Signal()
    compact_set = Signal(bool)
    full_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        make = partial(ToolButton, theme, icon_size=_ICON)
        self.microphone = make(kind="control", icon_name="microphone", name="toggleMicrophone")
        self.camera = make(kind="control", icon_name="video-camera", name="toggleCamera")
        by_phone = self.tr("Continue on telephone")
        self.telephone = make(by_phone, kind="control", icon_name="phone", name="continueByPhone")
        self.devices = make(self.tr("Devices"), kind="control", icon_name="sliders-horizontal", name="callDevices")
        self.compact = make(kind="control", icon_name="picture-in-picture", name="toggleCompact")
        self.full = make(kind="control", icon_name="arrows-out", name="toggleFullScreen")
        self.end = make(self.tr("End"), kind="hangup", icon_name="phone-disconnect", name="endCall")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 14)
        row.setSpacing(8)
        row.addStretch(1)
        for button in self._all:
            row.addWidget(button)
        row.addStretch(1)
        for toggle in (self.microphone, self.camera, self.compact):
            toggle.setCheckable(True)
        self.devices.hint(self.tr("Choose camera, microphone and loudspeaker, and try the sound"), "D")
        self.telephone.hint(self.tr("The patient is told that you phone; the consultation goes on"), "T")
        self.end.hint(self.tr("End the consultation"), "Ctrl+E")
        self.microphone.clicked.connect(lambda off: self.microphone_set.emit(not off))
        self.camera.clicked.connect(lambda off: self.camera_set.emit(not off))
        self.devices.clicked.connect(self.devices_wanted)
        self.telephone.clicked.connect(self.telephone_wanted)
        self.compact.clicked.connect(self.compact_set)
        self.full.clicked.connect(self.full_wanted)
        self.end.clicked.connect(self.end_wanted)
        self.show_state(microphone_on=True, camera_on=True, telephone=False)
        self.show_full(False)
        self.show_compact(False)

    @property
    def _all(self) -> tuple[ToolButton, ...]:
        looks = (self.compact, self.full)
        return (self.microphone, self.camera, self.devices, self.telephone, *looks, self.end)

    def show_pictures(self, shown: bool) -> None:
        """Offer other sizes of the window only while there are pictures in it."""
        self.compact.setVisible(shown)
        self.full.setVisible(shown and not self.compact.isChecked())

    def show_full(self, full: bool) -> None:
        """Let the button say whether it takes the whole screen or gives it back."""
        self.full.show_as(
            self.tr("Leave full screen") if full else self.tr("Full screen"), "arrows-in" if full else "arrows-out"
        )
        self.full.hint(self.full.text(), "F11")
        self.full.setAccessibleName(self.full.text())

    def show_state(self, *, microphone_on: bool, camera_on: bool, telephone: bool) -> None:
        """Let every button say what pressing it does now."""
        self.microphone.setChecked(not microphone_on)
        self.camera.setChecked(not camera_on)
        if microphone_on:
            self.microphone.show_as(self.tr("Mute microphone"), "microphone")
        else:
            self.microphone.show_as(self.tr("Unmute microphone"), "microphone-slash")
        if camera_on:
            self.camera.show_as(self.tr("Turn camera off"), "video-camera")
        else:
            self.camera.show_as(self.tr("Turn camera on"), "video-camera-slash")
        self.microphone.hint(self.microphone.text(), "M")
        self.camera.hint(self.camera.text(), "V")
        for button in (self.microphone, self.camera, self.telephone):
            button.setVisible(not telephone)
        self.devices.setVisible(not telephone and not self.compact.isChecked())

    def show_compact(self, compact: bool) -> None:
        """Offer what there is room for when the window is small, and the way back."""
        self.compact.setChecked(compact)
        self.compact.show_as(
            self.tr("Large window") if compact else self.tr("Small, always in sight"),
            "corners-out" if compact else "picture-in-picture",
        )
        self.compact.hint(self.compact.text(), "Ctrl+M")
        self.devices.setVisible(not compact and not self.microphone.isHidden())
        self.full.setVisible(not compact and not self.compact.isHidden())
        self.show_labels(not compact)

    def show_labels(self, shown: bool) -> None:
        """Labels below the icons, or icons alone where there is no room for words."""
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if shown else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._all:
            button.setToolButtonStyle(style)
            button.setAccessibleName(button.text())
