"""A connection gives everything back when it is closed: again, by two at once, or when the closing is cancelled."""

import asyncio
import gc
import threading
from contextlib import suppress
from fractions import Fraction

import pytest
from aiortc import RTCSessionDescription
from av.video.frame import VideoFrame

from app.video.devices.camera_track import CameraTrack
from app.video.frames import FrameSlot
from app.video.media_thread import MediaThread
from app.video.peer import Peer
from app.video.peer_ends import PeerEnds
from app.video.sound.microphone_track import MicrophoneTrack
from tests.video.fakes import SMALL, Browser
from tests.video.one_call import until

_PATIENCE = 30.0


def threads() -> list[str]:
    ours = ("picture decoder", "picture encoder")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(ours)]


class Joined:
    """A peer in the media loop whose pictures flow both ways."""

    def __init__(self, media: MediaThread) -> None:
        self.media = media
        self.remote = FrameSlot()
        self.camera = CameraTrack(SMALL, media.loop)
        ends = PeerEnds(self.camera, MicrophoneTrack(), self.remote, lambda _: None, lambda: None, lambda _: None)
        self.peer = Peer([], ends)
        self.browser = Browser()

    async def join(self) -> None:
        offer = await self.media.run(self.peer.offer())
        answer = await self.browser.answer(offer.sdp)
        await self.media.run(self.peer.accept(RTCSessionDescription(str(answer["sdp"]), "answer")))
        await until(lambda: self.remote.size != (0, 0))
        await until(self._is_seen)

    def _is_seen(self) -> bool:
        frame = VideoFrame(320, 240, "yuv420p")
        frame.pts, frame.time_base = 0, Fraction(1, 90_000)
        self.camera.offer(frame)
        return self.peer.sending[1].frames > 0


async def test_closing_twice_at_once_and_again_waits_for_the_one_end(media: MediaThread) -> None:
    joined = Joined(media)
    await joined.join()
    assert len(threads()) >= 2
    async with asyncio.timeout(_PATIENCE):
        await asyncio.gather(media.run(joined.peer.close()), media.run(joined.peer.close()))
        await media.run(joined.peer.close())
    assert threads() == []
    await joined.browser.close()


@pytest.mark.parametrize("turns", range(6))
async def test_a_close_that_is_cancelled_is_carried_through(media: MediaThread, turns: int) -> None:
    joined = Joined(media)
    await joined.join()

    async def impatient() -> None:
        closing = asyncio.get_running_loop().create_task(joined.peer.close())
        for _ in range(turns):
            await asyncio.sleep(0)
        closing.cancel()
        with suppress(asyncio.CancelledError):
            await closing

    await media.run(impatient())
    async with asyncio.timeout(_PATIENCE):
        await media.run(joined.peer.close())
    assert threads() == []
    await joined.browser.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets are left to the system
async def test_the_end_of_the_media_thread_leaves_no_thread_of_a_close_under_way(media: MediaThread) -> None:
    joined = Joined(media)
    await joined.join()
    closing = media.submit(joined.peer.close())
    await asyncio.to_thread(media.stop)
    assert closing.done()
    await until(lambda: threads() == [])
    await joined.browser.close()
    del joined, closing
    gc.collect()
