import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.waiting_room import WaitingRoom
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.rooms import RoomNews, RoomSignal
from app.domain.waiting import PatientPhase, PatientPresence
from tests.booking.fake_rooms import FakeLine, FakeRooms
from tests.booking.fakes import NOW, FakeClock, booking

BOOKING = booking().id
WAITING = PatientPresence(BOOKING, PatientPhase.WAITING, NOW)
SIGNAL = RoomSignal(BOOKING, "answer", 1, {"sdp": "v=0"})
BROKEN = KlinikError(ErrorKind.ROOM_UNREACHABLE, "line")


class Watched:
    """A waiting room whose every step is noted; after the last line of the script it stops."""

    def __init__(self, lines: list[FakeLine | KlinikError]) -> None:
        self.rooms, self.clock, self.log = FakeRooms(), FakeClock(), list[str]()
        self.rooms.lines = lines
        self.pauses: list[float] = []
        self.failure: KlinikError | None = None
        self.room = WaitingRoom(
            self.rooms,
            self,
            self,
            lambda signal: self.log.append(signal.kind),
            self.clock,
            on_line=self._on_line,
            pause=self._pause,
        )

    def note(self, presence: PatientPresence) -> None:
        self.log.append(f"noted {presence.phase.value}")

    def line_down(self) -> None:
        self.log.append("nobody known")

    async def on_presence(self, presence: PatientPresence) -> None:
        if self.failure is not None:
            raise self.failure
        self.log.append(f"desk {presence.phase.value}")

    def _on_line(self, up: bool) -> None:
        assert up is self.room.line_up
        self.log.append("up" if up else "down")

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if not self.rooms.lines:
            raise asyncio.CancelledError

    async def run(self) -> None:
        with pytest.raises(asyncio.CancelledError):
            await self.room.run()


async def test_presences_go_to_the_book_and_the_desk_and_signals_to_the_call() -> None:
    watched = Watched([FakeLine([WAITING, SIGNAL], BROKEN)])
    await watched.run()
    assert watched.log == ["up", "noted waiting", "desk waiting", "answer", "nobody known", "down"]
    assert not watched.room.line_up


async def test_a_line_that_never_came_up_is_not_told_as_a_break() -> None:
    watched = Watched([BROKEN, FakeLine([])])
    await watched.run()
    assert watched.log == ["up", "nobody known", "down"]


async def test_pauses_grow_to_half_a_minute() -> None:
    watched = Watched([BROKEN] * 8)
    await watched.run()
    for pause, longest in zip(watched.pauses, [1, 2, 4, 8, 16, 30, 30, 30], strict=True):
        assert 0.75 * longest <= pause <= longest


async def test_pauses_begin_anew_after_a_line_that_held() -> None:
    held = FakeLine([SIGNAL], BROKEN)
    watched = Watched([BROKEN, BROKEN, held, BROKEN])
    watched.room = WaitingRoom(
        watched.rooms,
        watched,
        watched,
        lambda _: watched.clock.forward(timedelta(minutes=1)),
        watched.clock,
        pause=watched._pause,
    )
    await watched.run()
    assert watched.pauses[2] <= 1
    assert 1.5 <= watched.pauses[3] <= 2


async def test_a_presence_that_cannot_be_saved_does_not_cost_the_line() -> None:
    watched = Watched([FakeLine([WAITING, SIGNAL])])
    watched.failure = KlinikError(ErrorKind.DISK_FULL)
    await watched.run()
    assert watched.log == ["up", "noted waiting", "answer", "nobody known", "down"]


class Slow(Watched):
    """Saves a presence for as long as it is told to."""

    def __init__(self, lines: list[FakeLine | KlinikError]) -> None:
        super().__init__(lines)
        self.saved = asyncio.Event()

    async def on_presence(self, presence: PatientPresence) -> None:
        await self.saved.wait()
        await super().on_presence(presence)

    async def _pause(self, seconds: float) -> None:
        self.saved.set()
        await asyncio.sleep(0)
        await super()._pause(seconds)


async def test_no_signal_waits_until_a_presence_is_saved() -> None:
    watched = Slow([FakeLine([WAITING, SIGNAL], BROKEN)])
    await watched.run()
    assert watched.log == ["up", "noted waiting", "answer", "nobody known", "down", "desk waiting"]


async def test_somebody_who_can_be_let_in_is_told_of() -> None:
    waiting: list[str] = []
    left = replace(WAITING, phase=PatientPhase.OPENED)
    watched = Watched([FakeLine([left, WAITING, SIGNAL])])
    watched.room = WaitingRoom(
        watched.rooms, watched, watched, lambda _: None, watched.clock,
        on_waiting=lambda: waiting.append(watched.log[-1]), pause=watched._pause,
    )  # fmt: skip
    await watched.run()
    assert waiting == ["noted waiting"]


class Admitting(Watched):
    """Answers each presence by admitting the patient."""

    async def on_presence(self, presence: PatientPresence) -> None:
        await self.room.send(presence.booking_id, "admit", 0, {})


async def test_sending_needs_a_line() -> None:
    line = FakeLine([WAITING])
    watched = Admitting([line])
    for _ in range(2):  # Before the line is up, and after it broke.
        with pytest.raises(KlinikError) as caught:
            await watched.room.send(BOOKING, "admit", 0, {})
        assert caught.value.kind is ErrorKind.ROOM_UNREACHABLE
        if not line.sent:
            await watched.run()
    assert line.sent == [(BOOKING, "admit", 0)]


class Stumbling(Watched):
    """Breaks in a way nobody foresaw, at the place named."""

    def __init__(self, place: str, lines: list[FakeLine | KlinikError]) -> None:
        super().__init__(lines)
        self.place = place
        self.room._on_signal = self._on_signal

    def _stumble(self, place: str) -> None:
        if place == self.place:
            self.place = ""
            raise RuntimeError("Karen Margrethe Holm")

    def note(self, presence: PatientPresence) -> None:
        self._stumble("book")
        super().note(presence)

    async def on_presence(self, presence: PatientPresence) -> None:
        self._stumble("desk")
        await super().on_presence(presence)

    def _on_line(self, up: bool) -> None:
        self._stumble("line")
        super()._on_line(up)

    def _on_signal(self, signal: RoomSignal) -> None:
        self._stumble("signal")
        self.log.append(signal.kind)


@pytest.mark.parametrize("place", ["book", "desk", "signal"])
async def test_news_that_break_something_do_not_cost_the_line(place: str, caplog: pytest.LogCaptureFixture) -> None:
    watched = Stumbling(place, [FakeLine([WAITING, SIGNAL, WAITING, SIGNAL])])
    await watched.run()
    assert watched.log.count("up") == 1
    assert watched.log[-5:] == ["noted waiting", "desk waiting", "answer", "nobody known", "down"]
    assert "unexpected RuntimeError in _stumble:" in caplog.text
    assert "Karen" not in caplog.text


async def test_a_line_that_breaks_as_nobody_foresaw_is_mended(caplog: pytest.LogCaptureFixture) -> None:
    watched = Stumbling("line", [FakeLine([WAITING]), FakeLine([SIGNAL])])
    await watched.run()
    assert watched.log == ["nobody known", "down", "up", "answer", "nobody known", "down"]
    assert "unexpected RuntimeError in _stumble:" in caplog.text


class Silent(FakeLine):
    """A line that has died without a word: after its news nothing comes, and it does not end."""

    async def news(self) -> AsyncIterator[RoomNews]:
        async for news in super().news():
            yield news
        await asyncio.Event().wait()


async def test_a_line_is_renewed_at_once_when_the_network_has_changed() -> None:
    watched = Watched([Silent([WAITING]), FakeLine([SIGNAL])])
    running = asyncio.create_task(watched.room.run())
    while "desk waiting" not in watched.log:
        await asyncio.sleep(0)
    watched.room.renew()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert watched.log == ["up", "noted waiting", "desk waiting", "nobody known", "down", "up", "answer",
                           "nobody known", "down"]  # fmt: skip
    assert len(watched.pauses) == 1, "only the second line's end is waited after"


async def test_renewing_a_line_that_is_down_changes_nothing() -> None:
    watched = Watched([FakeLine([SIGNAL])])
    watched.room.renew()
    await watched.run()
    assert watched.log == ["up", "answer", "nobody known", "down"]
