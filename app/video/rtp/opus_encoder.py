"""Our voice in Opus as aiortc's sender takes it: mono, with in-band FEC, never silent by itself, steered live."""

import ctypes
import weakref
from fractions import Fraction
from typing import Any, Protocol

from aiortc.codecs.base import Encoder
from aiortc.mediastreams import convert_timebase
from av import AudioResampler, CodecContext
from av.audio.frame import AudioFrame
from av.frame import Frame
from av.packet import Packet

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.rtp.opus_library import (
    APPLICATION_VOIP,
    OK,
    SET_BITRATE,
    SET_COMPLEXITY,
    SET_DTX,
    SET_INBAND_FEC,
    SET_PACKET_LOSS_PERC,
    SET_SIGNAL,
    SIGNAL_VOICE,
    opus_library,
)

BITRATE = 32_000
"""bit/s: full bandwidth speech with room for FEC (RFC 7587, section 3.1.1, recommends 28 to 40 kbit/s)."""
LEAST_BITRATE = 12_000
MOST_BITRATE = 40_000
LIKELY_LOSS = 0.1
"""What is assumed until the far end has reported: without a likely loss libopus repeats nothing."""
_COMPLEXITY = 9
_MOST_BYTES = 1276
"""The largest packet of one frame (RFC 6716, section 3.2.1, R5: 1275 bytes and the first)."""
_TIME_BASE = Fraction(1, SAMPLE_RATE)


class Voice(Protocol):
    """An Opus encoder for frames of 20 ms."""

    def encode(self, pcm: bytes) -> bytes:
        """Return the packet of 960 samples (16-bit mono, 48 kHz); nothing when it failed."""
        ...

    def steer(self, bitrate: int, loss: float) -> None:
        """From the next frame on use `bitrate` (bit/s) and expect this share (0 to 1) of the packets to be lost."""
        ...


class OpusEncoder(Encoder):
    """aiortc's encoder for `audio/opus`; `bitrate` and `loss` may be set from any thread at any time."""

    def __init__(self) -> None:
        library = opus_library()
        self._voice: Voice = LibopusVoice(library) if library else FFmpegVoice()
        self._frames = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE, frame_size=FRAME_SAMPLES)
        self._bitrate = BITRATE
        self._loss = LIKELY_LOSS
        self._steered = (self._bitrate, self._loss)

    @property
    def bitrate(self) -> int:
        """What is aimed at, bit/s, without the packets' heads."""
        return self._bitrate

    @bitrate.setter
    def bitrate(self, bitrate: int) -> None:
        self._bitrate = min(max(bitrate, LEAST_BITRATE), MOST_BITRATE)

    @property
    def loss(self) -> float:
        """The share of packets (0 to 1) that FEC is made for."""
        return self._loss

    @loss.setter
    def loss(self, loss: float) -> None:
        self._loss = min(max(loss, 0.0), 1.0)

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Return the packets that became whole, and the first's time stamp (48 kHz); TypeError for a picture."""
        if not isinstance(frame, AudioFrame):
            raise TypeError("Opus carries sound")
        wanted = (self._bitrate, self._loss)
        if wanted != self._steered:
            self._voice.steer(*wanted)
            self._steered = wanted
        if frame.samples == FRAME_SAMPLES and _is_ours(frame):
            whole = [frame]
        else:
            whole = [part for part in self._frames.resample(frame) if part.samples == FRAME_SAMPLES]
        packets = [self._voice.encode(bytes(part.planes[0])[: 2 * FRAME_SAMPLES]) for part in whole]
        return [packet for packet in packets if packet], int(whole[0].pts or 0) if whole else 0

    def pack(self, packet: "Packet[Any]") -> tuple[list[bytes], int]:
        """Return what is encoded already with its time stamp at 48 kHz."""
        return [bytes(packet)], convert_timebase(packet.pts or 0, packet.time_base, _TIME_BASE)


def _is_ours(frame: AudioFrame) -> bool:
    return (frame.format.name, frame.layout.name, frame.sample_rate) == ("s16", "mono", SAMPLE_RATE)


class LibopusVoice:
    """libopus' encoder: constant flow (no DTX, so that silence does not chop), FEC on."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """Raises MemoryError when the library cannot make one."""
        self._library = library
        failure = ctypes.c_int(OK)
        self._state = library.opus_encoder_create(SAMPLE_RATE, 1, APPLICATION_VOIP, ctypes.byref(failure))
        if failure.value != OK or not self._state:
            raise MemoryError(f"no Opus encoder: {failure.value}")
        # not at exit, when the sound thread may be in it still
        weakref.finalize(self, library.opus_encoder_destroy, self._state).atexit = False
        self._packet = ctypes.create_string_buffer(_MOST_BYTES)
        for request, value in (
            (SET_INBAND_FEC, 1),
            (SET_DTX, 0),
            (SET_SIGNAL, SIGNAL_VOICE),
            (SET_COMPLEXITY, _COMPLEXITY),
        ):
            self._set(request, value)
        self.steer(BITRATE, LIKELY_LOSS)

    def encode(self, pcm: bytes) -> bytes:
        size = self._library.opus_encode(self._state, pcm, FRAME_SAMPLES, self._packet, _MOST_BYTES)
        return self._packet.raw[:size] if size > 0 else b""

    def steer(self, bitrate: int, loss: float) -> None:
        self._set(SET_BITRATE, bitrate)
        self._set(SET_PACKET_LOSS_PERC, round(100 * loss))

    def _set(self, request: int, value: int) -> None:
        self._library.opus_encoder_ctl(self._state, request, ctypes.c_int32(value))


class FFmpegVoice:
    """FFmpeg's wrapper of the same: what it is opened with stays."""

    def __init__(self) -> None:
        codec = CodecContext.create("libopus", "w")
        codec.bit_rate = BITRATE
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = SAMPLE_RATE
        codec.time_base = _TIME_BASE
        codec.options = {"application": "voip", "fec": "1", "packet_loss": str(round(100 * LIKELY_LOSS))}
        self._codec = codec
        self._samples = 0

    def encode(self, pcm: bytes) -> bytes:
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, _TIME_BASE, self._samples
        self._samples += FRAME_SAMPLES
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))

    def steer(self, bitrate: int, loss: float) -> None:
        """Does nothing: the wrapper takes no setting once it is open."""
