"""One attempt to connect: a WebRTC connection that is offered, answered, fed, drained and closed, never reused."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceCandidate,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.rooms import JsonObject
from app.video.frames import Picture
from app.video.machine.watch import Arrivals
from app.video.peer_ends import PeerEnds
from app.video.profile import PictureRung
from app.video.rtp.aiortc_seams import harden, put_receiver, put_sender
from app.video.rtp.audio_intake import AudioFigures, AudioIntake
from app.video.rtp.ice_gathering import Gathering
from app.video.rtp.ice_path import path_of
from app.video.rtp.ice_servers import chosen
from app.video.rtp.opus_offer import only_opus, with_opus_wishes
from app.video.rtp.receiver import Receiver
from app.video.rtp.sender import Sender
from app.video.rtp.sender_figures import SenderFigures
from app.video.rtp.video_figures import VideoFigures
from app.video.rtp.video_intake import VideoIntake
from app.video.side.channel import SideChannel
from app.video.signals import candidate_body, still_gathering
from app.video.statistics import CallStatistics, Counters, between, read_counters, standing

_log = logging.getLogger(__name__)

_MOST_CANDIDATES = 64


class Peer:
    """Our end of one RTCPeerConnection. Made anywhere; its coroutines run in the media loop."""

    def __init__(self, ice_servers: list[RTCIceServer], ends: PeerEnds) -> None:
        self._ice_servers = chosen(ice_servers)
        self._ends = ends
        self._connection: RTCPeerConnection | None = None
        self._ice: Gathering | None = None
        self._side: SideChannel | None = None
        self._closed = False
        self._gate = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gathering = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._candidates = 0
        self._pictures = 0
        self._broken = False
        self._rung = PictureRung.FULL
        self._voice_sender: Sender | None = None
        self._picture_sender: Sender | None = None
        self._heard = AudioIntake()
        self._seen = VideoIntake(self._see, self._sound_delay, lambda: ends.remote.room)
        self._counters = Counters(time.monotonic())

    @property
    def arrivals(self) -> Arrivals:
        """What has come from the patient so far. From any thread."""
        return Arrivals(self._pictures, self._heard.figures.packets, self._broken)

    @property
    def sound_figures(self) -> AudioFigures:
        """How the patient's sound goes. From any thread."""
        return self._heard.figures

    @property
    def picture_figures(self) -> VideoFigures:
        """How the patient's picture goes. From any thread."""
        return self._seen.figures

    @property
    def sending(self) -> tuple[SenderFigures, SenderFigures]:
        """How our sound and our picture go. From any thread."""
        voice, picture = self._voice_sender, self._picture_sender
        return (
            voice.figures if voice else SenderFigures("audio"),
            picture.figures if picture else SenderFigures("video"),
        )

    def show(self, rung: PictureRung) -> None:
        """Send this much of our picture from now on, before or in the call; the sound is always sent whole."""
        self._rung = rung
        if self._picture_sender:
            self._picture_sender.show(rung)

    async def offer(self) -> RTCSessionDescription:
        """Return an offer with the candidates that came soon; `trickle_to` hands over those that come later.

        Do not cancel it: `close` waits for it. Raises KlinikError(CALL_NOT_CONNECTED) when there is no network.
        """
        async with self._gathering:
            if self._closed:
                raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, "closed before it was offered")
            return await self._make_offer()

    async def _make_offer(self) -> RTCSessionDescription:
        connection = RTCPeerConnection(RTCConfiguration([], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        connection.on("track", self._on_track)
        connection.on("connectionstatechange", self._on_state)
        voice = connection.addTransceiver(self._ends.microphone, "sendrecv")
        voice.setCodecPreferences(only_opus())
        self._voice_sender = put_sender(voice, self._ends.camera.profile)
        put_receiver(voice, Receiver("audio", voice.receiver.transport, self._heard))
        picture = connection.addTransceiver(self._ends.camera, "sendrecv")
        self._picture_sender = put_sender(picture, self._ends.camera.profile)
        receiver = Receiver("video", picture.receiver.transport, self._seen, self._seen.take_repaired)
        self._seen.feedback = receiver
        put_receiver(picture, receiver)
        self._picture_sender.show(self._rung)
        self._side = SideChannel(connection, self._hear)
        harden(connection)
        ice = self._ice = Gathering(connection, self._ice_servers)
        try:
            offer = await connection.createOffer()
            await connection.setLocalDescription(replace(offer, sdp=with_opus_wishes(offer.sdp)))
        except (OSError, InvalidStateError) as error:
            self._break()
            raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, f"no offer: {type(error).__name__}") from error
        offer = connection.localDescription
        return offer if ice.complete else replace(offer, sdp=still_gathering(offer.sdp))

    def trickle_to(self, tell: Callable[[JsonObject], object]) -> None:
        """Have `tell` called, in the media loop, with each candidate of ours that the offer came too early for."""
        if self._ice is not None:
            self._ice.tell(lambda candidate: tell(candidate_body(candidate)))

    async def accept(self, answer: RTCSessionDescription) -> None:
        """Take the patient's answer, once; raises KlinikError(CALL_NOT_CONNECTED) when it makes no sense."""
        if self._closed or self._connection is None or self._connection.signalingState != "have-local-offer":
            return
        try:
            await self._connection.setRemoteDescription(answer)
        except Exception as error:  # aiortc's SDP parser fails in as many ways as a text can be wrong
            raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, f"answer refused: {type(error).__name__}") from error

    def add_candidate(self, candidate: RTCIceCandidate) -> None:
        """Try one more way to the patient. Does not wait: a `.local` name may take seconds to resolve."""
        if self._closed or self._connection is None or self._candidates >= _MOST_CANDIDATES:
            return
        self._candidates += 1
        self._spawn(self._add(self._connection, candidate))

    def say(self, message: str | bytes) -> None:
        """Say something beside sound and picture, once the channel is open; after `close` nothing is said.

        Raises ValueError for more than 16 KiB.
        """
        if self._side is not None and not self._closed:
            self._side.say(message)

    async def statistics(self) -> CallStatistics:
        """Return how it goes, with rates since the last call of this method."""
        if self._closed or self._connection is None:
            return CallStatistics()
        report = await self._connection.getStats()
        sound, picture, sent = self.sound_figures, self.picture_figures, self.sending[1]
        now = read_counters(time.monotonic(), sound, picture, sent, report)
        earlier, self._counters = self._counters, now
        return between(earlier, now, standing(sound, picture, sent, path_of(self._connection)))

    async def close(self) -> None:
        """Stop sending and receiving; nothing reaches the ends once this has begun.

        Whoever calls it waits for the same end, which comes though a caller is cancelled.
        """
        with self._gate:
            self._closed = True
        self._heard.close()
        self._ends.camera.stop()
        self._ends.microphone.stop()
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._give_back())
        await asyncio.shield(self._closing)

    async def _give_back(self) -> None:
        try:
            async with self._gathering:
                if self._connection:
                    await self._connection.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            self._seen.close()

    def _on_state(self) -> None:
        if self._connection and self._connection.connectionState in ("failed", "closed"):
            self._break()

    def _hear(self, message: str | bytes) -> None:
        if not self._closed:
            self._ends.on_side(message)

    def _on_track(self, track: MediaStreamTrack) -> None:
        track.on("ended", self._break)
        if track.kind == "audio":
            self._ends.listen_to(self._heard)

    def _see(self, picture: Picture) -> None:
        """Show a picture; in the decoder's thread, so that it may come while `close` begins."""
        with self._gate:
            if self._closed:
                return
            self._ends.remote.put(picture)
            self._pictures += 1
            first = self._pictures == 1
        if first and self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell)

    def _sound_delay(self) -> float | None:
        """Return how long the sound is held back (s), None while there is none to be near to."""
        figures = self._heard.figures
        return figures.delay_ms / 1000 if figures.packets and figures.delay_ms else None

    async def _add(self, connection: RTCPeerConnection, candidate: RTCIceCandidate) -> None:
        try:
            await connection.addIceCandidate(candidate)
        except (ValueError, OSError) as error:
            _log.info("a candidate was refused: %s", type(error).__name__)

    def _break(self) -> None:
        self._broken = self._broken or not self._closed
        self._tell()

    def _tell(self) -> None:
        if not self._closed:
            self._ends.on_news()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
