"""Sizes: small and moving before frozen, up only when it lasts, the shape kept."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.video.profile import HIGH, PROFILES, STANDARD, VideoProfile, lowered
from app.video.rtp.picture_size import (
    PictureSize,
    SizeState,
    SizeStep,
    advance,
    first_size,
    fitted,
    frame_is_due,
    next_due,
    steps_of,
)

STEPS = steps_of(HIGH)
profiles = st.sampled_from([STANDARD, HIGH, lowered(STANDARD), lowered(HIGH)])


def test_the_steps_of_720p() -> None:
    assert [(step.size.width, step.size.height, step.size.fps) for step in STEPS] == [
        (1280, 720, 30),
        (960, 540, 30),
        (640, 360, 30),
        (480, 270, 24),
        (320, 180, 15),
    ]
    assert PROFILES["1280x720"] is HIGH


def test_the_lower_rung_is_small_in_every_respect() -> None:
    for profile in (STANDARD, HIGH):
        low = lowered(profile)
        assert low.width <= 320
        assert low.height <= 240
        assert low.fps == 15
        assert low.most_bitrate == 150_000
        assert abs(low.width / low.height - profile.width / profile.height) < 0.02
        assert low.least_bitrate <= low.first_bitrate <= low.most_bitrate


@given(profile=profiles)
def test_every_step_is_smaller_than_the_one_before_and_has_the_same_shape(profile: VideoProfile) -> None:
    steps = steps_of(profile)
    assert (steps[0].size.width, steps[0].size.height) == (profile.width, profile.height)
    for larger, smaller in pairwise(steps):
        assert smaller.size.width < larger.size.width
        assert smaller.bitrate < larger.bitrate
        assert smaller.size.fps <= larger.size.fps
        assert smaller.size.width % 2 == smaller.size.height % 2 == 0
        assert abs(smaller.size.width / smaller.size.height - profile.width / profile.height) < 0.05


@given(
    profile=profiles,
    moves=st.lists(st.tuples(st.floats(0.01, 5), st.floats(1e4, 4e6), st.floats(0, 2)), max_size=60),
)
def test_down_at_once_up_by_one_and_never_dearer_than_the_rate(
    profile: VideoProfile, moves: list[tuple[float, float, float]]
) -> None:
    steps = steps_of(profile)
    state, at = first_size(steps, profile.first_bitrate), 0.0
    for seconds, bitrate, share in moves:
        at += seconds
        before, state = state.step, advance(state, steps, at, bitrate, share)
        assert 0 <= state.step < len(steps)
        assert state.step >= before - 1
        assert steps[state.step].bitrate <= bitrate or state.step == len(steps) - 1


def rates(seconds: float, bitrate: float, state: SizeState, share: float = 0.1, start: float = 0.0) -> SizeState:
    for tick in range(int(seconds * 30)):
        state = advance(state, STEPS, start + tick / 30, bitrate, share)
    return state


def test_a_rate_that_wavers_about_a_step_does_not_make_the_picture_waver() -> None:
    state, changes = first_size(STEPS, 1_000_000), 0
    for tick in range(1800):
        before, state = state, advance(state, STEPS, tick / 30, 500_000 + 100_000 * (tick // 45 % 2), 0.1)
        changes += before.step != state.step
    assert state.step == 2
    assert changes == 1


def test_the_picture_grows_again_when_the_rate_lasts() -> None:
    state = rates(1, 200_000, first_size(STEPS, 1_000_000))
    assert STEPS[state.step].size == PictureSize(480, 270, 24)
    assert rates(3, 2_000_000, state, start=10).step == state.step
    assert rates(14, 2_000_000, state, start=10).step == 0


def test_a_slow_processor_makes_the_picture_smaller_and_keeps_it_so_for_a_while() -> None:
    state = first_size(STEPS, 2_000_000)
    state = rates(2.9, 2_000_000, replace(state, changed_at=0.0), share=0.9)
    assert state.step == 0, "a mean needs its time"
    state = rates(1, 2_000_000, state, share=0.9, start=3.0)
    assert state.step == 1
    assert rates(20, 2_000_000, state, share=0.2, start=4.0).step == 1
    assert rates(20, 2_000_000, state, share=0.2, start=70.0).step == 0
    assert rates(20, 2_000_000, state, share=0.3, start=70.0).step == 1, "it would be too slow again"


@given(width=st.integers(2, 4000), height=st.integers(2, 4000), step=st.sampled_from(STEPS))
def test_a_picture_fits_its_size_and_is_never_blown_up(width: int, height: int, step: SizeStep) -> None:
    size = step.size
    fit = fitted(width, height, size)
    assert fit[0] <= max(2, min(width, size.width))
    assert fit[1] <= max(2, min(height, size.height))
    assert fit[0] % 2 == fit[1] % 2 == 0


@given(camera=st.sampled_from([15, 25, 30, 60]), fps=st.sampled_from([15, 24, 30]), jitter=st.floats(0, 0.3))
def test_frames_are_thinned_out_evenly(camera: int, fps: int, jitter: float) -> None:
    due, sent = float("-inf"), []
    for index in range(camera * 10):
        at = (index + jitter * (index % 2)) / camera
        if frame_is_due(due, at, fps):
            sent.append(at)
            due = next_due(due, at, fps)
    wanted = min(camera, fps) * 10
    assert 0.93 * wanted <= len(sent) <= 1.03 * wanted + 1
    longest = max(later - earlier for earlier, later in pairwise(sent))
    assert longest <= 2.6 / min(camera, fps)
