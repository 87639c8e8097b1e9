"""Rates from counters."""

import pytest

from app.video.machine.ladder import LinkFigures
from app.video.profile import PictureRung
from app.video.rtp.audio_intake import AudioFigures
from app.video.rtp.sender_figures import SenderFigures
from app.video.rtp.video_figures import VideoFigures
from app.video.statistics import Counters, between, standing


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


def test_a_picture_that_has_not_moved_at_all_is_frozen() -> None:
    earlier = Counters(at=10, frames_in=100, frozen=1.0)
    assert between(earlier, Counters(at=11, frames_in=100, frozen=1.0)).frozen == 1
    assert between(earlier, Counters(at=12, frames_in=130, frozen=1.5)).frozen == 0.25
    assert between(Counters(at=10), Counters(at=11)).frozen == 0, "one that never came stands not still"


def test_what_the_ladder_goes_by_comes_from_our_own_parts() -> None:
    sent = SenderFigures(
        "video", frames=200, fps=25.0, encode_ms=20.0, target_bitrate=400_000, rung=PictureRung.FULL
    )
    now = standing(AudioFigures(delay_ms=60), VideoFigures(delay_ms=40), sent, ("host", "relay"))
    figures = between(Counters(at=1), Counters(at=2, loss_out=0.1, round_trip=0.2), now)
    assert figures.link == LinkFigures(loss_out=0.1, round_trip_ms=200, target_bitrate=400_000, encoder_load=0.5)
    assert (figures.sound_delay_ms, figures.picture_delay_ms, figures.path) == (60, 40, ("host", "relay"))


def test_a_picture_that_is_not_sent_needs_no_room() -> None:
    sent = SenderFigures("video", frames=200, fps=25.0, encode_ms=20.0, target_bitrate=40_000)
    now = standing(AudioFigures(), VideoFigures(), sent, ("", ""))
    assert (now.target_bitrate, now.encoder_load) == (None, 0)
