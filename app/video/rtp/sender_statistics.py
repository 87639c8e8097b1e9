"""A sender's figures in the form of aiortc's statistics, which `RTCPeerConnection.getStats` gathers."""

from dataclasses import dataclass

from aiortc import RTCOutboundRtpStreamStats, RTCRemoteInboundRtpStreamStats, clock
from aiortc.rtp import RtcpReceiverInfo


@dataclass(frozen=True, slots=True)
class StatisticsPlace:
    """Which stream the statistics are of."""

    kind: str
    ssrc: int
    transport_id: str
    track_id: str


def outbound(place: StatisticsPlace, packets: int, octets: int) -> RTCOutboundRtpStreamStats:
    """Return what was sent, repeats not counted."""
    return RTCOutboundRtpStreamStats(
        timestamp=clock.current_datetime(),
        type="outbound-rtp",
        id=f"outbound-rtp_{place.ssrc}",
        ssrc=place.ssrc,
        kind=place.kind,
        transportId=place.transport_id,
        packetsSent=packets,
        bytesSent=octets,
        trackId=place.track_id,
    )


def remote_inbound(
    place: StatisticsPlace, packets: int, report: RtcpReceiverInfo, round_trip: float
) -> RTCRemoteInboundRtpStreamStats:
    """Return what the far end reported; `round_trip` is in s, the lost fraction in 1/256."""
    return RTCRemoteInboundRtpStreamStats(
        timestamp=clock.current_datetime(),
        type="remote-inbound-rtp",
        id=f"remote-inbound-rtp_{place.ssrc}",
        ssrc=place.ssrc,
        kind=place.kind,
        transportId=place.transport_id,
        packetsReceived=packets - report.packets_lost,
        packetsLost=report.packets_lost,
        jitter=report.jitter,
        roundTripTime=round_trip,
        fractionLost=report.fraction_lost,
    )
