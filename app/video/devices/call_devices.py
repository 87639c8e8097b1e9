"""Camera, microphone and loudspeaker of one call: they outlive its connections and are given back at its end."""

import asyncio
import logging
from collections.abc import Callable

from app.domain.devices import Choice, DeviceKind, DeviceNews, Present
from app.domain.errors import ErrorKind
from app.domain.faults import log_fault
from app.domain.ports.media import DeviceMemory, Sound, SoundSource
from app.video.devices.camera import CameraSource
from app.video.devices.camera_track import CameraTrack
from app.video.devices.device_watch import DeviceWatch
from app.video.devices.devices_view import DevicesView
from app.video.devices.picture_path import PicturePath
from app.video.frames import FrameSlot
from app.video.media_thread import MediaThread
from app.video.profile import VideoProfile
from app.video.sound.microphone_track import MicrophoneTrack
from app.video.sound.sound_path import SoundPath

_log = logging.getLogger(__name__)


class CallDevices:
    """Feeds our own picture and voice to the preview and to the connections of the moment.

    Without any connection it is what the device page tries devices with. `on_change` is called from a device's
    thread when a device came or went.
    """

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        camera: CameraSource,
        profile: VideoProfile,
        on_change: Callable[[], None],
        memory: DeviceMemory,
    ) -> None:
        self._media = media
        self._sound = sound
        self._profile = profile
        self._order = asyncio.Lock()
        self._open = self._sound_open = self._closed = False
        self._tracks: tuple[tuple[CameraTrack, MicrophoneTrack], ...] = ()
        self._seen = PicturePath(camera, on_change)
        self._heard = SoundPath()
        self._watch = DeviceWatch(media, sound, camera, memory, lambda: self._seen.state.name, on_change)

    async def open(self) -> None:
        """Take the devices; those that are missing are told of in `failures`."""
        async with self._order:
            if self._closed or self._open:
                return
            self._open = True
            self._seen.open()
            self._heard.open()
            await asyncio.gather(self._media.call(self._open_camera), self._media.call(self._open_sound))
            self._sound_open = True
            await self._watch.begin()

    async def close(self) -> None:
        """Give the devices back; neither picture nor sound passes any more, in either direction.

        When this returns they are free, though another has begun to close them; one that breaks is logged.
        """
        self._closed = True
        self._tracks = ()
        self._seen.close()
        self._heard.close()
        async with self._order:
            if self._open:
                await self._watch.end()
                await self._give_back(self._seen.stop, self._sound.stop)
                self._open = False

    def new_tracks(self) -> tuple[CameraTrack, MicrophoneTrack]:
        """Return fresh tracks for a new connection; the one before is fed too until it is closed."""
        camera, microphone = CameraTrack(self._profile, self._media.loop), MicrophoneTrack()
        camera.turn(self.camera_on)
        microphone.turn(self.microphone_on)
        still_used = tuple(tracks for tracks in self._tracks if tracks[0].readyState == "live")
        self._tracks = (*still_used, (camera, microphone))
        self._seen.send_to(tuple(track for track, _ in self._tracks))
        self._heard.send_to(tuple(track for _, track in self._tracks))
        return camera, microphone

    def listen_to(self, source: SoundSource) -> None:
        """Play this source from now on, in place of the one before. From any thread."""
        if not self._closed:
            self._heard.listen_to(source)

    def turn_microphone(self, on: bool) -> None:
        """Mute or unmute; the far end gets silence from the next 20 ms on."""
        self._heard.turn_microphone(on)

    def turn_camera(self, on: bool) -> None:
        """Show the camera, or black: the device is given back and the preview emptied."""
        self._seen.turn_camera(on)

    def choose(self, kind: DeviceKind, name: str) -> None:
        """Use another device without leaving the call; an empty name is the system's default. Does not wait."""
        if not self._closed:
            self._watch.choose(kind, name)

    def note_news(self) -> None:
        """Take the news of devices as read."""
        self._watch.note_news()

    def try_sound(self) -> None:
        """Play a chime, record three seconds of the microphone, and play them back."""
        self._heard.try_out()

    def open_preview(self) -> FrameSlot:
        """Return a slot that shows our own picture too, until `close_preview`; the one before is closed."""
        return self._seen.open_preview()

    def close_preview(self) -> None:
        """Show our own picture in the call alone."""
        self._seen.close_preview()

    @property
    def local(self) -> FrameSlot:
        """Our own picture, as the call shows it."""
        return self._seen.local

    @property
    def camera_on(self) -> bool:
        """Whether the patient gets what the camera sees."""
        return self._seen.camera_on

    @property
    def microphone_on(self) -> bool:
        """Whether the patient gets what the microphone hears."""
        return self._heard.microphone_on

    @property
    def level_in(self) -> float:
        """How loud the loudspeaker is, 0 to 1."""
        return self._heard.level_in

    @property
    def level_out(self) -> float:
        """How loud it is what the patient gets, 0 to 1."""
        return self._heard.level_out

    @property
    def microphone_level(self) -> float:
        """How loud it is what the microphone hears, muted or not, 0 to 1."""
        return self._heard.microphone_level

    def captured_for(self, now: float) -> float | None:
        """Return the seconds since the microphone gave anything (silence counts), None when it is not in use."""
        return self._heard.silent_for(now) if self._usable else None

    @property
    def names(self) -> tuple[str, str, str]:
        """Camera, microphone and loudspeaker in use, empty for none."""
        sound = self._sound.state
        return self._seen.state.name, sound.microphone, sound.speaker

    @property
    def news(self) -> tuple[DeviceNews, ...]:
        """Which devices were changed by themselves since that was last read."""
        return self._watch.state.news

    @property
    def failures(self) -> tuple[ErrorKind, ...]:
        """What is missing, the gravest first; a device that is still being opened is not missing."""
        if not self._usable:
            return ()
        sound = self._sound.state
        missing = (
            ErrorKind.NO_MICROPHONE if self._sound_open and not sound.microphone else None,
            ErrorKind.NO_SPEAKER if self._sound_open and not sound.speaker else None,
            self._seen.state.failure,
            None if self._heard.cancels_echo else ErrorKind.ECHO_NOT_REMOVED,
        )
        return tuple(kind for kind in missing if kind)

    @property
    def view(self) -> DevicesView:
        """The devices as the device page shows them."""
        state = self._watch.state
        trial, voice = self._heard.trial
        return DevicesView(
            present=state.present or Present(),
            wish=state.wish,
            in_use=Choice(*self.names),
            failures=self.failures,
            news=state.news,
            trial=trial,
            voice=voice,
            camera_on=self.camera_on,
            microphone_on=self.microphone_on,
            opened=state.present is not None,
            over=self._closed,
        )

    @property
    def _usable(self) -> bool:
        return self._open and not self._closed

    def _open_camera(self) -> None:
        self._watch.recall()
        self._seen.start()

    def _open_sound(self) -> None:
        self._sound.start(self._heard.captured, self._heard.pull)

    async def _give_back(self, *stops: Callable[[], None]) -> None:
        stopped = await asyncio.gather(*(self._media.call(stop) for stop in stops), return_exceptions=True)
        for failure in stopped:
            if isinstance(failure, Exception):
                log_fault(_log, "a device was not given back well", failure)
