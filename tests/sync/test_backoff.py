from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.sync.backoff import FIRST_PAUSE, LONGEST_PAUSE, pause_after


@given(failures=st.integers(-3, 10_000), chance=st.floats(0, 1))
def test_a_pause_is_bounded_and_spread(failures: int, chance: float) -> None:
    pause = pause_after(failures, chance)
    assert FIRST_PAUSE * 0.75 <= pause <= LONGEST_PAUSE
    assert pause_after(failures, 1) <= pause <= pause_after(failures, 0)


@given(failures=st.integers(1, 100), chance=st.floats(0, 1))
def test_pauses_never_shrink_while_it_fails(failures: int, chance: float) -> None:
    assert pause_after(failures, chance) <= pause_after(failures + 1, chance)


def test_it_doubles_from_a_second_to_a_minute() -> None:
    pauses = [pause_after(failures, 0) for failures in range(1, 9)]
    assert pauses == [timedelta(seconds=s) for s in (1, 2, 4, 8, 16, 32, 60, 60)]
