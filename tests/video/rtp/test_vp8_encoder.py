"""VP8 by libvpx itself: what comes out can be seen, follows the rate at once, and is cut for the network."""

import ctypes
from itertools import pairwise

import numpy as np
import pytest
from aiortc.codecs import CODECS, vpx
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp import encoders, libvpx
from app.video.rtp.camera_noise import CALM_LOOKS, EVERY
from app.video.rtp.encoders import SteadyVp8Encoder, picture_encoder
from app.video.rtp.libvpx import Config, LibVpx, load_libvpx
from app.video.rtp.vp8_encoder import EncoderFailedError, Vp8Encoder
from app.video.rtp.vp8_payload import PAYLOAD_BYTES, vp8_payloads
from tests.video.rtp.pictures import Screen, frame_of, hard_picture, is_key_frame, moving_head, psnr


@pytest.fixture(scope="module")
def library() -> LibVpx:
    return load_libvpx()


def test_the_layout_is_the_one_of_the_library(library: LibVpx) -> None:
    config = library.defaults()
    assert (config.g_w, config.g_h, config.g_timebase.num, config.g_timebase.den) == (320, 240, 1, 30)
    assert (config.rc_target_bitrate, config.rc_min_quantizer, config.rc_max_quantizer) == (256, 4, 63)
    assert (config.rc_buf_sz, config.rc_buf_initial_sz, config.rc_buf_optimal_sz) == (6000, 4000, 5000)
    assert (config.kf_mode, config.kf_max_dist, config.ss_number_layers, config.ts_number_layers) == (1, 128, 1, 1)
    assert {(factor.num, factor.den) for factor in config.factors} == {(1, 1)}


def test_another_layout_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Longer(Config):
        _fields_ = (("more", ctypes.c_uint * 4),)

    class Shorter(ctypes.Structure):
        _fields_ = Config._fields_[:-2]

    for layout in (Longer, Shorter):
        monkeypatch.setattr(libvpx, "Config", layout)
        with pytest.raises(OSError, match=r"lays out|shorter"):
            load_libvpx()


def test_a_picture_arrives_as_it_was(library: LibVpx) -> None:
    encoder, screen = Vp8Encoder(library, 1_000_000), Screen()
    seen = sent = moving_head(0)
    for step in range(30):
        sent = moving_head(step)
        payloads, timestamp = encoder.encode(frame_of(sent, step))
        assert timestamp == step * 3000
        assert is_key_frame(payloads) == (step == 0)
        seen = screen.show(payloads)
    assert psnr(seen, sent) > 35


def test_a_picture_is_as_good_as_aiortcs(library: LibVpx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vpx, "DEFAULT_BITRATE", 1_500_000)
    theirs, ours = vpx.Vp8Encoder(), Vp8Encoder(library, 1_500_000)
    screens = (Screen(), Screen())
    quality: list[list[float]] = [[], []]
    for step in range(45):
        sent = moving_head(step, 640, 480)
        for index, encoder in enumerate((theirs, ours)):
            payloads, _ = encoder.encode(frame_of(sent, step))
            quality[index].append(psnr(screens[index].show(payloads), sent))
    means = [float(np.mean(values[15:])) for values in quality]
    assert means[1] > means[0] - 0.5


def test_noise_is_no_longer_taken_out_of_a_quiet_camera_and_again_when_it_hisses(library: LibVpx) -> None:
    encoder, screen = Vp8Encoder(library, 1_500_000), Screen()
    step = keys = 0
    seen = moving_head(0)
    for noise, taken_out in ((0, False), (9, True), (0, False)):
        for _ in range((CALM_LOOKS + 1) * EVERY):
            sent = moving_head(step, noise=noise)
            payloads, _ = encoder.encode(frame_of(sent, step))
            keys += is_key_frame(payloads)
            seen = screen.show(payloads)
            step += 1
        assert encoder._denoises is taken_out
        assert psnr(seen, moving_head(step - 1, noise=0)) > 32
    assert keys == 1, "only the first frame needs no other"


def test_a_new_rate_is_followed_without_a_key_frame(library: LibVpx) -> None:
    encoder, keys = Vp8Encoder(library, 1_500_000), 0
    for rate in (1_500_000, 300_000, 1_000_000, 150_000, 2_000_000):
        encoder.target_bitrate = rate
        bits = 0
        for step in range(60):
            payloads, _ = encoder.encode(frame_of(hard_picture(step), step))
            keys += bool(payloads) and is_key_frame(payloads)
            if step >= 30:
                bits += 8 * sum(map(len, payloads))
        assert 0.6 * rate < bits < 1.4 * rate, rate
    assert keys == 1


def test_the_stream_goes_on_through_a_new_rate(library: LibVpx) -> None:
    encoder, screen = Vp8Encoder(library, 1_000_000), Screen()
    seen = sent = moving_head(0)
    for step in range(40):
        if step == 20:
            encoder.target_bitrate = 500_000
        sent = moving_head(step)
        payloads, _ = encoder.encode(frame_of(sent, step))
        assert is_key_frame(payloads) == (step == 0)
        seen = screen.show(payloads)
    assert psnr(seen, sent) > 34


def test_a_key_frame_is_made_when_asked_for_and_kept_small(library: LibVpx) -> None:
    encoder = Vp8Encoder(library, 500_000)
    sizes = []
    for step in range(30):
        payloads, _ = encoder.encode(frame_of(moving_head(step), step), force_keyframe=step == 20)
        assert is_key_frame(payloads) == (step in (0, 20))
        sizes.append(sum(map(len, payloads)))
    assert sizes[20] < 500_000 / 30 / 8 * 6


def test_another_size_begins_anew(library: LibVpx) -> None:
    encoder, screen = Vp8Encoder(library, 500_000), Screen()
    for step, (width, height) in enumerate([(320, 240), (320, 240), (160, 120), (640, 480), (322, 182)]):
        payloads, _ = encoder.encode(frame_of(moving_head(step, width, height), step))
        assert is_key_frame(payloads) == (step != 1)
        assert screen.show(payloads).shape == (height, width)


def test_a_frame_in_another_form_is_taken(library: LibVpx) -> None:
    encoder, screen = Vp8Encoder(library, 500_000), Screen()
    frame = frame_of(moving_head(0), 0).reformat(format="rgb24")
    frame.pts, frame.time_base = 0, frame_of(moving_head(0), 0).time_base
    assert psnr(screen.show(encoder.encode(frame)[0]), moving_head(0)) > 25


def test_time_that_stands_still_or_jumps_does_not_end_the_stream(library: LibVpx) -> None:
    encoder, screen = Vp8Encoder(library, 500_000), Screen()
    for step in (0, 0, 1, 1, 40_000, 3, 4):
        payloads, timestamp = encoder.encode(frame_of(moving_head(step), step))
        assert timestamp == step * 3000
        assert screen.show(payloads).shape == (240, 320)


def test_what_is_no_picture_is_refused_and_the_next_is_taken(library: LibVpx) -> None:
    encoder = Vp8Encoder(library, 500_000)
    with pytest.raises(EncoderFailedError):
        encoder.compress(frame_of(moving_head(0, 16_386, 2), 0), 0, force_keyframe=False)  # VP8 ends at 16383
    assert encoder.encode(frame_of(moving_head(0), 0))[0]
    encoder.close()
    assert is_key_frame(encoder.encode(frame_of(moving_head(1), 1))[0])


def test_without_libvpx_only_great_changes_of_rate_are_taken() -> None:
    encoder, screen = SteadyVp8Encoder(500_000), Screen()
    keys = []
    for step in range(30):
        encoder.target_bitrate = 500_000 + 4_000 * step if step < 20 else 150_000
        payloads, _ = encoder.encode(frame_of(moving_head(step), step))
        keys += [step] if is_key_frame(payloads) else []
        assert screen.show(payloads).shape == (240, 320)
    assert keys == [0, 20]
    assert encoder.target_bitrate == 150_000


@given(frame=st.binary(max_size=5000), picture_id=st.integers(0, 1 << 20), largest=st.integers(20, PAYLOAD_BYTES))
def test_payloads_hold_the_frame_and_fit(frame: bytes, picture_id: int, largest: int) -> None:
    payloads = vp8_payloads(frame, picture_id, largest)
    parsed = [VpxPayloadDescriptor.parse(payload) for payload in payloads]
    assert b"".join(data for _, data in parsed) == frame
    assert all(len(payload) <= largest for payload in payloads)
    assert [descriptor.partition_start for descriptor, _ in parsed] == [1] * bool(frame) + [0] * (len(parsed) - 1)
    assert {descriptor.picture_id for descriptor, _ in parsed} <= {picture_id % (1 << 15)}
    assert all(len(one) >= len(other) for one, other in pairwise(payloads))


def test_every_negotiable_picture_codec_has_an_encoder_that_can_be_steered() -> None:
    for codec in CODECS["video"]:
        if codec.name.lower() == "rtx":
            with pytest.raises(ValueError, match="rtx"):
                picture_encoder(codec, 600_000)
            continue
        encoder = picture_encoder(codec, 600_000)
        assert encoder.target_bitrate == 600_000
        payloads, timestamp = encoder.encode(frame_of(moving_head(0), 1))
        assert payloads
        assert timestamp == 3000
    assert isinstance(picture_encoder(CODECS["video"][0], 600_000), Vp8Encoder)


def test_a_library_that_cannot_be_called_is_said_once_and_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> LibVpx:
        raise OSError("PyAV brought no libvpx")

    monkeypatch.setattr(encoders, "load_libvpx", missing)
    encoders._libvpx.cache_clear()
    try:
        for _ in range(2):
            assert isinstance(picture_encoder(CODECS["video"][0], 400_000), SteadyVp8Encoder)
    finally:
        encoders._libvpx.cache_clear()
    assert len(caplog.messages) == 1
