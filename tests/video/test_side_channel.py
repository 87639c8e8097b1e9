"""Beside sound and picture over two real peers: order, size, and that nothing crosses from one call to another."""

import asyncio
import hashlib
import json
from contextlib import suppress

import pytest
from aiortc.exceptions import InvalidStateError

from app.video.media_thread import MediaThread
from app.video.side.messages import CHANNEL_ID, CHANNEL_LABEL, LARGEST_MESSAGE
from tests.video.fakes import Browser, HummingSound
from tests.video.one_call import Call, humming, until

PAGE = "0123456789abcdef"


class Page(Browser):
    """A browser whose page talks beside sound and picture."""

    def __init__(self, first: int = 40_000) -> None:
        super().__init__(first)
        self._channel = self._connection.createDataChannel(CHANNEL_LABEL, negotiated=True, id=CHANNEL_ID)
        self.heard: list[dict[str, object]] = []
        self._channel.on("message", lambda text: self.heard.append(json.loads(text)))

    async def greet(self, page: str = PAGE) -> None:
        await until(lambda: self._channel.readyState == "open")
        self.say(type="hello", page=page, talk="", chat=0)

    def say(self, **fields: object) -> None:
        self._channel.send(json.dumps(fields))

    def send(self, raw: bytes | str) -> None:
        self._channel.send(raw)

    def send_picture(self, data: bytes, transfer: int = 1) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        self.say(type="picture", transfer=transfer, asked=0, size=len(data), sha256=sha256)
        for at in range(0, len(data), LARGEST_MESSAGE):
            self.send(data[at : at + LARGEST_MESSAGE])

    def texts(self) -> list[object]:
        return [message["text"] for message in self.heard if message["type"] == "chat"]


async def joined(call: Call, page: Page, number: int) -> None:
    await call.session.deliver(call.room.signal("joined"))
    await call.connect(page, number)
    await page.greet()
    await until(lambda: call.session.side.state.there)


async def test_words_and_pictures_pass_in_order(media: MediaThread) -> None:
    sound = HummingSound()
    call, page = Call(media, sound), Page()
    picture = bytes(range(256)) * 1500
    async with humming(sound):
        try:
            await call.session.start()
            call.session.side.say("Hej")
            await joined(call, page, 1)
            for number in range(50):
                call.session.side.say(f"{number} " + "æ" * 1900)
            page.send_picture(picture)
            page.say(type="chat", number=1, text="Goddag")
            await until(lambda: call.session.side.state.heard == 1 and len(page.texts()) == 51)
            assert [str(text).split()[0] for text in page.texts()] == ["Hej", *map(str, range(50))]
            assert [kept.data for kept in call.session.side.state.pictures] == [picture]
            await until(lambda: {"type": "picture_got", "transfer": 1, "whole": True} in page.heard)
        finally:
            await call.session.end()
            await page.close()


async def test_what_makes_no_sense_is_dropped_and_not_logged(
    media: MediaThread, caplog: pytest.LogCaptureFixture
) -> None:
    call, page = Call(media, HummingSound()), Page()
    try:
        await call.session.start()
        await joined(call, page, 1)
        page.send("hemmeligt")
        page.send("x" * (LARGEST_MESSAGE + 1))
        page.send(b"\x00" * 2000)
        for _ in range(100):
            page.say(type="report", camera="hemmeligt")
        page.say(type="chat", number=1, text="Goddag")
        await until(lambda: call.session.side.state.heard == 1)
        assert [line.text for line in call.session.side.state.lines] == ["Goddag"]
        assert call.session.side.reported is None
        complaints = [record for record in caplog.records if "side message" in record.message]
        assert 3 <= len(complaints) <= 25
        assert "hemmeligt" not in caplog.text
    finally:
        await call.session.end()
        await page.close()


async def test_an_older_attempt_has_nothing_to_say_once_the_newest_has_spoken(media: MediaThread) -> None:
    call, old, new = Call(media, HummingSound()), Page(), Page()
    side = call.session.side
    try:
        await call.session.start()
        await joined(call, old, 1)
        old.say(type="chat", number=1, text="Før")
        await until(lambda: side.state.heard == 1)
        await call.session.deliver(call.room.signal("joined"))
        await call.connect(new, 2)
        await new.greet("fedcba9876543210")
        await until(lambda: side.state.page == "fedcba9876543210")
        with suppress(InvalidStateError):  # it may be closed by now
            old.say(type="chat", number=2, text="For sent")
        new.say(type="chat", number=1, text="Efter")
        side.say("Til den nye")
        await until(lambda: side.state.heard == 1 and new.texts() == ["Til den nye"])
        assert [line.text for line in side.state.lines if not line.ours] == ["Før", "Efter"]
        assert old.texts() == []
    finally:
        await call.session.end()
        await old.close()
        await new.close()


async def test_two_calls_hear_nothing_of_each_other(media: MediaThread) -> None:
    calls, pages = [Call(media, HummingSound()) for _ in range(2)], [Page(), Page()]
    try:
        for call, page in zip(calls, pages, strict=True):
            await call.session.start()
            await joined(call, page, 1)
        for name, call, page in zip("AB", calls, pages, strict=True):
            call.session.side.say(f"til {name}")
            page.say(type="chat", number=1, text=f"fra {name}")
            page.send_picture(name.encode() * 3000)
        await until(
            lambda: all(call.session.side.state.pictures and call.session.side.state.heard for call in calls)
        )
        await until(lambda: all(page.texts() for page in pages))
        for name, call, page in zip("AB", calls, pages, strict=True):
            state = call.session.side.state
            assert page.texts() == [f"til {name}"]
            assert {line.text for line in state.lines} == {f"til {name}", f"fra {name}"}
            assert [kept.data for kept in state.pictures] == [name.encode() * 3000]
    finally:
        await asyncio.gather(*(call.session.end() for call in calls), *(page.close() for page in pages))


async def test_nothing_is_said_or_kept_once_the_call_has_ended(media: MediaThread) -> None:
    call, page = Call(media, HummingSound()), Page()
    try:
        await call.session.start()
        await joined(call, page, 1)
        page.send_picture(bytes(9000))
        page.say(type="chat", number=1, text="Før")
        await until(lambda: call.session.side.state.heard == 1)
        await call.session.end()
        state = call.session.side.state
        assert (state.there, state.lines, state.pictures) == (False, (), ())
        call.session.side.say("For sent")
        assert page.texts() == []
    finally:
        await call.session.end()
        await page.close()
