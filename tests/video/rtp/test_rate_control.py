"""The picture's rate: within its bounds whatever is reported, and at peace with a line that is too narrow."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.video.profile import HIGH, STANDARD
from app.video.rtp.rate_control import (
    AskedAgain,
    Estimated,
    Passed,
    RateEvent,
    RateLimits,
    RateState,
    Reopened,
    Reported,
    advance,
    new_rate,
)
from tests.video.rtp.bottleneck import Call, Line, Run

LIMITS = RateLimits(HIGH.least_bitrate, HIGH.first_bitrate, HIGH.most_bitrate)
SMALLER = RateLimits(STANDARD.least_bitrate, STANDARD.first_bitrate, STANDARD.most_bitrate)
LOWER = RateLimits(50_000, 150_000, 150_000)

shares = st.floats(0, 1)
rates = st.floats(0, 1e8)


events = st.one_of(
    st.builds(Reported, st.just(0.0), shares, st.none() | st.floats(0, 5), rates, rates),
    st.builds(Estimated, st.just(0.0), rates, rates),
    st.builds(AskedAgain, st.just(0.0), shares),
    st.builds(Passed, st.just(0.0)),
    st.builds(Reopened, st.just(0.0)),
)
histories = st.lists(st.tuples(st.floats(0, 10), events), max_size=20)


def after_all(history: list[tuple[float, RateEvent]], limits: RateLimits) -> list[RateState]:
    """Return the states after each event, whose times are given as gaps."""
    at, states = 0.0, [new_rate(limits)]
    for gap, event in history:
        at += gap
        states.append(advance(states[-1], replace(event, at=at), limits))
    return states


def run(seed: int, capacity: float, *, estimates: bool, seconds: float = 40.0, loss: float = 0.0) -> Run:
    line = Line(lambda _: capacity, 0.05, loss, random.Random(seed))
    return Call(line, LIMITS, estimates=estimates).play(seconds)


@given(history=histories, limits=st.sampled_from([LIMITS, SMALLER, LOWER]))
def test_whatever_is_reported_the_rate_stays_within_its_bounds(
    history: list[tuple[float, RateEvent]], limits: RateLimits
) -> None:
    assert all(limits.least <= state.target <= limits.most for state in after_all(history, limits))


@given(history=histories, share=st.floats(0.11, 1), rate=rates)
def test_heavy_loss_never_raises_the_rate(
    history: list[tuple[float, RateEvent]], share: float, rate: float
) -> None:
    state = after_all(history, LIMITS)[-1]
    for event in (Reported(500.0, share, None, rate, rate), AskedAgain(500.0, share), Passed(500.0)):
        assert advance(state, event, LIMITS).target <= state.target


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 1 << 32), capacity=st.sampled_from([250_000, 500_000, 1_500_000]), estimates=st.booleans()
)
def test_a_narrow_line_is_filled_and_its_queue_stays_short(seed: int, capacity: int, estimates: bool) -> None:
    seen = run(seed, capacity, estimates=estimates)
    assert seen.p95_queue(after=5.0) < 0.2
    assert 0.4 * capacity < seen.mean_target(after=20.0) < capacity
    assert not [at for at in seen.audio_lost if at > 6.0], "the sound must not suffer for the picture"


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1 << 32), estimates=st.booleans())
def test_a_line_that_widens_is_used_again(seed: int, estimates: bool) -> None:
    line = Line(lambda at: 250_000 if at < 30 else 4_000_000, 0.05, 0.0, random.Random(seed))
    seen = Call(line, LIMITS, estimates=estimates).play(75.0)
    assert seen.mean_target(after=20.0, until=30.0) < 250_000
    assert seen.mean_target(after=72.0) > 0.9 * HIGH.most_bitrate


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1 << 32), estimates=st.booleans())
def test_a_wide_line_is_used_within_seconds(seed: int, estimates: bool) -> None:
    assert run(seed, 6_000_000, estimates=estimates, seconds=15.0).mean_target(after=12.0) > 0.8 * HIGH.most_bitrate


@pytest.mark.parametrize(("loss", "least"), [(0.02, 1_000_000), (0.05, 500_000), (0.10, 250_000)])
@pytest.mark.parametrize("estimates", [False, True])
def test_a_lossy_line_with_room_is_not_starved(loss: float, least: float, estimates: bool) -> None:
    seen = [run(seed, 3_000_000, estimates=estimates, loss=loss).mean_target(after=30.0) for seed in range(2)]
    assert min(seen) > least


@pytest.mark.parametrize("estimates", [False, True])
def test_a_still_picture_does_not_pull_the_target_down(estimates: bool) -> None:
    line = Line(lambda _: 5_000_000, 0.05, 0.0, random.Random(1))
    seen = Call(line, LIMITS, estimates=estimates, share=0.3).play(30.0)
    assert min(target for _, target in seen.targets) >= HIGH.first_bitrate


def test_loss_cuts_holds_or_lets_grow() -> None:
    state = RateState(target=500_000, ramping=False, cut_at=9.0, reported_at=9.0, shortest=0.1, queue=0.0)

    def after(lost: float, round_trip: float = 0.1) -> float:
        return advance(state, Reported(10.0, lost, round_trip, 500_000, 500_000), LIMITS).target

    assert after(0.4) == pytest.approx(500_000 * (1 - 0.5 * 0.4))
    assert after(0.11) == pytest.approx(500_000 * (1 - 0.5 * 0.11))
    assert after(0.05) == 500_000
    assert 1.05 * 500_000 <= after(0.01) <= 1.08 * 500_000 + 1
    assert after(0.0, round_trip=0.15) == 500_000
    assert after(0.0, round_trip=0.25) == pytest.approx(0.85 * 500_000)


def test_the_far_end_gone_silent_is_sent_less_and_the_way_felt_anew() -> None:
    state = advance(new_rate(LIMITS), Reported(1.0, 0.0, 0.05, 1e6, 1e6), LIMITS)
    targets = []
    for second in range(2, 20):
        state = advance(state, Passed(float(second)), LIMITS)
        targets.append(state.target)
    assert targets[0] == 1.5 * HIGH.first_bitrate
    assert all(later <= earlier for earlier, later in pairwise(targets))
    assert targets[-1] == HIGH.least_bitrate
    back = advance(state, Reported(20.0, 0.0, 0.05, 1e5, 1e5), LIMITS)
    assert back.target >= 1.5 * state.target


def test_an_estimate_below_what_was_sent_is_obeyed_at_once_and_leaves_room_for_the_sound() -> None:
    state = advance(new_rate(LIMITS), Estimated(1.0, 400_000, 900_000), LIMITS)
    assert 300_000 < state.target <= 400_000 * 0.92
    for second in range(2, 5):
        state = advance(state, Reported(float(second), 0.0, 0.05, 400_000, 400_000), LIMITS)
    assert state.target < 400_000
    later = advance(state, Reported(20.0, 0.0, 0.05, 400_000, 400_000), LIMITS)
    assert later.far is None, "an old estimate binds nobody"


def test_a_pc_that_was_busy_for_a_moment_does_not_lose_the_picture() -> None:
    state = RateState(target=2_000_000, ramping=False, cut_at=9.0, reported_at=9.0, shortest=0.02, queue=0.0)
    assert advance(state, Reported(10.0, 0.0, 0.4, 300_000, 300_000), LIMITS).target == 0.85 * 2_000_000
    assert advance(state, Reported(10.0, 0.0, 0.4, 1_500_000, 300_000), LIMITS).target == 1_000_000
