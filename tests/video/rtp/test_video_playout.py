"""Frames are shown by the sender's clock: evenly, in order, as early as lateness allows, near the sound."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.video_playout import LIP_SYNC, MOST_DELAY, UNSEEN, Playout, schedule

FRAME = 1 / 30


def play(
    lateness: list[float], sound_delay: float | None = None, start: float = 1000.0
) -> tuple[Playout, list[float]]:
    """Return when frames are shown that become complete so late each, in order; the sender's clock began at 0."""
    state, complete, due = Playout(), 0.0, []
    for index, late in enumerate(lateness):
        captured = index * FRAME
        complete = max(complete, start + captured + late)
        state, shown = schedule(state, captured, complete, sound_delay)
        assert shown >= complete
        due.append(shown)
    return state, due


def test_on_a_good_line_every_frame_is_shown_the_moment_it_is_complete() -> None:
    state, due = play([0.0, 0.004, 0.001, 0.003] * 60)
    assert due[:2] == [1000.0, 1000.0 + FRAME + 0.004]
    assert state.delay < UNSEEN


def test_uneven_arrival_is_shown_evenly() -> None:
    _, due = play([0.0, 0.03, 0.01, 0.05] * 60)
    gaps = [later - earlier for earlier, later in pairwise(due[60:])]
    assert max(gaps) - min(gaps) < 0.002


def test_the_delay_grows_at_the_first_late_frames_and_shrinks_slowly_when_they_end() -> None:
    late = [0.0] * 30 + [0.1] * 3
    grown, _ = play(late)
    assert grown.delay == pytest.approx(0.1)
    still, _ = play(late + [0.0] * 60)
    assert still.delay > 0.03
    over, _ = play(late + [0.0] * 600)
    assert over.delay < UNSEEN


def test_one_late_frame_in_a_hundred_is_not_waited_for() -> None:
    state, _ = play(([0.05] + [0.0] * 99) * 3)
    assert state.delay < UNSEEN


def test_a_sender_that_slept_does_not_leave_delay_behind() -> None:
    state, _ = play([0.0] * 30)
    state, due = schedule(state, 30 * FRAME, 1031.0)
    assert due == 1031.0
    state, due = schedule(state, 31 * FRAME, 1031.0 + FRAME)
    assert due == 1031.0 + FRAME
    assert state.delay < UNSEEN


@given(st.floats(0, 0.5), st.lists(st.floats(0, 0.6), min_size=2, max_size=60))
def test_the_picture_stays_near_the_sound(sound: float, lateness: list[float]) -> None:
    state, _ = play(lateness, sound)
    assert state.delay <= min(MOST_DELAY, sound + LIP_SYNC) + 1e-6
    assert state.delay >= min(MOST_DELAY, sound - LIP_SYNC) - 1e-6


@given(st.lists(st.floats(0, 2.0), min_size=1, max_size=120))
def test_frames_keep_their_order_and_are_never_held_longer_than_the_most(lateness: list[float]) -> None:
    state, complete, last = Playout(), 0.0, 0.0
    for index, late in enumerate(lateness):
        complete = max(complete, index * FRAME + late)
        state, due = schedule(state, index * FRAME, complete)
        assert max(last, complete) <= due <= complete + MOST_DELAY + 1e-6
        assert 0 <= state.delay <= MOST_DELAY + 1e-6
        last = due
