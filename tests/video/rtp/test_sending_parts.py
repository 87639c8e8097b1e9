"""The small pure parts of sending: pace, repeats, key frames, reports and the clock that ties them."""

import random
from collections.abc import Iterable
from itertools import pairwise

from aiortc.rtp import RtcpReceiverInfo, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.capture_clock import CaptureClock
from app.video.rtp.far_ears import FarEars
from app.video.rtp.far_reports import Heard, RepeatShare, SendingRate, payload_rate, rates
from app.video.rtp.key_frames import KeyFrames
from app.video.rtp.pacing import PACE, booked, queued, wait
from app.video.rtp.retransmission import HISTORY, SentPackets
from app.video.rtp.sent_reports import SentReports


@given(
    sizes=st.lists(st.integers(1, 1500), min_size=1, max_size=200),
    bitrate=st.floats(50_000, 3_000_000),
    start=st.floats(0, 1e6),
)
def test_a_burst_leaves_as_an_even_stream(sizes: list[int], bitrate: float, start: float) -> None:
    free_at, at = float("-inf"), start
    for size in sizes:
        at += wait(free_at, at)
        free_at = booked(free_at, at, size, bitrate)
    ideal = 8 * sum(sizes[:-1]) / (PACE * bitrate)
    assert ideal - 0.0101 <= at - start <= ideal + 0.0101
    assert queued(free_at, at, 1000, bitrate) <= 8 * (1000 + sizes[-1]) / (PACE * bitrate) + 1e-6


def test_after_a_pause_nothing_is_saved_up_but_a_moment() -> None:
    free_at = booked(0.0, 100.0, 1200, 500_000)
    assert abs(free_at - (100.0 - 0.01 + 8 * 1200 / (PACE * 500_000))) < 1e-9


def packet(number: int, size: int = 1000) -> RtpPacket:
    return RtpPacket(sequence_number=number % 65536, payload=bytes(size))


def filled(numbers: Iterable[int]) -> SentPackets:
    sent = SentPackets()
    for number in numbers:
        sent.remember(packet(number))
    return sent


@given(first=st.integers(0, 65535), count=st.integers(1, 3000))
def test_the_newest_1024_are_remembered_across_the_wrap(first: int, count: int) -> None:
    sent = filled(range(first, first + count))
    newest = (first + count - 1) % 65536
    oldest = (first + max(0, count - HISTORY)) % 65536
    for number in {newest, oldest}:
        found = sent.to_repeat(number, 0.0, 0.1, 1e9)
        assert found is not None
        assert found.sequence_number == number
    assert sent.to_repeat((first - 1) % 65536, 1.0, 0.1, 1e9) is None
    if count > HISTORY:
        assert sent.to_repeat((oldest - 1) % 65536, 1.0, 0.1, 1e9) is None


def test_a_packet_is_not_repeated_twice_within_a_round_trip() -> None:
    sent = filled(range(10))
    times = [at / 1000 for at in range(0, 1000, 10) if sent.to_repeat(5, at / 1000, 0.25, 1e6)]
    assert times == [0.0, 0.25, 0.5, 0.75]


def test_repeats_keep_within_half_the_rate() -> None:
    sent, chance, repeated = filled(range(HISTORY)), random.Random(1), 0
    for tick in range(10_000):
        found = sent.to_repeat(chance.randrange(HISTORY), tick / 1000, 0.05, 400_000)
        repeated += len(found.payload) if found else 0
    assert 0.9 * 200_000 * 10 < 8 * repeated < 200_000 * 10.4


@given(asks=st.lists(st.floats(0.0, 0.4), min_size=1, max_size=100), round_trip=st.floats(0, 1))
def test_key_frames_come_when_asked_for_and_not_too_often(asks: list[float], round_trip: float) -> None:
    keys, at, made = KeyFrames(), 0.0, []
    for pause in asks:
        at += pause
        keys.ask(at, round_trip)
        if keys.due(at):
            keys.made(at)
            made.append(at)
    assert made[0] == asks[0]
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(made))


def test_a_wish_older_than_the_newest_key_frame_is_fulfilled_already() -> None:
    keys = KeyFrames()
    keys.ask(1.0, 0.2)
    keys.made(1.0)
    keys.ask(1.1, 0.2)
    assert not keys.due(2.0)
    keys.ask(1.25, 0.2)
    assert not keys.due(1.26)
    assert keys.due(1.31)
    keys.made(1.31)
    keys.force()
    assert keys.due(1.7)


@given(start=st.floats(0, 1e6), delays=st.lists(st.floats(0, 0.08), min_size=50, max_size=200))
def test_the_clock_follows_the_least_delayed_captures(start: float, delays: list[float]) -> None:
    clock = CaptureClock()
    for index, delay in enumerate([0.0, *delays]):
        clock = clock.seen(index * 0.02, start + index * 0.02 + delay)
    end = len(delays) * 0.02
    media_time = clock.media_time(start + end)
    assert media_time is not None
    assert -0.05 <= media_time - end <= 1e-6


def test_the_clock_follows_a_track_that_skips() -> None:
    clock = CaptureClock()
    assert clock.media_time(5.0) is None
    for index in range(100):
        clock = clock.seen(index * 0.02, index * 0.02)
    for index in range(100, 600):
        clock = clock.seen(index * 0.02, index * 0.02 + 0.3)
    late = clock.media_time(12.0)
    assert late is not None
    assert abs(late - 11.7) < 0.08, "within what lips and voice may differ"
    clock = clock.seen(0.0, 500.0)
    assert clock.media_time(501.0) == 1.0


def test_round_trips_by_the_answers_to_our_reports() -> None:
    sent = SentReports()
    for index in range(20):
        sent.sent((1000 + index) << 16, float(index))
    assert sent.answered(1019, 0x8000, 19.75) == 0.25
    assert sent.answered(1015, 0, 15.1) is not None
    assert sent.answered(1001, 0, 20.0) is None, "too old"
    assert sent.answered(0, 0, 20.0) is None
    assert sent.smooth is not None
    assert 0.1 < sent.smooth < 0.25


def test_what_came_through_between_two_reports() -> None:
    earlier = Heard(10.0, highest=1000, lost=10, packets=1005, octets=1_000_000)
    later = Heard(11.0, highest=1080, lost=20, packets=1105, octets=1_100_000)
    sent, received = rates(earlier, later)
    assert sent == 8 * (100_000 + 100 * 50)
    assert abs(received - 0.7 * sent) < 1e-6
    assert rates(later, later) == (0.0, 0.0)


@given(rate=st.floats(50_000, 3e6), fps=st.floats(5, 30))
def test_headers_come_out_of_the_rate(rate: float, fps: float) -> None:
    payload = payload_rate(rate, fps, 1200)
    assert rate / 2 - 1 <= payload < rate


def test_the_share_asked_again_needs_a_sample() -> None:
    share = RepeatShare()
    assert share.asked(0.0, 5, 10) == 0.0
    assert share.asked(0.1, 10, 15) == 0.0
    assert share.asked(0.5, 10, 60) == 20 / 50
    assert share.asked(10.0, 1, 1000) == 0.0


def test_the_rate_of_the_last_second() -> None:
    rate = SendingRate()
    for index in range(300):
        rate.sent(index / 100, 125)
    assert 99_000 <= rate.bitrate(2.99) <= 101_000
    assert rate.bitrate(10.0) == 0


def report(highest: int, lost: int, fraction: int, lsr: int = 0, dlsr: int = 0) -> RtcpReceiverInfo:
    return RtcpReceiverInfo(1, fraction, lost, highest, jitter=0, lsr=lsr, dlsr=dlsr)


def test_the_far_ears_join_what_was_reported() -> None:
    ears = FarEars()
    assert (ears.lost, ears.round_trip) == (0.0, None)
    ears.told(77 << 16, 1.0)
    assert ears.hear(report(100, 0, 0), 100, 100_000, 1.5) is None
    reported = ears.hear(report(190, 10, 64, lsr=77, dlsr=65536), 200, 200_000, 2.5)
    assert reported is not None
    assert reported.lost == ears.lost == 10 / 90
    assert reported.round_trip == ears.round_trip == 0.5
    assert abs(reported.received - 0.8 * reported.sent) < 1e-6
    assert ears.asked([1, 1, 2], 200, 2.6).share == 0.0
    assert ears.reports == 2


def test_a_share_of_loss_is_taken_over_enough_packets() -> None:
    ears = FarEars()
    assert ears.hear(report(100, 0, 26), 100, 100_000, 1.0) is None
    assert ears.lost == 26 / 256
    assert ears.hear(report(107, 1, 36), 107, 107_000, 1.5) is None
    reported = ears.hear(report(120, 1, 0), 120, 120_000, 2.0)
    assert reported is not None
    assert reported.lost == ears.lost == 0.05
    assert ears.hear(report(127, 3, 70), 127, 127_000, 2.5) is None
    assert ears.lost == 0.05
    seldom = ears.hear(report(130, 3, 0), 130, 130_000, 3.6)
    assert seldom is not None
    assert seldom.lost == 0.2
