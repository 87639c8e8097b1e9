"""Devices and pictures of one call: given back for the telephone, and made anew when video comes back."""

from collections.abc import Callable

from app.domain.ports.media import DeviceMemory, Sound, SoundSource
from app.video.devices.call_devices import CallDevices
from app.video.devices.camera import CameraSource
from app.video.frames import FrameSlot
from app.video.media_thread import MediaThread
from app.video.profile import VideoProfile


class CallMedia:
    """`devices` and `remote` are others after `open_again`: what was shown before the telephone is gone."""

    def __init__(
        self,
        media: MediaThread,
        sound: Sound,
        camera: CameraSource,
        profile: VideoProfile,
        on_change: Callable[[], None],
        memory: DeviceMemory,
    ) -> None:
        """`on_change` is called from a device's thread when a device came or went."""
        self._made_of = (media, sound, camera, profile, on_change, memory)
        self.devices = CallDevices(*self._made_of)
        self.remote = FrameSlot()

    def listen_to(self, source: SoundSource) -> None:
        """Play this from now on. From any thread."""
        self.devices.listen_to(source)

    async def open_again(self) -> None:
        """Take the devices anew, turned on and off as they were."""
        before, self.devices, self.remote = self.devices, CallDevices(*self._made_of), FrameSlot()
        self.devices.turn_camera(before.camera_on)
        self.devices.turn_microphone(before.microphone_on)
        await self.devices.open()

    async def close(self) -> None:
        """Give the devices back, and forget the patient's picture for good."""
        self.remote.close()
        await self.devices.close()
