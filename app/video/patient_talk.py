"""What passes between a call and its patient's page beside sound and picture: room signals and side channel."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.domain.clinic_time import Clock
from app.domain.errors import KlinikError
from app.domain.ports.rooms import JsonObject
from app.video.asked_ahead import IceServers
from app.video.attempt import Attempt
from app.video.peer import Peer
from app.video.side.reader import Heard
from app.video.side_talk import SideTalk

_log = logging.getLogger(__name__)

_SEND_TIMEOUT = 5.0

Send = Callable[[str, int, JsonObject], Awaitable[None]]
"""Sends one signal of the room protocol: kind, call, body; raises KlinikError."""


class PatientTalk:
    """One for each call, used in its loop; `newest` tells the attempt that is or will be the one that counts."""

    def __init__(
        self, send: Send, ice_servers: Callable[[], IceServers], clock: Clock, newest: Callable[[], Attempt | None]
    ) -> None:
        self._send = send
        self._ice_servers = ice_servers
        self._newest = newest
        self._talking: Attempt | None = None
        self.side = SideTalk(clock, self._say)

    async def tell(self, kind: str, call: int, body: JsonObject) -> bool:
        """Send a signal and return whether it left; a line that is down stops nothing: a call has its limits."""
        try:
            async with asyncio.timeout(_SEND_TIMEOUT):
                await self._send(kind, call, body)
        except (KlinikError, TimeoutError) as error:
            _log.warning("the patient could not be sent %s: %s", kind, type(error).__name__)
            return False
        return True

    async def send_offer(self, call: int, sdp: str) -> bool:
        """Send an offer with the ICE servers the patient's browser is to use; returns whether it left."""
        servers = [dict(server) for server in self._ice_servers()]
        return await self.tell("offer", call, {"type": "offer", "sdp": sdp, "ice_servers": servers})

    def hear(self, peer: Peer, heard: Heard) -> None:
        """Take what was said over the newest attempt; an older one has nothing to say once that has spoken."""
        newest = self._newest()
        if newest is not None and newest.is_of(peer) and newest is not self._talking:
            if self._talking is not None:
                self.side.lose_connection()
            self._talking = newest
        if self._talking is not None and self._talking.is_of(peer):
            self.side.hear(heard)

    def forget_connection(self) -> None:
        """Note that the last connection is gone."""
        self._talking = None
        self.side.lose_connection()

    def _say(self, message: str) -> None:
        if attempt := self._talking or self._newest():
            attempt.say(message)
