"""Microphone and loudspeaker by QtMultimedia, in a thread of their own so that a busy screen cuts no word."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QIODevice, QObject, Qt, QThread, QTimerEvent
from PySide6.QtMultimedia import QAudio, QAudioDevice, QAudioFormat, QAudioSink, QAudioSource, QMediaDevices

from app.domain.ports.media import SAMPLE_RATE, SoundState
from app.video.sound_queue import FRAME_BYTES, SoundQueue

_TICK_MS = 10
_DEVICE_BUFFER = 4 * FRAME_BYTES
_AHEAD = 2 * FRAME_BYTES
"""Bytes kept ahead of the loudspeaker: 40 ms survive a late tick and are not heard as delay."""
_LOOK_FOR_DEVICES_MS = 2000
_PATIENT_LOOKS = 3
"""How many looks in a row a microphone may have given nothing before it is opened anew."""
_NO_DEVICES = SoundState("", "")


def call_format() -> QAudioFormat:
    """Return the one format of the program: 48 kHz, 16-bit signed, mono."""
    audio_format = QAudioFormat()
    audio_format.setSampleRate(SAMPLE_RATE)
    audio_format.setChannelCount(1)
    audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return audio_format


class QtSound:
    """The default devices of the system, followed when they change; fulfils `app.domain.ports.media.Sound`."""

    def __init__(self) -> None:
        """Make it in the main thread: the first question about devices loads Qt's multimedia plugin there."""
        self._devices = QMediaDevices()
        self._devices.audioInputs()
        self._lock = threading.Lock()
        self._thread: _SoundThread | None = None

    @property
    def state(self) -> SoundState:
        thread = self._thread
        return thread.state if thread else _NO_DEVICES

    def start(self, on_captured: Callable[[bytes], None]) -> SoundState:
        with self._lock:
            self._stop()
            self._thread = thread = _SoundThread(on_captured)
            thread.start()
            thread.opened.wait()
            return thread.state

    def play(self, pcm: bytes) -> None:
        if thread := self._thread:
            thread.queue.push(pcm)

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._thread:
            self._thread.quit()
            self._thread.wait()
            self._thread = None


class _SoundThread(QThread):
    """Lives as long as the devices are wanted; everything of QtMultimedia is made, used and dropped in it."""

    def __init__(self, on_captured: Callable[[bytes], None]) -> None:
        super().__init__()
        self.on_captured = on_captured
        self.queue = SoundQueue()
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
        self._microphone, self._speaker = _Microphone(thread.on_captured), _Speaker(thread.queue)
        self._clock = self.startTimer(_TICK_MS, Qt.TimerType.PreciseTimer)
        self._looker = self.startTimer(_LOOK_FOR_DEVICES_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        if event.timerId() == self._clock:
            self._microphone.read()
            self._speaker.feed()
        else:
            self.follow()

    def follow(self) -> None:
        """Use the system's default devices of this moment."""
        self._microphone.follow(QMediaDevices.defaultAudioInput())
        self._speaker.follow(QMediaDevices.defaultAudioOutput())
        self._thread.state = SoundState(self._microphone.name, self._speaker.name)

    def close(self) -> None:
        self.killTimer(self._clock)
        self.killTimer(self._looker)
        self._microphone.close()
        self._speaker.close()


class _Microphone:
    """Cuts what the microphone delivers into frames of 20 ms."""

    def __init__(self, on_captured: Callable[[bytes], None]) -> None:
        self._on_captured = on_captured
        self._device = QAudioDevice()
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._quiet_looks = 0
        self._rest = b""

    @property
    def name(self) -> str:
        return self._device.description() if self._source else ""

    def follow(self, device: QAudioDevice) -> None:
        """Change to another device, or open the same again after it failed."""
        self._quiet_looks += 1
        works = self._source is not None and self._source.error() == QAudio.Error.NoError
        if works and device == self._device and self._quiet_looks <= _PATIENT_LOOKS:
            return
        self.close()
        if device.isNull():
            return
        source = QAudioSource(device, call_format())
        source.setBufferSize(_DEVICE_BUFFER)
        stream = source.start()
        if source.error() == QAudio.Error.NoError:
            self._device, self._source, self._stream = device, source, stream
            self._quiet_looks = 0

    def close(self) -> None:
        if self._source:
            self._source.stop()
        self._source = self._stream = None
        self._rest = b""

    def read(self) -> None:
        """Hand over what has been captured since the last tick."""
        if self._stream is None:
            return
        captured = self._stream.readAll().data()
        if captured:
            self._quiet_looks = 0
        data = self._rest + captured
        whole = len(data) - len(data) % FRAME_BYTES
        for start in range(0, whole, FRAME_BYTES):
            self._on_captured(data[start : start + FRAME_BYTES])
        self._rest = data[whole:]


class _Speaker:
    """Keeps the loudspeaker a little ahead, with the patient's sound or with silence."""

    def __init__(self, queue: SoundQueue) -> None:
        self._queue = queue
        self._device = QAudioDevice()
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None

    @property
    def name(self) -> str:
        return self._device.description() if self._sink else ""

    def follow(self, device: QAudioDevice) -> None:
        """Change to another device, or open the same again after it failed."""
        if self._sink and device == self._device and self._sink.error() in _PLAYABLE:
            return
        self.close()
        if device.isNull():
            return
        sink = QAudioSink(device, call_format())
        sink.setBufferSize(_DEVICE_BUFFER)
        stream = sink.start()
        if sink.error() in _PLAYABLE:
            self._device, self._sink, self._stream = device, sink, stream

    def feed(self) -> None:
        """Fill the device's buffer up to what is kept ahead."""
        if self._sink is None or self._stream is None:
            self._queue.pull()
            return
        queued = self._sink.bufferSize() - self._sink.bytesFree()
        while queued < _AHEAD:
            written = self._stream.write(self._queue.pull())
            if written <= 0:
                return
            queued += written

    def close(self) -> None:
        if self._sink:
            self._sink.stop()
        self._sink = self._stream = None


_PLAYABLE = (QAudio.Error.NoError, QAudio.Error.UnderrunError)
