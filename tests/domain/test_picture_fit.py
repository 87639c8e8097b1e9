"""The ways to write a picture: finest first, whole size before smaller, never larger, and one that surely fits."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.picture_fit import fits
from app.domain.record_picture import LARGEST_JPEG, SMALLEST_JPEG

sides = st.integers(1, 8192)


@given(sides, sides)
def test_a_picture_keeps_its_size_as_long_as_it_can_and_its_shape_always(width: int, height: int) -> None:
    ways = list(fits(width, height))
    assert (ways[0].width, ways[0].height, ways[0].quality) == (width, height, 95)
    areas = [way.width * way.height for way in ways]
    assert areas == sorted(areas, reverse=True)
    for before, after in pairwise(ways):
        smaller = (after.width, after.height) != (before.width, before.height)
        assert smaller or after.quality < before.quality, "each way takes fewer bytes than the one before"
    for way in ways:
        assert 1 <= way.width <= width
        assert 1 <= way.height <= height
        scale = max(way.width, way.height) / max(width, height)
        assert abs(way.width - width * scale) <= 1
        assert abs(way.height - height * scale) <= 1
        assert way.quality >= 75


@given(sides, sides)
def test_the_last_way_is_small_enough_for_whatever_is_on_it(width: int, height: int) -> None:
    *_, last = fits(width, height)
    assert last.width * last.height <= 300 * 300 or (last.width, last.height) == (width, height)
    assert max(last.width, last.height) <= 300


def test_a_picture_without_a_size_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="size"):
        list(fits(0, 10))


def test_what_is_sent_leaves_room_for_what_is_said_of_it() -> None:
    assert 4 * -(-LARGEST_JPEG // 3) + 10_000 <= 1_000_000
    assert SMALLEST_JPEG < LARGEST_JPEG // 2
