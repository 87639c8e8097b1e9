"""Counts what came of each stream: for the reports to its sender (RFC 3550) and for our own statistics."""

import time
from collections.abc import Container

from aiortc import RTCInboundRtpStreamStats, RTCRemoteOutboundRtpStreamStats, RTCStatsReport, clock
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import RtcpReceiverInfo, RtcpSrPacket, RtpPacket

MOST_STREAMS = 8
"""Of one medium: our page sends one and its retransmissions; an RTCP report holds 31."""
_HALF = 1 << 31


class _Stream(StreamStatistics):
    """aiortc's counts; but neither a clock that is set nor time stamps that wrap count as jitter."""

    def __init__(self, clock_rate: int) -> None:
        super().__init__(clock_rate)
        self._rate = clock_rate
        self._timestamp: int | None = None
        self._arrived = 0
        self._mean = 0.0

    def add(self, packet: RtpPacket) -> None:
        """Count a packet; the jitter as in RFC 3550, appendix A.8, which leaves late packets out."""
        newest = self.max_seq
        super().add(packet)
        if self.max_seq == newest or packet.timestamp == self._timestamp:
            return
        arrived = int(time.monotonic() * self._rate)
        if self._timestamp is not None:
            difference = (arrived - self._arrived) - (packet.timestamp - self._timestamp)
            self._mean += (abs((difference + _HALF) % (2 * _HALF) - _HALF) - self._mean) / 16
        self._timestamp, self._arrived = packet.timestamp, arrived

    @property
    def jitter(self) -> int:
        """In units of the time stamps."""
        return int(self._mean)


class InboundStreams:
    """The streams of one medium by their SSRC, retransmissions among them."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._streams: dict[int, StreamStatistics] = {}
        self._senders: dict[int, tuple[RtcpSrPacket, float]] = {}

    def count(self, packet: RtpPacket, clock_rate: int) -> bool:
        """Count a packet that has just come; `clock_rate` of its time stamps in Hz.

        Return whether it is to be taken: it is not when its stream is one too many.
        """
        if packet.ssrc not in self._streams:
            if len(self._streams) >= MOST_STREAMS:
                return False
            self._streams[packet.ssrc] = _Stream(clock_rate)
        self._streams[packet.ssrc].add(packet)
        return True

    def note_sender(self, report: RtcpSrPacket) -> None:
        """Keep the sender's report: the next of ours answers it."""
        if report.ssrc in self._senders or len(self._senders) < MOST_STREAMS:
            self._senders[report.ssrc] = (report, time.monotonic())

    def reports(self) -> list[RtcpReceiverInfo]:
        """Return a report block for each stream (RFC 3550 section 6.4.1), on the time since the last call."""
        return [self._block(ssrc, stream) for ssrc, stream in self._streams.items()]

    def statistics(self, transport_id: str, left_out: Container[int]) -> RTCStatsReport:
        """Return the statistics of all streams but those left out."""
        report = RTCStatsReport()
        for ssrc, stream in self._streams.items():
            if ssrc not in left_out:
                report.add(self._inbound(ssrc, stream, transport_id))
        for sender, _ in self._senders.values():
            report.add(self._far_outbound(sender, transport_id))
        return report

    def _block(self, ssrc: int, stream: StreamStatistics) -> RtcpReceiverInfo:
        last, since = 0, 0.0
        if ssrc in self._senders:
            report, at = self._senders[ssrc]
            last, since = report.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF, time.monotonic() - at
        return RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=stream.fraction_lost,
            packets_lost=stream.packets_lost,
            highest_sequence=(stream.cycles + (stream.max_seq or 0)) & 0xFFFFFFFF,
            jitter=stream.jitter,
            lsr=last,
            dlsr=int(since * 65536) if 0 < since < 65536 else 0,
        )

    def _inbound(self, ssrc: int, stream: StreamStatistics, transport_id: str) -> RTCInboundRtpStreamStats:
        return RTCInboundRtpStreamStats(
            timestamp=clock.current_datetime(),
            type="inbound-rtp",
            id=f"inbound-rtp_{id(self)}_{ssrc}",
            ssrc=ssrc,
            kind=self._kind,
            transportId=transport_id,
            packetsReceived=stream.packets_received,
            packetsLost=stream.packets_lost,
            jitter=stream.jitter,
        )

    def _far_outbound(self, report: RtcpSrPacket, transport_id: str) -> RTCRemoteOutboundRtpStreamStats:
        return RTCRemoteOutboundRtpStreamStats(
            timestamp=clock.current_datetime(),
            type="remote-outbound-rtp",
            id=f"remote-outbound-rtp_{id(self)}_{report.ssrc}",
            ssrc=report.ssrc,
            kind=self._kind,
            transportId=transport_id,
            packetsSent=report.sender_info.packet_count,
            bytesSent=report.sender_info.octet_count,
            remoteTimestamp=clock.datetime_from_ntp(report.sender_info.ntp_timestamp),
        )
