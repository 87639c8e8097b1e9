"""What the way to us carries, as the far end is told of it (REMB, draft-alvestrand-rmcat-remb-03)."""

from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtp import RtpPacket, pack_remb_fci

KEPT = 10.0
"""Seconds without a packet after which what was learnt is forgotten: a way after a sleep is another one."""


class InboundEstimate:
    """aiortc's estimator on a clock of ours: its own is the one on the wall, and it walks each ms of a jump."""

    def __init__(self) -> None:
        self._estimator = RemoteBitrateEstimator()
        self._at: float | None = None

    def add(self, packet: RtpPacket, at: float) -> bytes | None:
        """Take a packet that came at `at` (s, by a clock never set); return what to tell, when it is time."""
        if packet.extensions.abs_send_time is None:
            return None
        if self._at is not None and at - self._at > KEPT:
            self._estimator = RemoteBitrateEstimator()
        self._at = at
        estimate = self._estimator.add(
            arrival_time_ms=int(1000 * at),
            abs_send_time=packet.extensions.abs_send_time,
            payload_size=len(packet.payload) + packet.padding_size,
            ssrc=packet.ssrc,
        )
        return None if estimate is None else bytes(pack_remb_fci(*estimate))
