"""The number in the picture survives what a call does to pictures, and is never read where there is none."""

import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Decoder, Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from app.video.devices.colour_bars import ColourBars
from app.video.devices.pattern import VALUES, burn, read


@given(st.integers(0, VALUES - 1), st.sampled_from([(120, 160), (240, 320), (480, 640), (720, 1280), (333, 501)]))
def test_every_value_is_read_back_in_every_size(value: int, shape: tuple[int, int]) -> None:
    luma = np.full(shape, 90, np.uint8)
    burn(luma, value)
    assert read(luma) == value


@given(st.integers(0, VALUES - 1), st.integers(0, 2**32 - 1))
def test_noise_does_not_change_it(value: int, seed: int) -> None:
    luma = np.full((240, 320), 90, np.uint8)
    burn(luma, value)
    noise = np.random.default_rng(seed).normal(0, 25, luma.shape)
    assert read(np.clip(luma + noise, 0, 255).astype(np.uint8)) == value


@given(st.integers(0, 2**32 - 1))
def test_nothing_is_read_where_nothing_was_burned(seed: int) -> None:
    random = np.random.default_rng(seed)
    assert read(random.integers(0, 256, (120, 160), np.uint8)) is None
    assert read(np.full((120, 160), random.integers(0, 256), np.uint8)) is None


@pytest.mark.parametrize("shape", [(480, 80), (20, 640)])
def test_a_picture_too_small_for_the_row_has_none(shape: tuple[int, int]) -> None:
    assert read(np.zeros(shape, np.uint8)) is None


def test_a_damaged_cell_is_noticed() -> None:
    luma = np.full((240, 280), 90, np.uint8)
    burn(luma, 1234)
    luma[:, 50:60] = 251 - luma[:, 50:60]
    assert read(luma) is None


@pytest.mark.parametrize("bitrate", [100_000, 1_500_000])
def test_the_colour_bars_can_be_read_after_vp8_and_scaling(bitrate: int) -> None:
    encoder, decoder, bars = Vp8Encoder(), Vp8Decoder(), ColourBars(640, 480, first=65_530)
    encoder.target_bitrate = bitrate
    numbers: list[int | None] = []
    for index in range(20):
        frame = bars.next_frame()
        frame.pts, frame.time_base = index * 3000, VIDEO_TIME_BASE
        payloads, timestamp = encoder.encode(frame)
        data = b"".join(vp8_depayload(payload) for payload in payloads)
        for decoded in decoder.decode(JitterFrame(data, timestamp)):
            assert isinstance(decoded, VideoFrame)
            small = decoded.reformat(width=320, height=180, format="gray").to_ndarray()
            numbers.append(read(small.astype(np.uint8, copy=False)))
    assert numbers == [(65_530 + index) % VALUES for index in range(20)]


def test_the_colour_bars_move_and_are_coloured() -> None:
    bars = ColourBars(320, 240)
    first, second = (bars.next_frame().to_ndarray(format="rgb24") for _ in range(2))
    assert first.shape == (240, 320, 3)
    assert (first != second).any()
    assert len(np.unique(first[10].reshape(-1, 3), axis=0)) >= 7
