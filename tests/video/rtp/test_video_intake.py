"""Packets of a real encoder go in, pictures come out of the decoder's thread; what is missing is asked for."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from fractions import Fraction

import numpy as np
import pytest
from aiortc import RTCRtpCodecParameters
from aiortc.codecs.base import Encoder
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtp import RtpPacket
from av.video.frame import VideoFrame

from app.video.frames import Picture
from app.video.rtp.video_decoder import MOST_BEHIND
from app.video.rtp.video_intake import STALE_MEANS_RESTART, VideoIntake

SSRC = 5
CODECS = {
    name: RTCRtpCodecParameters(mimeType=f"video/{name}", clockRate=90_000, payloadType=97)
    for name in ("VP8", "H264")
}
_PATIENCE = 30.0


class Camera:
    """Encodes plain frames of rising brightness, 30 a second by their time stamps."""

    def __init__(self, encoder: Encoder | None = None, number: int = 65_534) -> None:
        self._encoder = encoder or Vp8Encoder()
        self._index = 0
        self._number = number

    def frame(self, *, key: bool = False, noise: bool = False) -> list[RtpPacket]:
        pixels = np.full((180, 160), 128, np.uint8)
        pixels[:120] = 20 + 10 * self._index % 200
        if noise:
            pixels[:120] = np.random.default_rng(self._index).integers(0, 255, (120, 160), dtype=np.uint8)
        picture = VideoFrame.from_ndarray(pixels, format="yuv420p")
        picture.pts, picture.time_base = 3000 * self._index, Fraction(1, 90_000)
        payloads, timestamp = self._encoder.encode(picture, force_keyframe=key or self._index == 0)
        self._index += 1
        packets = []
        for at, payload in enumerate(payloads):
            packets.append(
                RtpPacket(97, int(at == len(payloads) - 1), self._number & 0xFFFF, timestamp, SSRC, payload)
            )
            self._number += 1
        return packets


class Screen:
    """Notes what is shown and asked for; `gate` stops the decoder's thread in the middle of showing."""

    def __init__(self, codec: str = "VP8") -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.pictures: list[Picture] = []
        self.again: list[int] = []
        self.keys = 0
        self._codec = CODECS[codec]
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()
        self._news = asyncio.Event()
        self.intake = VideoIntake(self._show)
        self.intake.feedback = self

    def _show(self, picture: Picture) -> None:
        self.pictures.append(picture)
        self._loop.call_soon_threadsafe(self._news.set)
        self.gate.wait(_PATIENCE)

    def ask_again(self, ssrc: int, numbers: Sequence[int]) -> None:
        assert ssrc == SSRC
        self.again += numbers
        self._news.set()

    def ask_key_frame(self, ssrc: int) -> None:
        assert ssrc == SSRC
        self.keys += 1
        self._news.set()

    def take(self, *packets: RtpPacket) -> None:
        for packet in packets:
            self.intake.take(packet, self._codec, self._arrival(packet))

    def take_repaired(self, packet: RtpPacket) -> None:
        self.intake.take_repaired(packet, self._codec, self._arrival(packet))

    def _arrival(self, packet: RtpPacket) -> float:
        """Packets come as evenly as they were captured, so that none is held back; no time has to pass for it."""
        return self._start + packet.timestamp / 90_000

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def shown(self, count: int) -> None:
        await self.until(lambda: len(self.pictures) >= count)


@asynccontextmanager
async def screen(codec: str = "VP8") -> AsyncIterator[Screen]:
    made = Screen(codec)
    try:
        yield made
    finally:
        made.gate.set()
        made.intake.close()


@pytest.mark.parametrize(("codec", "encoder"), [("VP8", Vp8Encoder), ("H264", H264Encoder)])
async def test_frames_become_pictures_over_the_wrap_of_the_numbers(
    codec: str, encoder: Callable[[], Encoder]
) -> None:
    async with screen(codec) as seen:
        camera = Camera(encoder())
        for count in range(1, 6):
            seen.take(*camera.frame())
            await seen.shown(count)
        brightness = [picture.data[4000] for picture in seen.pictures]
        assert brightness == sorted(brightness)
        assert brightness[0] < brightness[-1]
        figures = seen.intake.figures
        assert (figures.frames, figures.size) == (5, (160, 120))
        assert figures.packets >= 5
        assert seen.keys == 0
        assert seen.again == []


async def test_a_lost_packet_is_asked_for_and_shown_when_it_comes_again() -> None:
    async with screen() as seen:
        camera = Camera()
        seen.take(*camera.frame())
        lost, *after = camera.frame() + camera.frame()
        seen.take(*after)
        assert seen.again == [lost.sequence_number]
        seen.take_repaired(lost)
        await seen.shown(2)
        await seen.until(lambda: seen.intake.figures.frames >= 2)
        assert seen.keys == 0


async def test_what_cannot_be_decoded_asks_for_a_key_frame_and_that_is_shown() -> None:
    async with screen() as seen:
        camera = Camera()
        (broken, *_) = camera.frame()
        broken.payload, broken.marker = broken.payload[:4] + b"\x00\x00\x00", 1
        seen.take(broken)
        await seen.until(lambda: seen.keys == 1)
        assert seen.pictures == []
        camera = Camera(number=broken.sequence_number + 1)
        seen.take(*camera.frame(key=True))
        await seen.shown(1)


async def test_what_makes_no_sense_or_is_padding_changes_nothing() -> None:
    async with screen() as seen:
        seen.take(RtpPacket(97, 0, 9, 0, SSRC, b"\x80"), RtpPacket(97, 0, 10, 0, SSRC, b""))
        seen.take(*Camera(number=11).frame())
        await seen.shown(1)


async def test_a_sender_that_begins_anew_is_followed() -> None:
    async with screen() as seen:
        seen.take(*Camera(number=500).frame())
        await seen.shown(1)
        again = Camera(number=40_000).frame()
        for packet in again:
            packet.ssrc = 6
        seen.intake.feedback = None
        seen.take(*again)
        await seen.shown(2)


async def test_a_sender_whose_numbers_leap_back_is_followed() -> None:
    async with screen() as seen:
        seen.take(*Camera(number=30_000).frame())
        await seen.shown(1)
        camera = Camera(number=10_000)
        for _ in range(STALE_MEANS_RESTART):
            seen.take(*camera.frame())
        assert len(seen.pictures) == 1
        seen.take(*camera.frame(key=True))
        await seen.shown(2)


async def test_pictures_that_are_late_give_way_to_the_newest() -> None:
    async with screen() as seen:
        camera = Camera()
        seen.gate.clear()
        seen.take(*camera.frame())
        await seen.shown(1)
        for _ in range(8):
            seen.take(*camera.frame())
        seen.gate.set()
        newest = seen.pictures[0].data[4000] + 70
        await seen.until(lambda: seen.pictures[-1].data[4000] > newest)
        assert len(seen.pictures) < 6


async def test_a_computer_that_cannot_keep_up_begins_anew_with_a_key_frame() -> None:
    async with screen() as seen:
        camera = Camera()
        seen.gate.clear()
        seen.take(*camera.frame())
        await seen.shown(1)
        for _ in range(MOST_BEHIND + 1):
            seen.take(*camera.frame())
        assert seen.keys == 1
        seen.gate.set()
        seen.take(*camera.frame())
        seen.take(*camera.frame(key=True))
        await seen.shown(2)


async def test_after_closing_nothing_is_shown_and_no_thread_is_left() -> None:
    async with screen() as seen:
        camera = Camera()
        seen.take(*camera.frame())
        await seen.shown(1)
        seen.intake.close()
        assert "picture decoder" not in {thread.name for thread in threading.enumerate()}
        seen.take(*camera.frame())
        seen.intake.close()
        assert "picture decoder" not in {thread.name for thread in threading.enumerate()}
        assert len(seen.pictures) == 1


async def test_a_stream_that_never_comes_costs_no_thread() -> None:
    async with screen():
        assert "picture decoder" not in {thread.name for thread in threading.enumerate()}
