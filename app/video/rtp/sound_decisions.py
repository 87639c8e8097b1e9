"""What can be done with the next stretch of sound: what the playout says and the renderer does."""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Tempo(Enum):
    """How fast a packet is played; HURRIED when it must be faster whatever it sounds like."""

    EVEN = "even"
    FASTER = "faster"
    HURRIED = "hurried"
    SLOWER = "slower"


@dataclass(frozen=True, slots=True)
class SoundPacket:
    """An Opus packet; `timestamp` (samples) does not wrap, `sequence` does."""

    sequence: int
    timestamp: int
    samples: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence: nothing has been played yet."""

    samples: int


@dataclass(frozen=True, slots=True)
class Play:
    """Decode this packet, with a decoder that forgets what was before when it is `fresh`."""

    packet: SoundPacket
    tempo: Tempo
    fresh: bool


@dataclass(frozen=True, slots=True)
class Recover:
    """Take the samples before this packet from what it repeats of them."""

    packet: SoundPacket
    samples: int


@dataclass(frozen=True, slots=True)
class Conceal:
    """Make the samples up."""

    samples: int


Decision = Wait | Play | Recover | Conceal
