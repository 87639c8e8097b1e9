"""Our receiver in place of aiortc's: it reports and repairs, and hands every media packet to an intake of our own.

aiortc 1.16 decodes behind a fixed buffer, asks only once for a lost packet and never conceals.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import pylibsrtp
from aiortc import (
    MediaStreamTrack,
    RTCDtlsTransport,
    RTCRtpCapabilities,
    RTCRtpCodecParameters,
    RTCStatsReport,
)
from aiortc.codecs import get_capabilities, is_rtx
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpByePacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    unwrap_rtx,
)

from app.video.rtp.inbound_estimate import InboundEstimate
from app.video.rtp.inbound_streams import InboundStreams
from app.video.rtp.intake import Intake

Take = Callable[[RtpPacket, RTCRtpCodecParameters, float], None]

_REPORT_EVERY = 1.0
"""Seconds between receiver reports, varied by half (RFC 3550 section 6.2)."""


class Receiver:
    """One medium coming in over one transport; everything runs in the media loop.

    `intake` gets each media packet; `on_repaired`, if given, gets those instead that came as retransmissions (RTX,
    RFC 4588). When the far end says goodbye or the transport breaks, the intake is closed and the track ends.
    """

    def __init__(
        self, kind: str, transport: RTCDtlsTransport, intake: Intake, on_repaired: Take | None = None
    ) -> None:
        self.intake = intake
        self._on_repaired = on_repaired or intake.take
        self._transport = transport
        self._enabled = True
        self._track: RemoteStreamTrack | None = None
        self._ssrc: int | None = None
        self._codecs: dict[int, RTCRtpCodecParameters] = {}
        self._repaired_ssrc: dict[int, int] = {}
        self._streams = InboundStreams(kind)
        self._estimate = InboundEstimate() if kind == "video" else None
        self._reporting: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._ended = False

    @property
    def track(self) -> MediaStreamTrack | None:
        """The far end's track: only whether it is still live is told by it."""
        return self._track

    @property
    def transport(self) -> RTCDtlsTransport:
        """The transport the packets come over."""
        return self._transport

    @classmethod
    def getCapabilities(cls, kind: str) -> RTCRtpCapabilities:
        """Return what can be received of a kind of media."""
        return get_capabilities(kind)

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Receive over another transport, before `receive`."""
        self._transport = transport

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Begin; called by the connection once the transport is encrypted."""
        if self._reporting is not None or self._ended:
            return
        self._codecs = {codec.payloadType: codec for codec in parameters.codecs if codec.payloadType is not None}
        for encoding in parameters.encodings:
            if encoding.rtx:
                self._repaired_ssrc[encoding.rtx.ssrc] = encoding.ssrc
        self._transport._register_rtp_receiver(self, parameters)
        self._reporting = asyncio.get_running_loop().create_task(self._report_regularly())

    async def stop(self) -> None:
        """End for good: nothing reaches the intake afterwards."""
        if self._reporting is not None:
            self._transport._unregister_rtp_receiver(self)
        self._end()
        pending = [task for task in (self._reporting, *self._sending) if task is not None]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def getStats(self) -> RTCStatsReport:
        """Return the statistics of the media streams; retransmissions are no stream of their own."""
        report = self._streams.statistics(self._transport._stats_id, left_out=self._repaired_ssrc)
        report.update(self._transport._get_stats())
        return report

    def ask_again(self, ssrc: int, numbers: Sequence[int]) -> None:
        """Ask for lost packets by their 16-bit sequence numbers (generic NACK, RFC 4585 section 6.2.1)."""
        if self._ssrc is not None and not self._ended:
            packet = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=self._ssrc, media_ssrc=ssrc)
            packet.lost = sorted(numbers)
            self._send_soon(packet)

    def ask_key_frame(self, ssrc: int) -> None:
        """Ask for a picture that needs no other (PLI, RFC 4585 section 6.3.1)."""
        if self._ssrc is not None and not self._ended:
            self._send_soon(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._ssrc, media_ssrc=ssrc))

    def _set_rtcp_ssrc(self, ssrc: int) -> None:
        self._ssrc = ssrc

    def _handle_disconnect(self) -> None:
        self._end()

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket):
            self._streams.note_sender(packet)
        elif isinstance(packet, RtcpByePacket):
            self._end()

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        arrived = time.monotonic()
        if not self._enabled or self._ended:
            return
        codec = self._codecs.get(packet.payload_type)
        if codec is None or not self._streams.count(packet, codec.clockRate):
            return
        await self._tell_estimate(packet)
        if is_rtx(codec):
            self._take_repaired(packet, codec, arrived)
        else:
            self.intake.take(packet, codec, arrived)

    def _take_repaired(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        ssrc, original = self._repaired_ssrc.get(packet.ssrc), codec.parameters.get("apt")
        if ssrc is None or not isinstance(original, int) or original not in self._codecs or len(packet.payload) < 2:
            return
        self._on_repaired(unwrap_rtx(packet, original, ssrc), self._codecs[original], arrived)

    async def _tell_estimate(self, packet: RtpPacket) -> None:
        if self._estimate is None or self._ssrc is None:
            return
        if fci := self._estimate.add(packet, time.perf_counter()):
            await self._send(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=self._ssrc, media_ssrc=0, fci=fci))

    def report(self) -> RtcpRrPacket | None:
        """Return a receiver report (RFC 3550 section 6.4.2) on the time since the last; None before any packet."""
        reports = self._streams.reports()
        return RtcpRrPacket(ssrc=self._ssrc, reports=reports) if reports and self._ssrc is not None else None

    async def _report_regularly(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_EVERY * (0.5 + random.random()))  # noqa: S311 - no secret
            if report := self.report():
                await self._send(report)

    def _send_soon(self, packet: AnyRtcpPacket) -> None:
        task = asyncio.get_running_loop().create_task(self._send(packet))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, packet: AnyRtcpPacket) -> None:
        with suppress(OSError, pylibsrtp.Error):  # the transport tells of its own end by _handle_disconnect
            await self._transport._send_rtp(bytes(packet))

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self.intake.close()
        if self._track is not None:
            self._track.stop()
