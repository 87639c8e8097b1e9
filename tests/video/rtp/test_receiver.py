"""Our receiver beside a transport that only notes what is sent: what is handed on, asked for and reported."""

import asyncio
from itertools import count
from types import SimpleNamespace
from typing import cast

import pytest
from aiortc import RTCDtlsTransport, RTCInboundRtpStreamStats, RTCRtpCodecParameters, RTCStatsReport
from aiortc.rtcrtpparameters import (
    RTCRtpDecodingParameters,
    RTCRtpReceiveParameters,
    RTCRtpRtxParameters,
)
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    RtpPacket,
    wrap_rtx,
)

from app.video.rtp.receiver import Receiver

OURS, MEDIA, RTX = 1, 2, 3
VP8 = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)
VP8_RTX = RTCRtpCodecParameters(mimeType="video/rtx", clockRate=90_000, payloadType=98, parameters={"apt": 97})
PARAMETERS = RTCRtpReceiveParameters(
    codecs=[VP8, VP8_RTX],
    encodings=[RTCRtpDecodingParameters(ssrc=MEDIA, payloadType=97, rtx=RTCRtpRtxParameters(ssrc=RTX))],
)


class Transport:
    """Notes what is sent; `broken` refuses it, as a closed transport does."""

    _stats_id = "transport"

    def __init__(self) -> None:
        self.sent: list[AnyRtcpPacket] = []
        self.registered: list[object] = []
        self.broken = False

    def _register_rtp_receiver(self, receiver: object, parameters: object) -> None:
        self.registered.append(receiver)

    def _unregister_rtp_receiver(self, receiver: object) -> None:
        self.registered.remove(receiver)

    def _get_stats(self) -> RTCStatsReport:
        return RTCStatsReport()

    async def _send_rtp(self, data: bytes) -> None:
        if self.broken:
            raise ConnectionError
        self.sent += RtcpPacket.parse(data)


class Noting:
    """An intake that notes what it is given."""

    def __init__(self) -> None:
        self.taken: list[RtpPacket] = []
        self.repaired: list[RtpPacket] = []
        self.closed = 0

    def take(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        assert codec is VP8
        self.taken.append(packet)

    def take_repaired(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        assert codec is VP8
        self.repaired.append(packet)

    def close(self) -> None:
        self.closed += 1


class Scene:
    def __init__(self) -> None:
        self.transport, self.intake = Transport(), Noting()
        self.receiver = Receiver(
            "video", cast(RTCDtlsTransport, self.transport), self.intake, self.intake.take_repaired
        )
        self.receiver._set_rtcp_ssrc(OURS)
        self.receiver._track = RemoteStreamTrack("video")

    async def come(self, *numbers: int) -> None:
        for number in numbers:
            await self.receiver._handle_rtp_packet(media(number), 1000 + 33 * number)


def media(number: int, payload: bytes = b"some") -> RtpPacket:
    return RtpPacket(payload_type=97, sequence_number=number, timestamp=3000 * number, ssrc=MEDIA, payload=payload)


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    await scene.receiver.receive(PARAMETERS)
    return scene


async def soon() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_media_is_handed_on_and_a_retransmission_as_what_it_was(scene: Scene) -> None:
    await scene.come(1, 2)
    await scene.receiver._handle_rtp_packet(wrap_rtx(media(7, b"lost"), 98, 500, RTX), 0)
    assert [packet.sequence_number for packet in scene.intake.taken] == [1, 2]
    (repaired,) = scene.intake.repaired
    assert (repaired.sequence_number, repaired.ssrc, repaired.payload_type) == (7, MEDIA, 97)
    assert (repaired.payload, repaired.timestamp) == (b"lost", 21_000)
    await scene.receiver.stop()


async def test_padding_and_the_unknown_are_left_out(scene: Scene) -> None:
    await scene.receiver._handle_rtp_packet(RtpPacket(payload_type=98, ssrc=RTX, payload=b""), 0)
    await scene.receiver._handle_rtp_packet(RtpPacket(payload_type=98, ssrc=77, payload=b"1234"), 0)
    await scene.receiver._handle_rtp_packet(RtpPacket(payload_type=111, ssrc=MEDIA, payload=b"1234"), 0)
    scene.receiver._enabled = False
    await scene.come(1)
    assert scene.intake.taken == scene.intake.repaired == []
    await scene.receiver.stop()


async def test_what_is_asked_for_reaches_the_sender(scene: Scene) -> None:
    scene.receiver.ask_again(MEDIA, [3, 1, 65_535])
    scene.receiver.ask_key_frame(MEDIA)
    await soon()
    again, key = scene.transport.sent
    assert isinstance(again, RtcpRtpfbPacket)
    assert (again.fmt, again.ssrc, again.media_ssrc, again.lost) == (RTCP_RTPFB_NACK, OURS, MEDIA, [1, 3, 65_535])
    assert isinstance(key, RtcpPsfbPacket)
    assert (key.fmt, key.media_ssrc) == (RTCP_PSFB_PLI, MEDIA)
    await scene.receiver.stop()


async def test_a_report_tells_loss_since_the_last_and_answers_the_senders_report(scene: Scene) -> None:
    assert scene.receiver.report() is None
    info = RtcpSenderInfo(ntp_timestamp=0x1122334455667788, rtp_timestamp=0, packet_count=9, octet_count=900)
    await scene.receiver._handle_rtcp_packet(RtcpSrPacket(ssrc=MEDIA, sender_info=info))
    await scene.come(65_534, 65_535, 1, 2)
    report = scene.receiver.report()
    assert report is not None
    (stream,) = report.reports
    assert (stream.ssrc, stream.packets_lost, stream.fraction_lost) == (MEDIA, 1, 256 // 5)
    assert stream.highest_sequence == 65_536 + 2
    assert stream.lsr == 0x33445566
    await scene.come(3, 4)
    report = scene.receiver.report()
    assert report is not None
    assert report.reports[0].fraction_lost == 0
    await scene.receiver.stop()


async def test_statistics_count_the_media_and_not_its_retransmissions(scene: Scene) -> None:
    await scene.come(1, 2, 4)
    await scene.receiver._handle_rtp_packet(wrap_rtx(media(3), 98, 1, RTX), 0)
    await scene.receiver._handle_rtp_packet(wrap_rtx(media(3), 98, 900, RTX), 0)
    (inbound,) = [
        stats for stats in (await scene.receiver.getStats()).values() if isinstance(stats, RTCInboundRtpStreamStats)
    ]
    assert (inbound.ssrc, inbound.packetsReceived, inbound.packetsLost) == (MEDIA, 3, 1)
    await scene.receiver.stop()


async def test_the_sender_hears_what_the_way_carries(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals = count()
    clock = SimpleNamespace(monotonic=lambda: 0.0, perf_counter=lambda: 0.014 * next(arrivals))
    monkeypatch.setattr("app.video.rtp.receiver.time", clock)
    for number in range(400):
        packet = media(number, bytes(1000))
        packet.extensions.abs_send_time = (number * 10 << 18) // 1000
        await scene.receiver._handle_rtp_packet(packet, 0)
    estimates = [
        packet
        for packet in scene.transport.sent
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP
    ]
    assert estimates
    await scene.receiver.stop()


@pytest.mark.parametrize("how", ["goodbye", "disconnect", "stop"])
async def test_at_the_end_the_intake_is_closed_and_the_track_ends(scene: Scene, how: str) -> None:
    ended: list[bool] = []
    track = scene.receiver.track
    assert track is not None
    track.on("ended", lambda: ended.append(True))
    if how == "goodbye":
        await scene.receiver._handle_rtcp_packet(RtcpByePacket(sources=[MEDIA]))
    elif how == "disconnect":
        scene.receiver._handle_disconnect()
    await scene.receiver.stop()
    await scene.come(1)
    assert ended == [True]
    assert scene.intake.closed == 1
    assert scene.intake.taken == []
    assert scene.transport.registered == []


async def test_a_broken_transport_is_survived(scene: Scene) -> None:
    scene.transport.broken = True
    scene.receiver.ask_key_frame(MEDIA)
    await soon()
    await scene.receiver.stop()
    scene.receiver.ask_key_frame(MEDIA)
    await soon()
    assert scene.transport.sent == []
