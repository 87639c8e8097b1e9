"""Our sender as its far end sees it: packets on a transport that is written down, and a whole call with aiortc."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, clock
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtcpParameters, RTCRtpSendParameters
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    HeaderExtensionsMap,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    is_rtcp,
    pack_remb_fci,
    unwrap_rtx,
)
from aiortc.stats import RTCStatsReport
from av.audio.frame import AudioFrame
from av.frame import Frame
from av.video.frame import VideoFrame

from app.video.devices.camera_track import CameraTrack
from app.video.profile import STANDARD, PictureRung, VideoProfile
from app.video.rtp import picture_sending
from app.video.rtp.aiortc_seams import put_sender
from app.video.rtp.outgoing_stream import StreamNames
from app.video.rtp.sender import Sender
from app.video.rtp.sound_sending import HANDED_OVER_AFTER
from app.video.sound.microphone_track import MicrophoneTrack
from tests.video.rtp.pictures import Luma, Screen, frame_of, hard_picture, is_key_frame, moving_head

PATIENCE = 30.0
SSRC, RTX_SSRC, FAR_SSRC = 1111, 2222, 3333


class Queue(MediaStreamTrack):
    """A track that gives what it is given."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.frames: asyncio.Queue[Frame] = asyncio.Queue()

    async def recv(self) -> Frame:
        frame = await self.frames.get()
        if self.readyState != "live":
            raise MediaStreamError
        return frame


class WrittenDown:
    """A transport that keeps what is sent; `broken` makes it fail instead."""

    _stats_id = "transport"

    def __init__(self) -> None:
        self.extensions = HeaderExtensionsMap()
        self.packets: list[RtpPacket] = []
        self.control: list[AnyRtcpPacket] = []
        self.broken = False
        self.senders = 0

    def _register_rtp_sender(self, _sender: object, parameters: RTCRtpSendParameters) -> None:
        self.extensions.configure(parameters)
        self.senders += 1

    def _unregister_rtp_sender(self, _sender: object) -> None:
        self.senders -= 1

    async def _send_rtp(self, data: bytes) -> None:
        if self.broken:
            raise ConnectionError
        if is_rtcp(data):
            self.control += RtcpPacket.parse(data)
        else:
            self.packets.append(RtpPacket.parse(data, self.extensions))

    def _get_stats(self) -> RTCStatsReport:
        return RTCStatsReport()

    @property
    def media(self) -> list[RtpPacket]:
        return [packet for packet in self.packets if packet.ssrc == SSRC]

    def pictures(self) -> list[list[bytes]]:
        """Return the payloads of each whole picture."""
        pictures: list[list[bytes]] = [[]]
        for packet in self.media:
            pictures[-1].append(packet.payload)
            if packet.marker:
                pictures.append([])
        return pictures[:-1]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)


def parameters(kind: str) -> RTCRtpSendParameters:
    codecs = CODECS[kind][:2] if kind == "video" else CODECS[kind][:1]
    extensions = HEADER_EXTENSIONS[kind]
    rtcp = RTCRtcpParameters(cname="clinic", ssrc=SSRC)
    return RTCRtpSendParameters(codecs=codecs, headerExtensions=extensions, muxId="1", rtcp=rtcp)


class Rig:
    """A sender, the track it sends and the transport it sends by."""

    def __init__(self, kind: str, profile: VideoProfile) -> None:
        self.track = Queue(kind)
        self.transport = WrittenDown()
        names = StreamNames(SSRC, RTX_SSRC)
        self.sender = Sender(self.track, self.transport, names, "stream", profile)  # type: ignore[arg-type]  # what it uses of a transport
        self.step = 0

    async def show(self, count: int = 1, make: Callable[[int, int, int], Luma] = moving_head) -> None:
        """Offer pictures at a camera's pace, each when the one before is encoded; a dropped one is repeated."""
        for wanted in range(self.sender.figures.frames + 1, self.sender.figures.frames + count + 1):
            while self.sender.figures.frames < wanted:
                await asyncio.sleep(1 / 25)
                self.offer(make)
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.3):
                        await until(partial(self._has_shown, wanted))

    def _has_shown(self, frames: int) -> bool:
        return self.sender.figures.frames >= frames

    def offer(self, make: Callable[[int, int, int], Luma] = moving_head) -> None:
        self.track.frames.put_nowait(frame_of(make(self.step, 640, 480), self.step))
        self.step += 1

    async def hear(self, packet: AnyRtcpPacket) -> None:
        await self.sender._handle_rtcp_packet(packet)


@asynccontextmanager
async def rig(kind: str = "video", profile: VideoProfile = STANDARD) -> AsyncIterator[Rig]:
    made = Rig(kind, profile)
    await made.sender.send(parameters(kind))
    try:
        yield made
    finally:
        await made.sender.stop()


async def test_pictures_leave_numbered_marked_and_whole() -> None:
    async with rig() as sending:
        await sending.show(5)
        await until(lambda: len(sending.transport.pictures()) == sending.sender.figures.frames)
        packets, screen = sending.transport.media, Screen()
        numbers = [packet.sequence_number for packet in packets]
        assert numbers == [numbers[0] + index for index in range(len(numbers))]
        assert {packet.payload_type for packet in packets} == {CODECS["video"][0].payloadType}
        assert {packet.extensions.mid for packet in packets} == {"1"}
        assert all(packet.extensions.abs_send_time for packet in packets)
        times = sorted({packet.timestamp for packet in packets})
        assert len(times) >= 5
        assert all((later - times[0]) % 3000 == 0 for later in times)
        for step, payloads in enumerate(sending.transport.pictures()):
            assert is_key_frame(payloads) == (step == 0)
            assert screen.show(payloads).shape == (480, 640)
        figures = sending.sender.figures
        assert (figures.frames, figures.key_frames) == (len(times), 1)
        assert (figures.width, figures.height) == (640, 480)
        assert figures.packets == len(packets)
        assert figures.encode_ms > 0
        assert figures.rung is PictureRung.FULL


async def test_a_key_frame_on_request_and_only_one_for_many() -> None:
    async with rig() as sending:
        await sending.show(2)
        sending.sender._ears.told(1, 0.0)
        await until(lambda: len(sending.transport.pictures()) >= 2)
        pli = RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=FAR_SSRC, media_ssrc=SSRC)

        async def asked_and_shown() -> bool:
            for _ in range(3):
                await sending.hear(pli)
            await sending.show()
            return sending.sender.figures.key_frames == 2

        while not await asked_and_shown():
            pass
        await sending.show(3)
        assert sending.sender.figures.key_frames == 2


async def test_a_lost_packet_is_sent_again_once_a_round_trip() -> None:
    async with rig() as sending:
        await sending.show(3)
        await until(lambda: len(sending.transport.pictures()) >= 3)
        lost = sending.transport.media[1]
        nack = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=FAR_SSRC, media_ssrc=SSRC, lost=[lost.sequence_number])
        for _ in range(3):
            await sending.hear(nack)
        (repeat,) = [packet for packet in sending.transport.packets if packet.ssrc == RTX_SSRC]
        restored = unwrap_rtx(repeat, lost.payload_type, SSRC)
        assert (restored.sequence_number, restored.payload) == (lost.sequence_number, lost.payload)
        assert repeat.payload_type == CODECS["video"][1].payloadType
        nack.lost = [(sending.transport.media[0].sequence_number - 1) % 65536]
        await sending.hear(nack)
        assert sending.sender.figures.repeats == 1


async def test_no_picture_at_all_and_then_one_that_needs_no_other() -> None:
    async with rig() as sending:
        await sending.show(3)
        await until(lambda: len(sending.transport.pictures()) >= 3)
        shown = len(sending.transport.pictures())
        sending.sender.show(PictureRung.NONE)
        sent = len(sending.transport.packets)
        for _ in range(5):
            sending.offer()
        await until(sending.track.frames.empty)
        sending.sender.show(PictureRung.FULL)
        assert len(sending.transport.packets) == sent
        assert sending.track.readyState == "live"
        await sending.show()
        await until(lambda: len(sending.transport.pictures()) > shown)
        assert is_key_frame(sending.transport.pictures()[shown])


async def test_the_lower_rung_is_small_and_cheap() -> None:
    async with rig() as sending:
        sending.sender.show(PictureRung.LOWER)
        await sending.show(2)
        figures = sending.sender.figures
        assert figures.rung is PictureRung.LOWER
        assert (figures.width, figures.height) == (320, 240)
        assert figures.target_bitrate <= 150_000
        sending.sender.show(PictureRung.FULL)
        await sending.show()
        assert sending.sender.figures.width > 160


async def test_the_far_ends_estimate_makes_the_picture_smaller() -> None:
    async with rig() as sending:
        stream = sending.sender._stream
        assert stream is not None
        async with asyncio.timeout(PATIENCE):
            while stream.rate.bitrate(time.monotonic()) < 200_000:
                sending.offer(hard_picture)
                await asyncio.sleep(1 / 30)
        assert sending.sender.figures.width == 640
        fci = pack_remb_fci(120_000, [SSRC])
        await sending.hear(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=FAR_SSRC, media_ssrc=0, fci=fci))
        await sending.hear(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=FAR_SSRC, media_ssrc=0, fci=b"no REMB"))
        while sending.sender.figures.width == 640:
            await sending.show()
        figures = sending.sender.figures
        assert figures.target_bitrate < 120_000
        assert (figures.width, figures.height) == (320, 240)


async def test_reports_are_read_and_told() -> None:
    async with rig() as sending:
        await sending.show(2)
        await until(lambda: sending.transport.control)
        report = sending.transport.control[0]
        assert isinstance(report, RtcpSrPacket)
        lsr = report.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF
        for highest, fraction in ((10, 0), (20, 64)):
            info = RtcpReceiverInfo(SSRC, fraction, 3, highest, jitter=0, lsr=lsr, dlsr=1)
            await sending.hear(RtcpRrPacket(ssrc=FAR_SSRC, reports=[info]))
        figures = sending.sender.figures
        assert figures.reports == 2
        assert figures.lost == 0.25
        assert figures.round_trip_ms is not None
        statistics = await sending.sender.getStats()
        assert {entry.type for entry in statistics.values()} == {"outbound-rtp", "remote-inbound-rtp"}


@pytest.mark.parametrize("kind", ["audio", "video"])
async def test_a_sender_report_names_the_moment_of_capture(kind: str) -> None:
    async with rig(kind) as sending:
        before = clock.current_ntp_time()
        sending.track.frames.put_nowait(sound(0) if kind == "audio" else frame_of(moving_head(0), 0))
        await until(lambda: sending.transport.media)
        captured_until = clock.current_ntp_time()
        await until(lambda: sending.transport.control)
        report = sending.transport.control[0]
        assert isinstance(report, RtcpSrPacket)
        rate = 90_000 if kind == "video" else 48_000
        media_seconds = (report.sender_info.rtp_timestamp - sending.transport.media[0].timestamp) % 2**32 / rate
        earlier = HANDED_OVER_AFTER if kind == "audio" else 0.0
        captured = report.sender_info.ntp_timestamp + (earlier - media_seconds) * 2**32
        assert before - 2**32 * 0.001 <= captured <= captured_until + 2**32 * 0.001


def sound(step: int) -> AudioFrame:
    frame = AudioFrame(format="s16", layout="mono", samples=960)
    frame.planes[0].update(bytes([0, 32]) * 960)
    frame.sample_rate, frame.pts = 48_000, step * 960
    frame.time_base = frame_of(moving_head(0), 0).time_base
    return frame


async def test_sound_leaves_at_once_with_its_loudness_and_guards_against_loss() -> None:
    async with rig("audio") as sending:
        for step in range(5):
            sending.track.frames.put_nowait(sound(step))
        await until(lambda: len(sending.transport.media) == 5)
        packets = sending.transport.media
        assert [packet.marker for packet in packets] == [1, 0, 0, 0, 0]
        assert [packet.timestamp - packets[0].timestamp for packet in packets] == [0, 960, 1920, 2880, 3840]
        assert packets[0].extensions.audio_level == (False, 12)
        info = RtcpReceiverInfo(SSRC, 77, 3, 20, jitter=0, lsr=0, dlsr=0)
        await sending.hear(RtcpRrPacket(ssrc=FAR_SSRC, reports=[info]))
        assert sending.sender.figures.lost == pytest.approx(0.3, abs=0.01)
        assert sending.sender._sound is not None
        encoder = sending.sender._sound._encoder
        assert getattr(encoder, "loss") == pytest.approx(0.3, abs=0.01)  # noqa: B009 - of OpusEncoder only


@pytest.mark.parametrize("kind", ["audio", "video"])
async def test_a_way_that_is_gone_for_a_moment_ends_nothing(kind: str) -> None:
    async with rig(kind) as sending:

        def offer() -> None:
            if kind == "video":
                sending.offer()
            else:
                sending.step += 1
                sending.track.frames.put_nowait(sound(sending.step))

        sending.transport.broken = True
        offer()
        await until(lambda: sending.sender.figures.packets)
        sending.transport.broken = False
        sent = sending.sender.figures.packets
        offer()
        await until(lambda: sending.sender.figures.packets > sent)
        await until(lambda: sending.transport.media)


class Slow:
    """An encoder that is at its first picture until it is let go."""

    target_bitrate = 0

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        self.seen: list[int] = []

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        assert isinstance(frame, VideoFrame)
        assert frame.pts is not None
        self.begun.set()
        self.go.wait(PATIENCE)
        self.seen.append(frame.pts // 3000)
        return [b"\x10\x00"], frame.pts


async def test_while_one_picture_is_encoded_only_the_newest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(picture_sending, "picture_encoder", lambda _codec, _bitrate: slow)
    async with rig() as sending:
        sending.offer()
        await until(slow.begun.is_set)
        for _ in range(6):
            sending.offer()
        await until(sending.track.frames.empty)
        slow.go.set()
        await until(lambda: len(slow.seen) == 2)
        assert slow.seen == [0, 6]


async def test_a_picture_under_way_when_pictures_stopped_is_not_sent_after_they_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Slow()
    monkeypatch.setattr(picture_sending, "picture_encoder", lambda _codec, _bitrate: slow)
    async with rig() as sending:
        sending.offer()
        await until(slow.begun.is_set)
        sending.sender.show(PictureRung.NONE)
        sending.sender.show(PictureRung.FULL)
        sending.offer()
        slow.go.set()
        await until(lambda: sending.sender.figures.frames)
        await until(lambda: sending.transport.media)
        assert slow.seen == [0, 1]
        assert len(sending.transport.media) == 1, "what builds on a picture thrown away shows nothing good"


async def test_the_time_of_sending_does_not_follow_a_clock_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "current_ntp_time", lambda: 1 << 40)
    async with rig() as sending:
        await sending.show(3)
        await until(lambda: len(sending.transport.pictures()) >= 3)
        times = [packet.extensions.abs_send_time or 0 for packet in sending.transport.media]
        assert 0 < (times[-1] - times[0]) % (1 << 24) < 30 << 18


class Broken(Slow):
    """An encoder that fails at first."""

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        assert frame.pts is not None
        if frame.pts == 0:
            raise OSError("no picture of Karen")
        return [b"\x10\x00"], frame.pts


async def test_an_encoder_that_fails_is_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[Broken] = []

    def make(_codec: object, _bitrate: int) -> Broken:
        made.append(Broken())
        return made[-1]

    monkeypatch.setattr(picture_sending, "picture_encoder", make)
    async with rig() as sending:
        sending.offer()
        await until(lambda: len(made) == 1 and caplog.messages)
        await sending.show()
        assert len(made) == 2
    assert "OSError" in caplog.text
    assert "Karen" not in caplog.text


async def test_the_end_is_told_and_gives_everything_back() -> None:
    async with rig() as sending:
        await sending.show()
        assert [thread for thread in threading.enumerate() if thread.name.startswith("picture encoder")]
    assert isinstance(sending.transport.control[-1], RtcpByePacket)
    assert sending.track.readyState == "ended"
    assert sending.transport.senders == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("picture encoder")]
    await sending.sender.stop()


async def test_aiortc_negotiates_with_our_sender_and_sees_the_picture() -> None:
    ours, theirs = RTCPeerConnection(RTCConfiguration([])), RTCPeerConnection(RTCConfiguration([]))
    camera = CameraTrack(STANDARD, asyncio.get_running_loop())
    senders = [
        put_sender(ours.addTransceiver(track, "sendrecv"), STANDARD) for track in (MicrophoneTrack(), camera)
    ]
    arrived: dict[str, asyncio.Task[None]] = {}

    async def watch(track: MediaStreamTrack) -> None:
        for _ in range(3):
            frame = await track.recv()
            assert isinstance(frame, AudioFrame | VideoFrame)
            assert isinstance(frame, AudioFrame) or (frame.width, frame.height) == (640, 480)

    def on_track(track: MediaStreamTrack) -> None:
        arrived[track.kind] = asyncio.get_running_loop().create_task(watch(track))

    theirs.on("track", on_track)
    try:
        await ours.setLocalDescription(await ours.createOffer())
        video = ours.localDescription.sdp.split("m=video")[1]
        assert video.index("VP8/90000") < video.index("H264/90000")
        await theirs.setRemoteDescription(ours.localDescription)
        await theirs.setLocalDescription(await theirs.createAnswer())
        await ours.setRemoteDescription(theirs.localDescription)
        for step in range(600):
            camera.offer(frame_of(moving_head(step, 640, 480), step))
            await asyncio.sleep(1 / 30)
            if len(arrived) == 2 and all(task.done() for task in arrived.values()):
                break
        for task in arrived.values():
            await task
        await until(lambda: all(sender.figures.reports for sender in senders))
        assert senders[1].figures.lost == 0
        assert {sender.kind for sender in ours.getSenders()} == {"audio", "video"}
    finally:
        for task in arrived.values():
            task.cancel()
        await ours.close()
        await theirs.close()


def test_an_aiortc_with_other_names_is_refused() -> None:
    with pytest.raises(AttributeError):
        put_sender(object(), STANDARD)  # type: ignore[arg-type]  # what an unknown aiortc would give


@pytest.mark.parametrize(
    "name", ["_ssrc", "_rtx_ssrc", "_stream_id", "_track_id", "_enabled", "_handle_rtcp_packet"]
)
async def test_our_sender_has_what_aiortc_uses_of_its_own(name: str) -> None:
    connection = RTCPeerConnection(RTCConfiguration([]))
    try:
        transceiver = connection.addTransceiver(MicrophoneTrack(), "sendrecv")
        theirs, stream = transceiver.sender, transceiver.sender._stream_id
        ours = put_sender(transceiver, STANDARD)
        assert hasattr(theirs, name)
        assert hasattr(ours, name)
        assert (ours._ssrc, ours._stream_id) == (theirs._ssrc, stream)
        assert transceiver.sender is ours  # type: ignore[comparison-overlap]  # aiortc thinks it is its own
    finally:
        await connection.close()
