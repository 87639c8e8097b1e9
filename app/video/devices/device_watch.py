"""Looks every second at what is plugged in, and uses what was chosen for such a place; for one call's devices."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

from app.domain.devices import Choice, DeviceKind, DeviceState, Places, Present, chose, looked, noted, wished
from app.domain.ports.media import DeviceMemory, Sound
from app.video.devices.camera import CameraSource
from app.video.media_thread import MediaThread

_LOOK_EVERY = 1.0


class NoMemory:
    """A `DeviceMemory` that keeps nothing: the system's default devices are used wherever the PC is."""

    def read(self) -> Places:
        return ()

    def write(self, places: Places) -> None:
        return None


class DeviceWatch:
    """The rules are `app.domain.devices`; this carries them out. `choose` and `note_news` may be called anywhere.

    `camera_in_use` names the camera that gives pictures now; `on_change` is called from any thread.
    """

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        camera: CameraSource,
        memory: DeviceMemory,
        camera_in_use: Callable[[], str],
        on_change: Callable[[], None],
    ) -> None:
        self._media = media
        self._sound = sound
        self._camera = camera
        self._memory = memory
        self._camera_in_use = camera_in_use
        self._on_change = on_change
        self._lock = threading.Lock()
        self._state = DeviceState()
        self._looking: asyncio.Task[None] | None = None

    @property
    def state(self) -> DeviceState:
        """What is plugged in, wished for and in use as of the last look."""
        return self._state

    def recall(self) -> None:
        """Read what was chosen and set the camera to what is likely wished. Blocks; before the devices open."""
        places = self._memory.read()
        self._state = DeviceState(places)
        self._camera.choose(wished(places, Present(cameras=self._camera.present)).camera)

    async def begin(self) -> None:
        """Look once, and from now on every second until `end`."""
        await self._media.call(self.look)
        await self._media.run(self._start())

    async def end(self) -> None:
        """Look no more; a look that is under way is let finish."""
        await self._media.run(self._stop())

    def look(self) -> None:
        """Look at what is there and follow it. Blocks while the drivers answer."""
        cameras, sound = self._camera.present, self._sound.state
        present = Present(cameras, sound.microphones, sound.speakers)
        in_use = Choice(self._camera_in_use(), sound.microphone, sound.speaker)
        self._change(lambda state: looked(state, present, in_use))

    def choose(self, kind: DeviceKind, name: str) -> None:
        """Use another device, empty for the system's default, and remember it for this place. Does not wait."""
        self._change(lambda state: chose(state, kind, name))

    def note_news(self) -> None:
        """Take the news as read."""
        self._change(noted)

    def _change(self, step: Callable[[DeviceState], DeviceState]) -> None:
        with self._lock:
            before, after = self._state, step(self._state)
            self._state = after
            if after.wish != before.wish:
                self._sound.choose(after.wish.microphone, after.wish.speaker)
                self._camera.choose(after.wish.camera)
            if after.places != before.places:
                self._media.loop.call_soon_threadsafe(
                    self._media.loop.run_in_executor, None, self._memory.write, after.places
                )
        if after != before:
            self._on_change()

    async def _start(self) -> None:
        self._looking = asyncio.get_running_loop().create_task(self._keep_looking())

    async def _stop(self) -> None:
        if self._looking:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            await asyncio.get_running_loop().run_in_executor(None, self.look)
