"""One call over loopback with everything around it: our session and a browser made of plain aiortc."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from app.domain.clinic_time import utc_now
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.rooms import JsonObject
from app.video.devices.camera import CameraSource
from app.video.fault.vitals import Vitals
from app.video.machine.call_events import Limits, Stage
from app.video.machine.call_view import CallView
from app.video.media_thread import MediaThread
from app.video.patient_talk import Send
from app.video.session import CallSession
from tests.video.fakes import SMALL, Browser, HummingSound, Room, no_camera

_PATIENCE = 30.0
OURS, THEIRS = 1_000, 40_000
"""The first numbers burned into the pictures of either side."""


class Call:
    """A session with everything around it; `until` waits for a view."""

    def __init__(
        self,
        media: MediaThread,
        sound: HummingSound,
        first: int = OURS,
        limits: Limits | None = None,
        send: Send | None = None,
        vitals: Vitals | None = None,
        ice_servers: tuple[JsonObject, ...] = (),
    ) -> None:
        self.room = Room(BookingId(new_booking_id()))
        self.sound = sound
        self.views: list[CallView] = []
        self._changed = asyncio.Event()
        self.camera = CameraSource(SMALL, no_camera, first)
        self.session = CallSession(
            self.room.booking_id,
            media,
            send or self.room.send,
            ice_servers=lambda: ice_servers,
            sound=sound,
            camera=self.camera,
            clock=utc_now,
            on_change=self._on_change,
            profile=SMALL,
            limits=limits or Limits(),
            vitals=vitals,
        )

    def _on_change(self, view: CallView) -> None:
        self.views.append(view)
        self._changed.set()

    async def until(self, condition: Callable[[CallView], bool]) -> CallView:
        async with asyncio.timeout(_PATIENCE):
            while not condition(self.session.view):
                self._changed.clear()
                await self._changed.wait()
        return self.session.view

    async def connect(self, browser: Browser, call: int) -> None:
        answer = await browser.answer(await self.room.offer(call))
        await self.session.deliver(self.room.signal("answer", call, answer))


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that other threads bring about."""
    async with asyncio.timeout(_PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def humming(sound: HummingSound) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(sound.hum())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def live_call(media: MediaThread, sound: HummingSound, first: int = OURS, limits: Limits | None = None,
                    theirs: int = THEIRS) -> AsyncIterator[tuple[Call, Browser]]:  # fmt: skip
    call, browser = Call(media, sound, first, limits), Browser(theirs)
    async with humming(sound):
        try:
            await call.session.start()
            await call.session.deliver(call.room.signal("joined"))
            await call.connect(browser, 1)
            await call.until(lambda view: view.stage is Stage.LIVE)
            yield call, browser
        finally:
            await call.session.end()
            await browser.close()
