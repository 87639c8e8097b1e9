"""One call as the rest of the program sees it: devices, connections and state machine joined for one booking."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from app.domain.call import CallRecord, Medium, Rung, StepReason
from app.domain.clinic_time import Clock
from app.domain.faults import log_fault
from app.domain.ids import BookingId
from app.domain.ports.media import DeviceMemory, Sound
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.attempt import Attempt, Play
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
    Judged,
    KeepOnly,
    Limits,
    MakeOffer,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    OfferUnsent,
    OpenMedia,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    ShowRung,
    Stage,
    TakenOver,
    TellPatient,
    Tick,
    TryAgain,
)
from app.video.call_media import CallMedia
from app.video.call_view import CallView, view_of
from app.video.camera import CameraSource
from app.video.connections import Connections
from app.video.device_watch import NoMemory
from app.video.frames import FrameSlot
from app.video.heap import give_back
from app.video.media_thread import MediaThread
from app.video.patient_talk import PatientTalk, Send
from app.video.peer import Peer, PeerEnds
from app.video.profile import STANDARD, VideoProfile
from app.video.side import messages
from app.video.side.reader import SideReader
from app.video.side_talk import Reported, SideTalk
from app.video.signals import parse_ice_servers
from app.video.statistics import CallStatistics
from app.video.telephone import on_the_telephone
from app.video.vitals import Scene, Vitals, link_of
from app.video.watch import Flow

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.25
_PULSE_EVERY = 1.0
_PAGE_RUNGS: dict[Rung, messages.Rung] = {Rung.VIDEO: "full", Rung.LOWER_VIDEO: "lower", Rung.SOUND: "none"}


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
        vitals: Vitals | None = None,
        memory: DeviceMemory | None = None,
    ) -> None:
        self._booking_id = booking_id
        self._media = media
        self._ice_servers = ice_servers
        self._clock = clock
        self._on_change = on_change
        self._limits = limits
        self._vitals = vitals or Vitals(clock)
        self._figures = CallStatistics()
        self._pulse_at = 0.0
        changed = self._from_outside(self._publish)
        self._ends = CallMedia(media, sound, camera, profile, changed, memory or NoMemory())
        self._talk = PatientTalk(send, ice_servers, clock, lambda: self._connections.newest)
        self._state = new_call(clock())
        self._told_of_telephone = False
        self._view = view_of(self._state, self._ends.devices)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._order = asyncio.Lock()
        self._news = asyncio.Event()
        self._connections = Connections(
            media, self._make_peer, self._ends.listen_to, self._send_offer, self._forget_patient
        )
        self._watching: asyncio.Task[None] | None = None

    @property
    def view(self) -> CallView:
        """The call as it stands."""
        return self._view

    @property
    def remote(self) -> FrameSlot:
        """The patient's picture; another slot after the conversation has come back from the telephone."""
        return self._ends.remote

    @property
    def local(self) -> FrameSlot:
        """Our own picture, from `prepare` on; another slot after the telephone."""
        return self._ends.devices.local

    @property
    def side(self) -> SideTalk:
        """What is said beside sound and picture."""
        return self._talk.side

    @property
    def report(self) -> Reported | None:
        """What the patient's browser said last over this connection, and when; None before it has."""
        return self.side.reported

    @property
    def devices(self) -> CallDevices:
        """Camera, microphone and loudspeaker; others after the conversation has come back from the telephone."""
        return self._ends.devices

    @property
    def sound_levels(self) -> tuple[float, float]:
        """How loud it is, 0 to 1: the patient, and our microphone."""
        return self._ends.devices.level_in, self._ends.devices.level_out

    def take_up(self, record: CallRecord) -> None:
        """Carry on a consultation that is on the telephone; `try_again` brings it to video. Before `prepare`."""
        self._state = on_the_telephone(record)
        self._publish()

    async def prepare(self) -> None:
        """Open camera and sound, so that the clinician sees himself before anyone else does."""
        if self._begin():
            await self._ends.devices.open()
            self._publish()

    async def start(self) -> None:
        """Let the patient in: they get an offer as soon as their browser is ready, be the devices open or not."""
        if self._state.stage is Stage.PREPARING:
            self._connections.get_ready()
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
                await self._connections.take(signal)

    def set_microphone(self, on: bool) -> None:
        """Mute or unmute."""
        self._ends.devices.turn_microphone(on)
        self._publish()

    def set_camera(self, on: bool) -> None:
        """Show or hide our picture."""
        self._ends.devices.turn_camera(on)
        self._publish()

    async def try_again(self) -> None:
        """Go one rung up: from the telephone to video, to more of a picture, or make one more attempt."""
        self._begin()
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
        await self._vitals.end()
        await self._connections.until_closed()
        self.side.end()
        await self._media.call(give_back)
        return self._state.record

    async def statistics(self) -> CallStatistics:
        """Return how the connection does, with rates over about the last second; all zero while there is none."""
        if time.monotonic() - self._pulse_at >= _PULSE_EVERY / 2:
            await self._measure()
        return self._figures

    def _begin(self) -> bool:
        """Keep watch from now on; False when that was so already."""
        if self._loop is not None:
            return False
        self._loop = asyncio.get_running_loop()
        self._watching = self._loop.create_task(self._keep_watch())
        return True

    async def _step(self, event: CallEvent) -> None:
        self._state, effects = advance(self._state, event, self._clock(), self._limits)
        self._publish()
        attempt: Attempt | None = None
        async with self._order:
            for effect in effects:
                attempt = await self._carry_out(effect) or attempt
        if attempt is not None:
            await attempt.begin(at_once=isinstance(event, PatientJoined))

    async def _carry_out(self, effect: CallEffect) -> Attempt | None:
        """Do what a step asks for; returns the attempt whose offer is then to be sent, which nothing waits for."""
        match effect:
            case MakeOffer(call):
                return await self._connections.offer(call)
            case KeepOnly(call):
                await self._connections.keep_only(call)
            case CloseConnection():
                await self._connections.drop_all()
            case OpenMedia():
                await self._open_media()
            case CloseMedia():
                await self._close_media()
            case ShowRung(rung):
                self._connections.show(rung)
                self.side.set_rung(_PAGE_RUNGS[rung])
            case TellPatient(kind):
                told = await self._talk.tell(kind, self._state.call, {})
                self._told_of_telephone = told and kind == "telephone"
                self._publish()
        return None

    async def _open_media(self) -> None:
        if self._state.returning:
            await self._ends.open_again()
            self._publish()

    async def _close_media(self) -> None:
        self._connections.drop_ready()
        await self._connections.drop_all()
        await self._ends.close()
        self._publish()

    def _make_peer(self, play: Play) -> Peer:
        camera, microphone = self._ends.devices.new_tracks()
        on_news = self._from_outside(self._news.set)
        reader = SideReader(lambda heard: self._from_outside(lambda: self._talk.hear(peer, heard))())
        ends = PeerEnds(camera, microphone, self._ends.remote, play, on_news, reader.take)
        peer = Peer(parse_ice_servers(self._ice_servers), ends)
        return peer

    async def _send_offer(self, call: int, sdp: str) -> None:
        if not await self._talk.send_offer(call, sdp):
            await self._step(OfferUnsent(call))

    def _forget_patient(self) -> None:
        self._talk.forget_connection()
        self._ends.remote.clear()

    async def _keep_watch(self) -> None:
        while True:
            self._news.clear()
            await self._look()
            if time.monotonic() - self._pulse_at >= _PULSE_EVERY:
                await self._take_pulse()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._news.wait()

    async def _look(self) -> None:
        for call, flow in self._connections.look(time.monotonic()):
            if flow is Flow.LOST:
                await self._step(MediaLost(call))
            elif flow is not Flow.NOTHING_YET:
                await self._step(MediaFlowing(call, Medium.VIDEO if flow is Flow.VIDEO else Medium.SOUND))
        await self._step(Tick())

    async def _take_pulse(self) -> None:
        """See how it goes and whose fault it is; what goes wrong here must not end the watch over the call."""
        try:
            if self._vitals.look_around():
                await self._step(NetworkChanged())
            await self._measure()
            await self._step(Measured(link_of(self._scene(), self._figures)))
            if self._state.stage not in (Stage.PREPARING, Stage.TELEPHONE, Stage.ENDED):
                await self._step(Judged(self._vitals.judge(self._scene(), self._figures)))
        except Exception as error:
            log_fault(_log, "the pulse of a call", error)

    async def _measure(self) -> None:
        self._pulse_at = time.monotonic()
        self._figures = await self._connections.statistics()

    def _scene(self) -> Scene:
        now = time.monotonic()
        waiting, answered, silent = self._connections.standing(now)
        return Scene(
            connected=self._state.record.connected,
            device_failures=self._ends.devices.failures,
            captured_for=self._ends.devices.captured_for(now),
            waiting=waiting,
            answered=answered,
            silent=silent,
            reported=self.side.reported,
            picture_expected=self._state.picture and self._state.ladder.rung is not Rung.SOUND,
        )

    def _publish(self) -> None:
        view = view_of(self._state, self._ends.devices, patient_told=self._told_of_telephone)
        if view != self._view:
            self._view = view
            self._on_change(view)

    def _from_outside(self, function: Callable[[], None]) -> Callable[[], None]:
        """Return a function for other threads that has `function` called in this session's loop."""

        def post() -> None:
            if self._loop and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(function)

        return post
