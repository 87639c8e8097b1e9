"""Only the newest picture lives, and it is announced once."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from app.video.frames import NO_SIZE, FrameSlot, Picture
from app.video.picture_maker import PictureMaker, fitted

SIDES = st.tuples(st.integers(2, 4096), st.integers(2, 4096))


def picture(width: int = 4, height: int = 2) -> Picture:
    return Picture(width, height, 4 * width, memoryview(bytes(4 * width * height)))


def test_the_newest_picture_replaces_the_one_nobody_took() -> None:
    slot, newest = FrameSlot(), picture()
    slot.put(picture())
    slot.put(newest)
    assert slot.dropped == 1
    assert slot.take() is newest
    assert slot.take() is None


def test_a_picture_is_announced_once_until_it_is_taken() -> None:
    slot, calls = FrameSlot(), []
    slot.on_ready(lambda: calls.append("ready"))
    slot.put(picture())
    slot.put(picture())
    assert len(calls) == 1
    slot.take()
    slot.put(picture())
    assert len(calls) == 2


def test_a_listener_that_comes_late_hears_of_the_waiting_picture() -> None:
    slot, calls = FrameSlot(), []
    slot.put(picture(8, 6))
    slot.on_ready(lambda: calls.append("ready"))
    assert calls == ["ready"]
    assert slot.size == (8, 6)


def test_a_closed_slot_keeps_nothing_and_calls_nobody() -> None:
    slot, calls = FrameSlot(), []
    slot.put(picture())
    slot.take()
    slot.on_ready(lambda: calls.append("ready"))
    slot.close()
    slot.put(picture())
    assert slot.take() is None
    assert calls == []


def test_a_cleared_slot_announces_the_next_picture() -> None:
    slot, calls = FrameSlot(), []
    slot.on_ready(lambda: calls.append("ready"))
    slot.put(picture())
    slot.clear()
    assert slot.take() is None
    assert slot.size == (0, 0)
    slot.put(picture())
    assert len(calls) == 2


def test_a_frame_becomes_blue_green_red_and_opaque() -> None:
    rgb = np.zeros((6, 10, 3), np.uint8)
    rgb[:, :] = (250, 130, 10)
    shown = PictureMaker().picture(VideoFrame.from_ndarray(rgb, format="rgb24"))
    rows = np.frombuffer(shown.data, np.uint8).reshape(shown.height, shown.stride)
    assert (shown.width, shown.height) == (10, 6)
    assert rows[3, 20:24].tolist() == [10, 130, 250, 255]


def test_a_slot_tells_how_much_room_its_pictures_have() -> None:
    slot = FrameSlot()
    assert slot.room == NO_SIZE
    slot.fit(1120, 638)
    assert slot.room == (1120, 638)


@given(SIDES, SIDES)
def test_a_picture_fills_its_room_in_proportion(size: tuple[int, int], room: tuple[int, int]) -> None:
    width, height = fitted(size, room)
    assert 1 <= width <= room[0]
    assert 1 <= height <= room[1]
    scale = min(room[0] / size[0], room[1] / size[1])
    if (width, height) == size and scale > 1:
        scale = 1.0
    assert width * height <= max(1.01 * 1920 * 1080, size[0] * size[1]), "enlarged beyond all need"
    assert width == pytest.approx(size[0] * scale, abs=2)
    assert height == pytest.approx(size[1] * scale, abs=2)
    assert (width, height) == size or (width % 2, height % 2) == (0, 0)


@given(SIDES)
def test_where_no_room_is_known_a_picture_stays_as_it_is(size: tuple[int, int]) -> None:
    assert fitted(size, NO_SIZE) == size


def test_a_frame_is_made_as_large_as_its_room_and_tells_how_it_came() -> None:
    yuv = np.full((720 * 3 // 2, 1280), 128, np.uint8)
    yuv[:720, :640] = 235
    maker = PictureMaker()
    frame = VideoFrame.from_ndarray(yuv, format="yuv420p")
    small = maker.picture(frame, (224, 224))
    assert (small.width, small.height, small.came_as) == (224, 126, (1280, 720))
    rows = np.frombuffer(small.data, np.uint8).reshape(small.height, small.stride)
    assert rows[60, 4 * 20] > 250
    assert 125 < rows[60, 4 * 200] < 135
    large = maker.picture(frame, (1600, 1000))
    assert (large.width, large.height, large.came_as) == (1600, 900, (1280, 720))
    vast = maker.picture(frame, (3840, 2160))
    assert (vast.width, vast.height) == (1280, 720), "the screen's thread enlarges it"
