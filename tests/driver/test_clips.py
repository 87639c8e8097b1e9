"""What is played into calls is what those who measure take it for."""

from pathlib import Path

import numpy as np
import pytest

from app.video.devices.pattern import read
from app.video.profile import STANDARD
from tests.driver import false_camera
from tests.driver.clips import CLINIC_NUMBERS, CLIP_RATE, beeps, camera_clip, clinic_number
from tests.driver.false_camera import FalseCamera


class Clock:
    """A wall clock that goes on only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.3

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + 0.001


def test_the_clinic_s_camera_goes_by_the_wall_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(false_camera, "time", clock)
    state = tmp_path / "camera"
    state.write_text(str(camera_clip(tmp_path / "clip.y4m", 160, 120, CLINIC_NUMBERS)), encoding="utf-8")
    camera = FalseCamera(STANDARD, state)
    seen = []
    for frame in camera.frames():
        seen.append((clock.now, read(np.asarray(frame.to_ndarray(format="gray"), np.uint8))))
        clock.now += 0.7 if len(seen) == 4 else 0.005
        if len(seen) == 8:
            camera.close()
    assert [number for _, number in seen] == [clinic_number(int(at * CLIP_RATE)) for at, _ in seen]
    assert all(at * CLIP_RATE % 1 < 0.1 for at, _ in seen)
    assert seen[4][0] - seen[3][0] > 0.7


def test_a_beep_is_short_and_the_rest_is_quiet() -> None:
    sound = beeps(1000, 1.1)
    assert len(sound) == round(1.1 * 48000)
    assert np.abs(sound[: 48 * 120]).max() > 15_000
    assert not sound[48 * 121 :].any()
