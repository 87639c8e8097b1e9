"""One numbered attempt to connect, driven from the calling loop while its connection lives in the media loop."""

import asyncio
import concurrent.futures
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine

from aiortc import RTCSessionDescription

from app.domain.errors import KlinikError
from app.domain.ports.media import SoundSource
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.machine.watch import Flow, Watch, look
from app.video.media_thread import MediaThread
from app.video.peer import Peer
from app.video.profile import PictureRung
from app.video.signals import parse_answer, parse_candidate
from app.video.statistics import CallStatistics

_log = logging.getLogger(__name__)

Play = Callable[[SoundSource], None]
"""Has a source played in place of the one before."""
SendCandidate = Callable[[int, JsonObject], Coroutine[None, None, None]]
"""Sends a candidate of ours under the number of its attempt."""
MakePeer = Callable[[Play], Peer]
"""Makes a connection that hands its sound to the function given."""


class Ready:
    """A connection whose offer is being made, or is made already; not yet part of an attempt."""

    def __init__(self, make_peer: "MakePeer", media: MediaThread) -> None:
        """Start making the offer."""
        self._source: SoundSource | None = None
        self._play: Play | None = None
        self.peer = make_peer(self._hear)
        self.offered: concurrent.futures.Future[RTCSessionDescription] = media.submit(self.peer.offer())

    def play_to(self, play: "Play") -> None:
        """Have what the patient sends by this connection played, as soon as there is any."""
        self._play = play
        if self._source is not None:
            play(self._source)

    def _hear(self, source: SoundSource) -> None:
        """Called in the media loop; whichever of source and player comes last joins them."""
        self._source = source
        if self._play is not None:
            self._play(source)

    @property
    def failed(self) -> bool:
        """Whether no offer could be made; there may have been no network just then."""
        return self.offered.done() and (self.offered.cancelled() or self.offered.exception() is not None)


class Attempt:
    """A connection with its number, its pending offer and the watch kept over it."""

    def __init__(
        self,
        call: int,
        ready: "Ready",
        media: MediaThread,
        send_offer: Callable[[int, str], Awaitable[None]],
        send_candidate: SendCandidate,
    ) -> None:
        """`send_offer` gets the number and the SDP, `send_candidate` what comes after it."""
        self.call = call
        self.play_to = ready.play_to
        self._peer, self._offered = ready.peer, ready.offered
        self._media = media
        self._send_offer = send_offer
        self._send_candidate = send_candidate
        self._watch = Watch()
        self._offering: asyncio.Task[None] | None = None
        self._trickling: set[asyncio.Task[None]] = set()
        self._dropped = False
        self.begun_at = time.monotonic()
        self.answered = False

    async def begin(self, *, at_once: bool) -> None:
        """Send the offer as soon as it has been made.

        `at_once` waits for the sending of one that is made: a turn of a busy loop is what the patient waits.
        """
        if at_once and self._offered.done():
            await self._offer()
        else:
            self._offering = asyncio.get_running_loop().create_task(self._offer())

    async def take(self, signal: RoomSignal) -> None:
        """Hand an answer or a candidate to the connection; one that cannot be read is logged and dropped."""
        try:
            if signal.kind == "answer":
                self.answered = True
                await self._media.run(self._peer.accept(parse_answer(signal.body)))
            elif candidate := parse_candidate(signal.body):
                self._media.loop.call_soon_threadsafe(self._peer.add_candidate, candidate)
        except KlinikError as error:
            _log.warning("a signal of the patient's browser was dropped: %s", error.detail)

    def is_of(self, peer: Peer) -> bool:
        """Whether this attempt is made by that connection."""
        return self._peer is peer

    def say(self, message: str) -> None:
        """Say something beside sound and picture; it waits for the channel, and is lost with the connection."""
        self._media.loop.call_soon_threadsafe(self._peer.say, message)

    def show(self, rung: PictureRung) -> None:
        """Send this much of our picture from now on."""
        self._media.loop.call_soon_threadsafe(self._peer.show, rung)

    def look(self, now: float, *, picture_wanted: bool = True) -> Flow:
        """Judge what has arrived by `now` (monotonic seconds)."""
        self._watch, flow = look(self._watch, self._peer.arrivals, now, picture_wanted=picture_wanted)
        return flow

    def silent_for(self, now: float) -> float:
        """Return the seconds for which nothing has arrived, as of the last look."""
        return self._watch.silent_for(now)

    async def statistics(self) -> CallStatistics:
        """Return how the connection does, with rates since the last call."""
        return await self._media.run(self._peer.statistics())

    async def drop(self) -> concurrent.futures.Future[None]:
        """Withdraw the offer and begin to close; the future is done when the connection is gone."""
        self._dropped = True
        sending = self._trickling if self._offering is None else {self._offering, *self._trickling}
        for task in sending:
            task.cancel()
        if sending:
            await asyncio.wait(sending)
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
            if not self._dropped:
                await self._send_offer(self.call, offer.sdp)
                post = asyncio.get_running_loop().call_soon_threadsafe
                self._media.loop.call_soon_threadsafe(
                    self._peer.trickle_to, lambda candidate: post(self._trickle, candidate)
                )

    def _trickle(self, candidate: JsonObject) -> None:
        if not self._dropped:
            task = asyncio.get_running_loop().create_task(self._send_candidate(self.call, candidate))
            self._trickling.add(task)
            task.add_done_callback(self._trickling.discard)
