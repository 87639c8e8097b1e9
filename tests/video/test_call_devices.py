import asyncio
import threading
from collections.abc import Callable

from app.domain.errors import ErrorKind
from app.domain.ports.media import SoundState
from app.video.call_devices import CallDevices
from app.video.camera import CameraSource
from app.video.media_thread import MediaThread
from app.video.profile import STANDARD

SOUND = {ErrorKind.NO_MICROPHONE, ErrorKind.NO_SPEAKER}


class SlowSound:
    """Has no devices, and takes its time to find that out."""

    state = SoundState("", "")

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def start(self, on_captured: Callable[[bytes], None]) -> SoundState:
        self.asked.set()
        self.may_answer.wait(30)
        return self.state

    def play(self, pcm: bytes) -> None:
        raise AssertionError("nothing to play")

    def stop(self) -> None:
        self.may_answer.set()


async def test_a_device_that_is_still_being_opened_is_not_called_missing() -> None:
    media, sound = MediaThread(), SlowSound()
    media.start()
    devices = CallDevices(media, sound, CameraSource(STANDARD), STANDARD, lambda: None)
    opening = asyncio.create_task(devices.open())
    try:
        await asyncio.to_thread(sound.asked.wait, 30)
        assert not SOUND & set(devices.failures)
        sound.may_answer.set()
        await opening
        assert set(devices.failures) >= SOUND
    finally:
        sound.may_answer.set()
        await devices.close()
        media.stop()
