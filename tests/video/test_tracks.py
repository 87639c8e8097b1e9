"""What we send: on time, the newest frame, and something even when there is nothing."""

import asyncio

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from av.video.frame import VideoFrame

from app.domain.ports.media import FRAME_SAMPLES
from app.video.devices.camera_track import CameraTrack
from app.video.sound import microphone_track
from app.video.sound.microphone_track import MicrophoneTrack
from tests.video.fakes import SMALL, tone


def grey(level: int) -> VideoFrame:
    return VideoFrame.from_ndarray(np.full((360, 320), level, np.uint8), format="yuv420p")


async def test_only_the_newest_frame_is_sent_and_time_goes_forward() -> None:
    track = CameraTrack(SMALL, asyncio.get_running_loop())
    newest = grey(90)
    track.offer(grey(30))
    track.offer(newest)
    first = await track.recv()
    assert first is newest
    later = grey(120)
    track.offer(later)
    second = await track.recv()
    assert second is later
    assert second.pts is not None
    assert first.pts is not None
    assert second.pts > first.pts
    assert track.sent == 2


async def test_black_is_sent_while_the_camera_is_off_and_whatever_it_still_gives() -> None:
    track = CameraTrack(SMALL, asyncio.get_running_loop())
    track.offer(grey(90))
    track.turn(False)
    track.offer(grey(90))
    assert (await track.recv()).to_ndarray(format="gray").max() <= 16


async def test_a_stopped_track_ends() -> None:
    camera, microphone = CameraTrack(SMALL, asyncio.get_running_loop()), MicrophoneTrack()
    for track in (camera, microphone):
        track.stop()
        with pytest.raises(MediaStreamError):
            await track.recv()


async def test_the_microphone_is_sent_in_order_with_silence_before_and_after() -> None:
    track = MicrophoneTrack()
    sound = [tone(500, index) for index in range(3)]
    frames = [await track.recv()]
    for pcm in sound:
        track.offer(pcm)
        frames.append(await track.recv())
    frames.append(await track.recv())
    heard = [bytes(frame.planes[0]) for frame in frames]
    assert heard[1:4] == sound
    assert not any(heard[0] + heard[4])
    times = [frame.pts for frame in frames]
    assert all(
        time is not None and time % FRAME_SAMPLES == 0 and time > (before or -1)
        for before, time in zip([None, *times], times, strict=False)
    )


async def test_a_muted_microphone_is_silent_at_once() -> None:
    track = MicrophoneTrack()
    track.offer(tone(500, 0))
    track.turn(False)
    assert not any(bytes((await track.recv()).planes[0]))


async def test_a_frame_that_crossed_the_turning_off_is_not_sent() -> None:
    track = CameraTrack(SMALL, asyncio.get_running_loop())
    track.turn(False)
    track._newest = grey(90)
    assert (await track.recv()).to_ndarray(format="gray").max() <= 16


async def test_what_waited_before_anyone_listened_does_not_make_the_sound_late() -> None:
    track = MicrophoneTrack()
    sound = [tone(333, index) for index in range(5)]
    for pcm in sound:
        track.offer(pcm)
    assert bytes((await track.recv()).planes[0]) == sound[-1]


async def test_what_silence_stood_in_for_is_not_said_again_late() -> None:
    track = MicrophoneTrack()
    sound = [tone(333, index) for index in range(6)]
    track.offer(sound[0])
    heard = [await track.recv() for _ in range(3)]
    assert not any(bytes(heard[1].planes[0]) + bytes(heard[2].planes[0])), "the microphone stalled"
    for pcm in sound[1:]:
        track.offer(pcm)
    assert bytes((await track.recv()).planes[0]) == sound[3]


async def test_news_of_sound_that_is_gone_already_does_not_bring_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone_track, "_PATIENCE", 1000)
    track = MicrophoneTrack()
    sound = [tone(333, index) for index in range(3)]
    track.offer(sound[0])
    await track.recv()
    track.offer(sound[1])
    assert bytes((await track.recv()).planes[0]) == sound[1], "taken before the loop has heard of it"
    asyncio.get_running_loop().call_later(0.01, track.offer, sound[2])
    assert bytes((await track.recv()).planes[0]) == sound[2]
