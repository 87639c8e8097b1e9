"""One RTP stream going out: numbered, marked, counted, remembered for repeats, and kept alive by sender reports."""

import time
from dataclasses import dataclass
from typing import Protocol

import pylibsrtp
from aiortc import clock
from aiortc.rtcrtpparameters import RTCRtpSendParameters
from aiortc.rtp import (
    AnyRtcpPacket,
    HeaderExtensionsMap,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    RtpPacket,
    wrap_rtx,
)
from aiortc.utils import random16, random32, uint16_add, uint32_add

from app.video.rtp.capture_clock import CaptureClock
from app.video.rtp.far_reports import SendingRate
from app.video.rtp.retransmission import SentPackets


class Transport(Protocol):
    """What carries packets: aiortc's RTCDtlsTransport."""

    async def _send_rtp(self, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class StreamNames:
    """What a stream is called in the session description."""

    ssrc: int
    rtx_ssrc: int


class OutgoingStream:
    """Sends one stream's packets. All of it runs in the media loop."""

    def __init__(self, names: StreamNames, transport: Transport, parameters: RTCRtpSendParameters) -> None:
        """Raises ValueError for a codec without a payload type."""
        codec = parameters.codecs[0]
        if codec.payloadType is None:
            raise ValueError("the codec was not negotiated")
        self._names = names
        self._transport = transport
        self._cname = parameters.rtcp.cname
        self._mid = parameters.muxId
        self._payload_type = codec.payloadType
        self._rtx_payload_type = next(
            (
                other.payloadType
                for other in parameters.codecs
                if other.name.lower() == "rtx" and other.parameters.get("apt") == codec.payloadType
            ),
            None,
        )
        self._clock_rate = codec.clockRate
        self._extensions = HeaderExtensionsMap()
        self._extensions.configure(parameters)
        # in the lower half, so that SRTP's roll-over counter cannot be guessed wrongly at the start (libsrtp)
        self._number = random16() % 32768
        self._rtx_number = random16() % 32768
        self._origin = random32()
        self._clock = CaptureClock()
        self._sent = SentPackets()
        self.packets = 0
        self.octets = 0
        self.repeats = 0
        self.rate = SendingRate()
        """Repeats included."""

    def captured(self, timestamp: int, at: float) -> None:
        """Take note of when (monotonic s) something with this time stamp (in the codec's clock) was captured."""
        self._clock = self._clock.seen(timestamp / self._clock_rate, at)

    async def send(self, payload: bytes, timestamp: int, last: bool, level: int | None = None) -> None:
        """Send a packet of a frame captured at `timestamp`; `last` marks a frame's end, `level` is dBov of sound.

        A transport that fails loses the packet and nothing else.
        """
        packet = RtpPacket(
            payload_type=self._payload_type,
            marker=int(last),
            sequence_number=self._number,
            timestamp=uint32_add(self._origin, timestamp & 0xFFFFFFFF),
            ssrc=self._names.ssrc,
            payload=payload,
        )
        packet.extensions.mid = self._mid
        if level is not None:
            packet.extensions.audio_level = (False, -level)
        self._number = uint16_add(self._number, 1)
        self._sent.remember(packet)
        self.packets += 1
        self.octets += len(payload)
        await self._carry(packet)

    async def repeat(self, number: int, at: float, round_trip: float, bitrate: float) -> int:
        """Send a lost packet again if that makes sense (`SentPackets.to_repeat`); return its bytes, 0 for none."""
        packet = self._sent.to_repeat(number, at, round_trip, bitrate)
        if packet is None:
            return 0
        if self._rtx_payload_type is not None:
            packet = wrap_rtx(packet, self._rtx_payload_type, self._rtx_number, self._names.rtx_ssrc)
            self._rtx_number = uint16_add(self._rtx_number, 1)
        self.repeats += 1
        await self._carry(packet)
        return len(packet.payload)

    async def report(self) -> int | None:
        """Send a sender report; return its NTP time, or None when nothing has been captured yet."""
        now, ntp = time.monotonic(), clock.current_ntp_time()
        media_time = self._clock.media_time(now)
        if media_time is None:
            return None
        info = RtcpSenderInfo(
            ntp_timestamp=ntp,
            rtp_timestamp=uint32_add(self._origin, round(media_time * self._clock_rate) & 0xFFFFFFFF),
            packet_count=self.packets & 0xFFFFFFFF,
            octet_count=self.octets & 0xFFFFFFFF,
        )
        packets: list[AnyRtcpPacket] = [RtcpSrPacket(ssrc=self._names.ssrc, sender_info=info)]
        if self._cname is not None:
            source = RtcpSourceInfo(ssrc=self._names.ssrc, items=[(1, self._cname.encode())])
            packets.append(RtcpSdesPacket(chunks=[source]))
        await self.control(packets)
        return ntp

    async def control(self, packets: list[AnyRtcpPacket]) -> None:
        """Send RTCP packets together; one that cannot leave is lost."""
        await self._pass_on(b"".join(bytes(packet) for packet in packets))

    async def _carry(self, packet: RtpPacket) -> None:
        # of 1/2^18 s, by a clock that is never set: only differences count (draft-alvestrand-rmcat-remb)
        packet.extensions.abs_send_time = int(time.perf_counter() * (1 << 18)) & 0x00FFFFFF
        self.rate.sent(time.monotonic(), len(packet.payload))
        await self._pass_on(packet.serialize(self._extensions))

    async def _pass_on(self, data: bytes) -> None:
        try:
            await self._transport._send_rtp(data)
        except (OSError, pylibsrtp.Error):
            # a way that is gone for a moment comes back; one that is gone for good is noticed by the connection
            return
