"""One open microphone and one open loudspeaker of QtMultimedia, which may fail and be opened again."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudio, QAudioDevice, QAudioFormat, QAudioSink, QAudioSource

from app.domain.ports.media import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE

_DEVICE_BUFFER = 4 * FRAME_BYTES
_AHEAD = 2 * FRAME_BYTES
"""Bytes kept ahead of the loudspeaker: 40 ms survive a late tick and are not heard as delay."""
_FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_MOST_BEHIND = 0.2
"""Seconds a late tick makes up for while nobody hears; after a sleep of the PC there is nothing to make up."""
_PATIENT_LOOKS = 6
"""How many looks in a row a microphone may have given nothing before it is opened anew."""
_PLAYABLE = (QAudio.Error.NoError, QAudio.Error.UnderrunError)


@dataclass(frozen=True, slots=True)
class NamedDevice:
    """A device and the name that tells it from the others."""

    name: str
    device: QAudioDevice


def call_format() -> QAudioFormat:
    """Return the one format of the program: 48 kHz, 16-bit signed, mono."""
    audio_format = QAudioFormat()
    audio_format.setSampleRate(SAMPLE_RATE)
    audio_format.setChannelCount(1)
    audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return audio_format


class Microphone:
    """Cuts what the microphone delivers into frames of 20 ms."""

    def __init__(self, on_captured: Callable[[bytes], None]) -> None:
        self._on_captured = on_captured
        self._device: NamedDevice | None = None
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._quiet_looks = 0
        self._rest = b""

    @property
    def name(self) -> str:
        """The device in use, empty for none."""
        return self._device.name if self._device and self._source else ""

    @property
    def failed(self) -> bool:
        """Whether an open device has stopped working."""
        return self._source is not None and self._source.error() != QAudio.Error.NoError

    def follow(self, device: NamedDevice | None) -> None:
        """Change to another device, or open the same again after it failed."""
        self._quiet_looks += 1
        works = self._source is not None and not self.failed
        if works and _same(device, self._device) and self._quiet_looks <= _PATIENT_LOOKS:
            return
        self.close()
        if device is None:
            return
        source = QAudioSource(device.device, call_format())
        source.setBufferSize(_DEVICE_BUFFER)
        stream = source.start()
        if source.error() == QAudio.Error.NoError:
            self._device, self._source, self._stream = device, source, stream
            self._quiet_looks = 0

    def close(self) -> None:
        """Give the device back."""
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


class Speaker:
    """Keeps the loudspeaker a little ahead of what it plays; asks for the sound even while there is none."""

    def __init__(self, pull: Callable[[], bytes]) -> None:
        self._pull = pull
        self._unheard_until: float | None = None
        self._device: NamedDevice | None = None
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None

    @property
    def name(self) -> str:
        """The device in use, empty for none."""
        return self._device.name if self._device and self._sink else ""

    @property
    def failed(self) -> bool:
        """Whether an open device has stopped working."""
        return self._sink is not None and self._sink.error() not in _PLAYABLE

    def follow(self, device: NamedDevice | None) -> None:
        """Change to another device, or open the same again after it failed."""
        if self._sink and _same(device, self._device) and not self.failed:
            return
        self.close()
        if device is None:
            return
        sink = QAudioSink(device.device, call_format())
        sink.setBufferSize(_DEVICE_BUFFER)
        stream = sink.start()
        if sink.error() in _PLAYABLE:
            self._device, self._sink, self._stream = device, sink, stream

    def feed(self, now: float) -> None:
        """Fill the device's buffer up to what is kept ahead; `now` in s, of any clock that never goes back."""
        if self._sink is None or self._stream is None:
            self._feed_nobody(now)
            return
        self._unheard_until = None
        queued = self._sink.bufferSize() - self._sink.bytesFree()
        while queued < _AHEAD:
            written = self._stream.write(self._pull())
            if written <= 0:
                return
            queued += written

    def close(self) -> None:
        """Give the device back."""
        if self._sink:
            self._sink.stop()
        self._sink = self._stream = None

    def _feed_nobody(self, now: float) -> None:
        if self._unheard_until is None or now - self._unheard_until > _MOST_BEHIND:
            self._unheard_until = now
        while self._unheard_until <= now:
            self._pull()
            self._unheard_until += _FRAME_SECONDS


def _same(one: NamedDevice | None, other: NamedDevice | None) -> bool:
    """Whether it is the same device, be it the default now or not, whatever its name is now."""
    return one is not None and other is not None and one.device.id() == other.device.id()
