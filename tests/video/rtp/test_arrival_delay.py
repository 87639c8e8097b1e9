"""How long sound is held back: as short as the network allows, never longer than a conversation bears."""

from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.arrival_delay import LEAST_DELAY, MOST_DELAY, ArrivalDelay, note_arrival

FRAME = 0.02


def after(*delays: float) -> ArrivalDelay:
    state = ArrivalDelay()
    for number, delay in enumerate(delays):
        state = note_arrival(state, number * FRAME + 0.1 + delay, number * FRAME)
    return state


@given(st.lists(st.floats(0, 5), max_size=300))
def test_the_target_is_bounded_whatever_comes(delays: list[float]) -> None:
    assert LEAST_DELAY <= after(*delays).target <= MOST_DELAY


def test_a_steady_stream_is_hardly_held_back() -> None:
    assert after(*[0.0] * 100).target == LEAST_DELAY


def test_what_is_now_and_then_late_is_waited_for() -> None:
    state = after(*([0.0] * 9 + [0.12]) * 60)
    assert 0.12 <= state.target <= 0.14


def test_one_stall_in_a_long_calm_is_not_waited_for() -> None:
    assert after(*[0.0] * 3000, 0.3, *[0.0] * 100).target == LEAST_DELAY


def test_a_bad_minute_is_forgotten_after_another() -> None:
    assert after(*([0.0, 0.15] * 1500)).target >= 0.15
    assert after(*([0.0, 0.15] * 1500), *[0.0] * 9000).target == LEAST_DELAY


def test_a_clock_that_runs_slower_is_no_delay() -> None:
    assert after(*[number * 1e-5 for number in range(6000)]).target == LEAST_DELAY


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_only_differences_count(clock: float, stamp: float) -> None:
    state = ArrivalDelay()
    for number in range(100):
        late = 0.095 if number % 10 == 5 else 0.0
        state = note_arrival(state, clock + number * FRAME + late, stamp + number * FRAME)
    assert 0.09 <= state.target <= 0.11
