"""One numbered attempt to connect, driven from the calling loop while its connection lives in the media loop."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Awaitable, Callable

from aiortc import RTCSessionDescription

from app.domain.errors import KlinikError
from app.domain.ports.rooms import RoomSignal
from app.video.media_thread import MediaThread
from app.video.peer import Peer
from app.video.signals import parse_answer, parse_candidate
from app.video.statistics import CallStatistics
from app.video.watch import Flow, Watch, look

_log = logging.getLogger(__name__)


class Ready:
    """A connection whose offer is being made, or is made already; not yet part of an attempt."""

    def __init__(self, peer: Peer, media: MediaThread) -> None:
        """Start making the offer."""
        self.peer = peer
        self.offered: concurrent.futures.Future[RTCSessionDescription] = media.submit(peer.offer())

    @property
    def failed(self) -> bool:
        """Whether no offer could be made; there may have been no network just then."""
        return self.offered.done() and (self.offered.cancelled() or self.offered.exception() is not None)


class Attempt:
    """A connection with its number, its pending offer and the watch kept over it."""

    def __init__(
        self, call: int, ready: "Ready", media: MediaThread, send_offer: Callable[[int, str], Awaitable[None]]
    ):
        """`send_offer` gets the number and the SDP once all our candidates are known."""
        self.call = call
        self._peer, self._offered = ready.peer, ready.offered
        self._media = media
        self._send_offer = send_offer
        self._watch = Watch()
        self._offering: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Send the offer as soon as it has been made, which may be so already."""
        self._offering = asyncio.get_running_loop().create_task(self._offer())

    async def take(self, signal: RoomSignal) -> None:
        """Hand an answer or a candidate to the connection; one that cannot be read is logged and dropped."""
        try:
            if signal.kind == "answer":
                await self._media.run(self._peer.accept(parse_answer(signal.body)))
            elif candidate := parse_candidate(signal.body):
                self._media.loop.call_soon_threadsafe(self._peer.add_candidate, candidate)
        except KlinikError as error:
            _log.warning("a signal of the patient's browser was dropped: %s", error.detail)

    def look(self, now: float) -> Flow:
        """Judge what has arrived by `now` (monotonic seconds)."""
        self._watch, flow = look(self._watch, self._peer.arrivals, now)
        return flow

    async def statistics(self) -> CallStatistics:
        """Return how the connection does, with rates since the last call."""
        return await self._media.run(self._peer.statistics())

    async def drop(self) -> concurrent.futures.Future[None]:
        """Withdraw the offer and begin to close; the future is done when the connection is gone."""
        if self._offering is not None:
            self._offering.cancel()
            await asyncio.wait({self._offering})
        return self._media.submit(self._peer.close())

    async def _offer(self) -> None:
        try:
            if not self._offered.done():
                # shielded: candidates half gathered would leave their sockets open, so closing waits for the offer
                await asyncio.shield(asyncio.wrap_future(self._offered))
            offer = self._offered.result()
        except KlinikError as error:
            _log.warning("no offer could be made: %s", error.detail)
        else:
            await self._send_offer(self.call, offer.sdp)
