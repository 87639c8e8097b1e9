"""A PyAV without libvpx or libopus to call: the call goes on with FFmpeg's own wrappers."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from aiortc.codecs import CODECS

from app.domain.ports.media import FRAME_SAMPLES
from app.video.rtp import encoders, opus_library
from app.video.rtp.audio_intake import AudioIntake
from app.video.rtp.encoders import SteadyVp8Encoder, picture_encoder
from app.video.rtp.opus import QuietOpusDecoder, opus_decoder
from app.video.rtp.opus_encoder import FFmpegVoice, OpusEncoder
from tests.video.fakes import tone
from tests.video.rtp.pictures import Screen, frame_of, is_key_frame, moving_head
from tests.video.rtp.test_audio_intake import OPUS, packet
from tests.video.rtp.test_sender import rig, sound, until


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def none(name: str) -> None:
        raise OSError(f"no lib{name}")

    monkeypatch.setattr("app.video.rtp.libvpx.bundled_library", none)
    monkeypatch.setattr(opus_library, "bundled_library", none)
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    found = (encoders._libvpx, opus_library.opus_library)
    for cache in found:
        cache.cache_clear()
    yield
    for cache in found:
        cache.cache_clear()


def test_a_new_rate_that_is_near_costs_no_key_frame() -> None:
    encoder, screen = picture_encoder(CODECS["video"][0], 500_000), Screen()
    assert isinstance(encoder, SteadyVp8Encoder)
    keys = []
    for step, bitrate in enumerate([500_000, 550_000, 450_000, 200_000, 210_000]):
        encoder.target_bitrate = bitrate
        payloads, _ = encoder.encode(frame_of(moving_head(step), step))
        keys.append(is_key_frame(payloads))
        assert screen.show(payloads).shape == (240, 320)
    assert keys == [True, False, False, True, False]
    assert encoder.target_bitrate == 200_000


async def test_pictures_and_sound_leave_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    async with rig() as sending:
        await sending.show(3)
        await until(lambda: len(sending.transport.pictures()) >= 3)
        assert Screen().show(sending.transport.pictures()[0]).shape == (480, 640)
    async with rig("audio") as sending:
        for step in range(5):
            sending.track.frames.put_nowait(sound(step))
        await until(lambda: len(sending.transport.media) >= 4)
        times = [packet.timestamp for packet in sending.transport.media]
        assert {later - earlier for earlier, later in pairwise(times)} == {FRAME_SAMPLES}
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"], "each said once"


def test_sound_is_heard_and_what_is_lost_is_silent() -> None:
    assert isinstance(opus_decoder(), QuietOpusDecoder)
    assert isinstance(OpusEncoder()._voice, FFmpegVoice)
    voice, now = FFmpegVoice(), 0.0
    intake = AudioIntake(clock=lambda: now)
    heard = []
    for number in range(150):
        now = number * 0.02
        if number not in (80, 81, 82):
            intake.take(packet(number, voice.encode(tone(440, number)) or b"\xfc"), OPUS, now)
        heard.append(np.frombuffer(intake.pull(), np.int16).astype(float).std())
    assert np.median(heard[20:]) > 5000
    assert min(heard[75:95]) < 500
    assert intake.figures.concealed_ms > 0
