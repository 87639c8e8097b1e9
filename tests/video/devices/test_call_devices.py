"""The devices of a call as they come, go and are chosen; sound and cameras are plugged in by hand."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest
from av.video.frame import VideoFrame

from app.domain.devices import Choice, DeviceKind, DeviceNews, NewsReason, Places
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.media import FRAME_SAMPLES, SoundState
from app.video.devices.call_devices import CallDevices
from app.video.devices.camera import CameraSource
from app.video.devices.device_watch import NoMemory
from app.video.devices.picture_path import PicturePath
from app.video.media_thread import MediaThread
from app.video.profile import STANDARD, VideoProfile
from app.video.sound.sound_processing import SoundProcessing
from app.video.sound.trial_stages import TrialStage, Voice
from tests.video.fakes import SMALL, FakeCamera, HummingSound
from tests.video.one_call import humming, until
from tests.video.sound.voices import pcm

SOUND = {ErrorKind.NO_MICROPHONE, ErrorKind.NO_SPEAKER}


class SlowSound:
    """Has no devices, and takes its time to find that out."""

    state = SoundState("", "")

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def start(self, on_captured: Callable[[bytes], None], source_pull: Callable[[], bytes]) -> SoundState:
        self.asked.set()
        self.may_answer.wait(30)
        return self.state

    def choose(self, microphone: str, speaker: str) -> None:
        raise AssertionError("nothing was chosen")

    def stop(self) -> None:
        self.may_answer.set()


async def test_a_device_that_is_still_being_opened_is_not_called_missing() -> None:
    media, sound = MediaThread(), SlowSound()
    media.start()
    devices = CallDevices(media, sound, CameraSource(STANDARD), STANDARD, lambda: None, NoMemory())
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


class StickySound(SlowSound):
    """Opens at once, and takes its time to be given back."""

    def start(self, on_captured: Callable[[bytes], None], source_pull: Callable[[], bytes]) -> SoundState:
        return self.state

    def stop(self) -> None:
        self.asked.set()
        self.may_answer.wait(30)


async def test_closing_again_waits_until_the_devices_are_given_back() -> None:
    media, sound = MediaThread(), StickySound()
    media.start()
    devices = CallDevices(media, sound, CameraSource(STANDARD), STANDARD, lambda: None, NoMemory())
    await devices.open()
    first = asyncio.create_task(devices.close())
    try:
        await asyncio.to_thread(sound.asked.wait, 30)
        again = asyncio.create_task(devices.close())
        for _ in range(3):
            await asyncio.sleep(0)
        assert not again.done(), "another call would open devices that are still in use"
    finally:
        sound.may_answer.set()
        await asyncio.gather(first, again)
        media.stop()


class Desk(HummingSound):
    """Sound devices that are plugged in and out; what is chosen is used when it is there, else the first."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.plug(*names)

    def plug(self, *names: str) -> None:
        self._devices = SoundState("", "", names, names)
        self.choose("", "")

    def choose(self, microphone: str, speaker: str) -> None:
        there = self._devices.microphones
        first = there[0] if there else ""
        used = [name if name in there else first for name in (microphone, speaker)]
        self._devices = replace(self._devices, microphone=used[0], speaker=used[1])


class Memory:
    def __init__(self, places: Places = ()) -> None:
        self.places = places
        self.written = threading.Event()

    def read(self) -> Places:
        return self.places

    def write(self, places: Places) -> None:
        self.places = places
        self.written.set()


class Cameras:
    """The cameras plugged in, each of which can be opened."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def open(self, _profile: VideoProfile, wish: str) -> FakeCamera:
        if not self.names:
            raise KlinikError(ErrorKind.NO_CAMERA)
        return FakeCamera(wish if wish in self.names else self.names[0], 320, 240, 10**6)

    def source(self) -> CameraSource:
        return CameraSource(SMALL, self.open, find=lambda: self.names)


@asynccontextmanager
async def opened(
    media: MediaThread, sound: HummingSound, cameras: Cameras, memory: Memory
) -> AsyncIterator[CallDevices]:
    devices = CallDevices(media, sound, cameras.source(), SMALL, lambda: None, memory)
    try:
        await devices.open()
        yield devices
    finally:
        await devices.close()


async def test_what_was_chosen_here_is_used_the_next_time(media: MediaThread) -> None:
    memory, cameras = Memory(), Cameras("Built-in", "Brio")
    async with opened(media, Desk("Realtek", "Jabra"), cameras, memory) as devices:
        assert devices.view.in_use == Choice(devices.view.in_use.camera, "Realtek", "Realtek")
        devices.choose(DeviceKind.CAMERA, "Brio")
        devices.choose(DeviceKind.MICROPHONE, "Jabra")
        await until(lambda: devices.names == ("Brio", "Jabra", "Realtek"))
        await until(memory.written.is_set)
        await until(lambda: memory.places and memory.places[0].choice.microphone == "Jabra")
    async with opened(media, Desk("Realtek", "Jabra"), cameras, memory) as devices:
        await until(lambda: devices.names == ("Brio", "Jabra", "Realtek"))
        assert devices.news == ()


async def test_an_unplugged_headset_is_followed_and_used_again_when_it_is_back(media: MediaThread) -> None:
    sound = Desk("Realtek", "Jabra")
    async with opened(media, sound, Cameras("Brio"), Memory()) as devices:
        devices.choose(DeviceKind.SPEAKER, "Jabra")
        sound.plug("Realtek")
        await until(lambda: devices.view.in_use.speaker == "Realtek" and devices.news)
        assert devices.news == (DeviceNews(NewsReason.UNPLUGGED, DeviceKind.SPEAKER, "Jabra", "Realtek"),)
        devices.note_news()
        assert not devices.view.news
        sound.plug("Realtek", "Jabra")
        await until(lambda: devices.view.in_use.speaker == "Jabra")


async def test_a_camera_plugged_in_again_is_used_again(media: MediaThread) -> None:
    cameras = Cameras("Built-in", "Brio")
    async with opened(media, Desk("Realtek"), cameras, Memory()) as devices:
        devices.choose(DeviceKind.CAMERA, "Brio")
        await until(lambda: devices.view.in_use.camera == "Brio")
        cameras.names = ("Built-in",)
        await until(lambda: devices.view.wish.camera == "" and devices.view.in_use.camera == "Built-in")
        cameras.names = ("Built-in", "Brio")
        await until(lambda: devices.view.in_use.camera == "Brio")


async def test_sound_goes_on_through_the_same_track_when_the_microphone_is_changed(media: MediaThread) -> None:
    sound = Desk("Realtek", "Jabra")
    async with opened(media, sound, Cameras("Brio"), Memory()) as devices, humming(sound):
        _, track = devices.new_tracks()
        await until(lambda: devices.level_out > 0.3)
        devices.choose(DeviceKind.MICROPHONE, "Jabra")
        await until(lambda: devices.names[1] == "Jabra")
        devices.turn_microphone(False)
        await until(lambda: devices.level_out == 0.0 and devices.microphone_level > 0.3)
        assert track.readyState == "live"


async def test_a_trial_plays_a_chime_and_one_s_own_voice_and_says_what_it_heard(media: MediaThread) -> None:
    sound = Desk("Realtek")
    async with opened(media, sound, Cameras("Brio"), Memory()) as devices:
        devices.try_sound()
        assert sound._on_captured is not None
        stages = []
        for frame in range(500):
            sound._on_captured(pcm(0.1 * np.random.default_rng(frame).normal(size=FRAME_SAMPLES)))
            played = sound.pulls[0]()
            stages.append((devices.view.trial, any(played)))
        assert devices.view.voice is Voice.CLEAR
        assert stages[10] == (TrialStage.CHIME, True)
        assert stages[100] == (TrialStage.RECORDING, False)
        assert stages[300] == (TrialStage.PLAYING, True)
        assert stages[-1] == (TrialStage.IDLE, False)


async def test_the_device_page_has_a_picture_of_its_own(media: MediaThread) -> None:
    async with opened(media, Desk("Realtek"), Cameras("Brio"), Memory()) as devices:
        preview = devices.open_preview()
        await until(lambda: preview.take() is not None and devices.local.take() is not None)
        devices.turn_camera(False)
        await until(lambda: preview.take() is None and devices.local.take() is None)
        devices.turn_camera(True)
        await until(lambda: preview.take() is not None)
        devices.close_preview()
        assert preview.take() is None
    assert devices.view.over


async def test_a_pc_that_cannot_remove_echo_says_so(media: MediaThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.video.sound.sound_path.SoundProcessing", lambda: SoundProcessing(available=False))
    async with opened(media, Desk("Realtek"), Cameras("Brio"), Memory()) as devices:
        assert devices.failures == (ErrorKind.ECHO_NOT_REMOVED,)


async def test_two_connections_never_share_a_frame_whose_time_each_of_them_sets(media: MediaThread) -> None:
    async with opened(media, Desk("Realtek"), Cameras(), Memory()) as devices:
        devices._seen.stop()  # or its own pictures come in between
        former, later = devices.new_tracks()[0], devices.new_tracks()[0]
        frame = VideoFrame.from_ndarray(np.arange(360 * 320, dtype=np.uint8).reshape(360, 320), "yuv420p")
        devices._seen._take(frame)
        first, second = former._newest, later._newest
        assert first is not None
        assert second is not None
        first.pts, second.pts = 1, 2
        assert (first.pts, second.pts) == (1, 2)
        assert np.array_equal(first.to_ndarray(), second.to_ndarray())


def test_our_own_picture_moves_at_half_the_rate_in_the_corner_and_at_all_of_it_where_devices_are_tried() -> None:
    path = PicturePath(CameraSource(STANDARD), lambda: None)
    preview = path.open_preview()
    path.local.fit(160, 160)
    frame = VideoFrame.from_ndarray(np.full((360, 320), 128, np.uint8), "yuv420p")
    shown = [0, 0]
    for step in range(30):
        path._show(frame, step / 30)
        for index, slot in enumerate((path.local, preview)):
            picture = slot.take()
            shown[index] += picture is not None
            if picture is not None:
                assert (picture.width, picture.height) == ((160, 120), (320, 240))[index]
    assert shown == [15, 30]
