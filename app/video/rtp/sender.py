"""Our sender in place of aiortc's: it follows the network, paces, repeats within reason, and tells its figures.

aiortc 1.16 sends a whole picture at once, remembers 128 packets, never cuts on loss and makes its encoder anew for
each new rate.
"""

import asyncio
import logging
import random
import struct
import time
from dataclasses import replace

from aiortc import (
    MediaStreamTrack,
    RTCDtlsTransport,
    RTCRtpCapabilities,
    RTCStatsReport,
)
from aiortc.codecs import get_capabilities
from aiortc.rtcrtpparameters import RTCRtpSendParameters
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpByePacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)

from app.domain.faults import log_fault
from app.video.profile import PictureRung, VideoProfile
from app.video.rtp.far_ears import FarEars
from app.video.rtp.outgoing_stream import OutgoingStream, StreamNames
from app.video.rtp.picture_rate import PictureRate
from app.video.rtp.picture_sending import PictureSending
from app.video.rtp.rate_control import Estimated
from app.video.rtp.sender_figures import SenderFigures
from app.video.rtp.sender_statistics import StatisticsPlace, outbound, remote_inbound
from app.video.rtp.sound_sending import SoundSending

_log = logging.getLogger(__name__)

_FIRST_REPORT = 0.2
_REPORT_EVERY = 0.75
"""Seconds between sender reports, varied by a third: each one answered measures the round trip."""


class Sender:
    """One medium going out over one transport; everything runs in the media loop but `figures` and `show`.

    The members with an underscore are those that aiortc's connection, transceiver and transport use.
    """

    def __init__(
        self,
        track: MediaStreamTrack,
        transport: RTCDtlsTransport,
        names: StreamNames,
        stream_id: str,
        profile: VideoProfile,
    ) -> None:
        """`profile` bounds the picture; a sound track does not care."""
        self._track: MediaStreamTrack | None = track
        self._track_id = track.id
        self._kind = track.kind
        self._transport = transport
        self._stream_id = stream_id
        self._ssrc, self._rtx_ssrc = names.ssrc, names.rtx_ssrc
        self._enabled = True
        self._rate = PictureRate(profile)
        self._ears = FarEars()
        self._stream: OutgoingStream | None = None
        self._picture: PictureSending | None = None
        self._sound: SoundSending | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._statistics = RTCStatsReport()

    @property
    def kind(self) -> str:
        """Audio or video."""
        return self._kind

    @property
    def track(self) -> MediaStreamTrack | None:
        """The track that is sent; None once it has ended."""
        return self._track

    @property
    def transport(self) -> RTCDtlsTransport:
        """The transport the packets leave by."""
        return self._transport

    @property
    def figures(self) -> SenderFigures:
        """How it goes. From any thread."""
        stream, picture, trip = self._stream, self._picture, self._ears.round_trip
        if stream is None:
            return SenderFigures(self._kind)
        common = SenderFigures(
            self._kind,
            packets=stream.packets,
            repeats=stream.repeats,
            reports=self._ears.reports,
            lost=self._ears.lost,
            round_trip_ms=None if trip is None else 1000 * trip,
        )
        return self._with_picture(common, picture) if picture else common

    def show(self, rung: PictureRung) -> None:
        """Send this much of the picture from now on; of sound, always everything. In the media loop."""
        if self._picture:
            self._picture.show(rung)
        else:
            self._rate.show(rung, time.monotonic())

    def replaceTrack(self, track: MediaStreamTrack | None) -> None:
        """Send another track, before `send`."""
        self._track = track
        if track is not None:
            self._track_id = track.id

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Send by another transport, before `send`."""
        self._transport = transport

    @classmethod
    def getCapabilities(cls, kind: str) -> RTCRtpCapabilities:
        """Return what can be sent of a kind of media."""
        return get_capabilities(kind)

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """Begin, once the transport is encrypted; raises ValueError for a codec that was not negotiated."""
        if self._tasks or self._track is None:
            return
        codec, names = parameters.codecs[0], StreamNames(self._ssrc, self._rtx_ssrc)
        stream = OutgoingStream(names, self._transport, parameters)
        if self._kind == "video":
            self._picture = PictureSending(stream, codec, self._rate)
        else:
            self._sound = SoundSending(stream, codec)
        self._stream = stream
        self._transport._register_rtp_sender(self, parameters)
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._run(self._track)), loop.create_task(self._report(stream))]

    async def stop(self) -> None:
        """End for good: the track is stopped, the far end told."""
        if not self._tasks or self._stream is None:
            return
        self._transport._unregister_rtp_sender(self)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stream.control([RtcpByePacket(sources=[self._ssrc])])
        if self._track is not None:
            self._track.stop()
            self._track = None

    async def getStats(self) -> RTCStatsReport:
        """Return aiortc's statistics of the stream; `figures` tells more."""
        stream, report = self._stream, self._ears.report
        if stream is not None:
            place = StatisticsPlace(self._kind, self._ssrc, self._transport._stats_id, self._track_id)
            self._statistics.add(outbound(place, stream.packets, stream.octets))
            if report is not None and self._ears.round_trip is not None:
                self._statistics.add(remote_inbound(place, stream.packets, report, self._ears.round_trip))
        self._statistics.update(self._transport._get_stats())
        return self._statistics

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        stream = self._stream
        if stream is None:
            return
        now = time.monotonic()
        match packet:
            case RtcpRrPacket() | RtcpSrPacket():
                for report in packet.reports:
                    if report.ssrc == self._ssrc:
                        self._hear(report, stream, now)
            case RtcpRtpfbPacket(fmt=fmt, lost=lost) if fmt == RTCP_RTPFB_NACK:
                await self._repeat(lost, stream, now)
            case RtcpPsfbPacket(fmt=fmt) if fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
                if self._picture:
                    self._picture.ask_key_frame(self._ears.likely_round_trip)
            case RtcpPsfbPacket(fmt=fmt, fci=fci) if fmt == RTCP_PSFB_APP:
                self._estimate(fci, stream, now)

    def _hear(self, report: RtcpReceiverInfo, stream: OutgoingStream, now: float) -> None:
        reported = self._ears.hear(report, stream.packets, stream.octets, now)
        if self._sound:
            self._sound.expect_loss(self._ears.lost)
        elif reported is not None:
            self._rate.learn(reported)

    async def _repeat(self, numbers: list[int], stream: OutgoingStream, now: float) -> None:
        if self._picture:
            self._rate.learn(self._ears.asked(numbers, stream.packets, now))
            await self._picture.repeat(numbers, self._ears.likely_round_trip)

    def _estimate(self, fci: bytes, stream: OutgoingStream, now: float) -> None:
        try:
            bitrate, ssrcs = unpack_remb_fci(fci)
        except (ValueError, struct.error):  # the latter for one that names more streams than it holds
            return
        if self._ssrc in ssrcs:
            self._rate.learn(Estimated(now, bitrate, stream.rate.bitrate(now)))

    async def _run(self, track: MediaStreamTrack) -> None:
        sending = self._picture or self._sound
        if sending is None:
            return
        try:
            await sending.run(track, lambda: self._enabled)
        except Exception as error:
            log_fault(_log, f"sending {self._kind} stopped", error)

    async def _report(self, stream: OutgoingStream) -> None:
        await asyncio.sleep(_FIRST_REPORT)
        while True:
            if (ntp := await stream.report()) is not None:
                self._ears.told(ntp, time.monotonic())
            await asyncio.sleep(_REPORT_EVERY * (2 + 2 * random.random()) / 3)  # noqa: S311 - no secret

    def _with_picture(self, common: SenderFigures, picture: PictureSending) -> SenderFigures:
        width, height = picture.size
        return replace(
            common,
            target_bitrate=round(self._rate.bitrate),
            width=width,
            height=height,
            fps=picture.fps,
            frames=picture.frames,
            key_frames=picture.key_frames,
            encode_ms=1000 * self._rate.encode_seconds,
            rung=self._rate.rung,
        )
