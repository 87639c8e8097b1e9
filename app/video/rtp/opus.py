"""Opus as it is heard: decoded, recovered from the packet after a lost one, or concealed, always 48 kHz mono."""

import ctypes
import weakref
from typing import Protocol

from av import AudioResampler, CodecContext
from av.error import FFmpegError
from av.packet import Packet

from app.domain.ports.media import SAMPLE_RATE
from app.video.rtp.opus_library import OK, RESET_STATE, opus_library

_MOST_SAMPLES = SAMPLE_RATE * 120 // 1000
"""The longest an Opus packet may last (RFC 6716, section 2.1.4)."""


class OpusHearing(Protocol):
    """What the playout needs of a decoder: 16-bit mono samples at 48 kHz as bytes. Used by one thread at a time."""

    def decode(self, payload: bytes) -> bytes:
        """Return the sound of the next packet; nothing when it is damaged."""
        ...

    def recover(self, payload: bytes, samples: int) -> bytes:
        """Return the `samples` lost before this packet, from what it repeats of them."""
        ...

    def conceal(self, samples: int) -> bytes:
        """Return a guess at the sound that is missing, fading by itself; `samples` is a multiple of 120."""
        ...

    def reset(self) -> None:
        """Forget what was heard: another stream begins."""
        ...


def opus_decoder() -> OpusHearing:
    """Return a decoder by libopus, or by FFmpeg, which fills what is lost with silence, where there is none."""
    library = opus_library()
    return OpusDecoder(library) if library else QuietOpusDecoder()


class OpusDecoder:
    """libopus' decoder with its concealment (RFC 6716, section 4.4) and in-band FEC (section 2.1.7)."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """Raises MemoryError when the library cannot make one."""
        self._library = library
        failure = ctypes.c_int(OK)
        self._state = library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(failure))
        if failure.value != OK or not self._state:
            raise MemoryError(f"no Opus decoder: {failure.value}")
        # not at exit, when the sound thread may be in it still
        weakref.finalize(self, library.opus_decoder_destroy, self._state).atexit = False
        self._sound = ctypes.create_string_buffer(2 * _MOST_SAMPLES)

    def decode(self, payload: bytes) -> bytes:
        return self._decode(payload, _MOST_SAMPLES, fec=0)

    def recover(self, payload: bytes, samples: int) -> bytes:
        return self._decode(payload, samples, fec=1)

    def conceal(self, samples: int) -> bytes:
        return self._decode(None, samples, fec=0)

    def reset(self) -> None:
        self._library.opus_decoder_ctl(self._state, RESET_STATE)

    def _decode(self, payload: bytes | None, samples: int, fec: int) -> bytes:
        got = self._library.opus_decode(self._state, payload, len(payload or b""), self._sound, samples, fec)
        return self._sound.raw[: 2 * got] if got > 0 else b""


class QuietOpusDecoder:
    """FFmpeg's decoder: what is lost is silent."""

    def __init__(self) -> None:
        self.reset()

    def decode(self, payload: bytes) -> bytes:
        try:
            frames = [mono for frame in self._codec.decode(Packet(payload)) for mono in self._mono.resample(frame)]
        except FFmpegError:
            return b""
        return b"".join(bytes(frame.planes[0])[: 2 * frame.samples] for frame in frames)

    def recover(self, payload: bytes, samples: int) -> bytes:
        return self.conceal(samples)

    def conceal(self, samples: int) -> bytes:
        return bytes(2 * samples)

    def reset(self) -> None:
        self._codec = CodecContext.create("libopus", "r")
        self._codec.sample_rate = SAMPLE_RATE
        self._mono = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
