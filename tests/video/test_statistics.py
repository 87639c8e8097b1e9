"""Rates from counters."""

import pytest

from app.video.statistics import Counters, between


def test_rates_are_over_the_time_between_two_readings() -> None:
    earlier = Counters(at=10, frames_in=100, frames_out=200, bytes_in=0, bytes_out=1000, packets_in=10, lost_in=2)
    later = Counters(
        at=12, frames_in=160, frames_out=230, bytes_in=250_000, bytes_out=126_000, packets_in=100, lost_in=12,
        loss_out=0.25, round_trip=0.05,
    )  # fmt: skip
    figures = between(earlier, later)
    assert (figures.frames_in, figures.frames_out) == (160, 230)
    assert (figures.fps_in, figures.fps_out) == (30, 15)
    assert (figures.kbps_in, figures.kbps_out) == (1000, 500)
    assert figures.loss_in == pytest.approx(0.1)
    assert figures.loss_out == 0.25
    assert figures.round_trip_ms == 50


def test_two_readings_at_once_divide_by_nothing() -> None:
    figures = between(Counters(at=1), Counters(at=1))
    assert (figures.fps_in, figures.loss_in, figures.round_trip_ms) == (0, 0, None)
