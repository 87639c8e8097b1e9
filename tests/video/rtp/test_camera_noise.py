"""Noise is measured though people move, and taken out only where there is much of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.camera_noise import CALM_LOOKS, EVERY, CameraNoise, Luma, noise_between


def room(step: int, sigma: float, width: int = 640, height: int = 480, moving: bool = True) -> Luma:
    """A room with a head that moves by some pixels from frame to frame, and a sensor's normal noise."""
    rng = np.random.default_rng(step)
    rows, columns = np.ogrid[:height, :width]
    luma = 110.0 + 20 * np.sin(columns / 40) + np.zeros((height, 1))
    centre = width // 2 + (8 * step % 100 if moving else 0)
    luma[((columns - centre) / (width / 8)) ** 2 + ((rows - height / 2) / (height / 4)) ** 2 < 1] = 180
    luma += rng.normal(0, sigma, luma.shape)
    return np.clip(luma, 16, 235).astype(np.uint8)


@pytest.mark.parametrize("sigma", [1.5, 3.0, 6.0])
def test_noise_is_measured_though_somebody_moves(sigma: float) -> None:
    assert noise_between(room(1, sigma), room(2, sigma)) == pytest.approx(sigma, rel=0.15)


@given(st.integers(0, 4), st.integers(0, 80))
def test_pictures_of_any_size_have_a_noise(height: int, width: int) -> None:
    picture = np.full((height, width), 77, np.uint8)
    assert noise_between(picture, picture) == 0.0


def looked(noise: CameraNoise, sigma: float, looks: int, begin: int = 0) -> bool:
    """Show so many looks' worth of frames; only those that are looked at differ."""
    for look in range(looks):
        first, second = room(begin + 2 * look, sigma), room(begin + 2 * look + 1, sigma)
        for frame in range(EVERY):
            noise.look(second if frame else first)
    return noise.hisses


def test_noise_is_taken_out_until_the_camera_is_known_to_be_quiet() -> None:
    noise = CameraNoise()
    assert noise.hisses
    assert looked(noise, 1.0, CALM_LOOKS - 1)
    assert not looked(noise, 1.0, 1)


def test_a_camera_that_begins_to_hiss_is_noticed_at_once() -> None:
    noise = CameraNoise()
    assert not looked(noise, 1.0, CALM_LOOKS)
    assert looked(noise, 4.0, 1)


def test_a_little_noise_changes_nothing() -> None:
    noise = CameraNoise()
    assert looked(noise, 2.25, 2 * CALM_LOOKS)
    assert not looked(noise, 1.0, CALM_LOOKS)
    assert not looked(noise, 2.25, 2 * CALM_LOOKS)


def test_another_size_is_not_compared() -> None:
    noise = CameraNoise()
    noise.look(room(0, 5.0))
    noise.look(room(1, 5.0, 320, 240))
    assert noise.hisses
