"""How good the call is, in figures: read from aiortc's counters, rates over the time since the last reading."""

from dataclasses import dataclass

from aiortc import (
    RTCInboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
    RTCTransportStats,
)


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """Frames counted since the connection was made; rates since the last reading; `loss` is 0 to 1 of the packets.

    `round_trip_ms` is None until the far end has reported twice. "In" comes from the patient, "out" goes there.
    """

    frames_in: int = 0
    frames_out: int = 0
    fps_in: float = 0.0
    fps_out: float = 0.0
    round_trip_ms: float | None = None
    loss_in: float = 0.0
    loss_out: float = 0.0
    kbps_in: float = 0.0
    kbps_out: float = 0.0


@dataclass(frozen=True, slots=True)
class Counters:
    """One reading of everything that only grows; `at` is in monotonic seconds."""

    at: float
    frames_in: int = 0
    frames_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    packets_in: int = 0
    lost_in: int = 0
    loss_out: float = 0.0
    round_trip: float | None = None


def read_counters(at: float, frames_in: int, frames_out: int, report: RTCStatsReport) -> Counters:
    """Return the counters of a connection's report (`RTCPeerConnection.getStats`)."""
    transports = [stats for stats in report.values() if isinstance(stats, RTCTransportStats)]
    inbound = [stats for stats in report.values() if isinstance(stats, RTCInboundRtpStreamStats)]
    far = [stats for stats in report.values() if isinstance(stats, RTCRemoteInboundRtpStreamStats)]
    # aiortc declares a float and gives None until the far end has reported twice
    trips: list[float | None] = [stats.roundTripTime for stats in far]
    return Counters(
        at=at,
        frames_in=frames_in,
        frames_out=frames_out,
        bytes_in=sum(stats.bytesReceived for stats in transports),
        bytes_out=sum(stats.bytesSent for stats in transports),
        packets_in=sum(stats.packetsReceived for stats in inbound),
        lost_in=sum(max(0, stats.packetsLost) for stats in inbound),
        loss_out=max((stats.fractionLost / 256 for stats in far), default=0.0),
        round_trip=min((trip for trip in trips if trip is not None), default=None),
    )


def between(earlier: Counters, later: Counters) -> CallStatistics:
    """Return the statistics over the time between two readings of one connection."""
    seconds = max(later.at - earlier.at, 1e-3)
    received, lost = later.packets_in - earlier.packets_in, max(0, later.lost_in - earlier.lost_in)
    return CallStatistics(
        frames_in=later.frames_in,
        frames_out=later.frames_out,
        fps_in=(later.frames_in - earlier.frames_in) / seconds,
        fps_out=(later.frames_out - earlier.frames_out) / seconds,
        round_trip_ms=None if later.round_trip is None else later.round_trip * 1000,
        loss_in=lost / (received + lost) if received + lost else 0.0,
        loss_out=later.loss_out,
        kbps_in=(later.bytes_in - earlier.bytes_in) * 8 / 1000 / seconds,
        kbps_out=(later.bytes_out - earlier.bytes_out) * 8 / 1000 / seconds,
    )
