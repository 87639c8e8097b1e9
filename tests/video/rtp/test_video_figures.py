"""A freeze is a gap that the sender did not make."""

import pytest

from app.video.rtp.video_figures import MotionMeter


def meter(*shown: tuple[float, float], skipped: bool = False) -> MotionMeter:
    made = MotionMeter()
    for at, captured in shown:
        made.show(at, captured, skipped=skipped)
    return made


def test_even_motion_never_freezes() -> None:
    made = meter(*((index / 30, index / 30) for index in range(90)))
    assert (made.frames, made.frozen_seconds, made.longest_freeze) == (90, 0.0, 0.0)
    assert made.fps(89 / 30) == pytest.approx(30, abs=1)
    assert made.fps(60.0) == 0


def test_a_late_frame_freezes_for_the_whole_gap() -> None:
    made = meter((0.0, 0.0), (0.2, 0.033), (0.233, 0.066), (0.533, 0.1))
    assert made.frozen_seconds == pytest.approx(0.5)
    assert made.longest_freeze == pytest.approx(0.3)


def test_a_sender_of_few_frames_does_not_freeze_but_given_up_frames_do() -> None:
    assert meter((0.0, 0.0), (0.25, 0.25), (0.51, 0.5)).frozen_seconds == 0
    assert meter((0.0, 0.0), (0.25, 0.25), skipped=True).frozen_seconds == pytest.approx(0.25)
