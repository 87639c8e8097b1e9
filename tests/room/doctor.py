"""A doctor's end of a call for the browser tests: a bare aiortc peer that shows moving colours."""

import asyncio
import fractions
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import VideoFrame

from app.domain.clinic_time import utc_now
from app.domain.ids import BookingId
from app.video.side.channel import SideChannel
from app.video.side.messages import BrowserReport
from app.video.side.reader import SideReader
from app.video.side.talk_events import SideState
from app.video.side_talk import SideTalk
from tests.room.support import Console


class Colours(VideoStreamTrack):
    """A calm picture with a square that moves, so that a standing picture is told from a frozen one."""

    def __init__(self) -> None:
        super().__init__()
        rows, columns = np.mgrid[0:480, 0:640]
        self._ground = np.stack([60 + rows // 8, 90 + columns // 10, 110 + rows // 10], axis=-1).astype(np.uint8)
        self._count = 0

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        picture = self._ground.copy()
        left = self._count * 4 % 560
        picture[200:280, left : left + 80] = (235, 240, 238)
        self._count += 1
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = pts, fractions.Fraction(time_base)
        return frame


class SideDoctor:
    """What the console says and hears beside sound and picture, over whichever connection was made last."""

    def __init__(self) -> None:
        self.talk = SideTalk(utc_now, self._send)
        self.talk.listen(lambda _: self._news.set())
        self._news = asyncio.Event()
        self._channel: SideChannel | None = None

    def attach(self, peer: RTCPeerConnection) -> None:
        """Add the channel to a connection that has not been offered yet."""
        self.talk.lose_connection()
        self._channel = SideChannel(peer, SideReader(self.talk.hear).take)

    async def until(self, condition: Callable[[SideState], object]) -> SideState:
        """Wait for a state."""
        async with asyncio.timeout(30):
            while not condition(self.talk.state):
                self._news.clear()
                await self._news.wait()
        return self.talk.state

    async def report(self, condition: Callable[[BrowserReport], object]) -> BrowserReport:
        """Wait for a report of the browser's; one comes each second."""
        async with asyncio.timeout(30):
            while not (self.talk.reported and condition(self.talk.reported.report)):
                await asyncio.sleep(0.05)
        return self.talk.reported.report

    def _send(self, message: str) -> None:
        assert self._channel is not None
        self._channel.say(message)


@asynccontextmanager
async def call_from(
    console: Console, booking_id: BookingId, number: int, side: SideDoctor | None = None
) -> AsyncIterator[RTCPeerConnection]:
    """Offer attempt `number` to the patient's browser and yield the peer once it is connected."""
    peer = RTCPeerConnection()
    if side is not None:
        side.attach(peer)
    connected = asyncio.Event()

    @peer.on("connectionstatechange")
    def _changed() -> None:
        if peer.connectionState == "connected":
            connected.set()

    tracks: list[MediaStreamTrack] = [Colours(), AudioStreamTrack()]
    for track in tracks:
        peer.addTrack(track)
    try:
        await peer.setLocalDescription(await peer.createOffer())
        offer = {"sdp": peer.localDescription.sdp, "type": "offer"}
        await console.say(booking_id, "offer", number, offer)
        answer = await console.signal(booking_id, "answer")
        await peer.setRemoteDescription(RTCSessionDescription(sdp=str(answer.body["sdp"]), type="answer"))
        async with asyncio.timeout(30):
            await connected.wait()
        yield peer
    finally:
        await peer.close()
