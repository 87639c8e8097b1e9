"""Our Opus at both ends: heard as said, recovered and concealed where the library can, never silent by itself."""

import logging
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.rtp import opus_library as library_module
from app.video.rtp.opus import OpusHearing, QuietOpusDecoder, opus_decoder
from app.video.rtp.opus_encoder import (
    LEAST_BITRATE,
    MOST_BITRATE,
    FFmpegVoice,
    LibopusVoice,
    OpusEncoder,
    Voice,
)
from app.video.rtp.opus_library import opus_library, samples_in
from app.video.rtp.opus_offer import only_opus, with_opus_wishes
from tests.video.sound.voices import speech

FRAME_BYTES = 2 * FRAME_SAMPLES


def libopus_voice() -> LibopusVoice:
    library = opus_library()
    assert library is not None
    return LibopusVoice(library)


def said(seconds: float = 4.0) -> list[bytes]:
    pcm = (32767 * speech(seconds, seed=3)).clip(-32768, 32767).astype("<i2").tobytes()
    return [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]


def frame(pcm: bytes, pts: int = 0, rate: int = SAMPLE_RATE, layout: str = "mono") -> AudioFrame:
    channels = 1 if layout == "mono" else 2
    made = AudioFrame(format="s16", layout=layout, samples=len(pcm) // 2 // channels)
    made.planes[0].update(pcm)
    made.sample_rate, made.pts, made.time_base = rate, pts, Fraction(1, rate)
    return made


def spectra(pcm: bytes) -> NDArray[np.float64]:
    """Return the logarithm of the power in 20 ms stretches: what is alike in it sounds alike."""
    frames = np.frombuffer(pcm, "<i2").astype(np.float64).reshape(-1, FRAME_SAMPLES)
    return np.asarray(np.log10(np.abs(np.fft.rfft(frames * np.hanning(FRAME_SAMPLES)))[:, 4:80] ** 2 + 1e4))


@pytest.mark.parametrize("voice", [libopus_voice, FFmpegVoice])
@pytest.mark.parametrize("decoder", [opus_decoder, QuietOpusDecoder])
def test_what_is_said_is_heard(voice: Callable[[], Voice], decoder: Callable[[], OpusHearing]) -> None:
    encoder, hearing, frames = voice(), decoder(), said()
    packets = [packet for packet in map(encoder.encode, frames) if packet]
    heard = b"".join(map(hearing.decode, packets))
    assert abs(len(heard) - sum(map(len, frames))) <= 2 * FRAME_BYTES
    sent, got = (np.frombuffer(pcm, "<i2").astype(float) for pcm in (b"".join(frames), heard))
    best = max(
        float(np.corrcoef(sent[: 2 * SAMPLE_RATE], got[lag : lag + 2 * SAMPLE_RATE])[0, 1])
        for lag in range(0, 1000, 8)
    )
    assert best > 0.8


def test_a_lost_packet_is_recovered_better_than_guessed_and_guessed_better_than_silent() -> None:
    packets = [libopus.encode(pcm) for libopus in [libopus_voice()] for pcm in said(8)]
    whole, recovered, guessed = opus_decoder(), opus_decoder(), opus_decoder()
    errors = np.zeros(3)
    for number, packet in enumerate(packets[:-1]):
        right = whole.decode(packet)
        if number % 10 != 5:
            recovered.decode(packet)
            guessed.decode(packet)
            continue
        tries = (recovered.recover(packets[number + 1], FRAME_SAMPLES), guessed.conceal(FRAME_SAMPLES))
        for index, attempt in enumerate((*tries, bytes(FRAME_BYTES))):
            errors[index] += np.abs(spectra(attempt) - spectra(right)).mean()
    assert errors[0] < 0.8 * errors[1] < 0.8 * errors[2]


@pytest.mark.parametrize("decoder", [opus_decoder, QuietOpusDecoder])
@given(payload=st.binary(max_size=300))
def test_nothing_that_comes_breaks_the_decoder(decoder: Callable[[], OpusHearing], payload: bytes) -> None:
    hearing = decoder()
    assert len(hearing.decode(payload)) % 2 == 0
    assert len(hearing.recover(payload, FRAME_SAMPLES)) in (0, FRAME_BYTES)
    assert len(hearing.conceal(FRAME_SAMPLES)) == FRAME_BYTES


@given(st.binary(max_size=40))
def test_the_length_of_a_packet_is_read_as_the_library_reads_it(payload: bytes) -> None:
    library = opus_library()
    assert library is not None
    theirs = library.opus_packet_get_nb_samples(payload, len(payload), SAMPLE_RATE)
    assert samples_in(payload) == max(0, theirs)


def test_silence_is_sent_as_steadily_as_speech() -> None:
    encoder = OpusEncoder()
    for number in range(200):
        packets, timestamp = encoder.encode(frame(bytes(FRAME_BYTES), number * FRAME_SAMPLES))
        assert timestamp == number * FRAME_SAMPLES
        assert [samples_in(packet) for packet in packets] == [FRAME_SAMPLES]
        assert len(packets[0]) > 2, "a packet of two bytes and less is DTX: nothing is sent (RFC 6716, 2.1.9)"


def test_the_rate_follows_at_once() -> None:
    encoder, frames = OpusEncoder(), said(6)
    rates = []
    for bitrate in (40_000, 12_000, 40_000):
        encoder.bitrate = bitrate
        sizes = [len(encoder.encode(frame(pcm))[0][0]) for pcm in frames]
        rates.append(sum(sizes) * 8 * 50 / len(sizes))
    assert rates[1] < 0.5 * rates[0]
    assert rates[2] > 2 * rates[1]


def test_the_settings_are_bounded() -> None:
    encoder = OpusEncoder()
    encoder.bitrate, encoder.loss = 1, 7.0
    assert (encoder.bitrate, encoder.loss) == (LEAST_BITRATE, 1.0)
    encoder.bitrate, encoder.loss = 1_000_000, -1.0
    assert (encoder.bitrate, encoder.loss) == (MOST_BITRATE, 0.0)


def test_other_sound_is_cut_to_frames_of_ours() -> None:
    encoder, packets, stamps = OpusEncoder(), 0, []
    for number in range(50):
        made, timestamp = encoder.encode(frame(bytes(4 * 160), number * 160, rate=8000, layout="stereo"))
        packets += len(made)
        stamps += [timestamp] if made else []
    assert 47 <= packets <= 50
    assert stamps == sorted(set(stamps))
    with pytest.raises(TypeError):
        encoder.encode(VideoFrame(16, 16, "yuv420p"))


def test_what_is_encoded_already_is_passed_on() -> None:
    packet: Packet = Packet(b"abc")  # type: ignore[type-arg]
    packet.pts, packet.time_base = 160, Fraction(1, 8000)
    assert OpusEncoder().pack(packet) == ([b"abc"], 960)


def test_without_the_library_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing(_: str) -> None:
        raise OSError("none")

    monkeypatch.setattr(library_module, "bundled_library", nothing)
    monkeypatch.setattr("ctypes.util.find_library", lambda _: None)
    opus_library.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert isinstance(opus_decoder(), QuietOpusDecoder)
            packets, _ = OpusEncoder().encode(frame(bytes(FRAME_BYTES)))
            assert len(opus_decoder().decode(packets[0]) if packets else bytes(FRAME_BYTES)) == FRAME_BYTES
        assert len(caplog.records) == 1
    finally:
        opus_library.cache_clear()


OFFER = "v=0\r\nm=audio 9 RTP 96 8\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 usedtx=1\r\na=rtpmap:8 PCMA/8000\r\n"


@pytest.mark.parametrize("offer", [OFFER, OFFER.replace("a=fmtp:96 usedtx=1\r\n", "")])
def test_the_offer_asks_for_fec_and_an_even_flow(offer: str) -> None:
    lines = with_opus_wishes(offer).splitlines()
    place = lines.index("a=rtpmap:96 opus/48000/2") + 1
    assert lines[place] == "a=fmtp:96 minptime=10;useinbandfec=1;usedtx=0;stereo=0;maxaveragebitrate=40000"
    assert sum(line.startswith("a=fmtp:") for line in lines) == 1
    assert "a=rtpmap:8 PCMA/8000" in lines


def test_an_offer_without_opus_is_left_alone() -> None:
    offer = "v=0\r\nm=audio 9 RTP 8\r\na=rtpmap:8 PCMA/8000\r\n"
    assert with_opus_wishes(offer) == offer


def test_opus_is_all_that_is_offered() -> None:
    assert [codec.mimeType for codec in only_opus()] == ["audio/opus"]
