"""Several bookings, each with calls, reloads and talk in a random order: nothing of one reaches another."""

import asyncio
import random

import pytest

from app.video.media_thread import MediaThread
from app.video.side.messages import Card
from tests.video.fakes import HummingSound
from tests.video.one_call import Call, until
from tests.video.test_side_channel import Page

STEPS = 24


class Booked:
    """One booking: its session and the page its patient has open; every word carries the booking's name."""

    def __init__(self, name: str, media: MediaThread) -> None:
        self.name = name
        self.call = Call(media, HummingSound())
        self.pages: list[Page] = []
        self.ours: list[str] = []
        self.said = self.sent = 0

    @property
    def page(self) -> Page:
        return self.pages[-1]

    async def open_page(self) -> None:
        """Open the tab, or open it anew: the page is another then, and numbers its lines from 1."""
        self.pages.append(Page())
        self.said = self.sent = 0
        number = len(self.pages)
        await self.call.session.deliver(self.call.room.signal("joined"))
        await self.call.connect(self.page, number)
        await self.page.greet(f"{self.name}{number:015x}")
        await until(lambda: self.call.session.side.state.page == f"{self.name}{number:015x}")

    async def act(self, action: str, step: int) -> None:
        text = f"{self.name}{step}"
        side = self.call.session.side
        match action:
            case "ours":
                self.ours.append(text)
                side.say(text)
            case "theirs":
                self.said += 1
                self.page.say(type="chat", number=self.said, text=text)
            case "picture":
                self.sent += 1
                self.page.send_picture(self.name.encode() * 5000, self.sent)
            case "card":
                side.show_card(Card(text))
            case _:
                await self.open_page()

    def caught_up(self) -> bool:
        """Whether the page has everything the clinic wrote to this booking, and nothing else."""
        return self.page.texts() == self.ours

    def words(self) -> list[str]:
        """Everything that has come to either end of this booking."""
        heard = [str(message) for page in self.pages for message in page.heard if message["type"] != "welcome"]
        shown = [str(message["text"]) for page in self.pages for message in page.heard if message["type"] == "chat"]
        cards = [part for part in heard if "'title'" in part]
        names = [part.split("'title': '")[1][0] for part in cards]
        lines = [line.text for line in self.call.session.side.state.lines]
        return [*shown, *lines, *names]


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_of_one_booking_reaches_another(media: MediaThread, seed: int) -> None:
    chance = random.Random(seed)
    booked = [Booked(name, media) for name in "abc"]
    try:
        for one in booked:
            await one.call.session.start()
            await one.open_page()
        for step in range(STEPS):
            action = chance.choices(["ours", "theirs", "picture", "card", "again"], [6, 6, 2, 2, 1])[0]
            await chance.choice(booked).act(action, step)
        for one in booked:
            await one.open_page()
            await until(one.caught_up)
        for one in booked:
            assert {word[0] for word in one.words()} == {one.name}
            pictures = one.call.session.side.state.pictures
            assert all(set(picture.data) == {ord(one.name)} for picture in pictures)
    finally:
        await asyncio.gather(*(one.call.session.end() for one in booked))
        await asyncio.gather(*(page.close() for one in booked for page in one.pages))
