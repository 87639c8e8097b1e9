"""What a far end's receiver reports say of the time between two of them (RFC 3550, section 6.4.1)."""

from collections import deque
from dataclasses import dataclass

_HEAD_BYTES = 50
"""RTP with extensions, SRTP, UDP and IP around each payload."""
_LONGEST_WINDOW = 1.0
_FEWEST_PACKETS = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """One report and what we had sent by then: `at` in s, the others totals of the stream since its beginning."""

    at: float
    highest: int
    lost: int
    packets: int
    octets: int


def rates(earlier: Heard, later: Heard) -> tuple[float, float]:
    """Return bit/s sent and received between two reports, headers included."""
    seconds = max(later.at - earlier.at, 0.05)
    packets, octets = later.packets - earlier.packets, later.octets - earlier.octets
    if packets <= 0:
        return 0.0, 0.0
    sent = 8 * (octets + packets * _HEAD_BYTES) / seconds
    arrived = (later.highest - earlier.highest) - (later.lost - earlier.lost)
    return sent, sent * max(arrived, 0) / packets


def share_lost(earlier: Heard, later: Heard) -> float:
    """Return the share (0 to 1) of the packets expected between two reports that did not come."""
    expected = later.highest - earlier.highest
    return min(1.0, max(0.0, (later.lost - earlier.lost) / expected)) if expected > 0 else 0.0


def payload_rate(wire_rate: float, fps: float, payload_bytes: int) -> int:
    """Return the bit/s of payload that make `wire_rate` bit/s with the headers of `fps` frames a second."""
    packets = fps + wire_rate / (8 * payload_bytes)
    return round(max(wire_rate - 8 * _HEAD_BYTES * packets, wire_rate / 2))


class RepeatShare:
    """Which share of the packets sent lately was asked for again. Not thread-safe; the clock comes by argument."""

    def __init__(self) -> None:
        self._asked: deque[tuple[float, int, int]] = deque()

    def asked(self, at: float, numbers: int, packets_sent: int) -> float:
        """Take note of so many packets asked for at `at` (s); return the share (0 to 1) over the last second.

        `packets_sent` is the stream's total; before twenty packets have gone in that time the share is 0.
        """
        self._asked.append((at, numbers, packets_sent))
        while at - self._asked[0][0] > _LONGEST_WINDOW:
            self._asked.popleft()
        sent = packets_sent - self._asked[0][2]
        if sent < _FEWEST_PACKETS:
            return 0.0
        return min(1.0, (sum(count for _, count, _ in self._asked) - self._asked[0][1]) / sent)


class SendingRate:
    """What went out over the last second. Not thread-safe; the clock comes by argument (s)."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, int]] = deque()
        self._total = 0

    def sent(self, at: float, octets: int) -> None:
        """Take note of a packet with so many bytes of payload."""
        self._sent.append((at, octets))
        self._total += octets
        self._forget(at)

    def bitrate(self, at: float) -> float:
        """Return bit/s of payload; in the first second of a stream too little."""
        self._forget(at)
        return 8.0 * self._total

    def _forget(self, at: float) -> None:
        while self._sent and at - self._sent[0][0] > 1.0:
            self._total -= self._sent.popleft()[1]
