"""Only the newest picture lives, and it is announced once."""

import numpy as np
from av.video.frame import VideoFrame

from app.video.frames import FrameSlot, Picture
from app.video.picture_maker import PictureMaker


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
