"""The connections of one call that are open: the one that carries, and the one that is to take its place."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Awaitable, Callable

from app.domain.ports.rooms import RoomSignal
from app.video.attempt import Attempt, MakePeer, Play, Ready, SendCandidate
from app.video.machine.watch import Flow
from app.video.media_thread import MediaThread
from app.video.profile import PictureRung
from app.video.statistics import CallStatistics

_log = logging.getLogger(__name__)

_CLOSE_TIMEOUT = 3.0
"""Seconds the end of a call waits for its connections to close; a dead TURN server would take 30."""


class Connections:
    """At most two: while a new one is pending, the old one goes on carrying, or may yet come back.

    `play` gets the sound of the one that counts; the pending one's is played when it takes over, or when it is
    alone. `on_none` is called when the last one is dropped.
    """

    def __init__(
        self,
        media: MediaThread,
        make_peer: MakePeer,
        play: Play,
        send_offer: Callable[[int, str], Awaitable[None]],
        send_candidate: SendCandidate,
        on_none: Callable[[], None],
    ) -> None:
        self._media = media
        self._make_peer = make_peer
        self._play = play
        self._send_offer = send_offer
        self._send_candidate = send_candidate
        self._on_none = on_none
        self._rung = PictureRung.FULL
        self._ready: Ready | None = None
        self._carrier: Attempt | None = None
        self._pending: Attempt | None = None
        self._closing: list[concurrent.futures.Future[None]] = []

    @property
    def newest(self) -> Attempt | None:
        """The attempt that is or will be the one that counts."""
        return self._pending or self._carrier

    @property
    def carrier(self) -> Attempt | None:
        """The attempt that carries the conversation, or did last."""
        return self._carrier

    def get_ready(self) -> None:
        """Make the first connection and its offer while the patient's browser gets ready for it."""
        if self._ready is None and self.newest is None:
            self._ready = Ready(self._make_peer, self._media)

    def renew_ready(self) -> None:
        """Make the offer that waits for the patient anew: the network it was made in is gone."""
        if self._ready is not None:
            self.drop_ready()
            self.get_ready()

    async def offer(self, call: int) -> Attempt:
        """Return a new attempt under this number, in place of the one pending; its offer is still to be sent."""
        await self._drop_pending()
        if self._ready and self._ready.failed:
            self.drop_ready()
        ready, self._ready = self._ready or Ready(self._make_peer, self._media), None
        attempt = self._pending = Attempt(call, ready, self._media, self._send_offer, self._send_candidate)
        attempt.show(self._rung)
        if self._carrier is None:
            attempt.play_to(self._play)
        return attempt

    async def keep_only(self, call: int) -> None:
        """Let this attempt carry and drop the other."""
        if self._pending is not None and self._pending.call == call:
            former, self._carrier, self._pending = self._carrier, self._pending, None
            self._carrier.play_to(self._play)
            if former is not None:
                self._closing.append(await former.drop())
        else:
            await self._drop_pending()

    def show(self, rung: PictureRung) -> None:
        """Send this much of our picture by the connections there are, and by those that come."""
        self._rung = rung
        for attempt in self._attempts:
            attempt.show(rung)

    async def take(self, signal: RoomSignal) -> None:
        """Hand an answer or a candidate to its attempt; one of an older attempt is dropped."""
        for attempt in self._attempts:
            if attempt.call == signal.call:
                await attempt.take(signal)

    def look(self, now: float) -> list[tuple[int, Flow]]:
        """Judge what each connection has brought by `now` (monotonic s), the newest first."""
        wanted = self._rung is not PictureRung.NONE
        return [(attempt.call, attempt.look(now, picture_wanted=wanted)) for attempt in self._attempts]

    def standing(self, now: float) -> tuple[float, bool, float]:
        """Return how an attempt and the carrier stand at `now` (monotonic s).

        How long one has been pending alone (s), whether the patient's page has answered it, and how long nothing
        has arrived by the carrier (s).
        """
        pending, carrier = self._pending, self._carrier
        waiting = now - pending.begun_at if pending is not None and carrier is None else 0.0
        answered = pending is not None and pending.answered
        return waiting, answered, carrier.silent_for(now) if carrier is not None else 0.0

    async def statistics(self) -> CallStatistics:
        """Return how the connection that counts does; all zero while there is none."""
        attempt = self._carrier or self._pending
        return await attempt.statistics() if attempt else CallStatistics()

    async def drop_all(self) -> None:
        """Drop the connections there are; what is only ready stays."""
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            self._closing.append(await carrier.drop())
        if self._pending is not None:
            await self._drop_pending()
        elif carrier is not None:
            self._on_none()

    def drop_ready(self) -> None:
        """Let go of the connection that was made ahead."""
        ready, self._ready = self._ready, None
        if ready:
            self._closing.append(self._media.submit(ready.peer.close()))

    async def until_closed(self) -> None:
        """Wait for what has been dropped to be gone, for a while."""
        if not self._closing:
            return
        closing = [asyncio.wrap_future(future) for future in self._closing]
        done, late = await asyncio.wait(closing, timeout=_CLOSE_TIMEOUT)
        self._closing.clear()
        for failure in [future.exception() for future in done]:
            if failure:
                _log.warning("a connection closed badly: %s", type(failure).__name__)
        if late:
            _log.warning("%d connections are still closing", len(late))

    @property
    def _attempts(self) -> list[Attempt]:
        return [attempt for attempt in (self._pending, self._carrier) if attempt is not None]

    async def _drop_pending(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            self._closing.append(await pending.drop())
            if self._carrier is None:
                self._on_none()
