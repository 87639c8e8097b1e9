"""What is sent of the picture, by network and processor together."""

from app.video.profile import HIGH, STANDARD, PictureRung
from app.video.rtp.picture_rate import PictureRate
from app.video.rtp.picture_size import PictureSize
from app.video.rtp.rate_control import Estimated, Reported


def frames(rate: PictureRate, seconds: float, encode_seconds: float, start: float) -> int:
    """Offer a camera's frames; return how many were taken."""
    taken = 0
    for index in range(int(seconds * 30)):
        if rate.takes(start + index / 30):
            taken += 1
            rate.encoded(encode_seconds)
    return taken


def test_a_call_begins_large() -> None:
    assert PictureRate(HIGH).size == PictureSize(1280, 720, 30)
    assert PictureRate(HIGH).bitrate == 1_000_000
    assert PictureRate(STANDARD).size == PictureSize(640, 480, 30)
    assert PictureRate(STANDARD).bitrate == 500_000


def test_less_room_is_a_smaller_and_slower_picture() -> None:
    rate = PictureRate(HIGH)
    rate.learn(Estimated(0.0, 100_000, 1_000_000))
    assert 140 <= frames(rate, 10.0, 0.001, start=0.0) <= 155
    assert rate.size == PictureSize(320, 180, 15)


def test_a_slow_processor_is_noticed_and_a_single_stall_is_not() -> None:
    rate = PictureRate(HIGH)
    frames(rate, 2.0, 0.004, start=0.0)
    frames(rate, 0.04, 5.0, start=2.0)
    frames(rate, 2.0, 0.004, start=2.1)
    assert rate.size.width == 1280
    frames(rate, 3.0, 0.04, start=4.0)
    assert rate.size.width == 960


def test_no_picture_takes_no_frame_and_the_way_back_is_quick() -> None:
    rate = PictureRate(STANDARD)
    rate.show(PictureRung.NONE, 0.0)
    assert frames(rate, 2.0, 0.001, start=0.0) == 0
    rate.show(PictureRung.LOWER, 2.0)
    assert rate.bitrate <= 150_000
    assert 28 <= frames(rate, 2.0, 0.001, start=2.0) <= 32
    assert rate.size == PictureSize(320, 240, 15)
    rate.show(PictureRung.FULL, 4.0)
    for second in range(4, 18):
        rate.learn(Reported(float(second), 0.0, 0.05, rate.bitrate, rate.bitrate))
        frames(rate, 1.0, 0.001, start=float(second))
    assert rate.bitrate > 400_000
    assert rate.size == PictureSize(640, 480, 30)
