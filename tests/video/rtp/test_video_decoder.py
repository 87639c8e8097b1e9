"""The decoder's thread outlives what it cannot read, and shows nothing larger than a screen could be."""

import queue
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Encoder, vp8_depayload
from av import CodecContext
from av.video.codeccontext import VideoCodecContext
from hypothesis import given, settings
from hypothesis import strategies as st

from app.video.frames import Picture
from app.video.rtp.frame_assembly import Frame
from app.video.rtp.video_decoder import Encoded, VideoDecoder
from tests.video.rtp.pictures import frame_of

_PATIENCE = 30.0


class Screen:
    def __init__(self) -> None:
        self.came: queue.SimpleQueue[Picture | None] = queue.SimpleQueue()
        self.fails = False
        self.decoder = VideoDecoder(self.show, lambda: self.came.put(None))

    def show(self, picture: Picture, _: Frame) -> None:
        if self.fails:
            raise MemoryError("a picture of Karen")
        self.came.put(picture)

    def decode(self, data: bytes, codec: str = "VP8") -> Picture | None:
        self.decoder.decode(Encoded(codec, Frame(0, 0.0, data, key=True)))
        return self.came.get(timeout=_PATIENCE)


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.decoder.close()


def vp8(width: int, height: int) -> bytes:
    payloads, _ = Vp8Encoder().encode(frame_of(np.full((height, width), 128, np.uint8), 0), force_keyframe=True)
    return b"".join(vp8_depayload(payload) for payload in payloads)


def h264(width: int, height: int) -> bytes:
    codec = CodecContext.create("libx264", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt, codec.time_base = width, height, "yuv420p", Fraction(1, 90_000)
    codec.options = {"preset": "ultrafast", "tune": "zerolatency"}
    return b"".join(map(bytes, codec.encode(frame_of(np.full((height, width), 128, np.uint8), 0))))


def test_what_fails_on_the_way_to_the_screen_ends_nothing(screen: Screen, caplog: pytest.LogCaptureFixture) -> None:
    data = vp8(64, 48)
    screen.fails = True
    assert screen.decode(data) is None
    screen.fails = False
    shown = screen.decode(data)
    assert shown is not None
    assert (shown.width, shown.height) == (64, 48)
    assert "Karen" not in caplog.text


def test_an_unknown_codec_ends_nothing(screen: Screen) -> None:
    assert screen.decode(b"some", "AV2") is None
    assert screen.decode(vp8(64, 48)) is not None


@given(data=st.lists(st.binary(max_size=60), max_size=5))
@settings(max_examples=30, deadline=None)
def test_no_bytes_end_the_thread(data: list[bytes]) -> None:
    screen = Screen()
    try:
        for codec in ("VP8", "H264"):
            for some in data:
                screen.decoder.decode(Encoded(codec, Frame(0, 0.0, some, key=True)))
        while screen.decode(vp8(64, 48)) is None:
            pass
    finally:
        screen.decoder.close()


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_a_picture_larger_than_any_camera_is_refused(screen: Screen, codec: str) -> None:
    make = vp8 if codec == "VP8" else h264
    assert screen.decode(make(4112, 2320), codec) is None
    assert screen.decode(make(1920, 1080), codec) is not None
