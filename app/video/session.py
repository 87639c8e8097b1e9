"""One call as the rest of the program sees it: devices, connection and the state machine joined for one booking."""

import asyncio
import concurrent.futures
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from app.domain.call import CallRecord, Medium, StepReason
from app.domain.clinic_time import Clock
from app.domain.errors import KlinikError
from app.domain.ids import BookingId
from app.domain.ports.media import Sound
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.attempt import Attempt, Ready
from app.video.call import advance, new_call
from app.video.call_devices import CallDevices
from app.video.call_events import (
    USUAL_LIMITS,
    Admitted,
    CallEffect,
    CallEvent,
    ChoseTelephone,
    CloseConnection,
    CloseMedia,
    Hangup,
    Limits,
    MakeOffer,
    MediaFlowing,
    MediaLost,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    Stage,
    TakenOver,
    TellPatient,
    Tick,
    TryAgain,
)
from app.video.call_view import CallView, view_of
from app.video.camera import CameraSource
from app.video.frames import FrameSlot
from app.video.heap import give_back
from app.video.media_thread import MediaThread
from app.video.peer import Peer, PeerEnds
from app.video.profile import STANDARD, VideoProfile, apply_bitrates
from app.video.signals import parse_ice_servers
from app.video.statistics import CallStatistics
from app.video.watch import Flow

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.25
_SEND_TIMEOUT = 5.0
_CLOSE_TIMEOUT = 3.0
"""Seconds the end of a call waits for its connections to close; a dead TURN server would take 30."""

Send = Callable[[str, int, JsonObject], Awaitable[None]]
"""Sends one signal of the room protocol: kind, call, body; raises KlinikError."""


class CallSession:
    """One call with one patient, used from one loop, the one `prepare` or `start` was awaited in; used once.

    `on_change` is called in that loop with every new view. Nothing of a session is shared with another but the
    devices themselves: each has its own slots, tracks and connections.
    """

    def __init__(
        self,
        booking_id: BookingId,
        media: MediaThread,
        send: Send,
        *,
        ice_servers: tuple[JsonObject, ...],
        sound: Sound,
        camera: CameraSource,
        clock: Clock,
        on_change: Callable[[CallView], None],
        profile: VideoProfile = STANDARD,
        limits: Limits = USUAL_LIMITS,
    ) -> None:
        self._booking_id = booking_id
        self._media = media
        self._send = send
        self._ice_servers = ice_servers
        self._clock = clock
        self._on_change = on_change
        self._profile = profile
        self._limits = limits
        self._devices = CallDevices(media, sound, camera, profile, self._from_outside(self._publish))
        self._remote = FrameSlot()
        self._state = new_call(clock())
        self._told_of_telephone = False
        self._view = view_of(self._state, self._devices)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._order = asyncio.Lock()
        self._news = asyncio.Event()
        self._ready: Ready | None = None
        self._attempt: Attempt | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closing: list[concurrent.futures.Future[None]] = []

    @property
    def view(self) -> CallView:
        """The call as it stands."""
        return self._view

    @property
    def remote(self) -> FrameSlot:
        """The patient's picture."""
        return self._remote

    @property
    def local(self) -> FrameSlot:
        """Our own picture, from `prepare` on."""
        return self._devices.local

    @property
    def sound_levels(self) -> tuple[float, float]:
        """How loud it is, 0 to 1: the patient, and our microphone."""
        return self._devices.level_in, self._devices.level_out

    async def prepare(self) -> None:
        """Open camera and sound, so that the clinician sees himself before anyone else does."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            apply_bitrates(self._profile)
            self._watching = self._loop.create_task(self._keep_watch())
            await self._devices.open()
            self._publish()

    async def start(self) -> None:
        """Let the patient in: they get an offer as soon as their browser is ready, be the devices open or not."""
        self._get_ready()
        await asyncio.gather(self._step(Admitted()), self.prepare())

    async def deliver(self, signal: RoomSignal) -> None:
        """Take a signal from the patient's browser; one of another booking, or of an older attempt, is dropped."""
        if signal.booking_id != self._booking_id:
            return
        match signal.kind:
            case "joined":
                await self._step(PatientJoined(signal.call))
            case "phone":
                await self._step(PatientAskedPhone())
            case "left":
                taken_over = signal.body.get("reason") == "taken_over"
                await self._step(TakenOver() if taken_over else PatientLeft())
            case "answer" | "candidate":
                if self._attempt and signal.call == self._attempt.call:
                    await self._attempt.take(signal)

    def set_microphone(self, on: bool) -> None:
        """Mute or unmute."""
        self._devices.turn_microphone(on)
        self._publish()

    def set_camera(self, on: bool) -> None:
        """Show or hide our picture."""
        self._devices.turn_camera(on)
        self._publish()

    async def try_again(self) -> None:
        """Make one more attempt by video."""
        await self._step(TryAgain())

    async def continue_by_telephone(self, reason: StepReason | None = None) -> None:
        """Go on by telephone: the patient is told to expect the call, and the devices are given back.

        Without a reason, the one the telephone was proposed for goes into the record.
        """
        await self._step(ChoseTelephone(reason))

    async def end(self) -> CallRecord:
        """End the call and give everything back; safe to call again. Returns what happened."""
        await self._step(Hangup())
        if self._watching:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None
        await self._until_closed()
        await self._media.call(give_back)
        return self._state.record

    async def statistics(self) -> CallStatistics:
        """Return how the connection does, with rates since the last call; all zero while there is none."""
        return await self._attempt.statistics() if self._attempt else CallStatistics()

    async def _step(self, event: CallEvent) -> None:
        self._state, effects = advance(self._state, event, self._clock(), self._limits)
        self._publish()
        async with self._order:
            for effect in effects:
                await self._carry_out(effect)

    async def _carry_out(self, effect: CallEffect) -> None:
        match effect:
            case MakeOffer(call):
                await self._drop_attempt()
                if self._ready and self._ready.failed:
                    self._drop_ready()
                ready, self._ready = self._ready or self._make_ready(), None
                self._attempt = Attempt(call, ready, self._media, self._send_offer)
                self._attempt.begin()
            case CloseConnection():
                await self._drop_attempt()
            case CloseMedia():
                self._drop_ready()
                await self._drop_attempt()
                self._remote.close()
                await self._devices.close()
                self._publish()
            case TellPatient(kind):
                told = await self._tell(kind, self._state.call, {})
                self._told_of_telephone = told and kind == "telephone"
                self._publish()

    def _get_ready(self) -> None:
        """Make the first connection and its offer while the patient's browser gets ready for it."""
        if self._ready is None and self._attempt is None and self._state.stage is Stage.PREPARING:
            self._ready = self._make_ready()

    def _make_ready(self) -> Ready:
        camera, microphone = self._devices.new_tracks()
        on_news = self._from_outside(self._news.set)
        ends = PeerEnds(camera, microphone, self._remote, self._devices.play, on_news)
        return Ready(Peer(parse_ice_servers(self._ice_servers), ends), self._media)

    async def _send_offer(self, call: int, sdp: str) -> None:
        servers = [dict(server) for server in self._ice_servers]
        await self._tell("offer", call, {"type": "offer", "sdp": sdp, "ice_servers": servers})

    async def _tell(self, kind: str, call: int, body: JsonObject) -> bool:
        """Send a signal and return whether it left; a line that is down stops nothing: a call has its limits."""
        try:
            async with asyncio.timeout(_SEND_TIMEOUT):
                await self._send(kind, call, body)
        except (KlinikError, TimeoutError) as error:
            _log.warning("the patient could not be sent %s: %s", kind, type(error).__name__)
            return False
        return True

    async def _drop_attempt(self) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt:
            self._closing.append(await attempt.drop())
            self._remote.clear()

    def _drop_ready(self) -> None:
        ready, self._ready = self._ready, None
        if ready:
            self._closing.append(self._media.submit(ready.peer.close()))

    async def _until_closed(self) -> None:
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

    async def _keep_watch(self) -> None:
        while True:
            self._news.clear()
            await self._look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._news.wait()

    async def _look(self) -> None:
        if attempt := self._attempt:
            flow = attempt.look(time.monotonic())
            if flow is Flow.LOST:
                await self._step(MediaLost(attempt.call))
            elif flow is not Flow.NOTHING_YET:
                await self._step(MediaFlowing(attempt.call, Medium.VIDEO if flow is Flow.VIDEO else Medium.SOUND))
        await self._step(Tick())

    def _publish(self) -> None:
        view = view_of(self._state, self._devices, patient_told=self._told_of_telephone)
        if view != self._view:
            self._view = view
            self._on_change(view)

    def _from_outside(self, function: Callable[[], None]) -> Callable[[], None]:
        """Return a function for other threads that has `function` called in this session's loop."""

        def post() -> None:
            if self._loop and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(function)

        return post
