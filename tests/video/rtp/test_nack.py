"""What is lost is asked for at once, again each round trip, and not for ever."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.nack import (
    LEAST_RETRY,
    MOST_LOST,
    MOST_TRIES,
    REPEAT_AFTER,
    Nack,
    arrive,
    ask,
    forget_before,
    wake_at,
)

PATIENCE = 1.0


def after(*numbers: int, now: float = 0.0) -> Nack:
    state = Nack()
    for number in numbers:
        state = arrive(state, number, now)
    return state


def test_a_gap_is_asked_for_at_once_and_again_after_a_round_trip() -> None:
    state = replace(after(1, 2, 5), round_trip=0.1)
    state, asked = ask(state, 0.0, PATIENCE)
    assert asked == (3, 4)
    assert ask(state, 0.01, PATIENCE)[1] == ()
    state, asked = ask(state, 0.02, PATIENCE)
    assert asked == (3, 4)  # the request may have been lost as well
    assert ask(state, 0.1, PATIENCE)[1] == ()
    again = wake_at(state)
    assert again is not None
    assert 0.1 < again < 0.13
    assert ask(state, again, PATIENCE)[1] == (3, 4)


def test_what_came_after_all_is_not_asked_for_again() -> None:
    state, _ = ask(after(1, 2, 5), 0.0, PATIENCE)
    state = arrive(arrive(state, 4, 0.1, repaired=True), 3, 0.1, repaired=True)
    assert wake_at(state) is None
    assert ask(state, 9.0, PATIENCE) == (state, ())


def test_the_round_trip_is_learned_from_what_was_asked_for_once() -> None:
    state, _ = ask(after(1, 3), 0.0, PATIENCE)
    assert arrive(state, 2, 0.08, repaired=True).round_trip == 0.08
    twice, _ = ask(ask(state, 0.02, PATIENCE)[0], 0.3, PATIENCE)
    assert arrive(twice, 2, 0.32, repaired=True).round_trip is None


def test_a_way_that_has_become_longer_is_learned_although_every_answer_comes_after_two_requests() -> None:
    state, now = replace(after(0), round_trip=0.05), 0.0
    for number in range(2, 100, 2):
        now += 1.0
        state = arrive(state, number, now)
        asking = now
        while asking < now + 0.3:
            state, _ = ask(state, asking, PATIENCE)
            wake = wake_at(state)
            assert wake is not None
            asking = wake
        state = arrive(state, number - 1, now + 0.3, repaired=True)
    assert state.round_trip is not None
    assert 0.25 < state.round_trip < 0.35


def test_packets_that_only_overtake_each_other_are_waited_for() -> None:
    state = arrive(arrive(after(1), 3, 1.000), 2, 1.010)
    state = arrive(state, 5, 2.000)
    assert ask(state, 2.000, PATIENCE)[1] == ()
    wake = wake_at(state)
    assert wake is not None
    assert 2.010 < wake < 2.030
    assert ask(state, wake, PATIENCE)[1] == (4,)


def test_a_hole_too_large_to_be_filled_is_given_up() -> None:
    state = after(0, MOST_LOST + 2)
    assert state.gave_up
    assert not state.lost
    assert not after(0, MOST_LOST + 1).gave_up


def test_what_is_no_longer_needed_is_forgotten() -> None:
    state = forget_before(after(1, 10), 5)
    assert sorted(state.lost) == [5, 6, 7, 8, 9]
    assert forget_before(state, 5) is state


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_exactly_what_lies_between_and_has_not_come_is_missing(numbers: list[int]) -> None:
    state = after(*numbers)
    expected = {number for number in range(numbers[0], max(numbers)) if number not in numbers}
    assert set(state.lost) == {number for number in expected if number > numbers[0]}


@given(st.floats(0.001, 0.6), st.floats(0.2, 3.0), st.integers(2, 40))
def test_nothing_is_asked_for_too_often_nor_longer_than_patience(trip: float, patience: float, gap: int) -> None:
    state = replace(after(0, gap), round_trip=trip)
    now, times = 0.0, []
    while (wake := wake_at(state)) is not None:
        now = max(now, wake)
        state, asked = ask(state, now, patience)
        if asked:
            times.append(now)
    assert len(times) <= 2 * MOST_TRIES
    assert times[0] == 0.0
    assert times[-1] < patience
    times = [time for time in times if not any(0 < time - other < 1.5 * REPEAT_AFTER for other in times)]
    assert all(later - earlier >= max(LEAST_RETRY, trip) - 0.005 for earlier, later in pairwise(times))
