"""Real frames, cut into packets by aiortc, are recognised and come together again as they were."""

from fractions import Fraction

import numpy as np
import pytest
from aiortc.codecs.base import Encoder
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.payload import read_payload, unwrap


def noisy(index: int) -> VideoFrame:
    pixels = np.random.default_rng(index).integers(0, 255, (360, 320), dtype=np.uint8)
    frame = VideoFrame.from_ndarray(pixels, format="yuv420p")
    frame.pts, frame.time_base = index * 3000, Fraction(1, 90_000)
    return frame


@pytest.mark.parametrize(("codec", "encoder"), [("VP8", Vp8Encoder()), ("H264", H264Encoder())])
def test_the_first_packet_and_the_key_frame_are_recognised(codec: str, encoder: Encoder) -> None:
    key, _ = encoder.encode(noisy(0), force_keyframe=True)
    inter, _ = encoder.encode(noisy(1))
    assert len(key) > 1
    assert len(inter) > 1
    contents = [read_payload(codec, payload) for payload in key]
    assert [content.first for content in contents] == [True] + [False] * (len(key) - 1)
    assert any(content.key for content in contents)
    later = [read_payload(codec, payload) for payload in inter]
    assert not any(content.key for content in later)
    assert [content.first for content in later][1:] == [False] * (len(inter) - 1)


def test_padding_is_empty() -> None:
    assert read_payload("VP8", b"").data == b""


@given(st.sampled_from(["VP8", "H264"]), st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(codec: str, payload: bytes) -> None:
    try:
        content = read_payload(codec, payload)
    except ValueError:
        return
    assert len(content.data) <= 4 * len(payload) + 4


@given(st.integers(0, 2**34), st.integers(-32_000, 32_000))
def test_numbers_are_followed_over_the_wrap_in_both_directions(near: int, ahead: int) -> None:
    assert unwrap((near + ahead) & 0xFFFF, near, 16) == near + ahead
