"""Packets in, an even flow out: in order, once, with a bounded delay, and nothing made up without need."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ports.media import FRAME_SAMPLES
from app.video.rtp.audio_playout import MOST_PACKETS, Playout, arrival, next_sound
from app.video.rtp.sound_decisions import Conceal, Play, Recover, SoundPacket
from tests.video.rtp.sound_network import FRAME, SSRC, Sent, play, rough, steady

networks = st.builds(
    rough,
    st.integers(1, 400),
    seed=st.integers(0, 1 << 32),
    loss=st.floats(0, 0.5),
    jitter=st.floats(0, 0.2),
    burst=st.floats(0, 0.9),
)
wraps = st.sampled_from([0, 65_400, 65_535])
stamps = st.sampled_from([0, (1 << 32) - 960 * 100, (1 << 32) - 1, (1 << 31) - 960])


@settings(max_examples=60)
@given(networks, wraps, stamps, st.data())
def test_nothing_is_played_out_of_order_or_twice(
    arrivals: list[Sent], sequence: int, timestamp: int, data: st.DataObject
) -> None:
    twice = data.draw(st.lists(st.sampled_from(arrivals), max_size=20)) if arrivals else []
    again = [Sent(sent.number, sent.at + data.draw(st.floats(0, 0.5))) for sent in twice]
    heard = play([*arrivals, *again], 12, sequence=sequence, timestamp=timestamp)
    numbers = heard.numbers()
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= {sent.number for sent in arrivals}


@settings(max_examples=60)
@given(networks)
def test_the_delay_is_bounded_and_nothing_piles_up(arrivals: list[Sent]) -> None:
    heard = play(arrivals, 12)
    fastest = min((sent.at - sent.number * FRAME for sent in arrivals), default=0.0)
    assert all(delay - fastest < 2.5 for delay in heard.delays)
    assert not heard.states[-1].queue
    assert all(len(state.queue) <= 102 for state in heard.states)


@settings(max_examples=30)
@given(st.floats(0, 0.3), st.floats(0, FRAME), wraps, stamps, st.integers(1, 2))
def test_a_lossless_steady_stream_is_played_whole(
    transit: float, phase: float, sequence: int, timestamp: int, burst: int
) -> None:
    pulls = [tick // burst * burst * FRAME + phase for tick in range(1000 + 100 * burst)]
    heard = play(steady(1000, transit), 20, pulls=pulls, sequence=sequence, timestamp=timestamp)
    assert heard.numbers() == list(range(1000))
    assert heard.of(Conceal) == heard.of(Recover) == 0
    assert max(heard.delays) - transit < 0.08 + burst * FRAME
    assert heard.stretched(since=8) == 0


@pytest.mark.parametrize("loss", [0.02, 0.05, 0.1])
def test_single_losses_are_recovered_from_the_packet_after(loss: float) -> None:
    arrivals = rough(3000, 1, loss, jitter=0)
    heard = play(arrivals, 60)
    gone = 3000 - len(arrivals)
    assert heard.of(Recover) + heard.of(Conceal) <= gone + 60
    assert heard.of(Recover) >= 0.85 * gone * (1 - loss)
    assert heard.states[-1].lost == gone - (2999 - arrivals[-1].number) - arrivals[0].number
    assert max(heard.delays) < 0.05 + 0.08


def test_after_a_burst_of_loss_the_sound_goes_on_with_the_same_delay() -> None:
    arrivals = [sent for sent in steady(1000) if not 400 <= sent.number < 410]
    heard = play(arrivals, 20)
    assert heard.of(Conceal) + heard.of(Recover) <= 10
    assert set(range(1000)) - set(heard.numbers()) == set(range(400, 410))
    assert heard.delays[-1] < 0.05 + 0.06


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "held back and delivered at once"])
def test_a_minute_without_network_leaves_no_delay_behind(lost: bool) -> None:
    back = 3500 * FRAME + 0.05
    arrivals = [
        Sent(sent.number, back + (sent.number - 500) * 1e-5) if 500 <= sent.number < 3500 else sent
        for sent in steady(4000)
        if not (lost and 500 <= sent.number < 3500)
    ]
    heard = play(arrivals, 80)
    assert heard.numbers()[-1] == 3999
    after = [delay for number, delay in zip(heard.numbers(), heard.delays, strict=True) if number > 3600]
    assert max(after) < 0.05 + 0.1
    assert heard.of(Conceal, since=back + 1.0) == 0


def test_a_short_stall_is_caught_up_by_tempo_and_nothing_is_left_out() -> None:
    arrivals = [Sent(n, 515 * FRAME + 0.05) if 500 <= n < 515 else Sent(n, n * FRAME + 0.05) for n in range(1500)]
    heard = play(arrivals, 30)
    assert heard.numbers() == list(range(1500))
    assert heard.stretched() >= 10
    assert heard.delays[-1] < 0.05 + 0.06


def test_a_sender_that_starts_anew_is_heard_at_once() -> None:
    new = [Sent(n, 4 + (n - 100_000) * FRAME, ssrc=SSRC + 1) for n in range(100_000, 100_100)]
    heard = play([*steady(190), *new], 8)
    assert [n for n in heard.numbers() if n >= 100_000] == list(range(100_000, 100_100))
    fresh = [d.packet.payload for _, d in heard.decisions if isinstance(d, Play) and d.fresh]
    assert fresh == [b"0", b"100000"]


def test_a_sender_that_starts_anew_under_the_same_name_is_heard_within_a_second() -> None:
    old = [Sent(n, (n - 5000) * FRAME) for n in range(5000, 5200)]
    again = [Sent(n, 4.02 + n * FRAME) for n in range(200)]
    state, heard = Playout(), 0
    packets = sorted([*old, *again], key=lambda sent: sent.at)
    for tick in range(400):
        now = tick * FRAME + 0.01
        while packets and packets[0].at <= now:
            sent = packets.pop(0)
            state = arrival(state, SSRC, sent.packet(0, 0), sent.at)
        state, decision = next_sound(state, now, 0)
        heard += isinstance(decision, Play) and int(decision.packet.payload) < 5000
    assert heard >= 170


def test_a_leap_of_the_time_stamps_is_not_filled_with_made_up_sound() -> None:
    arrivals = [*steady(200), *(Sent(n, (n - 3000) * FRAME + 0.05) for n in range(3200, 3400))]
    heard = play(arrivals, 8)
    assert heard.numbers()[-1] == 3399
    assert heard.of(Conceal) <= 3


def test_packets_of_sixty_milliseconds_are_played_and_recovered() -> None:
    state, ready, decisions = Playout(), 0, []
    for tick in range(300):
        if tick % 3 == 0 and tick not in (60, 150):
            sound = SoundPacket(tick // 3, tick * FRAME_SAMPLES, 3 * FRAME_SAMPLES, b"")
            state = arrival(state, SSRC, sound, tick * FRAME)
        while ready < FRAME_SAMPLES:
            state, decision = next_sound(state, tick * FRAME + 0.01, ready)
            decisions.append(decision)
            ready += decision.packet.samples if isinstance(decision, Play) else decision.samples
        ready -= FRAME_SAMPLES
    assert sum(isinstance(decision, Play) for decision in decisions) >= 96
    made_up = sum(decision.samples for decision in decisions if isinstance(decision, (Conceal, Recover)))
    assert made_up <= 8 * FRAME_SAMPLES


@settings(max_examples=20)
@given(step=st.integers(0, 200), samples=st.sampled_from([120, 960, 5760]), pulled=st.booleans())
def test_a_flood_of_packets_is_not_kept(step: int, samples: int, pulled: bool) -> None:
    state = Playout()
    for number in range(800):
        sound = SoundPacket(number, number * step, samples, b"")
        state = arrival(state, SSRC, sound, number / 10_000)
        if pulled:
            state, _ = next_sound(state, number / 10_000, 0)
        assert len(state.queue) <= MOST_PACKETS
