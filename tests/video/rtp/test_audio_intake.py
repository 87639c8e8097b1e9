"""The patient's sound from packet to loudspeaker: even, in 20 ms, through losses, stalls and the end."""

import threading
from collections.abc import Iterable

import numpy as np
import pytest
from aiortc import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.rtp.audio_intake import AudioIntake
from app.video.rtp.audio_render import SoundRenderer
from app.video.rtp.opus import QuietOpusDecoder, opus_decoder
from app.video.rtp.opus_encoder import FFmpegVoice, LibopusVoice
from app.video.rtp.opus_library import opus_library
from app.video.rtp.sound_decisions import Conceal, Play, SoundPacket, Tempo, Wait
from tests.video.fakes import loudest, tone
from tests.video.rtp.sound_network import FRAME, Sent, rough, steady

OPUS = RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48000, channels=2, payloadType=96)
PCMA = RTCRtpCodecParameters(mimeType="audio/PCMA", clockRate=8000, channels=1, payloadType=8)
FRAME_BYTES = 2 * FRAME_SAMPLES


def encoded(count: int, hertz: float = 440.0) -> list[bytes]:
    library = opus_library()
    voice = LibopusVoice(library) if library else FFmpegVoice()
    return [voice.encode(tone(hertz, number)) for number in range(count)]


TONES = encoded(500)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def packet(number: int, payload: bytes, ssrc: int = 7) -> RtpPacket:
    return RtpPacket(
        payload_type=96, sequence_number=number, timestamp=number * FRAME_SAMPLES, ssrc=ssrc, payload=payload
    )


def hear(arrivals: Iterable[Sent], seconds: float, payloads: list[bytes] = TONES) -> tuple[AudioIntake, bytes]:
    clock = Clock()
    intake, heard = AudioIntake(clock=clock), bytearray()
    waiting = sorted(arrivals, key=lambda sent: sent.at)
    for tick in range(round(seconds / FRAME)):
        clock.now = tick * FRAME + 0.003
        while waiting and waiting[0].at <= clock.now:
            sent = waiting.pop(0)
            intake.take(packet(sent.number, payloads[sent.number % len(payloads)], sent.ssrc), OPUS, sent.at)
        pcm = intake.pull()
        assert len(pcm) == FRAME_BYTES
        heard += pcm
    return intake, bytes(heard)


def loudness(pcm: bytes) -> NDArray[np.float64]:
    """Return the RMS of each 20 ms."""
    return np.asarray(
        np.sqrt(np.mean(np.frombuffer(pcm, "<i2").astype(float).reshape(-1, FRAME_SAMPLES) ** 2, axis=1))
    )


def steepest(pcm: bytes) -> int:
    return int(np.abs(np.diff(np.frombuffer(pcm, "<i2").astype(int))).max())


def test_a_steady_tone_is_heard_as_it_was_said() -> None:
    intake, heard = hear(steady(500), 10)
    assert abs(loudest(heard[-2 * SAMPLE_RATE :]) - 440) < 2
    assert loudness(heard)[20:].min() > 0.9 * 16384 / np.sqrt(2)
    figures = intake.figures
    assert (figures.lost, figures.late, figures.concealed_ms, figures.expanded) == (0, 0, 0, 0)
    assert figures.packets == 497
    assert 0.3 < figures.level < 0.4
    assert 20 <= figures.delay_ms <= 60


@pytest.mark.parametrize("loss", [0.02, 0.05, 0.1])
def test_losses_are_not_heard_as_gaps(loss: float) -> None:
    intake, heard = hear(rough(500, seed=5, loss=loss, jitter=0.005), 9.9)
    assert loudness(heard)[20:].min() > 0.3 * 16384 / np.sqrt(2)
    assert intake.figures.lost > 0
    assert intake.figures.recovered >= 0.7 * intake.figures.lost
    assert steepest(heard[40 * FRAME_BYTES :]) < 6000


def test_a_long_gap_fades_to_silence_and_comes_back_without_a_click() -> None:
    intake, heard = hear([sent for sent in steady(500) if not 200 <= sent.number < 260], 10)
    loud = loudness(heard)
    gap = int(np.argmin(loud[190:])) + 190
    assert loud[gap] == 0
    assert loud[203] > 0
    assert loud[-50:].min() > 0.9 * 16384 / np.sqrt(2)
    assert steepest(heard[20 * FRAME_BYTES :]) < 4000
    assert 1100 <= intake.figures.expanded <= 1300
    assert 1100 <= intake.figures.concealed_ms <= 1300
    assert intake.figures.lost == 60


def test_a_stall_is_caught_up_and_nothing_is_left_out() -> None:
    stalled = [Sent(n, 2012 * FRAME + 0.05) if 2000 <= n < 2012 else Sent(n, n * FRAME + 0.05) for n in range(2250)]
    intake, heard = hear(stalled, 45)
    assert intake.figures.lost == intake.figures.late == 0
    assert 100 < intake.figures.stretched_ms < 400
    assert abs(loudest(heard[-2 * SAMPLE_RATE :]) - 440) < 2
    assert steepest(heard[20 * FRAME_BYTES :]) < 4000


def test_before_the_first_packet_and_after_the_end_it_is_silent() -> None:
    intake = AudioIntake()
    assert intake.pull() == bytes(FRAME_BYTES)
    assert intake.figures.concealed_ms == 0
    intake, _ = hear(steady(100), 1)
    intake.close()
    intake.close()
    intake.take(packet(100, TONES[100]), OPUS, 2.1)
    assert intake.pull() == bytes(FRAME_BYTES)
    assert intake.figures.level == 0


def test_what_is_not_opus_is_left_out() -> None:
    intake = AudioIntake()
    intake.take(packet(1, bytes(160)), PCMA, 0.0)
    intake.take(packet(2, b""), OPUS, 0.0)
    intake.take(packet(3, b"\xff"), OPUS, 0.0)
    assert intake.figures.packets == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 2), st.binary(max_size=40)),
        max_size=80,
    )
)
def test_whatever_a_sender_makes_up_the_loudspeaker_gets_its_20_ms(
    packets: list[tuple[int, int, int, bytes]],
) -> None:
    clock = Clock()
    intake = AudioIntake(clock=clock)
    for sequence, timestamp, ssrc, payload in packets:
        made = RtpPacket(payload_type=96, sequence_number=sequence, timestamp=timestamp, ssrc=ssrc, payload=payload)
        intake.take(made, OPUS, clock.now)
        assert len(intake.pull()) == FRAME_BYTES
        clock.now += 0.017


def test_two_threads_do_not_disturb_each_other() -> None:
    intake, wrong = AudioIntake(), []

    def pull() -> None:
        for _ in range(300):
            if len(intake.pull()) != FRAME_BYTES:
                wrong.append(1)

    thread = threading.Thread(target=pull)
    thread.start()
    for number, payload in enumerate(TONES[:300]):
        intake.take(packet(number, payload), OPUS, number * FRAME)
    thread.join()
    assert not wrong
    assert intake.figures.packets == 300


def test_a_fresh_stream_forgets_the_one_before() -> None:
    renderer, alone = SoundRenderer(opus_decoder()), SoundRenderer(opus_decoder())
    for number in range(10):
        renderer.render(Play(SoundPacket(number, 0, FRAME_SAMPLES, TONES[number]), Tempo.EVEN, fresh=False))
    first = Play(SoundPacket(0, 0, FRAME_SAMPLES, TONES[0]), Tempo.EVEN, fresh=True)
    assert (renderer.render(first) == alone.render(first)).all()


def test_a_decoder_without_concealment_is_silent_where_sound_is_missing() -> None:
    renderer = SoundRenderer(QuietOpusDecoder())
    renderer.render(Play(SoundPacket(0, 0, FRAME_SAMPLES, TONES[0]), Tempo.EVEN, fresh=True))
    assert not renderer.render(Conceal(FRAME_SAMPLES)).any()
    assert not renderer.render(Wait(FRAME_SAMPLES)).any()
    damaged = Play(SoundPacket(1, FRAME_SAMPLES, FRAME_SAMPLES, b"\xff"), Tempo.EVEN, fresh=False)
    assert len(renderer.render(damaged)) == FRAME_SAMPLES
