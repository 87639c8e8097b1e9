"""When the patient counts as heard, as seen and as lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.machine.watch import Arrivals, Flow, Watch, look


def watch(*looks: tuple[float, int, int]) -> list[Flow]:
    """Return the judgement after each look: (monotonic seconds, pictures so far, sounds so far)."""
    state, flows = Watch(), []
    for now, pictures, sounds in looks:
        state, flow = look(state, Arrivals(pictures, sounds), now)
        flows.append(flow)
    return flows


def test_the_first_picture_makes_it_video() -> None:
    assert watch((0, 0, 0), (1, 0, 50), (1.2, 1, 60)) == [Flow.NOTHING_YET, Flow.NOTHING_YET, Flow.VIDEO]


def test_sound_without_a_picture_counts_after_three_seconds() -> None:
    assert watch((0, 0, 1), (2.9, 0, 140), (3.0, 0, 150)) == [Flow.NOTHING_YET, Flow.NOTHING_YET, Flow.SOUND]


def test_three_seconds_of_silence_are_a_loss_even_while_pictures_come() -> None:
    assert watch((0, 1, 1), (2.9, 80, 1), (3.0, 90, 1)) == [Flow.VIDEO, Flow.VIDEO, Flow.LOST]


def test_one_gap_in_the_picture_is_forgiven_and_the_second_is_not() -> None:
    sounds = iter(range(1, 100))
    times = (0, 4.9, 5.0, 6, 10.9, 11.0)
    pictures = (1, 1, 1, 2, 2, 2)
    flows = []
    state = Watch()
    for now, seen in zip(times, pictures, strict=True):
        # sound goes on all the time; the looks are further apart than in life, so let each bring some
        state, flow = look(state, Arrivals(seen, next(sounds)), now)
        flows.append(flow)
    assert flows[2] is Flow.VIDEO
    assert flows[-1] is Flow.SOUND


def test_ten_seconds_without_a_picture_are_two_gaps() -> None:
    flows = watch(*((second, 1, 1 + second) for second in range(11)))
    assert flows[9] is Flow.VIDEO
    assert flows[10] is Flow.SOUND


def test_a_picture_that_comes_back_after_two_gaps_counts_at_once() -> None:
    flows = watch(*((second, 1, 1 + second) for second in range(12)), (11.5, 2, 13), (15, 3, 14))
    assert flows[-3:] == [Flow.SOUND, Flow.VIDEO, Flow.VIDEO]


def test_two_seconds_without_anything_are_a_loss() -> None:
    assert watch((0, 1, 1), (1.9, 1, 1), (2.0, 1, 1)) == [Flow.VIDEO, Flow.VIDEO, Flow.LOST]


def test_what_comes_back_by_itself_is_no_longer_lost() -> None:
    assert watch((0, 1, 1), (10, 1, 1), (10.2, 1, 5), (10.4, 2, 9))[1:] == [Flow.LOST, Flow.VIDEO, Flow.VIDEO]


def test_a_picture_nobody_wants_is_not_missed_and_gets_its_time_when_it_is_wanted_again() -> None:
    state, flows = Watch(), []
    for second in range(40):
        wanted = not 5 <= second < 30
        state, flow = look(state, Arrivals(1 if second < 35 else second, 1 + second), second, picture_wanted=wanted)
        flows.append(flow)
    assert set(flows[5:30]) == {Flow.SOUND}
    assert set(flows[30:]) == {Flow.VIDEO}


def test_gaps_more_than_a_minute_apart_do_not_add_up() -> None:
    looks = [(second, 1 if second < 10 else 1 + second, 1 + second) for second in range(6)]
    looks += [(second, 10 + second, 1 + second) for second in range(6, 70)]
    looks += [(second, 79, 1 + second) for second in range(70, 75)]
    assert set(watch(*looks)) == {Flow.VIDEO}


def test_what_never_came_is_not_missed() -> None:
    assert watch((0, 1, 0), (4, 100, 0), (8, 200, 0))[-1] is Flow.VIDEO


@pytest.mark.parametrize("arrivals", [Arrivals(broken=True), Arrivals(100, 100, broken=True)])
def test_a_broken_connection_is_lost_at_once(arrivals: Arrivals) -> None:
    assert look(Watch(), arrivals, 0)[1] is Flow.LOST


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(1, 60), st.integers(1, 100)), min_size=1, max_size=50))
def test_steady_media_are_never_lost(steps: list[tuple[float, int, int]]) -> None:
    now, pictures, sounds, looks = 0.0, 0, 0, []
    for seconds, more_pictures, more_sounds in steps:
        now, pictures, sounds = now + seconds, pictures + more_pictures, sounds + more_sounds
        looks.append((now, pictures, sounds))
    assert Flow.LOST not in watch(*looks)
