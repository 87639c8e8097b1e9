"""Pictures to encode and ways to look at what came out."""

from fractions import Fraction

import numpy as np
from aiortc.codecs.vpx import vp8_depayload
from av import CodecContext, Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

Luma = NDArray[np.uint8]


def moving_head(step: int, width: int = 320, height: int = 240, noise: int = 3) -> Luma:
    """Return the brightness of a grey room with a head that moves and a sensor that hisses."""
    rng = np.random.default_rng(step)
    luma = np.full((height, width), 120, np.int16)
    rows, columns = np.ogrid[:height, :width]
    centre = width // 2 + int(width / 8 * np.sin(step / 15))
    luma[((columns - centre) / (width / 8)) ** 2 + ((rows - height / 2) / (height / 4)) ** 2 < 1] = 180
    luma += rng.integers(-noise, noise + 1, luma.shape, dtype=np.int16)
    return np.clip(luma, 16, 235).astype(np.uint8)


def hard_picture(step: int, width: int = 320, height: int = 240) -> Luma:
    """Return noise from edge to edge: it costs what it may."""
    return moving_head(step, width, height, noise=60)


def frame_of(luma: Luma, step: int, fps: int = 30) -> VideoFrame:
    """Return a grey frame with its time stamp."""
    height, width = luma.shape
    grey = np.full((height // 2, width), 128, np.uint8)
    frame = VideoFrame.from_ndarray(np.vstack((luma, grey)), format="yuv420p")
    frame.pts, frame.time_base = step * 90_000 // fps, Fraction(1, 90_000)
    return frame


class Screen:
    """A VP8 decoder as a far end has it."""

    def __init__(self) -> None:
        codec = CodecContext.create("vp8", "r")
        assert isinstance(codec, VideoCodecContext)
        self._codec = codec

    def show(self, payloads: list[bytes]) -> Luma:
        """Return the brightness of the frame in these payloads."""
        (frame,) = self._codec.decode(Packet(b"".join(vp8_depayload(payload) for payload in payloads)))
        return frame.to_ndarray(format="gray").astype(np.uint8, copy=False)


def is_key_frame(payloads: list[bytes]) -> bool:
    """Return whether a VP8 frame needs no other (RFC 7741, section 4.3: the P bit is 0)."""
    return not vp8_depayload(payloads[0])[0] & 1


def psnr(seen: Luma, sent: Luma) -> float:
    """Return how alike two pictures are, in dB."""
    error = float(np.mean((seen.astype(np.float64) - sent) ** 2))
    return 10 * float(np.log10(255**2 / error))
