"""No packet the far end can make raises out of our receiver or sender, whatever stands in it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from aiortc import RTCDtlsTransport, RTCRtpCodecParameters, VideoStreamTrack
from aiortc.rtcrtpparameters import (
    RTCRtpDecodingParameters,
    RTCRtpReceiveParameters,
    RTCRtpRtxParameters,
)
from aiortc.rtp import (
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    RtpPacket,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from app.video.profile import STANDARD
from app.video.rtp.audio_intake import AudioIntake
from app.video.rtp.inbound_streams import MOST_STREAMS, InboundStreams
from app.video.rtp.outgoing_stream import StreamNames
from app.video.rtp.receiver import Receiver
from app.video.rtp.sender import Sender
from app.video.rtp.video_intake import VideoIntake
from tests.video.rtp.test_receiver import Transport
from tests.video.rtp.test_sender import FAR_SSRC, RTX_SSRC, SSRC, WrittenDown, parameters

CODECS = [
    RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97),
    RTCRtpCodecParameters(mimeType="video/rtx", clockRate=90_000, payloadType=98, parameters={"apt": 97}),
    RTCRtpCodecParameters(mimeType="video/H264", clockRate=90_000, payloadType=99),
    RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48_000, channels=2, payloadType=96),
    RTCRtpCodecParameters(mimeType="audio/PCMA", clockRate=8_000, channels=1, payloadType=8),
]
MEDIA, RTX = 2, 3
PARAMETERS = RTCRtpReceiveParameters(
    codecs=CODECS,
    encodings=[RTCRtpDecodingParameters(ssrc=MEDIA, payloadType=97, rtx=RTCRtpRtxParameters(ssrc=RTX))],
)

near = st.integers(0, 8) | st.integers(65_528, 65_535) | st.integers(0, 65_535)
times = st.integers(0, 9).map(lambda step: 3000 * step) | st.integers(0, 2**32 - 1)
heads = st.sampled_from([b"", b"\x90\x80\x80\x01", b"\x10", b"\x7c\x85", b"\x18\0\4", b"\x67", b"\0\1", b"\xff"])


@st.composite
def packets(draw: st.DrawFn) -> RtpPacket:
    packet = RtpPacket(
        payload_type=draw(st.sampled_from([97, 97, 98, 99, 96, 8, 50])),
        marker=draw(st.integers(0, 1)),
        sequence_number=draw(near),
        timestamp=draw(times),
        ssrc=draw(st.sampled_from([MEDIA, MEDIA, RTX, 9]) | st.integers(0, 2**32 - 1)),
        payload=draw(heads) + draw(st.binary(max_size=40)),
    )
    packet.extensions.abs_send_time = draw(st.none() | st.integers(0, 2**24 - 1))
    return packet


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner() as runner:
        runner.run(work)


async def receive(kind: str, came: list[RtpPacket]) -> None:
    sound, picture = AudioIntake(), VideoIntake(lambda _: None)
    transport = cast(RTCDtlsTransport, Transport())
    if kind == "audio":
        receiver = Receiver(kind, transport, sound)
    else:
        receiver = Receiver(kind, transport, picture, picture.take_repaired)
        picture.feedback = receiver
    receiver._set_rtcp_ssrc(1)
    await receiver.receive(PARAMETERS)
    try:
        for index, packet in enumerate(came):
            await receiver._handle_rtp_packet(packet, arrival_time_ms=33 * index)
            assert len(sound.pull()) == 1920
        if report := receiver.report():
            assert RtcpPacket.parse(bytes(report))
    finally:
        await receiver.stop()


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["audio", "video"]), came=st.lists(packets(), max_size=40))
def test_no_media_raises_out_of_the_receiver(kind: str, came: list[RtpPacket]) -> None:
    run(receive(kind, came))


word = st.integers(0, 2**32 - 1)
infos = st.builds(
    RtcpReceiverInfo,
    ssrc=st.sampled_from([SSRC, 5]),
    fraction_lost=st.integers(0, 255),
    packets_lost=st.integers(-(2**23), 2**23 - 1),
    highest_sequence=word,
    jitter=word,
    lsr=word,
    dlsr=word,
)
sender_infos = st.builds(
    RtcpSenderInfo, ntp_timestamp=st.integers(0, 2**64 - 1), rtp_timestamp=word, packet_count=word, octet_count=word
)
names = st.sampled_from([SSRC, RTX_SSRC, 0])
reports: st.SearchStrategy[AnyRtcpPacket] = st.one_of(
    st.builds(RtcpRrPacket, ssrc=st.just(FAR_SSRC), reports=st.lists(infos, max_size=3)),
    st.builds(RtcpSrPacket, ssrc=st.just(MEDIA), sender_info=sender_infos, reports=st.lists(infos, max_size=3)),
    st.builds(
        RtcpRtpfbPacket,
        fmt=st.integers(0, 31),
        ssrc=st.just(FAR_SSRC),
        media_ssrc=names,
        lost=st.lists(st.integers(0, 65_535), max_size=60),
    ),
    st.builds(
        RtcpPsfbPacket,
        fmt=st.integers(0, 31),
        ssrc=st.just(FAR_SSRC),
        media_ssrc=names,
        fci=st.binary(max_size=24) | st.binary(max_size=24).map(lambda rest: b"REMB" + rest),
    ),
)


async def hear(kind: str, told: list[AnyRtcpPacket]) -> None:
    track = VideoStreamTrack()
    track.kind = kind
    transport = WrittenDown()
    sender = Sender(track, transport, StreamNames(SSRC, RTX_SSRC), "stream", STANDARD)  # type: ignore[arg-type]
    receiver = Receiver(kind, cast(RTCDtlsTransport, Transport()), AudioIntake())
    receiver._set_rtcp_ssrc(1)
    await sender.send(parameters(kind))
    try:
        for packet in told:
            await sender._handle_rtcp_packet(packet)
            await receiver._handle_rtcp_packet(packet)
        await receiver._handle_rtp_packet(RtpPacket(payload_type=97, ssrc=MEDIA, payload=b"some"), 0)
        if report := receiver.report():
            assert RtcpPacket.parse(bytes(report))
        figures = sender.figures
        assert 0 <= figures.lost <= 1
        assert kind == "audio" or STANDARD.least_bitrate <= figures.target_bitrate <= STANDARD.most_bitrate
    finally:
        await sender.stop()
        await receiver.stop()


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["audio", "video"]), told=st.lists(reports, max_size=12))
def test_no_report_raises_out_of_sender_or_receiver(kind: str, told: list[AnyRtcpPacket]) -> None:
    run(hear(kind, told))


def test_a_far_end_that_names_ever_new_streams_fills_neither_memory_nor_report() -> None:
    streams = InboundStreams("video")
    for ssrc in range(1000):
        streams.count(RtpPacket(ssrc=ssrc), 90_000)
        info = RtcpSenderInfo(ntp_timestamp=1, rtp_timestamp=0, packet_count=0, octet_count=0)
        streams.note_sender(RtcpSrPacket(ssrc=ssrc, sender_info=info))
    assert len(streams.reports()) == MOST_STREAMS
    assert len(streams.statistics("transport", ())) <= 2 * MOST_STREAMS
    assert bytes(RtcpRrPacket(ssrc=1, reports=streams.reports()))


def test_a_report_holds_whatever_the_stream_counted() -> None:
    streams = InboundStreams("video")
    for index in range(300_000):
        streams.count(RtpPacket(sequence_number=30_000 * index % 65_536, timestamp=index % 2 * 2**31), 90_000)
    (block,) = streams.reports()
    assert block.jitter < 2**32
    assert block.highest_sequence < 2**32
    assert bytes(RtcpRrPacket(ssrc=1, reports=[block]))


@pytest.mark.parametrize("step", [-3600.0, 3600.0, 90 * 86_400.0])
def test_the_answer_to_a_sender_report_does_not_follow_a_clock_that_is_set(
    monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    streams = InboundStreams("video")
    monotonic, wall = 100.0, 1e9
    monkeypatch.setattr("time.time", lambda: wall)
    monkeypatch.setattr("time.monotonic", lambda: monotonic)
    streams.count(RtpPacket(sequence_number=1), 90_000)
    info = RtcpSenderInfo(ntp_timestamp=1 << 32, rtp_timestamp=0, packet_count=0, octet_count=0)
    streams.note_sender(RtcpSrPacket(ssrc=0, sender_info=info))
    monotonic, wall = monotonic + 0.5, wall + 0.5 + step
    streams.count(RtpPacket(sequence_number=2, timestamp=45_000), 90_000)
    (block,) = streams.reports()
    assert block.dlsr == 32_768
    assert block.jitter < 2**32
