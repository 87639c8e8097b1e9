import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.side.allowance import BURST, RATE, Allowance, spend
from app.video.side.assembly import Arrived, Progress
from app.video.side.messages import LARGEST_MESSAGE, ChatGot, PictureHead
from app.video.side.reader import Heard, SideReader

GOT = json.dumps({"type": "got", "chat": 1})


class Listener:
    """A reader with the clock in the test's hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.heard: list[Heard] = []
        self.reader = SideReader(self.heard.append, lambda: self.now)

    def send_picture(self, data: bytes, transfer: int = 1) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        head = {"type": "picture", "transfer": transfer, "asked": 0, "size": len(data), "sha256": sha256}
        self.reader.take(json.dumps(head))
        for at in range(0, len(data), LARGEST_MESSAGE):
            self.reader.take(data[at : at + LARGEST_MESSAGE])


def test_a_page_gone_wild_is_heard_only_so_often(caplog: pytest.LogCaptureFixture) -> None:
    page = Listener()
    for _ in range(3 * int(BURST)):
        page.reader.take(GOT)
    assert len(page.heard) == int(BURST)
    assert len(caplog.records) <= 20
    page.now += 2.0
    for _ in range(1000):
        page.reader.take(GOT)
    assert len(page.heard) == int(BURST + 2 * RATE)


def test_a_large_picture_is_not_too_much_to_say_and_its_progress_is_told_now_and_then() -> None:
    page, data = Listener(), bytes(8 * 1024 * 1024)
    page.send_picture(data)
    head, *progress, last = page.heard
    assert isinstance(head, PictureHead)
    assert last == Arrived(head, data)
    assert 20 <= len(progress) <= 25
    assert all(isinstance(one, Progress) for one in progress)
    page.reader.take(GOT)
    assert page.heard[-1] == ChatGot(1)


def test_a_new_head_gives_up_the_picture_before() -> None:
    page = Listener()
    page.reader.take(json.dumps({"type": "picture", "transfer": 1, "asked": 0, "size": 50_000, "sha256": "0" * 64}))
    page.reader.take(bytes(16_000))
    page.send_picture(b"whole" * 1000, 2)
    assert [one.data for one in page.heard if isinstance(one, Arrived)] == [b"whole" * 1000]


@given(st.lists(st.one_of(st.binary(max_size=3000), st.text(max_size=300), st.just(GOT)), max_size=30))
def test_whatever_comes_is_read_or_dropped(messages: list[str | bytes]) -> None:
    page = Listener()
    for message in messages:
        page.reader.take(message)
    assert len([one for one in page.heard if one == ChatGot(1)]) == messages.count(GOT)


@given(st.lists(st.floats(0, 100), max_size=200).map(sorted))
def test_no_more_is_granted_than_burst_and_rate(times: list[float]) -> None:
    allowance, granted = Allowance(0.0), 0
    for now in times:
        allowance, yes = spend(allowance, now)
        granted += yes
        assert granted <= BURST + RATE * now + 1
