"""A sender of video behind a bad line, on a clock of its own: packets are lost, late and asked for again."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from random import Random

from app.video.rtp.payload import Piece
from app.video.rtp.reception import (
    CLOCK_RATE,
    Arrived,
    AskAgain,
    AskKeyFrame,
    Effect,
    Event,
    Reception,
    Show,
    Woke,
    step,
    wake_at,
)

_AFTERWARDS = 5.0
"""Seconds the receiver still runs when the sender has gone; it would ask for a key frame for ever."""


@dataclass(frozen=True, slots=True)
class Line:
    """Loss (0 to 1) and delay (s) each way; `jitter` (s) is added by chance, in order unless `reorders`."""

    loss: float = 0.0
    delay: float = 0.05
    jitter: float = 0.0
    reorders: bool = False
    cut: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame shown: when, complete when, captured when (s); whether it can be decoded alone."""

    at: float
    complete: float
    captured: float
    key: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call."""

    shown: tuple[Shown, ...]
    key_frames: int
    asked: int
    reception: Reception

    @property
    def gaps(self) -> list[float]:
        return [later.at - earlier.at for earlier, later in pairwise(self.shown)]

    @property
    def frozen_share(self) -> float:
        """The share of the time spent in gaps of more than 150 ms, as the table in the media figures counts it."""
        return sum(gap for gap in self.gaps if gap > 0.15) / (self.shown[-1].at - self.shown[0].at)


class Call:
    """Sends 30 frames a second of `packets` packets each for `seconds`; the sender's clock starts at any number."""

    def __init__(
        self, line: Line, seed: int, seconds: float = 60.0, packets: int = 5, sound_delay: float | None = None
    ) -> None:
        self._line, self._random = line, Random(seed)
        self._seconds, self._packets = seconds, packets
        self._sound_delay = sound_delay
        self._order = count()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._reception = Reception()
        self._sent: dict[int, Piece] = {}
        self._sent_again: dict[int, float] = {}
        self._number = 65_000
        self._wants_key = True
        self._key_at = -1.0
        self._latest = {"there": 0.0, "here": 0.0}
        self._wake: float | None = None
        self.shown: list[Shown] = []
        self.key_frames = self.asked = 0

    def run(self) -> Outcome:
        for frame in range(int(self._seconds * 30)):
            self._at(frame / 30, self._send_frame)
        end = self._seconds + _AFTERWARDS
        while self._events and self._events[0][0] < end:
            at, _, action = heapq.heappop(self._events)
            action(at)
        return Outcome(tuple(self.shown), self.key_frames, self.asked, self._reception)

    def _at(self, time: float, action: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (time, next(self._order), action))

    def _send_frame(self, now: float) -> None:
        key, self._wants_key = self._wants_key, False
        self.key_frames += key
        size = 6 * self._packets if key else max(1, round(self._random.gauss(self._packets, self._packets / 4)))
        timestamp = 4_294_900_000 + round(now * CLOCK_RATE)
        for index in range(size):
            piece = Piece(self._number, timestamp, 0.0, b"data", index == 0, index == size - 1, key and index == 0)
            self._sent[self._number] = piece
            self._number += 1
            self._carry("here", now + index * 0.001, self._deliver(piece, repaired=False))

    def _carry(self, way: str, now: float, action: Callable[[float], None]) -> None:
        cut_from, cut_to = self._line.cut
        if self._random.random() < self._line.loss or cut_from <= now < cut_to:
            return
        arrives = now + self._line.delay + self._random.uniform(0, self._line.jitter)
        if not self._line.reorders:
            arrives = self._latest[way] = max(arrives, self._latest[way])
        self._at(arrives, action)

    def _deliver(self, piece: Piece, *, repaired: bool) -> Callable[[float], None]:
        def arrive(now: float) -> None:
            come = Piece(piece.number, piece.timestamp, now, piece.data, piece.first, piece.last, piece.key)
            self._take(Arrived(come, repaired), now)

        return arrive

    def _take(self, event: Event, now: float) -> None:
        self._reception, effects = step(self._reception, event, now, self._sound_delay)
        for effect in effects:
            self._obey(effect, now)
        wake = wake_at(self._reception)
        if wake is not None and wake != self._wake:
            assert wake > now - 1e-9 or effects or not isinstance(event, Woke), "it would never sleep"
            self._at(max(wake, now), self._on_wake(wake))
        self._wake = wake

    def _on_wake(self, wake: float) -> Callable[[float], None]:
        def awake(now: float) -> None:
            if self._wake == wake:
                self._wake = None
                self._take(Woke(), now)

        return awake

    def _obey(self, effect: Effect, now: float) -> None:
        match effect:
            case Show(frame):
                captured = (frame.timestamp - 4_294_900_000) / CLOCK_RATE
                self.shown.append(Shown(now, frame.complete, captured, frame.key))
            case AskAgain(numbers):
                self.asked += len(numbers)
                self._carry("there", now, self._answer(numbers))
            case AskKeyFrame():
                self._carry("there", now, self._make_key)

    def _answer(self, numbers: tuple[int, ...]) -> Callable[[float], None]:
        """Send packets again, none twice within a round trip: so do Chromium and our own sender."""

        def answer(now: float) -> None:
            for number in numbers:
                if number in self._sent and now >= self._sent_again.get(number, -1.0) + 2 * self._line.delay:
                    self._sent_again[number] = now
                    self._carry("here", now, self._deliver(self._sent[number], repaired=True))

        return answer

    def _make_key(self, now: float) -> None:
        if now >= self._key_at + 0.3:
            self._key_at, self._wants_key = now, True


def calls(
    line: Line, seeds: range, seconds: float = 60.0, packets: int = 5, sound_delay: float | None = None
) -> Iterator[Outcome]:
    for seed in seeds:
        yield Call(line, seed, seconds, packets, sound_delay).run()
