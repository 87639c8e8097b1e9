"""Counts what came of each stream: for the reports to its sender (RFC 3550) and for our own statistics."""

import time
from collections.abc import Container

from aiortc import RTCInboundRtpStreamStats, RTCRemoteOutboundRtpStreamStats, RTCStatsReport, clock
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import RtcpReceiverInfo, RtcpSrPacket, RtpPacket


class InboundStreams:
    """The streams of one medium by their SSRC, retransmissions among them."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._streams: dict[int, StreamStatistics] = {}
        self._senders: dict[int, tuple[RtcpSrPacket, float]] = {}

    def count(self, packet: RtpPacket, clock_rate: int) -> None:
        """Count a packet that has just come; `clock_rate` of its time stamps in Hz."""
        if packet.ssrc not in self._streams:
            self._streams[packet.ssrc] = StreamStatistics(clock_rate)
        self._streams[packet.ssrc].add(packet)

    def note_sender(self, report: RtcpSrPacket) -> None:
        """Keep the sender's report: the next of ours answers it."""
        self._senders[report.ssrc] = (report, time.time())

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
            last, since = report.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF, time.time() - at
        return RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=stream.fraction_lost,
            packets_lost=stream.packets_lost,
            highest_sequence=stream.cycles + (stream.max_seq or 0),
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
