"""The device page: one's own picture, the devices to choose from, and a trial of the sound."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.devices import DeviceKind
from app.domain.errors import ErrorKind
from app.ui.controls.buttons import Button
from app.ui.controls.labels import text_label
from app.ui.controls.notice import Notice
from app.ui.controls.surface import VideoSurface
from app.ui.devices.chooser import DeviceChooser
from app.ui.devices.level_meter import LevelMeter
from app.ui.devices.words import news_texts, trial_sentence, voice_texts
from app.ui.error_texts import error_text
from app.ui.parts import Devices
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.video.devices.devices_view import DevicesView
from app.video.sound.trial_stages import TrialStage

_LOOK_EVERY_MS = 50


class DevicePage(QWidget):
    """Follows the devices it was given; `over` when somebody else gave them back, as a call does at its end."""

    over = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._devices: Devices | None = None
        self._view: DevicesView | None = None
        self.news = Notice(theme, name="deviceNews")
        self.missing = Notice(theme, name="deviceProblem")
        self.voice = Notice(theme, name="voiceHeard")
        self.picture = VideoSurface(mirrored=True, radius=10)
        self.picture.setAccessibleName(self.tr("Your own picture"))
        self.picture.setMinimumSize(320, 240)
        self.choosers = {kind: DeviceChooser(kind) for kind in DeviceKind}
        self.meter = LevelMeter(theme, "microphoneLevel")
        self.meter.setAccessibleName(self.tr("How loud your voice is"))
        self.try_sound = Button(theme, self.tr("Try the sound"), icon_name="speaker-high", name="trySound")
        self.trial = text_label(trial_sentence(TrialStage.IDLE), "muted", wrap=True)
        self.camera_off = text_label(self.tr("You have turned the camera off in the call."), "muted", wrap=True)
        self.muted = text_label(self.tr("You are muted: the patient does not hear you."), "muted", wrap=True)
        self._clock = QTimer(self)
        self._lay_out()
        self._wire()

    def show_devices(self, devices: Devices) -> None:
        """Show these from now on."""
        self._devices = devices
        self.picture.show_slot(devices.open_preview())
        self._look()
        self._clock.start(_LOOK_EVERY_MS)
        self.choosers[DeviceKind.CAMERA].list.setFocus()

    def show_none(self, kind: ErrorKind) -> None:
        """Say why there are no devices to be tried now."""
        self.missing.say_error(kind, tone=Tone.WARN)
        self._enable(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picture.setFixedHeight(self.picture.width() * 3 // 4)

    def forget(self) -> None:
        """Look no more."""
        self._clock.stop()
        self.picture.forget()
        devices, self._devices = self._devices, None
        if devices is not None and not devices.view.over:
            devices.close_preview()

    def _look(self) -> None:
        if self._devices is None:
            return
        self.meter.show_level(self._devices.microphone_level)
        view = self._devices.view
        if view == self._view:
            return
        self._view = view
        if view.over:
            self.over.emit()
        else:
            self._show(view)

    def _show(self, view: DevicesView) -> None:
        for chooser in self.choosers.values():
            chooser.show_view(view)
        if not view.camera_on:
            self.picture.clear()
        self.camera_off.setVisible(not view.camera_on)
        self.muted.setVisible(not view.microphone_on)
        self._show_missing(view)
        self._show_news(view)
        trying = view.trial is not TrialStage.IDLE
        self.try_sound.setEnabled(view.opened and not trying and bool(view.in_use.speaker))
        self.trial.setText(trial_sentence(view.trial))
        self.trial.setProperty("text-role", "strong" if trying else "muted")
        self.trial.style().polish(self.trial)
        if view.voice is None or trying:
            self.voice.hide()
        else:
            self.voice.say(*voice_texts(view.voice))

    def _show_missing(self, view: DevicesView) -> None:
        if not view.failures:
            self.missing.hide()
            return
        texts = [error_text(kind) for kind in view.failures]
        self.missing.say(Tone.WARN, "  ·  ".join(text.title for text in texts), texts[0].advice)

    def _show_news(self, view: DevicesView) -> None:
        texts = news_texts(view.news)
        if texts is None:
            self.news.hide()
            return
        close = self.news.action(self.tr("Close"), self._note_news, kind="quiet")
        self.news.say(Tone.ACCENT, *texts, close)

    def _note_news(self) -> None:
        if self._devices is not None:
            self._devices.note_news()

    def _choose(self, kind: DeviceKind, name: str) -> None:
        if self._devices is not None:
            self._devices.choose(kind, name)

    def _try_sound(self) -> None:
        if self._devices is not None:
            self._devices.try_sound()

    def _enable(self, on: bool) -> None:
        for chooser in self.choosers.values():
            chooser.list.setEnabled(on)
        self.try_sound.setEnabled(on)

    def _wire(self) -> None:
        for kind, chooser in self.choosers.items():
            chooser.chosen.connect(partial(self._choose, kind))
        self.try_sound.hint(trial_sentence(TrialStage.IDLE))
        self.try_sound.clicked.connect(lambda _checked=False: self._try_sound())
        self._clock.timeout.connect(self._look)
        self._enable(False)

    def _lay_out(self) -> None:
        self.choosers[DeviceKind.CAMERA].put(self.camera_off)
        self.choosers[DeviceKind.MICROPHONE].put(self.meter)
        self.choosers[DeviceKind.MICROPHONE].put(self.muted)
        self.camera_off.hide()
        self.muted.hide()
        trial = QWidget()
        row = QHBoxLayout(trial)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.try_sound)
        row.addWidget(self.trial, 1)
        self.choosers[DeviceKind.SPEAKER].put(trial)
        choices = QVBoxLayout()
        choices.setSpacing(18)
        for chooser in self.choosers.values():
            choices.addWidget(chooser)
        choices.addWidget(self.voice)
        choices.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addWidget(self.picture, 1, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(choices, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 20)
        page.setSpacing(12)
        page.addWidget(self.missing)
        page.addWidget(self.news)
        page.addLayout(middle, 1)
