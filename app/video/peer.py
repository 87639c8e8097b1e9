"""One attempt to connect: a WebRTC connection that is offered, answered, fed, drained and closed, never reused."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

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
from aiortc.mediastreams import MediaStreamError
from av import AudioResampler
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.media import SAMPLE_RATE
from app.video.frames import FrameSlot
from app.video.picture_maker import PictureMaker
from app.video.statistics import CallStatistics, Counters, between, read_counters
from app.video.tracks import CameraTrack, MicrophoneTrack
from app.video.watch import Arrivals

_log = logging.getLogger(__name__)

_MOST_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class PeerEnds:
    """What a connection joins: our tracks on one side, the screen and the loudspeaker on the other.

    `play` gets 48 kHz 16-bit mono; `on_news` is called in the media loop when `Peer.arrivals` is worth a look.
    """

    camera: CameraTrack
    microphone: MicrophoneTrack
    remote: FrameSlot
    play: Callable[[bytes], None]
    on_news: Callable[[], None]


class Peer:
    """Our end of one RTCPeerConnection. Made anywhere; its coroutines run in the media loop."""

    def __init__(self, ice_servers: list[RTCIceServer], ends: PeerEnds) -> None:
        self._ice_servers = ice_servers
        self._ends = ends
        self._connection: RTCPeerConnection | None = None
        self._closed = False
        self._gathering = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._candidates = 0
        self._pictures = 0
        self._sounds = 0
        self._broken = False
        self._counters = Counters(time.monotonic())

    @property
    def arrivals(self) -> Arrivals:
        """What has come from the patient so far. From any thread."""
        return Arrivals(self._pictures, self._sounds, self._broken)

    async def offer(self) -> RTCSessionDescription:
        """Return an offer with all our candidates (aiortc does not trickle); a dead STUN server costs 5 s here.

        Do not cancel it: `close` waits for it. Raises KlinikError(CALL_NOT_CONNECTED) when there is no network.
        """
        async with self._gathering:
            if self._closed:
                raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, "closed before it was offered")
            return await self._make_offer()

    async def _make_offer(self) -> RTCSessionDescription:
        connection = RTCPeerConnection(RTCConfiguration(self._ice_servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._connection = connection
        connection.on("track", self._on_track)
        connection.on("connectionstatechange", self._on_state)
        connection.addTransceiver(self._ends.microphone, "sendrecv")
        connection.addTransceiver(self._ends.camera, "sendrecv")
        try:
            await connection.setLocalDescription(await connection.createOffer())
        except (OSError, InvalidStateError) as error:
            self._break()
            raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, f"no offer: {type(error).__name__}") from error
        return connection.localDescription

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

    async def statistics(self) -> CallStatistics:
        """Return how it goes, with rates since the last call of this method."""
        if self._closed or self._connection is None:
            return CallStatistics()
        report = await self._connection.getStats()
        now = read_counters(time.monotonic(), self._pictures, self._ends.camera.sent, report)
        earlier, self._counters = self._counters, now
        return between(earlier, now)

    async def close(self) -> None:
        """Stop sending and receiving; nothing reaches the ends once this has begun."""
        self._closed = True
        self._ends.camera.stop()
        self._ends.microphone.stop()
        async with self._gathering:
            if self._connection:
                await self._connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _on_state(self) -> None:
        if self._connection and self._connection.connectionState in ("failed", "closed"):
            self._break()

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._spawn(self._show(track) if track.kind == "video" else self._sound(track))

    async def _show(self, track: MediaStreamTrack) -> None:
        maker = PictureMaker()
        while not self._closed:
            try:
                frame = await track.recv()
            except MediaStreamError:
                break
            if isinstance(frame, VideoFrame) and not self._closed:
                self._ends.remote.put(maker.picture(frame))
                self._pictures += 1
                if self._pictures == 1:
                    self._ends.on_news()
        self._break()

    async def _sound(self, track: MediaStreamTrack) -> None:
        resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        while not self._closed:
            try:
                frame = await track.recv()
            except MediaStreamError:
                break
            if isinstance(frame, AudioFrame) and not self._closed:
                for mono in resampler.resample(frame):
                    self._ends.play(bytes(mono.planes[0])[: 2 * mono.samples])
                self._sounds += 1
        self._break()

    async def _add(self, connection: RTCPeerConnection, candidate: RTCIceCandidate) -> None:
        try:
            await connection.addIceCandidate(candidate)
        except (ValueError, OSError) as error:
            _log.info("a candidate was refused: %s", type(error).__name__)

    def _break(self) -> None:
        if not self._closed:
            self._broken = True
            self._ends.on_news()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
