"""Faster and slower: a period less or more, the pitch kept, no click."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from app.domain.ports.media import SAMPLE_RATE
from app.video.rtp.time_scale import LEAST_SAMPLES, Samples, faster, slower
from tests.video.sound.voices import speech

sounds = numpy_strategies.arrays(np.int16, st.sampled_from([0, 120, 960, LEAST_SAMPLES, 1920, 2880]))


def voice(hertz: float, samples: int = 960) -> Samples:
    times = np.arange(samples) / SAMPLE_RATE
    wave = sum(np.sin(2 * np.pi * hertz * harmonic * times) / harmonic for harmonic in range(1, 6))
    return (6000 * np.asarray(wave)).astype(np.int16)


@pytest.mark.parametrize("hertz", [90, 120, 155, 210, 380])
def test_whole_periods_are_taken_out_and_put_in(hertz: float) -> None:
    sound, period = voice(hertz), SAMPLE_RATE / hertz
    for changed in (len(sound) - len(faster(sound)), len(slower(sound)) - len(sound)):
        periods = changed / period
        assert periods > 0.9
        assert abs(periods - round(periods)) < 0.02


@pytest.mark.parametrize("hertz", [90, 120, 155, 210, 380])
def test_the_seam_is_as_smooth_as_the_voice(hertz: float) -> None:
    sound = voice(hertz)
    steepest = np.abs(np.diff(sound.astype(int))).max()
    for made in (faster(sound), slower(sound)):
        assert np.abs(np.diff(made.astype(int))).max() <= 1.1 * steepest
        assert (made[0], made[-1]) == (sound[0], sound[-1])


@given(sounds, st.booleans())
def test_any_sound_stays_a_sound(sound: Samples, anyhow: bool) -> None:
    quick, slow = faster(sound, anyhow), slower(sound)
    assert quick.dtype == slow.dtype == np.int16
    assert len(sound) - 600 <= len(quick) <= len(sound) <= len(slow) <= len(sound) + 600
    if len(sound) < LEAST_SAMPLES:
        assert len(quick) == len(slow) == len(sound)


def test_noise_is_left_alone_unless_it_must_be_shorter() -> None:
    noise = np.random.default_rng(1).integers(-8000, 8000, 960).astype(np.int16)
    assert len(faster(noise)) == len(slower(noise)) == 960
    assert len(faster(noise, anyhow=True)) < 960


def test_silence_can_be_cut_and_stretched() -> None:
    silence = np.zeros(960, np.int16)
    assert len(faster(silence)) < 960 < len(slower(silence))


def test_most_of_speech_can_be_sped_up() -> None:
    wave = (32767 * speech(10, seed=1)).clip(-32768, 32767).astype(np.int16)
    frames = [wave[start : start + 960] for start in range(0, len(wave) - 959, 960)]
    assert sum(len(faster(frame)) < 960 for frame in frames) > len(frames) / 3
