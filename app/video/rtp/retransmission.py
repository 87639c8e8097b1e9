"""What was sent lately, so that a lost packet can be sent again: once a round trip, within a share of the rate."""

from dataclasses import dataclass

from aiortc.rtp import RtpPacket

HISTORY = 1024
"""Packets: several seconds at any rate of ours; a power of two, as sequence numbers wrap at 65536."""
_SHARE = 0.5
"""Repeats may take so much of the picture's rate; a line that loses more than that needs less, not more."""
_SAVED_UP = 0.3
"""Seconds of that share that may come at once, after a burst was lost."""
_LEAST_PAUSE = 0.02


@dataclass(slots=True)
class _Sent:
    packet: RtpPacket
    repeated_at: float = float("-inf")


class SentPackets:
    """The newest 1024 packets of one stream. Not thread-safe; the clock comes by argument (s)."""

    def __init__(self) -> None:
        self._sent: dict[int, _Sent] = {}
        self._paid_until = float("-inf")

    def remember(self, packet: RtpPacket) -> None:
        """Keep a packet in place of the one 1024 before it."""
        self._sent[packet.sequence_number % HISTORY] = _Sent(packet)

    def to_repeat(self, number: int, at: float, round_trip: float, bitrate: float) -> RtpPacket | None:
        """Return the packet to send again; None when it is gone, still under way, or repeats cost too much.

        A packet repeated less than a round trip (s) ago may yet arrive; `bitrate` (bit/s) is the picture's.
        """
        sent = self._sent.get(number % HISTORY)
        if sent is None or sent.packet.sequence_number != number:
            return None
        if at - sent.repeated_at < max(round_trip, _LEAST_PAUSE) or self._paid_until > at:
            return None
        cost = 8 * len(sent.packet.payload) / max(_SHARE * bitrate, 1.0)
        self._paid_until = max(self._paid_until, at - _SAVED_UP) + cost
        sent.repeated_at = at
        return sent.packet
