"""Keeps the line to the room service open for ever and hands on what it says of the patients."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.faults import log_fault
from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomLine, RoomNews, Rooms, RoomSignal
from app.domain.ports.store import PresenceBook
from app.domain.waiting import PatientPhase, PatientPresence

_log = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(seconds=30)
_STEADY = timedelta(seconds=30)
"""A line that held this long was good: after it the pauses begin anew."""


class PresenceTaker(Protocol):
    """Who wants to know of each presence beside the book; the booking desk."""

    async def on_presence(self, presence: PatientPresence) -> None: ...


class WaitingRoom:
    """The console's end of the line: presences go to the book and the desk, signals to the call at once.

    `on_line` is told each time the line comes up or goes down, and `on_waiting` when a patient can be let in;
    `pause` waits out a number of seconds.
    """

    def __init__(
        self,
        rooms: Rooms,
        presences: PresenceBook,
        desk: PresenceTaker,
        on_signal: Callable[[RoomSignal], None],
        clock: Clock,
        *,
        on_line: Callable[[bool], None] = lambda up: None,
        on_waiting: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rooms = rooms
        self._presences = presences
        self._desk = desk
        self._on_signal = on_signal
        self._clock = clock
        self._on_line = on_line
        self._on_waiting = on_waiting
        self._pause = pause
        self._line: RoomLine | None = None
        self._renewal = asyncio.Event()
        self._left: set[asyncio.Task[None]] = set()
        self._for_desk: asyncio.Queue[PatientPresence] = asyncio.Queue()

    @property
    def line_up(self) -> bool:
        """Whether the room service is connected just now."""
        return self._line is not None

    def renew(self) -> None:
        """Open another line at once: this PC's network has changed, and the old line may be dead without a word."""
        if self._line is not None:
            self._let_go(self._line)
            self._renewal.set()

    async def run(self) -> None:
        """Hold the line until cancelled; a break is mended after 1 s, then 2, 4 ... up to 30 s, a little spread.

        Nothing but being cancelled ends it: a fault nobody foresaw is logged and costs one piece of news, or the
        line once.
        """
        telling = asyncio.create_task(self._tell_desk(), name="presences")
        try:
            await self._keep_line()
        finally:
            telling.cancel()
            await asyncio.wait({telling})

    async def _keep_line(self) -> None:
        breaks = 0
        while True:
            began = self._clock()
            try:
                if await self._hold_until_renewed():
                    breaks = 0
                    continue
            except KlinikError as error:
                _log.info("the line to the room service broke: %s", error)
            except Exception as error:
                log_fault(_log, "the line to the room service", error)
            if self._clock() - began >= _STEADY:
                breaks = 0
            seconds = min(_FIRST_PAUSE * 2 ** min(breaks, 10), _LONGEST_PAUSE).total_seconds()
            breaks += 1
            await self._pause(seconds * random.uniform(0.75, 1.0))  # noqa: S311 - spread, not a secret

    async def send(self, booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
        """Send one signalling message to a patient; raises KlinikError(ROOM_UNREACHABLE) while the line is down."""
        if self._line is None:
            raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "the line is down")
        await self._line.send(booking_id, kind, call, body)

    async def _hold_until_renewed(self) -> bool:
        """Hold a line until it breaks, and raise why; True when it is to be renewed, and closes beside the next."""
        self._renewal.clear()
        holding = asyncio.create_task(self._hold_line(), name="room line")
        renewal = asyncio.create_task(self._renewal.wait(), name="room line renewal")
        try:
            await asyncio.wait({holding, renewal}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            for task in (holding, renewal, *self._left):
                task.cancel()
            await asyncio.wait({holding, renewal, *self._left})
            raise
        renewal.cancel()
        if holding.done():
            holding.result()
            return False
        holding.cancel()
        self._left.add(holding)
        holding.add_done_callback(self._forget_left)
        return True

    def _forget_left(self, holding: asyncio.Task[None]) -> None:
        self._left.discard(holding)
        if not holding.cancelled() and (error := holding.exception()) is not None:
            _log.info("a line left behind closed badly: %s", type(error).__name__)

    async def _hold_line(self) -> None:
        line: RoomLine | None = None
        try:
            async with self._rooms.open_line() as line:
                self._line = line
                self._on_line(True)
                async for news in line.news():
                    if self._line is line:
                        self._take_safely(news)
        finally:
            if line is not None and self._line is line:
                self._let_go(line)

    def _let_go(self, line: RoomLine) -> None:
        if self._line is line:
            self._line = None
            self._presences.line_down()
            self._on_line(False)

    def _take_safely(self, news: RoomNews) -> None:
        try:
            if isinstance(news, RoomSignal):
                self._on_signal(news)
            else:
                self._presences.note(news)
                if news.phase is PatientPhase.WAITING:
                    self._on_waiting()
                self._for_desk.put_nowait(news)
        except Exception as error:
            log_fault(_log, f"news of a room were not taken in ({type(news).__name__})", error)

    async def _tell_desk(self) -> None:
        """Hand on presences one by one; the desk saves each, which no signal of a call waits for."""
        while True:
            presence = await self._for_desk.get()
            try:
                await self._desk.on_presence(presence)
            except Exception as error:
                # The strip still shows the patient; the room service tells again with the next change or line.
                log_fault(_log, "a presence was not saved", error)
