"""Microphone and loudspeaker by QtMultimedia, in a thread of their own so that a busy screen cuts no word."""

import threading
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QThread, QTimerEvent
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

from app.domain.devices import distinct
from app.domain.ports.media import SoundState
from app.ui.sound_ends import Microphone, NamedDevice, Speaker

_TICK_MS = 10
_LOOK_FOR_DEVICES_MS = 1000
_RETRY_AFTER = 0.2
"""Seconds before a device that failed is tried again, or another in its place."""
_NO_DEVICES = SoundState("", "")


class QtSound:
    """The devices that were chosen, else the system's default ones; fulfils `app.domain.ports.media.Sound`."""

    def __init__(self) -> None:
        """Make it in the main thread: the first question about devices loads Qt's multimedia plugin there."""
        self._devices = QMediaDevices()
        self._devices.audioInputs()
        self._lock = threading.Lock()
        self._wish = ("", "")
        self._thread: _SoundThread | None = None

    @property
    def state(self) -> SoundState:
        thread = self._thread
        return thread.state if thread else _NO_DEVICES

    def choose(self, microphone: str, speaker: str) -> None:
        self._wish = (microphone, speaker)
        if thread := self._thread:
            thread.wish = self._wish
        self._look()

    def start(self, on_captured: Callable[[bytes], None], source_pull: Callable[[], bytes]) -> SoundState:
        with self._lock:
            self._stop()
            self._thread = thread = _SoundThread(on_captured, source_pull, self._wish)
            thread.start(QThread.Priority.TimeCriticalPriority)
            thread.opened.wait()
            return thread.state

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _look(self) -> None:
        if thread := self._thread:
            thread.look_now = True

    def _stop(self) -> None:
        if self._thread:
            self._thread.quit()
            self._thread.wait()
            self._thread = None


class _SoundThread(QThread):
    """Lives as long as the devices are wanted; everything of QtMultimedia is made, used and dropped in it.

    `wish` and `look_now` are set by other threads and read at the next tick.
    """

    def __init__(
        self, on_captured: Callable[[bytes], None], source_pull: Callable[[], bytes], wish: tuple[str, str]
    ) -> None:
        super().__init__()
        self.on_captured = on_captured
        self.source_pull = source_pull
        self.wish = wish
        self.look_now = False
        self.opened = threading.Event()
        self.state = _NO_DEVICES

    def run(self) -> None:
        devices = _Devices(self)
        devices.follow()
        self.opened.set()
        self.exec()
        devices.close()
        self.state = _NO_DEVICES


class _Devices(QObject):
    """Moves sound at every tick and looks for other devices at some.

    Timers arrive as events and not as signals: a first signal connected outside the main thread makes PySide
    create its receiver under the application object there, which Qt complains of.
    """

    def __init__(self, thread: _SoundThread) -> None:
        super().__init__()
        self._thread = thread
        self._microphone, self._speaker = Microphone(thread.on_captured), Speaker(thread.source_pull)
        self._clock = self.startTimer(_TICK_MS, Qt.TimerType.PreciseTimer)
        self._looker = self.startTimer(_LOOK_FOR_DEVICES_MS)
        self._looked_at = 0.0

    def timerEvent(self, event: QTimerEvent) -> None:
        now = time.monotonic()
        if event.timerId() == self._clock:
            self._microphone.read()
            self._speaker.feed(now)
        failed = (self._microphone.failed or self._speaker.failed) and now > self._looked_at + _RETRY_AFTER
        if event.timerId() == self._looker or self._thread.look_now or failed:
            self._looked_at = now
            self.follow()

    def follow(self) -> None:
        """Use the devices wished for where they are there, else the system's default ones of this moment."""
        self._thread.look_now = False
        microphones = named(QMediaDevices.audioInputs(), QMediaDevices.defaultAudioInput())
        speakers = named(QMediaDevices.audioOutputs(), QMediaDevices.defaultAudioOutput())
        microphone, speaker = self._thread.wish
        self._microphone.follow(picked(microphones, microphone))
        self._speaker.follow(picked(speakers, speaker))
        self._thread.state = SoundState(
            self._microphone.name,
            self._speaker.name,
            tuple(one.name for one in microphones),
            tuple(one.name for one in speakers),
        )

    def close(self) -> None:
        self.killTimer(self._clock)
        self.killTimer(self._looker)
        self._microphone.close()
        self._speaker.close()


def named(devices: Sequence[QAudioDevice], default: QAudioDevice) -> tuple[NamedDevice, ...]:
    """Return the devices, the default first, with names that tell them apart."""
    there = [device for device in devices if not device.isNull()]
    names = distinct(device.description() for device in there)
    told = [NamedDevice(name, device) for name, device in zip(names, there, strict=True)]
    return tuple(sorted(told, key=lambda one: one.device.id() != default.id()))


def picked(devices: Sequence[NamedDevice], wish: str) -> NamedDevice | None:
    """Return the device of this name, else the first."""
    return next((one for one in devices if one.name == wish), devices[0] if devices else None)
