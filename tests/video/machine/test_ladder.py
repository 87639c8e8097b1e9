"""When the picture is taken down for the sound's sake, and when it is brought back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import Rung, StepReason
from app.video.machine.ladder import (
    FIRST_HOLD,
    LONGEST_HOLD,
    MOST_CHANGES,
    RUNGS,
    Ladder,
    LinkFigures,
    Strain,
    climb,
    raised,
    strain,
)
from tests.video.link import figures

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def read(ladder: Ladder, reading: LinkFigures, times: int, at: datetime = START) -> tuple[Ladder, datetime]:
    """Take the same reading once a second."""
    for _ in range(times):
        at += SECOND
        ladder, _ = climb(ladder, reading, at)
    return ladder, at


def _until_whole(ladder: Ladder, reading: LinkFigures, at: datetime) -> tuple[Ladder, datetime]:
    for _ in range(400):
        if ladder.rung is Rung.VIDEO:
            return ladder, at
        ladder, at = read(ladder, reading, 1, at)
    raise AssertionError("the picture never came back")


@pytest.mark.parametrize(
    "reading",
    [
        LinkFigures(loss_in=0.15),
        LinkFigures(loss_out=0.15),
        LinkFigures(round_trip_ms=1200),
        LinkFigures(frozen=0.5),
        LinkFigures(target_bitrate=90_000),
    ],
)
def test_each_sign_of_a_poor_line_lowers_the_picture_after_three_seconds(reading: LinkFigures) -> None:
    ladder, at = read(Ladder(), reading, 3)
    assert ladder.rung is Rung.VIDEO
    lowered, reason = climb(ladder, reading, at + SECOND)
    assert (lowered.rung, reason) == (Rung.LOWER_VIDEO, StepReason.POOR_LINE)


def test_a_pc_that_cannot_keep_up_lowers_the_picture_and_is_named() -> None:
    ladder, at = read(Ladder(), LinkFigures(encoder_load=1.2), 3)
    assert climb(ladder, LinkFigures(encoder_load=1.2), at + SECOND)[1] is StepReason.SLOW_PC


@pytest.mark.parametrize("share", [0.02, 0.05, 0.10])
def test_loss_that_the_sound_can_mend_leaves_the_picture_alone(share: float) -> None:
    assert read(Ladder(), LinkFigures(loss_in=share, loss_out=share, round_trip_ms=250), 60)[0].rung is Rung.VIDEO


def test_a_short_burst_is_borne() -> None:
    ladder, at = read(Ladder(), LinkFigures(loss_in=0.5), 3)
    assert read(ladder, LinkFigures(), 1, at)[0].bad_since is None


def test_sound_alone_is_not_held_to_what_a_picture_needs() -> None:
    assert strain(Rung.SOUND, LinkFigures(target_bitrate=0, encoder_load=2)) is Strain.ROOM


def test_a_try_upwards_that_fails_is_repeated_later_and_later() -> None:
    ladder, at, bad, good = Ladder(), START, LinkFigures(loss_in=0.15), LinkFigures()
    waits = []
    for _ in range(6):
        ladder, left = read(ladder, bad, 4, at)
        assert ladder.rung is Rung.LOWER_VIDEO
        ladder, at = _until_whole(ladder, good, left)
        waits.append(at - left)
    assert waits == sorted(waits)
    assert waits[0] < FIRST_HOLD + 2 * SECOND
    assert LONGEST_HOLD <= waits[-1] < LONGEST_HOLD + 2 * SECOND


def test_a_rung_that_held_for_long_is_tried_again_soon() -> None:
    ladder = replace(Ladder(Rung.LOWER_VIDEO), hold=LONGEST_HOLD, raised_at=START)
    down, _ = read(ladder, LinkFigures(loss_in=0.5), 10, START + timedelta(minutes=5))
    assert down.hold == FIRST_HOLD


def test_somebody_who_wants_more_gets_it_at_once() -> None:
    ladder = raised(Ladder(Rung.SOUND, hold=LONGEST_HOLD), START)
    assert (ladder.rung, ladder.hold) == (Rung.LOWER_VIDEO, FIRST_HOLD)
    assert raised(Ladder(), START) == Ladder()


@given(st.lists(st.tuples(st.floats(0.2, 5), figures), max_size=300))
def test_the_rung_moves_one_at_a_time_and_never_flaps(readings: list[tuple[float, LinkFigures]]) -> None:
    ladder, at = Ladder(), START
    changes: list[datetime] = []
    for seconds, reading in readings:
        at += timedelta(seconds=seconds)
        before = ladder.rung
        ladder, reason = climb(ladder, reading, at)
        assert abs(RUNGS.index(before) - RUNGS.index(ladder.rung)) == (reason is not None)
        if reason is not None:
            changes.append(at)
    for first in changes:
        assert len([at for at in changes if first <= at < first + timedelta(minutes=1)]) <= MOST_CHANGES


@given(st.lists(st.tuples(st.floats(0.2, 5), figures), max_size=50))
def test_a_good_line_always_ends_with_the_whole_picture(readings: list[tuple[float, LinkFigures]]) -> None:
    ladder, at = Ladder(), START
    for seconds, reading in readings:
        at += timedelta(seconds=seconds)
        ladder, _ = climb(ladder, reading, at)
    assert read(ladder, LinkFigures(), 400, at)[0].rung is Rung.VIDEO


@given(st.sampled_from(RUNGS))
def test_a_line_that_carries_nothing_ends_with_sound_alone_and_the_telephone(rung: Rung) -> None:
    ladder, _ = read(Ladder(rung), LinkFigures(loss_in=0.6), 20)
    assert ladder.rung is Rung.SOUND
    assert ladder.hopeless
