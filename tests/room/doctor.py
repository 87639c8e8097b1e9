"""A doctor's end of a call for the browser tests: a bare aiortc peer that shows moving colours."""

import asyncio
import fractions
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import VideoFrame

from app.domain.ids import BookingId
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


@asynccontextmanager
async def call_from(console: Console, booking_id: BookingId, number: int) -> AsyncIterator[RTCPeerConnection]:
    """Offer attempt `number` to the patient's browser and yield the peer once it is connected."""
    peer = RTCPeerConnection()
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
