"""The calls of this console, loaded a moment after the start: codecs and encryption take half a second to load."""

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.ports.media import DeviceMemory, Sound
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.fault.facts import NOBODY_AROUND, Around
from app.video.machine.call_view import CallView
from app.video.media_thread import MediaThread
from app.video.profile import STANDARD, VideoProfile

if TYPE_CHECKING:
    from app.video.devices.call_devices import CallDevices
    from app.video.exchange import CallExchange, SendTo
    from app.video.session import CallSession

LOAD_AFTER = 2.0
"""Seconds from the start of `run`: by then the inbox stands, and nobody has been let in yet."""


class LateExchange:
    """A `CallExchange` that is loaded in the media thread: after a while, or as soon as somebody asks for it."""

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        send: "SendTo",
        ice_servers: Callable[[], Awaitable[tuple[JsonObject, ...]]],
        clock: Clock,
        load_after: float = LOAD_AFTER,
        memory: DeviceMemory | None = None,
        around: Around = NOBODY_AROUND,
        profile: VideoProfile = STANDARD,
    ) -> None:
        self._media = media
        self._given = (media, sound, send, ice_servers, clock)
        self._memory = memory
        self._around = around
        self._profile = profile
        self._load_after = load_after
        self._exchange: CallExchange | None = None
        self._loading = asyncio.Lock()
        self._wanted = asyncio.Event()

    async def open(self, booking: Booking, on_change: Callable[[CallView], None]) -> "CallSession":
        """Do as `CallExchange.open`."""
        self._wanted.set()
        return await (await self._loaded()).open(booking, on_change)

    async def try_devices(self) -> "CallDevices":
        """Do as `CallExchange.try_devices`."""
        return await (await self._loaded()).try_devices()

    def expect(self) -> None:
        """Get ready for a call: somebody can be let in. Returns at once."""
        self._wanted.set()
        if self._exchange is not None:
            self._exchange.expect()

    def deliver(self, signal: RoomSignal) -> None:
        """Do as `CallExchange.deliver`; before it is loaded there is no call that a signal could be for."""
        if self._exchange is not None:
            self._exchange.deliver(signal)

    async def run(self) -> None:
        """Load the calls and carry their signals until cancelled."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._load_after):
                await self._wanted.wait()
        await (await self._loaded()).run()

    async def end_all(self) -> None:
        """End the call that is still open, as the program closes."""
        if self._exchange is not None:
            await self._exchange.end_all()

    async def _loaded(self) -> "CallExchange":
        async with self._loading:
            if self._exchange is None:
                loaded = await self._media.call(_load)
                self._exchange = loaded(
                    *self._given, memory=self._memory, around=self._around, profile=self._profile
                )
                if self._wanted.is_set():
                    self._exchange.expect()
        return self._exchange


def _load() -> "type[CallExchange]":
    from app.video.exchange import CallExchange  # noqa: PLC0415 - late, as this file is for

    gc.freeze()  # as after the start: what stays need not be gone through again and again
    return CallExchange
