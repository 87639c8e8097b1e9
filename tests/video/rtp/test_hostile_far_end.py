"""Whatever bytes come, from the patient's page or from a stranger, the connection's readers go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiortc import RTCDataChannel, RTCPeerConnection
from aiortc.rtcsctptransport import SCTP_DATA_FIRST_FRAG, WEBRTC_STRING, DataChunk

from app.video.rtp.aiortc_seams import harden
from app.video.side.messages import CHANNEL_ID, CHANNEL_LABEL

_PATIENCE = 30.0
NO_TEXT = b"\xff\xfe no UTF-8"


class Pair:
    """Our connection and a plain one, joined by a side channel alone."""

    def __init__(self) -> None:
        self.ours, self.theirs = RTCPeerConnection(), RTCPeerConnection()
        self.heard: list[str | bytes] = []
        self.news = asyncio.Event()

    def take(self, message: str | bytes) -> None:
        if message == "raise":
            raise ZeroDivisionError
        self.heard.append(message)
        self.news.set()

    async def join(self) -> RTCDataChannel:
        ours, theirs = (
            end.createDataChannel(CHANNEL_LABEL, negotiated=True, id=CHANNEL_ID) for end in (self.ours, self.theirs)
        )
        ours.on("message", self.take)
        harden(self.ours)
        await self.ours.setLocalDescription(await self.ours.createOffer())
        await self.theirs.setRemoteDescription(self.ours.localDescription)
        await self.theirs.setLocalDescription(await self.theirs.createAnswer())
        await self.ours.setRemoteDescription(self.theirs.localDescription)
        while theirs.readyState != "open":
            await asyncio.sleep(0.01)
        return theirs

    async def until_heard(self, message: str) -> None:
        async with asyncio.timeout(_PATIENCE):
            while message not in self.heard:
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[Pair, RTCDataChannel]]:
    made = Pair()
    try:
        async with asyncio.timeout(_PATIENCE):
            channel = await made.join()
        yield made, channel
    finally:
        await made.ours.close()
        await made.theirs.close()


async def test_a_text_that_is_none_does_not_end_the_connection() -> None:
    async with pair() as (both, channel):
        channel.send("before")
        await both.theirs.sctp._send(CHANNEL_ID, WEBRTC_STRING, NO_TEXT)  # type: ignore[union-attr]
        channel.send("after")
        await both.until_heard("after")
        assert both.heard == ["before", "after"]
        assert both.ours.connectionState == "connected"


async def test_a_handler_that_fails_does_not_end_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async with pair() as (both, channel):
        for _ in range(3):
            channel.send("raise")
        channel.send("after")
        await both.until_heard("after")
        assert both.ours.connectionState == "connected"
    assert caplog.text.count("ZeroDivisionError") == 1, "said once, not for every message"


async def test_an_empty_datagram_of_a_stranger_does_not_end_the_connection() -> None:
    async with pair() as (both, channel):
        ice = both.ours.sctp.transport.transport._connection  # type: ignore[union-attr]
        for _ in range(3):
            ice.data_received(b"", 1)
        channel.send("after")
        await both.until_heard("after")
        assert both.ours.connectionState == "connected"


async def test_a_message_that_never_ends_takes_no_more_memory_than_was_said_to_fit() -> None:
    async with pair() as (both, _):
        sctp = both.ours.sctp
        assert sctp is not None
        fits, tsn = sctp._advertised_rwnd, sctp._last_received_tsn or 0
        for number in range(2 * fits // 1000):
            chunk = DataChunk(flags=0 if number else SCTP_DATA_FIRST_FRAG)
            chunk.tsn = (tsn + 1 + number) % 2**32
            chunk.stream_id, chunk.user_data = 7, bytes(1000)
            await sctp._receive_data_chunk(chunk)
        kept = sum(len(chunk.user_data) for chunk in sctp._inbound_streams[7].reassembly)
        assert fits - 1000 <= kept <= fits
        assert both.ours.connectionState == "connected"
