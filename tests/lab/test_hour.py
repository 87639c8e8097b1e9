"""What an hour of call comes to: growth is told, and a call that went silent is not kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hour import Minute, figures, slope
from tests.lab.lips import Way


def way(late: float, apart: float) -> Way:
    pictures = [(at / 30, late) for at in range(300)]
    return Way(pictures, [(at + 0.5, late - apart) for at in range(9)])


def an_hour(growth: float, lips: float = 0.03) -> list[Minute]:
    """Sixty minutes in which the memory grows by so many MB, and all else stays."""
    ways = (way(0.12, lips), way(0.15, -lips))
    counts = {"threads": 17, "files": 45, "tasks": 13}
    return [Minute(at / 60, 240 + growth * at / 60, counts, ways) for at in range(1, 61)]


def test_what_does_not_grow_is_kept() -> None:
    found = {figure.name: figure for figure in figures(an_hour(growth=0))}
    assert all(figure.ok for figure in found.values())
    assert found["an hour: lips from voice to the clinic, worst minute"].value == pytest.approx(30)


def test_growth_is_told_by_the_hour() -> None:
    (memory,) = [figure for figure in figures(an_hour(growth=12)) if not figure.ok]
    assert memory.name == "an hour: memory grows"
    assert memory.value == pytest.approx(12)


def test_one_minute_with_lips_apart_is_enough() -> None:
    minutes = an_hour(growth=0)
    minutes[40] = replace(minutes[40], ways=(way(0.12, 0.2), minutes[40].ways[1]))
    assert [figure.name for figure in figures(minutes) if not figure.ok] == [
        "an hour: lips from voice to the clinic, worst minute"
    ]


def test_a_call_without_sound_is_not_kept() -> None:
    silent = Way(way(0.1, 0).pictures, [])
    minutes = [replace(one, ways=(silent, one.ways[1])) for one in an_hour(growth=0)]
    assert sum(not figure.ok for figure in figures(minutes)) == 3


@given(st.floats(-100, 100), st.floats(0, 1000), st.integers(3, 60))
def test_the_slope_of_a_line_is_its_own(grown: float, first: float, count: int) -> None:
    hours = [at / 60 for at in range(count)]
    assert slope(hours, [first + grown * at for at in hours]) == pytest.approx(grown, abs=1e-6)
