"""aiortc still has the private places we use, and a plain aiortc at the far end repairs what we lose."""

import asyncio
import inspect

import pytest
from aiortc import (
    MediaStreamTrack,
    RTCDtlsTransport,
    RTCPeerConnection,
    RTCRtpCodecParameters,
    VideoStreamTrack,
)
from aiortc.rtcrtpreceiver import RemoteStreamTrack, RTCRtpReceiver
from aiortc.rtp import RtpPacket

from app.video.frames import Picture
from app.video.rtp import aiortc_seams
from app.video.rtp.aiortc_seams import check_version, put_receiver
from app.video.rtp.receiver import Receiver
from app.video.rtp.video_intake import VideoIntake


class Forgetful(Receiver):
    """Loses every seventh packet of the media, as a bad line would."""

    def __init__(self, transport: RTCDtlsTransport, intake: VideoIntake) -> None:
        super().__init__("video", transport, intake, self._repair)
        self._video = intake
        self.lost: list[int] = []
        self.repaired: list[int] = []
        self.came = 0

    def _repair(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        self.repaired.append(packet.sequence_number)
        self._video.take_repaired(packet, codec, arrived)

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        if packet.ssrc not in self._repaired_ssrc:
            self.came += 1
            if self.came % 7 == 0:
                self.lost.append(packet.sequence_number)
                return
        await super()._handle_rtp_packet(packet, arrival_time_ms)


async def test_the_receiver_is_ours_from_before_the_first_offer() -> None:
    connection = RTCPeerConnection()
    transceiver = connection.addTransceiver("video", "recvonly")
    theirs = transceiver.receiver
    ours = Receiver("video", theirs.transport, VideoIntake(lambda picture: None))
    put_receiver(transceiver, ours)
    used: object = transceiver.receiver
    assert used is ours
    (told,) = connection.getReceivers()
    assert id(told) == id(ours)
    assert ours._ssrc == transceiver.sender._ssrc
    await connection.close()


def test_ours_offers_whatever_aiortc_asks_of_a_receiver() -> None:
    asked = {"_handle_disconnect", "_handle_rtcp_packet", "_handle_rtp_packet", "_set_rtcp_ssrc"}
    public = {name for name in vars(RTCRtpReceiver) if not name.startswith("_")}
    assert asked <= set(vars(RTCRtpReceiver))
    assert (public | asked) - set(vars(Receiver)) == {"getSynchronizationSources"}
    for name in ("_handle_rtp_packet", "_handle_rtcp_packet", "receive", "setTransport"):
        assert list(inspect.signature(getattr(Receiver, name)).parameters) == list(
            inspect.signature(getattr(RTCRtpReceiver, name)).parameters
        )
    assert isinstance(RemoteStreamTrack("video"), MediaStreamTrack)


def test_another_series_of_aiortc_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_version()
    monkeypatch.setattr(aiortc_seams, "version", lambda name: "1.17.0")
    with pytest.raises(RuntimeError):
        check_version()


async def test_what_is_lost_on_the_way_is_sent_again_by_plain_aiortc_and_shown() -> None:
    loop, enough = asyncio.get_running_loop(), asyncio.Event()
    pictures: list[Picture] = []

    def show(picture: Picture) -> None:
        pictures.append(picture)
        if len(pictures) == 40:
            loop.call_soon_threadsafe(enough.set)

    ours, theirs = RTCPeerConnection(), RTCPeerConnection()
    theirs.addTrack(VideoStreamTrack())
    transceiver = ours.addTransceiver("video", "recvonly")
    intake = VideoIntake(show)
    receiver = Forgetful(transceiver.receiver.transport, intake)
    intake.feedback = receiver
    put_receiver(transceiver, receiver)
    try:
        await ours.setLocalDescription(await ours.createOffer())
        await theirs.setRemoteDescription(ours.localDescription)
        await theirs.setLocalDescription(await theirs.createAnswer())
        await ours.setRemoteDescription(theirs.localDescription)
        async with asyncio.timeout(30):
            await enough.wait()
        assert len(receiver.lost) >= 5
        assert set(receiver.lost[:-3]) <= set(receiver.repaired)
        assert intake.figures.size == (640, 480)
    finally:
        await ours.close()
        await theirs.close()
        await loop.shutdown_default_executor()
