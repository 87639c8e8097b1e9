"""Camera, microphone and loudspeaker of one call: they outlive its connections and are given back at its end."""

import asyncio
import threading
from collections.abc import Callable

import numpy as np
from av.video.frame import VideoFrame

from app.domain.errors import ErrorKind
from app.domain.ports.media import Sound
from app.video.camera import CameraSource, CameraState
from app.video.frames import FrameSlot
from app.video.media_thread import MediaThread
from app.video.picture_maker import PictureMaker
from app.video.profile import VideoProfile
from app.video.tracks import CameraTrack, MicrophoneTrack


class CallDevices:
    """Feeds our own picture and voice to the preview and to the connection of the moment.

    `on_change` is called from a device's thread when a device came or went.
    """

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        camera: CameraSource,
        profile: VideoProfile,
        on_change: Callable[[], None],
    ) -> None:
        self._media = media
        self._sound = sound
        self._camera = camera
        self._profile = profile
        self._on_change = on_change
        self._open = threading.Event()
        self._order = asyncio.Lock()
        self._closed = False
        self._sound_open = False
        self._tracks: tuple[CameraTrack, MicrophoneTrack] | None = None
        self._maker = PictureMaker()
        self._camera_state = CameraState()
        self.local = FrameSlot()
        self.microphone_on = True
        self.camera_on = True
        self.level_in = 0.0
        self.level_out = 0.0

    async def open(self) -> None:
        """Take the devices; those that are missing are told of in `failures`."""
        async with self._order:
            if self._closed or self._open.is_set():
                return
            self._open.set()
            self._camera.start(self._on_frame, self._on_camera)
            self._camera.turn(self.camera_on)
            await self._media.call(lambda: self._sound.start(self._on_captured))
            self._sound_open = True

    async def close(self) -> None:
        """Give the devices back; neither picture nor sound passes any more, in either direction."""
        self._closed = True
        was_open = self._open.is_set()
        self._open.clear()
        self._tracks = None
        self.local.close()
        self.level_in = self.level_out = 0.0
        if was_open:
            async with self._order:
                await asyncio.gather(self._media.call(self._camera.stop), self._media.call(self._sound.stop))

    def new_tracks(self) -> tuple[CameraTrack, MicrophoneTrack]:
        """Return fresh tracks for a new connection; those before get nothing more."""
        camera, microphone = CameraTrack(self._profile, self._media.loop), MicrophoneTrack()
        camera.turn(self.camera_on)
        microphone.turn(self.microphone_on)
        self._tracks = (camera, microphone)
        return self._tracks

    def play(self, pcm: bytes) -> None:
        """Play the patient's sound, as long as the devices are open. From any thread."""
        if self._open.is_set():
            self.level_in = _level(pcm)
            self._sound.play(pcm)

    def turn_microphone(self, on: bool) -> None:
        """Mute or unmute; the far end gets silence from the next 20 ms on."""
        self.microphone_on = on
        if self._tracks:
            self._tracks[1].turn(on)

    def turn_camera(self, on: bool) -> None:
        """Show the camera, or black: the device is given back and the preview emptied."""
        self.camera_on = on
        self._camera.turn(on)
        if self._tracks:
            self._tracks[0].turn(on)
        if not on:
            self.local.clear()

    @property
    def names(self) -> tuple[str, str, str]:
        """Camera, microphone and loudspeaker in use, empty for none."""
        sound = self._sound.state
        return self._camera_state.name, sound.microphone, sound.speaker

    @property
    def failures(self) -> tuple[ErrorKind, ...]:
        """What is missing, the gravest first; a device that is still being opened is not missing."""
        if not self._open.is_set():
            return ()
        sound = self._sound.state
        missing = (
            ErrorKind.NO_MICROPHONE if self._sound_open and not sound.microphone else None,
            ErrorKind.NO_SPEAKER if self._sound_open and not sound.speaker else None,
            self._camera_state.failure,
        )
        return tuple(kind for kind in missing if kind)

    def _on_frame(self, frame: VideoFrame) -> None:
        if not self.camera_on or not self._open.is_set():
            return
        self.local.put(self._maker.picture(frame))
        if tracks := self._tracks:
            tracks[0].offer(frame)

    def _on_camera(self, state: CameraState) -> None:
        if state != self._camera_state:
            self._camera_state = state
            self._on_change()

    def _on_captured(self, pcm: bytes) -> None:
        if not self._open.is_set():
            return
        self.level_out = _level(pcm) if self.microphone_on else 0.0
        if tracks := self._tracks:
            tracks[1].offer(pcm)


def _level(pcm: bytes) -> float:
    """Return how loud 16-bit sound is, 0 to 1: -60 dB of full scale and less is 0."""
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    power = float(np.mean(samples * samples)) if samples.size else 0.0
    decibels = 10 * np.log10(power / 32768**2 + 1e-12)
    return float(np.clip(1 + decibels / 60, 0.0, 1.0))
