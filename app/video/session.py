"""One call as the rest of the program sees it: what may be asked of it, and the state machine that answers."""

import asyncio
import logging
from collections.abc import Callable

from app.domain.call import CallRecord, StepReason
from app.domain.clinic_time import Clock
from app.domain.faults import log_fault
from app.domain.ids import BookingId
from app.domain.ports.media import DeviceMemory, Sound
from app.domain.ports.rooms import RoomSignal
from app.video.asked_ahead import IceServers
from app.video.attempt import Attempt
from app.video.call_effects import CallEffects
from app.video.call_media import CallMedia
from app.video.call_watch import CallWatch
from app.video.devices.call_devices import CallDevices
from app.video.devices.camera import CameraSource
from app.video.devices.device_watch import NoMemory
from app.video.fault.vitals import Vitals
from app.video.frames import FrameSlot
from app.video.heap import give_back, let_go
from app.video.machine.call import advance, new_call
from app.video.machine.call_events import (
    USUAL_LIMITS,
    Admitted,
    CallEvent,
    ChoseTelephone,
    Hangup,
    Limits,
    OfferUnsent,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    Stage,
    TakenOver,
    TryAgain,
)
from app.video.machine.call_view import CallView, view_of
from app.video.machine.telephone import on_the_telephone
from app.video.media_thread import MediaThread
from app.video.patient_talk import Send
from app.video.profile import STANDARD, VideoProfile
from app.video.side_talk import SideTalk
from app.video.statistics import CallStatistics

_log = logging.getLogger(__name__)


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
        ice_servers: Callable[[], IceServers],
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
        self._clock = clock
        self._on_change = on_change
        self._limits = limits
        self._loop: asyncio.AbstractEventLoop | None = None
        self._order = asyncio.Lock()
        self._ending: asyncio.Task[None] | None = None
        self._ends = CallMedia(
            media, sound, camera, profile, lambda: self._post(self._publish), memory or NoMemory()
        )
        self._effects = CallEffects(
            media, self._ends, send, ice_servers, clock, self._post,
            on_news=lambda: self._post(self._watch.look_soon), on_unsent=lambda call: self._step(OfferUnsent(call)),
        )  # fmt: skip
        self._connections = self._effects.connections
        self._watch = CallWatch(
            self._step, lambda: self._state, self._connections, self._ends, self.side, vitals or Vitals(clock)
        )
        self._state = new_call(clock())
        self._view = view_of(self._state, self._ends.devices)

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
        return self._effects.talk.side

    @property
    def devices(self) -> CallDevices:
        """Camera, microphone and loudspeaker; others after the conversation has come back from the telephone."""
        return self._ends.devices

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
        """End the call and give everything back, though the caller be cancelled; safe to call again.

        Returns what happened.
        """
        if self._ending is None:
            self._ending = asyncio.get_running_loop().create_task(self._give_back())
        await asyncio.shield(self._ending)
        return self._state.record

    async def statistics(self) -> CallStatistics:
        """Return how the connection does, with rates over about the last second; all zero while there is none."""
        return await self._watch.statistics()

    def _begin(self) -> bool:
        """Keep watch from now on; False when that was so already, or is over."""
        if self._loop is not None or self._state.stage is Stage.ENDED:
            return False
        self._loop = asyncio.get_running_loop()
        self._watch.begin()
        return True

    async def _give_back(self) -> None:
        try:
            await self._step(Hangup())
        except Exception as error:  # what is left must be given back all the same
            log_fault(_log, "the end of a call", error)
        await self._watch.end()
        await self._connections.until_closed()
        self.side.end()
        let_go()
        await self._media.call(give_back)

    async def _step(self, event: CallEvent) -> None:
        """Take one step; what steps ask for is done in the order they were taken."""
        self._state, effects = advance(self._state, event, self._clock(), self._limits)
        self._publish()
        attempt: Attempt | None = None
        async with self._order:
            for effect in effects:
                attempt = await self._effects.carry_out(effect, self._state) or attempt
                self._publish()
        if attempt is not None:
            await attempt.begin(at_once=isinstance(event, PatientJoined))

    def _publish(self) -> None:
        view = view_of(self._state, self._ends.devices, patient_told=self._effects.told_of_telephone)
        if view == self._view:
            return
        self._view = view
        try:
            self._on_change(view)
        except Exception as error:  # a screen that fails must not cost the patient the call
            log_fault(_log, "a new view of a call", error)

    def _post(self, function: Callable[[], None]) -> None:
        """Have `function` called in this session's loop; from any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function)
