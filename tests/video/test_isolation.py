"""Bookings that take turns, drop, rejoin and get signals late: no media and no word of one reaches another."""

import asyncio
from contextlib import AsyncExitStack

import numpy as np
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from app.domain.ports.media import SAMPLE_RATE
from app.domain.ports.rooms import JsonObject
from app.video.machine.call_events import Stage
from app.video.media_thread import MediaThread
from app.video.profile import PictureRung
from app.video.side.messages import Card
from tests.video.fakes import Ear, HummingSound, number_in
from tests.video.one_call import Call, humming, until
from tests.video.test_side_channel import Page

_PATIENCE = 30.0
BOOKINGS = range(3)
OURS, THEIRS, EACH = 1_000, 32_000, 10_000
"""The picture numbers: those of a booking's clinic and patient begin there, 10 000 for each booking."""
CANDIDATE: JsonObject = {"candidate": "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host", "sdpMid": "0"}


def our_tone(booking: int) -> float:
    return 1000.0 + 150 * booking


def their_tone(booking: int) -> float:
    return 500.0 + 110 * booking


TONES = {hertz: booking for booking in BOOKINGS for hertz in (our_tone(booking), their_tone(booking))}


def foreign_tones(ear: Ear, booking: int) -> list[float]:
    """Return the tones of other bookings in what was heard last, down to a hundredth of full scale."""
    samples = np.frombuffer(ear._pcm, "<i2").astype(np.float64)
    if len(samples) < SAMPLE_RATE:
        return []
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) / (len(samples) / 4)
    return [hertz for hertz, owner in TONES.items() if owner != booking and spectrum[round(hertz)] > 0.01 * 32768]


def words_of(page: Page) -> list[str]:
    """Return what was written to a page, in lines and on cards."""
    fields = [
        value for message in page.heard for value in (message, message.get("card")) if isinstance(value, dict)
    ]
    return [str(words[key]) for words in fields for key in ("text", "title") if words.get(key)]


class Booked:
    """One booking: its session with a camera and a tone of its own, and the pages its patient had open."""

    def __init__(self, number: int, media: MediaThread) -> None:
        self.number, self.name = number, "abc"[number]
        self.sound = HummingSound(our_tone(number))
        self.call = Call(media, self.sound, OURS + EACH * number)
        self.pages: list[Page] = []
        self.strays: list[Page] = []
        self.answers: list[tuple[int, JsonObject]] = []
        self.shown: list[int] = []
        self.said = 0
        slot = self.call.session.remote
        slot.on_ready(lambda: self._look(number_in(slot.take())))

    def _look(self, number: int | None) -> None:
        if number is not None:
            self.shown.append(number)

    @property
    def last_call(self) -> int:
        return self.answers[-1][0] if self.answers else 0

    def new_page(self) -> Page:
        page = Page(THEIRS + EACH * self.number)
        page._hertz = their_tone(self.number)
        return page

    def newest_offer(self) -> int:
        return max((call for kind, call, _ in self.call.room.sent if kind == "offer"), default=0)

    async def join(self) -> None:
        """Open the patient's tab, or open it anew: the former one is still there when the new one connects."""
        former = list(self.pages)
        await self.call.session.deliver(self.call.room.signal("joined"))
        await until(lambda: self.newest_offer() > self.last_call)
        while not await self._answered(self.newest_offer()):
            pass
        for page in former:
            await page.close()
        self.said = 0

    async def _answered(self, number: int) -> bool:
        """Answer this offer; return whether the page came through, and not a newer offer first."""
        page = self.new_page()
        self.pages.append(page)
        answer = await page.answer(await self.call.room.offer(number))
        self.answers.append((number, answer))
        await self.call.session.deliver(self.call.room.signal("answer", number, answer))
        await until(lambda: page._channel.readyState == "open" or self.newest_offer() > number)
        if page._channel.readyState != "open":
            return False
        key = f"{self.name}{len(self.pages):015x}"
        await page.greet(key)
        await until(lambda: self.call.session.side.state.page == key or self.newest_offer() > number)
        return self.call.session.side.state.page == key

    async def drop(self) -> None:
        """The patient's browser is gone without a word, and comes back."""
        if self.pages:
            await self.pages[-1].close()
        await self.join()

    async def signal_late(self, others: list["Booked"]) -> None:
        """Deliver what belongs to former attempts, and everything that belongs to others."""
        session = self.call.session
        for number, answer in self.answers:
            await session.deliver(self.call.room.signal("answer", number, answer))
            await session.deliver(self.call.room.signal("candidate", number - 1, CANDIDATE))
        for other in others:
            for number, answer in other.answers:
                await session.deliver(other.call.room.signal("answer", number, answer))
                await session.deliver(other.call.room.signal("candidate", number, CANDIDATE))

    async def answer_a_late_offer(self) -> None:
        """A page answers the first offer, which came late to it; another has been answered long since."""
        if len(self.answers) < 2:
            return
        page, number = self.new_page(), self.answers[0][0]
        self.strays.append(page)
        answer = await page.answer(await self.call.room.offer(number))
        await self.call.session.deliver(self.call.room.signal("answer", number, answer))

    async def act(self, action: str, step: int, others: list["Booked"]) -> None:
        side, text = self.call.session.side, f"{self.name}{step}"
        match action:
            case "join":
                await self.join()
            case "drop":
                await self.drop()
            case "late signals":
                await self.signal_late(others)
            case "late offer":
                await self.answer_a_late_offer()
            case "rungs":
                for rung in (PictureRung.NONE, PictureRung.LOWER, PictureRung.FULL):
                    self.call.session._connections.show(rung)
            case _:
                side.say(text)
                side.show_card(Card(text))
                if self.pages:
                    self.said += 1
                    self.pages[-1].say(type="chat", number=self.said, text=text)
                    self.pages[-1].send_picture(self.name.encode() * 5000, self.said)

    def check(self) -> None:
        """Nothing of another booking is at either end."""
        for page in (*self.pages, *self.strays):
            assert {(seen - OURS) // EACH for seen in page.seen} <= {self.number}
            assert not foreign_tones(page.ear, self.number)
            assert {word[0] for word in words_of(page)} <= {self.name}
        for stray in self.strays:
            assert not stray.seen
            assert not stray.heard
        assert {(shown - THEIRS) // EACH for shown in self.shown} <= {self.number}
        assert not foreign_tones(self.sound.ear, self.number)
        state = self.call.session.side.state
        assert {line.text[0] for line in state.lines} <= {self.name}
        assert all(set(picture.data) == {ord(self.name)} for picture in state.pictures)

    async def until_whole(self) -> None:
        """Wait until both ends see and hear their own, so that nothing was kept apart by being lost."""
        page, seen, shown = self.pages[-1], len(self.pages[-1].seen), len(self.shown)
        await self.call.until(lambda view: view.stage is Stage.LIVE)
        await until(lambda: len(page.seen) > seen and len(self.shown) > shown)
        await until(lambda: page.ear.hears(our_tone(self.number)))
        await until(lambda: self.sound.ear.hears(their_tone(self.number)))

    async def end(self) -> None:
        await self.call.session.end()
        for page in (*self.pages, *self.strays):
            await page.close()


actions = st.sampled_from(["join", "drop", "late signals", "late offer", "rungs", "talk", "talk"])
schedules = st.lists(st.tuples(st.sampled_from(BOOKINGS), actions), min_size=5, max_size=10)


TURNS = [
    (0, "join"),
    (1, "join"),
    (0, "talk"),
    (1, "talk"),
    (0, "drop"),
    (0, "late signals"),
    (0, "late offer"),
    (1, "rungs"),
    (2, "join"),
    (2, "late signals"),
    (1, "talk"),
]


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(schedule=schedules)
@example(schedule=TURNS)
async def test_no_media_and_no_word_of_one_booking_reaches_another(
    media: MediaThread, schedule: list[tuple[int, str]]
) -> None:
    booked = [Booked(number, media) for number in BOOKINGS]
    async with AsyncExitStack() as stack:
        for one in booked:
            await stack.enter_async_context(humming(one.sound))
            stack.push_async_callback(one.end)
            await one.call.session.start()
        for step, (number, action) in enumerate(schedule):
            others = [one for one in booked if one.number != number]
            await booked[number].act(action, step, others)
            for one in booked:
                one.check()
        taking_part = [one for one in booked if one.pages] or booked[:1]
        for one in taking_part:
            await one.join()
        await asyncio.gather(*(one.until_whole() for one in taking_part))
        for one in booked:
            one.check()
