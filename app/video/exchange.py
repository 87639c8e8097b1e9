"""Opens a call for a booking and hands it the signals of its own patient, in the order they came."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.faults import log_fault
from app.domain.ids import BookingId
from app.domain.ports.media import DeviceMemory, Sound
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.asked_ahead import AskedAhead
from app.video.devices.call_devices import CallDevices
from app.video.devices.camera import CameraSource
from app.video.devices.device_watch import NoMemory
from app.video.fault.facts import NOBODY_AROUND, Around
from app.video.fault.vitals import Vitals
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView
from app.video.media_thread import MediaThread
from app.video.profile import STANDARD, VideoProfile
from app.video.session import CallSession

_log = logging.getLogger(__name__)

SendTo = Callable[[BookingId, str, int, JsonObject], Awaitable[None]]
"""Sends one signal to a booking's patient: kind, call, body; raises KlinikError."""


class CallExchange:
    """Makes calls, one at a time, and delivers to them; `run` carries the signals until cancelled."""

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        send: SendTo,
        ice_servers: Callable[[], Awaitable[tuple[JsonObject, ...]]],
        clock: Clock,
        profile: VideoProfile = STANDARD,
        memory: DeviceMemory | None = None,
        around: Around = NOBODY_AROUND,
    ) -> None:
        self._media = media
        self._sound = sound
        self._send = send
        self._ice_servers = AskedAhead(ice_servers, clock)
        self._clock = clock
        self._profile = profile
        self._memory = memory or NoMemory()
        self._around = around
        self._trial: CallDevices | None = None
        self._call: tuple[BookingId, CallSession] | None = None
        self._opening = asyncio.Lock()
        self._signals: asyncio.Queue[RoomSignal] = asyncio.Queue()

    async def open(self, booking: Booking, on_change: Callable[[CallView], None]) -> CallSession:
        """Return a new call of the booking, camera and sound not yet opened.

        Waits until the call before has given them back. Raises KlinikError: CALL_IN_PROGRESS while another call
        goes on, for there is one microphone and one loudspeaker, and ROOM_… when the room service cannot be asked.
        """
        async with self._opening:
            await self._until_free()
            await self._ice_servers.get()

            async def send(kind: str, call: int, body: JsonObject) -> None:
                await self._send(booking.id, kind, call, body)

            session = CallSession(
                booking.id,
                self._media,
                send,
                ice_servers=self._ice_servers.latest,
                sound=self._sound,
                camera=CameraSource(self._profile),
                clock=self._clock,
                on_change=on_change,
                profile=self._profile,
                memory=self._memory,
                vitals=Vitals(
                    self._clock,
                    partial(self._around.surroundings, booking.id),
                    self._around.witnesses,
                    self._around.renew_line,
                ),
            )
            self._call = (booking.id, session)
            return session

    async def try_devices(self) -> CallDevices:
        """Return the devices, opened, to be looked at and chosen outside a call; to be closed by the caller.

        A call that is opened meanwhile takes them. Raises KlinikError(CALL_IN_PROGRESS) while one goes on.
        """
        async with self._opening:
            await self._until_free()
            camera = CameraSource(self._profile)
            self._trial = CallDevices(self._media, self._sound, camera, self._profile, _nobody, self._memory)
            await self._trial.open()
            return self._trial

    async def _until_free(self) -> None:
        if self._trial is not None:
            await self._trial.close()
            self._trial = None
        if self._call is None:
            return
        _, last = self._call
        if last.view.stage is not Stage.ENDED:
            raise KlinikError(ErrorKind.CALL_IN_PROGRESS)
        await last.end()

    def expect(self) -> None:
        """Get ready for a call: somebody can be let in. Returns at once; a failure is met again by `open`."""
        self._ice_servers.ask()

    def deliver(self, signal: RoomSignal) -> None:
        """Take a signal from the line; one for a booking without a call is dropped."""
        if self._session(signal) is not None:
            self._signals.put_nowait(signal)

    async def run(self) -> None:
        """Hand signals to the call, one after the other, until cancelled; one that breaks something is logged."""
        try:
            while True:
                await self._hand_on(await self._signals.get())
        finally:
            await self._ice_servers.end()

    async def _hand_on(self, signal: RoomSignal) -> None:
        if session := self._session(signal):
            try:
                await session.deliver(signal)
            except Exception as error:
                log_fault(_log, "a signal of the patient's browser was lost", error)

    def _session(self, signal: RoomSignal) -> CallSession | None:
        """Return the call a signal is for, if it still goes on."""
        if self._call is None:
            return None
        booking_id, session = self._call
        return session if signal.booking_id == booking_id and session.view.stage is not Stage.ENDED else None

    async def end_all(self) -> None:
        """End the call that is still open, as the program closes."""
        if self._trial is not None:
            await self._trial.close()
        if self._call is not None:
            await self._call[1].end()


def _nobody() -> None:
    return None
