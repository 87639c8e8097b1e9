"""Which encoder a negotiated codec gets: ours where there is one, else aiortc's."""

import logging
from functools import cache
from typing import Protocol

from aiortc import RTCRtpCodecParameters
from aiortc.codecs import get_encoder, vpx
from aiortc.codecs.base import Encoder
from aiortc.codecs.h264 import H264Encoder
from av.frame import Frame

from app.video.rtp.libvpx import LibVpx, load_libvpx
from app.video.rtp.opus_encoder import OpusEncoder
from app.video.rtp.vp8_encoder import Vp8Encoder

_log = logging.getLogger(__name__)

_WORTH_A_KEY_FRAME = 0.3
"""Share by which the rate must change before FFmpeg's encoder is made anew for it."""


class PictureEncoder(Protocol):
    """An encoder whose rate can be set while it runs."""

    @property
    def target_bitrate(self) -> int: ...

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None: ...

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]: ...


class SteadyVp8Encoder(vpx.Vp8Encoder):
    """FFmpeg's VP8 where libvpx cannot be called: a new rate costs a key frame, so few are taken."""

    def __init__(self, bitrate: int) -> None:
        super().__init__()
        self._bitrate = bitrate

    @property
    def target_bitrate(self) -> int:
        """The rate in force, bit/s."""
        return self._bitrate

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        if abs(bitrate - self._bitrate) > _WORTH_A_KEY_FRAME * self._bitrate:
            self._bitrate = bitrate


@cache
def _libvpx() -> LibVpx | None:
    try:
        return load_libvpx()
    except OSError as error:
        _log.warning("no libvpx to call, the picture follows the network in leaps: %s", error)
        return None


def picture_encoder(codec: RTCRtpCodecParameters, bitrate: int) -> PictureEncoder:
    """Return an encoder for a video codec with its first rate (bit/s); raises ValueError for an unknown codec."""
    if codec.name == "VP8":
        library = _libvpx()
        return Vp8Encoder(library, bitrate) if library else SteadyVp8Encoder(bitrate)
    encoder = get_encoder(codec)
    if not isinstance(encoder, H264Encoder):
        raise ValueError(f"no steerable encoder for {codec.name}")  # noqa: TRY004 - the codec is wrong, not a type
    encoder.target_bitrate = bitrate
    return encoder


def sound_encoder(codec: RTCRtpCodecParameters) -> Encoder:
    """Return an encoder for an audio codec; raises ValueError for an unknown one."""
    return OpusEncoder() if codec.name.lower() == "opus" else get_encoder(codec)
