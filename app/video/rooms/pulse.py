"""How long the room line may be silent before it counts as dead, as a pure machine: it depends on the line itself.

A service that hangs has to be found within seconds. On a slow line that loses packets a pong takes as long, though
all is well: TCP sends what was lost again only after a round trip or more, and twice as late each time.
"""

import struct
from dataclasses import dataclass, replace

PING_EVERY = 1.0
"""Seconds between pings. One that follows soon tells TCP that the one before was lost, and has it sent again."""
LEAST_PATIENCE = 2.75
"""Seconds a pong may take at least; with the pause between pings a service that hangs is found within 3.75 s.
Measured over 20 ms with 10 % loss each way: one such line broke in 2.6 hours."""
_TRIPS = 12.0
"""Usual round trips a pong may take. Measured over 500 ms with 10 % loss each way: 18 pongs in 100 took more than
1.25 s and the slowest of 3 500 took 8.1 s; with this no line broke in 3.3 hours."""
_MOST_PATIENCE = 10.0
_GAIN = 1 / 8
"""Of a new round trip in the usual one (RFC 6298 section 2)."""
_STALLED = 1.0
"""Seconds a look may be late before this PC itself was asleep or busy, so that nothing can be told of the line."""
_PAYLOAD = struct.Struct("!d")


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of the line; all times in monotonic seconds, `trip` is its usual round trip in seconds."""

    trip: float
    heard_at: float
    looked_at: float
    pinged_at: float = float("-inf")

    @property
    def patience(self) -> float:
        """Seconds a pong may take."""
        return min(_MOST_PATIENCE, max(LEAST_PATIENCE, _TRIPS * self.trip))

    @property
    def dies_at(self) -> float:
        """When the line is dead unless something comes."""
        return self.heard_at + PING_EVERY + self.patience

    @property
    def wait(self) -> float:
        """Seconds from the last look until the next one is due."""
        return max(0.0, min(self.pinged_at + PING_EVERY, self.dies_at) - self.looked_at)


def opened(took: float, now: float) -> Pulse:
    """Return the pulse of a line whose opening took so long (s): two round trips, or with TLS four."""
    return Pulse(took, now, now)


def heard(pulse: Pulse, now: float, pong: bytes | None = None) -> Pulse:
    """Note that something came; a pong tells of its round trip what its ping was given by `payload`."""
    pulse = replace(pulse, heard_at=now)
    if pong is None or len(pong) != _PAYLOAD.size:
        return pulse
    trip = now - _PAYLOAD.unpack(pong)[0]
    if not 0 <= trip <= 2 * _MOST_PATIENCE:
        return pulse
    return replace(pulse, trip=(1 - _GAIN) * pulse.trip + _GAIN * trip)


def look(pulse: Pulse, now: float) -> tuple[Pulse, bytes | None, bool]:
    """Look at the line; returns the pulse, the payload of a ping to be sent now, and whether the line is dead."""
    late = now - pulse.looked_at - pulse.wait
    if late > _STALLED:
        pulse = replace(pulse, heard_at=pulse.heard_at + late)
    pulse = replace(pulse, looked_at=now)
    dead = now >= pulse.dies_at
    if dead or now < pulse.pinged_at + PING_EVERY:
        return pulse, None, dead
    return replace(pulse, pinged_at=now), _PAYLOAD.pack(now), False
