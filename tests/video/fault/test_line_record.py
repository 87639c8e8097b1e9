"""What is made of several readings of a line: means over the last seconds, and the shortest delay of all."""

from hypothesis import given
from hypothesis import strategies as st

from app.video.fault.line_record import WINDOW, LineRecord, lately, noted
from app.video.machine.ladder import ALL_WELL, LinkFigures

shares = st.floats(0, 1)
readings = st.lists(
    st.builds(LinkFigures, shares, shares, st.none() | st.floats(1, 2000), shares), min_size=1, max_size=20
)


def after(figures: list[LinkFigures], apart: float = 1.0) -> LineRecord:
    record = LineRecord()
    for number, reading in enumerate(figures):
        record = noted(record, reading, number * apart)
    return record


def test_nothing_is_wrong_with_a_line_of_which_nothing_is_known() -> None:
    assert lately(LineRecord()) == ALL_WELL


def test_one_bad_second_is_a_third_of_three_and_is_forgotten_after_them() -> None:
    bad = LinkFigures(loss_in=0.3)
    assert abs(lately(after([bad])).loss_in - 0.1) < 1e-9
    assert abs(lately(after([bad, ALL_WELL, ALL_WELL])).loss_in - 0.1) < 0.03
    assert lately(after([bad, *[ALL_WELL] * 4])).loss_in == 0


@given(readings)
def test_means_lie_within_what_was_read_and_little_is_kept(figures: list[LinkFigures]) -> None:
    record = after(figures)
    found = lately(record)
    assert 0 <= found.loss_in <= max(reading.loss_in for reading in figures) + 1e-9
    assert 0 <= found.frozen <= max(reading.frozen for reading in figures) + 1e-9
    assert len(record.readings) <= WINDOW + 1
    trips = [reading.round_trip_ms for reading in figures if reading.round_trip_ms is not None]
    assert record.usual_trip_ms == min(trips, default=None)
