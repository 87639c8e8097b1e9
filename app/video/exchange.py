"""Opens a call for a booking and hands each call the signals of its own patient, in the order they came."""

import asyncio
from collections.abc import Awaitable, Callable

from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.ids import BookingId
from app.domain.ports.media import Sound
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.call_events import Stage
from app.video.call_view import CallView
from app.video.camera import CameraSource
from app.video.media_thread import MediaThread
from app.video.profile import STANDARD, VideoProfile
from app.video.session import CallSession

SendTo = Callable[[BookingId, str, int, JsonObject], Awaitable[None]]
"""Sends one signal to a booking's patient: kind, call, body; raises KlinikError."""


class CallExchange:
    """Makes calls and delivers to them; `run` carries the signals until cancelled."""

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        send: SendTo,
        ice_servers: Callable[[], Awaitable[tuple[JsonObject, ...]]],
        clock: Clock,
        profile: VideoProfile = STANDARD,
    ) -> None:
        self._media = media
        self._sound = sound
        self._send = send
        self._ice_servers = ice_servers
        self._clock = clock
        self._profile = profile
        self._calls: dict[BookingId, CallSession] = {}
        self._signals: asyncio.Queue[RoomSignal] = asyncio.Queue()

    async def open(self, booking: Booking, on_change: Callable[[CallView], None]) -> CallSession:
        """Return a new call of the booking, camera and sound not yet opened; raises KlinikError(ROOM_…)."""
        ice_servers = await self._ice_servers()

        async def send(kind: str, call: int, body: JsonObject) -> None:
            await self._send(booking.id, kind, call, body)

        def changed(view: CallView) -> None:
            if view.stage is Stage.ENDED and self._calls.get(booking.id) is session:
                del self._calls[booking.id]
            on_change(view)

        session = CallSession(
            booking.id,
            self._media,
            send,
            ice_servers=ice_servers,
            sound=self._sound,
            camera=CameraSource(self._profile),
            clock=self._clock,
            on_change=changed,
            profile=self._profile,
        )
        self._calls[booking.id] = session
        return session

    def deliver(self, signal: RoomSignal) -> None:
        """Take a signal from the line; one for a booking without a call is dropped."""
        if signal.booking_id in self._calls:
            self._signals.put_nowait(signal)

    async def run(self) -> None:
        """Hand signals to their calls, one after the other, until cancelled."""
        while True:
            signal = await self._signals.get()
            if session := self._calls.get(signal.booking_id):
                await session.deliver(signal)

    async def end_all(self) -> None:
        """End every call that is still open, as the program closes."""
        for session in list(self._calls.values()):
            await session.end()
