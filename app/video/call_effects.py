"""What the steps of a call ask for is done here: to connections and devices, and in word to the patient."""

from collections.abc import Awaitable, Callable

from app.domain.call import Rung
from app.domain.clinic_time import Clock
from app.domain.ports.rooms import JsonObject
from app.video.asked_ahead import IceServers
from app.video.attempt import Attempt, Play
from app.video.call_media import CallMedia
from app.video.connections import Connections
from app.video.machine.call_events import (
    CallEffect,
    CallState,
    CloseConnection,
    CloseMedia,
    KeepOnly,
    MakeOffer,
    OpenMedia,
    ShowRung,
    TellPatient,
)
from app.video.media_thread import MediaThread
from app.video.patient_talk import PatientTalk, Send
from app.video.peer import Peer
from app.video.peer_ends import PeerEnds
from app.video.profile import PictureRung
from app.video.side import messages
from app.video.side.reader import Heard, SideReader
from app.video.signals import parse_ice_servers

Post = Callable[[Callable[[], None]], None]
"""Has a function called in the call's loop; may be used from any thread."""

_PICTURES: dict[Rung, tuple[PictureRung, messages.Rung]] = {
    Rung.VIDEO: (PictureRung.FULL, "full"),
    Rung.LOWER_VIDEO: (PictureRung.LOWER, "lower"),
    Rung.SOUND: (PictureRung.NONE, "none"),
}
"""How much of a picture a rung has us send, and the patient's page."""


class CallEffects:
    """One for each call, used in its loop; owns what a call holds outside itself.

    `on_news` is called in the media loop when a connection brings what the call waits for, `on_unsent` in the
    call's with the number of an offer that did not leave this PC.
    """

    def __init__(
        self,
        media: MediaThread,
        ends: CallMedia,
        send: Send,
        ice_servers: Callable[[], IceServers],
        clock: Clock,
        post: Post,
        on_news: Callable[[], None],
        on_unsent: Callable[[int], Awaitable[None]],
    ) -> None:
        self._ice_servers = ice_servers
        self._post = post
        self._on_news = on_news
        self._on_unsent = on_unsent
        self._ends = ends
        self.talk = PatientTalk(send, ice_servers, clock, lambda: self.connections.newest)
        self.connections = Connections(
            media, self._make_peer, ends.listen_to, self._send_offer, self._send_candidate, self._forget_patient
        )
        self.told_of_telephone = False

    async def carry_out(self, effect: CallEffect, state: CallState) -> Attempt | None:
        """Do what a step asks for; returns the attempt whose offer is then to be sent, which nothing waits for."""
        match effect:
            case MakeOffer(call):
                return await self.connections.offer(call)
            case KeepOnly(call):
                await self.connections.keep_only(call)
            case CloseConnection():
                await self.connections.drop_all()
            case OpenMedia():
                if state.returning:
                    await self._ends.open_again()
            case CloseMedia():
                self.connections.drop_ready()
                await self.connections.drop_all()
                await self._ends.close()
            case ShowRung(rung):
                ours, theirs = _PICTURES[rung]
                self.connections.show(ours)
                self.talk.side.set_rung(theirs)
            case TellPatient(kind):
                told = await self.talk.tell(kind, state.call, {})
                self.told_of_telephone = told and kind == "telephone"
        return None

    def _make_peer(self, play: Play) -> Peer:
        def hear(heard: Heard) -> None:
            self._post(lambda: self.talk.hear(peer, heard))

        camera, microphone = self._ends.devices.new_tracks()
        ends = PeerEnds(camera, microphone, self._ends.remote, play, self._on_news, SideReader(hear).take)
        peer = Peer(parse_ice_servers(self._ice_servers()), ends)
        return peer

    async def _send_offer(self, call: int, sdp: str) -> None:
        if not await self.talk.send_offer(call, sdp):
            await self._on_unsent(call)

    async def _send_candidate(self, call: int, candidate: JsonObject) -> None:
        await self.talk.tell("candidate", call, candidate)

    def _forget_patient(self) -> None:
        self.talk.forget_connection()
        self._ends.remote.clear()
