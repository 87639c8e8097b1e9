"""Speech is found again in what was heard, and so is the silence."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.driver.clips import Sound
from tests.lab import turns
from tests.lab.turns import RATE
from tests.video.sound.voices import pcm, speech


def voice(seconds: float, seed: int) -> Sound:
    return np.frombuffer(pcm(speech(seconds, seed)), "<i2").astype(np.int16)


SAID = voice(6, seed=1)


def test_every_turn_is_found_again_quieter_and_noisier() -> None:
    heard = turns.taking_turns(SAID)[2 * RATE :] * 0.3 + np.random.default_rng(1).normal(0, 5, 1)
    found = turns.find(heard.astype(np.int16), SAID)
    expected = [round((turns.TURN * at - 2) * RATE) for at in (1, 2)]
    assert len(found) == 2
    assert all(abs(one - other) <= RATE // 100 for one, other in zip(found, expected, strict=True))


def test_other_speech_and_silence_are_not_taken_for_it() -> None:
    assert turns.find(voice(20, seed=2), SAID) == []
    assert turns.find(np.zeros(20 * RATE, np.int16), SAID) == []
    last_bit = np.repeat(np.abs(SAID[::100]) > 500, 100).astype(np.int16)
    assert turns.find(last_bit, SAID) == []
    assert turns.find(SAID[: 2 * RATE], SAID) == []


def test_the_silence_is_the_middle_of_the_long_quiet() -> None:
    played = turns.taking_turns(SAID)
    played[-1000:] = 99
    quiet = turns.silence(played, turns.find(played, SAID), len(SAID))
    assert len(quiet) == round(turns.SILENCE * RATE)
    assert set(turns.levels(quiet)) == {-96.0}


def test_a_click_in_the_silence_is_heard() -> None:
    quiet = np.zeros(RATE, np.int16)
    quiet[RATE // 2] = 3000
    assert len(turns.levels(quiet)) == 10
    assert -60 < max(turns.levels(quiet)) < -50


@given(st.lists(st.integers(0, 100), max_size=5).map(sorted), st.integers(0, 20))
def test_silence_is_never_longer_than_asked_for(begins: list[int], length: int) -> None:
    recording = np.zeros(200, np.int16)
    assert 0 < len(turns.silence(recording, begins, length)) <= 200
