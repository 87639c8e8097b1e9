"""A line with too little room, driven by an argument clock: our rate control sends, an aiortc far end reports."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from aiortc.rate import RemoteBitrateEstimator

from app.video.rtp import pacing
from app.video.rtp.far_reports import Heard, RepeatShare, SendingRate, payload_rate, rates
from app.video.rtp.rate_control import (
    AskedAgain,
    Estimated,
    Passed,
    RateLimits,
    RateState,
    Reported,
    advance,
    new_rate,
)

STEP = 0.004
AUDIO_BYTES = 140
HEAD_BYTES = 50
QUEUE = 0.3
"""Seconds of traffic that the router holds."""


@dataclass
class Line:
    """A queue before a bottleneck of `capacity(at)` bit/s, `delay` s each way, `loss` at random."""

    capacity: Callable[[float], float]
    delay: float
    loss: float
    chance: random.Random
    free_at: float = 0.0

    def carry(self, at: float, size: int) -> tuple[float | None, float]:
        """Return when a packet of `size` bytes sent at `at` arrives (None when lost), and how long it queued."""
        queued = max(0.0, self.free_at - at)
        if queued > QUEUE:
            return None, queued
        self.free_at = max(at, self.free_at) + 8 * size / self.capacity(at)
        arrival = self.free_at + self.delay
        return (None if self.chance.random() < self.loss else arrival), queued


@dataclass
class Run:
    """What was seen: targets and queueing (s) once a frame, the sound's losses with their times."""

    targets: list[tuple[float, float]] = field(default_factory=list)
    queues: list[tuple[float, float]] = field(default_factory=list)
    audio_lost: list[float] = field(default_factory=list)
    audio_sent: int = 0

    def p95_queue(self, after: float = 0.0) -> float:
        values = sorted(queue for at, queue in self.queues if at >= after)
        return values[int(0.95 * len(values))]

    def mean_target(self, after: float, until: float = float("inf")) -> float:
        values = [target for at, target in self.targets if after <= at < until]
        return sum(values) / len(values)


class Call:
    """One sender behind one line; `estimates` says whether the far end sends REMB besides receiver reports."""

    def __init__(self, line: Line, limits: RateLimits, *, estimates: bool, share: float = 1.0) -> None:
        """`share` of the rate is what the encoder really makes of it: less for a still picture."""
        self.line, self.limits, self.share = line, limits, share
        self.state: RateState = new_rate(limits)
        self.estimator = RemoteBitrateEstimator() if estimates else None
        self.pieces: deque[int] = deque()
        self.arriving: deque[tuple[float, int, int]] = deque()
        self.returning: list[tuple[float, Reported | Estimated | AskedAgain]] = []
        self.free_at = float("-inf")
        self.packets = self.octets = 0
        self.received = self.highest = 0
        self.last_lost = (0, 0)
        self.heard: Heard | None = None
        self.rate = SendingRate()
        self.asked = RepeatShare()
        self.run = Run()

    def play(self, seconds: float) -> Run:
        frame_at = audio_at = report_at = 0.0
        for tick in range(int(seconds / STEP)):
            at = tick * STEP
            self._feed_back(at)
            if at >= audio_at:
                audio_at += 0.02
                self._sound(at)
            if at >= frame_at:
                frame_at += 1 / 30
                self._picture(at)
            self._pace(at)
            self._arrive(at)
            if at >= report_at + 1.0:
                report_at += 1.0
                self._report(at)
        return self.run

    def _sound(self, at: float) -> None:
        arrival, queued = self.line.carry(at, AUDIO_BYTES)
        self.run.queues.append((at, queued))
        self.run.audio_sent += 1
        if arrival is None:
            self.run.audio_lost.append(at)

    def _picture(self, at: float) -> None:
        self.state = advance(self.state, Passed(at), self.limits)
        self.run.targets.append((at, self.state.target))
        if pacing.queued(self.free_at, at, sum(self.pieces), self.state.target) > pacing.LONGEST_QUEUE:
            return
        frame = int(
            self.share * payload_rate(self.state.target, 30, 1200) / 30 / 8 * self.line.chance.uniform(0.7, 1.3)
        )
        self.pieces.extend([1200] * (frame // 1200) + [max(frame % 1200, 1)])

    def _pace(self, at: float) -> None:
        while self.pieces and pacing.wait(self.free_at, at) <= 0:
            size = self.pieces.popleft()
            self.free_at = pacing.booked(self.free_at, at, size, self.state.target)
            self.packets += 1
            self.octets += size
            self.rate.sent(at, size)
            arrival, _ = self.line.carry(at, size + HEAD_BYTES)
            if arrival is None:
                back = max(at, self.line.free_at) + 2 * self.line.delay + 0.02
                self.returning.append((back, AskedAgain(back, self.asked.asked(back, 1, self.packets))))
            else:
                self.arriving.append((arrival, self.packets, size))
                if self.estimator:
                    stamp = int(Fraction(at) * (1 << 18)) & 0xFFFFFF
                    estimate = self.estimator.add(int(arrival * 1000), stamp, size, 1)
                    if estimate is not None:
                        self.returning.append(
                            (arrival + self.line.delay, Estimated(arrival, estimate[0], self.rate.bitrate(at)))
                        )

    def _arrive(self, at: float) -> None:
        while self.arriving and self.arriving[0][0] <= at:
            _, number, _ = self.arriving.popleft()
            self.received += 1
            self.highest = max(self.highest, number)

    def _report(self, at: float) -> None:
        lost = self.highest - self.received
        expected, missing = self.highest - self.last_lost[0], lost - self.last_lost[1]
        self.last_lost = (self.highest, lost)
        share = max(0, missing) / expected if expected > 0 else 0.0
        back = at + self.line.delay
        trip = 2 * self.line.delay + max(0.0, self.line.free_at - at)
        heard = Heard(back, self.highest, lost, self.packets, self.octets)
        if self.heard is not None:
            self.returning.append((back, Reported(back, share, trip, *rates(self.heard, heard))))
        self.heard = heard

    def _feed_back(self, at: float) -> None:
        for entry in [entry for entry in self.returning if entry[0] <= at]:
            self.returning.remove(entry)
            self.state = advance(self.state, entry[1], self.limits)
