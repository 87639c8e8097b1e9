"""How late picture and sound are, from what was noted at both ends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.driver.clips import beeps
from tests.lab import lips
from tests.lab.lips import Side
from tests.lab.measures import Shown, tone_levels

moments = st.lists(st.floats(0, 60), max_size=40).map(sorted)


def film(begin: float, late: float) -> list[Shown]:
    """Two seconds and a half: each number once, so that none stands for two pictures."""
    return [Shown(begin + late + at / 30, at, 640) for at in range(75)]


def heard(sound: np.ndarray, begin: float) -> list[float]:
    levels = tone_levels(sound.astype(np.float64) / 32768, 1000)
    return lips.beginnings([begin + at * 0.01 for at in range(len(levels))], levels.tolist())


def test_beeps_are_found_where_they_begin_to_a_few_milliseconds() -> None:
    sound = np.concatenate([np.zeros(14_543, np.int16), np.tile(beeps(1000, 1.1), 4)])
    found = heard(sound, 100.0)
    expected = [100 + 14_543 / 48000 + 1.1 * at for at in range(4)]
    assert len(found) == len(expected)
    assert all(abs(one - other) < 0.006 for one, other in zip(found, expected, strict=True))


def test_a_steady_tone_and_silence_have_no_beeps() -> None:
    tone = np.tile(beeps(1000, 0.05), 60)
    assert heard(tone, 0.0) == []
    assert heard(np.zeros(96_000, np.int16), 0.0) == []


def test_lips_are_apart_by_what_picture_and_sound_differ() -> None:
    said = [0.5, 1.6]
    source = Side(film(0, 0), [], said, [])
    sink = Side([], film(0, 0.15), [], [at + 0.23 for at in said])
    found = lips.way(source, sink)
    assert all(abs(delay - 150) < 1e-6 for delay in found.picture_delays)
    assert all(abs(delay - 230) < 1e-6 for delay in found.sound_delays)
    assert len(found.apart) == 2
    assert all(abs(each + 80) < 1e-6 for each in found.apart)


def test_a_beep_without_pictures_beside_it_tells_nothing() -> None:
    assert lips.apart([(5.0, 0.1)], [(1.0, 0.1)]) == []
    assert lips.apart([], [(1.0, 0.1)]) == []


@given(moments, moments)
def test_a_beep_was_said_before_it_was_heard_and_not_long_before(said: list[float], listened: list[float]) -> None:
    found = lips.sound_delays(said, listened)
    assert all(0 <= delay < lips.MOST_APART for _, delay in found)
    assert all(any(abs(at - delay - one) < 1e-9 for one in said) for at, delay in found)
    assert len(found) <= len(listened)


@given(moments, st.lists(st.floats(0, 1), max_size=40))
def test_beginnings_are_within_what_was_heard(times: list[float], levels: list[float]) -> None:
    count = min(len(times), len(levels))
    found = lips.beginnings(times[:count], levels[:count])
    assert all(times[0] <= at <= times[count - 1] + 0.01 for at in found)
