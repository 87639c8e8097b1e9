"""A line of sound packets with a network between, in made-up time: what a playout decides on what arrives."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.rtp.audio_playout import Playout, arrival, next_sound
from app.video.rtp.sound_decisions import Conceal, Decision, Play, Recover, SoundPacket, Tempo

FRAME = FRAME_SAMPLES / SAMPLE_RATE
SSRC = 77
_LESS = {Tempo.FASTER: -300, Tempo.HURRIED: -300, Tempo.SLOWER: 300, Tempo.EVEN: 0}


@dataclass(frozen=True)
class Sent:
    """One packet and when (s) it comes; numbers wrap as they do on the wire."""

    number: int
    at: float
    ssrc: int = SSRC

    def packet(self, sequence: int, timestamp: int) -> SoundPacket:
        stamp = timestamp + self.number * FRAME_SAMPLES
        return SoundPacket(
            (sequence + self.number) & 0xFFFF, stamp & 0xFFFFFFFF, FRAME_SAMPLES, b"%d" % self.number
        )


@dataclass
class Heard:
    """What was decided up to the last packet played, with the time (s) of each pull; delays since sending."""

    decisions: list[tuple[float, Decision]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    states: list[Playout] = field(default_factory=list)

    def numbers(self) -> list[int]:
        return [int(d.packet.payload) for _, d in self.decisions if isinstance(d, Play)]

    def of(self, kind: type[Conceal] | type[Recover] | type[Play], since: float = 0.0) -> int:
        return sum(isinstance(d, kind) for at, d in self.decisions if at >= since)

    def stretched(self, since: float = 0.0) -> int:
        return sum(isinstance(d, Play) and d.tempo is not Tempo.EVEN for at, d in self.decisions if at >= since)


def steady(count: int, transit: float = 0.05, first: int = 0) -> list[Sent]:
    return [Sent(n, n * FRAME + transit) for n in range(first, first + count)]


def rough(count: int, seed: int, loss: float, jitter: float, burst: float = 0.0) -> list[Sent]:
    """Return what a network with random loss, exponential jitter (s) and loss in rows lets through."""
    rng = random.Random(seed)
    losing, arrivals = False, []
    for sent in steady(count):
        losing = rng.random() < (burst if losing else loss)
        if not losing:
            arrivals.append(Sent(sent.number, sent.at + (rng.expovariate(1 / jitter) if jitter else 0.0)))
    return arrivals


def play(
    arrivals: Sequence[Sent], seconds: float, *, pulls: Iterable[float] = (), sequence: int = 0, timestamp: int = 0
) -> Heard:
    """Drive a playout through the arrivals and half a second more; pulls come each 20 ms unless told when."""
    heard, state, ready = Heard(), Playout(), 0
    waiting = sorted(arrivals, key=lambda sent: sent.at)
    for now in pulls or [tick * FRAME + 0.003 for tick in range(int(seconds / FRAME) + 25)]:
        while waiting and waiting[0].at <= now:
            sent = waiting.pop(0)
            state = arrival(state, sent.ssrc, sent.packet(sequence, timestamp), sent.at)
        while ready < FRAME_SAMPLES:
            state, decision = next_sound(state, now, ready)
            heard.decisions.append((now, decision))
            if isinstance(decision, Play):
                heard.delays.append(now + ready / SAMPLE_RATE - int(decision.packet.payload) * FRAME)
                ready += decision.packet.samples + _LESS[decision.tempo]
            else:
                ready += decision.samples
        ready -= FRAME_SAMPLES
        heard.states.append(state)
    while heard.decisions and not isinstance(heard.decisions[-1][1], Play):
        heard.decisions.pop()
    return heard
