"""Our picture on its way out: the newest frame, encoded at the rate of the moment, leaving evenly."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiortc import MediaStreamTrack, RTCRtpCodecParameters
from aiortc.mediastreams import VIDEO_TIME_BASE, MediaStreamError
from av.video.frame import VideoFrame

from app.video.profile import PictureRung
from app.video.rtp import pacing
from app.video.rtp.encoders import picture_encoder
from app.video.rtp.far_reports import payload_rate
from app.video.rtp.key_frames import KeyFrames
from app.video.rtp.outgoing_stream import OutgoingStream
from app.video.rtp.picture_rate import PictureRate
from app.video.rtp.picture_worker import EncodedPicture, PictureWorker
from app.video.rtp.rate_control import Passed
from app.video.rtp.vp8_payload import PAYLOAD_BYTES

_SHOWN_FOR = 2.0
"""Seconds after its last frame that a picture still counts as sent."""


@dataclass(frozen=True, slots=True)
class _Piece:
    payload: bytes
    timestamp: int
    last: bool


class PictureSending:
    """One video stream's sending. Everything but the encoding runs in the media loop."""

    def __init__(self, stream: OutgoingStream, codec: RTCRtpCodecParameters, rate: PictureRate) -> None:
        self._stream = stream
        self._rate = rate
        self._keys = KeyFrames()
        self._worker = PictureWorker(lambda bitrate: picture_encoder(codec, bitrate))
        self._waiting: VideoFrame | None = None
        self._frame_there = asyncio.Event()
        self._pieces: deque[_Piece] = deque()
        self._waiting_bytes = 0
        self._pieces_there = asyncio.Event()
        self._free_at = float("-inf")
        self._stops = 0
        self._second_began = 0.0
        self._frames_in_second = 0
        self._fps = 0.0
        self.size = (0, 0)
        self.frames = 0
        self.key_frames = 0

    @property
    def fps(self) -> float:
        """Frames sent a second, over the last whole second."""
        return self._fps if time.monotonic() - self._second_began < _SHOWN_FOR else 0.0

    async def run(self, track: MediaStreamTrack, is_enabled: Callable[[], bool]) -> None:
        """Send the track's frames, while it is enabled, until the track ends or this is cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                others = [tasks.create_task(self._encode()), tasks.create_task(self._pace())]
                await self._take(track, is_enabled)
                for other in others:
                    other.cancel()
        finally:
            await self._worker.close()

    def show(self, rung: PictureRung) -> None:
        """Send this much of the picture from now on; what was to leave in another size does not."""
        self._rate.show(rung, time.monotonic())
        self._keys.force()
        if rung is PictureRung.NONE:
            self._stops += 1
            self._waiting = None
            self._pieces.clear()
            self._waiting_bytes = 0

    def ask_key_frame(self, round_trip: float) -> None:
        """Send a picture that needs no other, soon."""
        self._keys.ask(time.monotonic(), round_trip)

    async def repeat(self, numbers: list[int], round_trip: float) -> None:
        """Send lost packets again; the picture's own packets wait for them."""
        for number in numbers:
            now = time.monotonic()
            size = await self._stream.repeat(number, now, round_trip, self._rate.bitrate)
            if size:
                self._free_at = pacing.booked(self._free_at, now, size, self._rate.bitrate)

    async def _take(self, track: MediaStreamTrack, is_enabled: Callable[[], bool]) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if not isinstance(frame, VideoFrame) or frame.pts is None or frame.time_base is None:
                continue
            self._stream.captured(int(frame.pts * frame.time_base / VIDEO_TIME_BASE), time.monotonic())
            if is_enabled() and self._rate.rung is not PictureRung.NONE:
                self._waiting = frame
                self._frame_there.set()

    async def _encode(self) -> None:
        while True:
            await self._frame_there.wait()
            self._frame_there.clear()
            frame, self._waiting = self._waiting, None
            now = time.monotonic()
            self._rate.learn(Passed(now))
            if frame is None or self._is_behind(now) or not self._rate.takes(now):
                continue
            size, key_frame, stops = self._rate.size, self._keys.due(now), self._stops
            bitrate = payload_rate(self._rate.bitrate, size.fps, PAYLOAD_BYTES)
            picture = await self._worker.encode(frame, size, bitrate, key_frame)
            if picture is None:
                self._keys.force()
            elif stops == self._stops:  # else it may build on what was never sent
                self._rate.encoded(picture.seconds)
                self._queue(picture, now, key_frame)

    def _is_behind(self, now: float) -> bool:
        return pacing.queued(self._free_at, now, self._waiting_bytes, self._rate.bitrate) > pacing.LONGEST_QUEUE

    def _queue(self, picture: EncodedPicture, now: float, key_frame: bool) -> None:
        if not picture.payloads:
            return
        if key_frame or (picture.width, picture.height) != self.size:
            self._keys.made(now)
            self.key_frames += 1
        self.size = (picture.width, picture.height)
        self._count(now)
        last = len(picture.payloads) - 1
        for index, payload in enumerate(picture.payloads):
            self._pieces.append(_Piece(payload, picture.timestamp, index == last))
            self._waiting_bytes += len(payload)
        self._pieces_there.set()

    def _count(self, now: float) -> None:
        self.frames += 1
        self._frames_in_second += 1
        elapsed = now - self._second_began
        if elapsed >= 1.0:
            self._fps = self._frames_in_second / elapsed if elapsed < _SHOWN_FOR else 0.0
            self._second_began, self._frames_in_second = now, 0

    async def _pace(self) -> None:
        while True:
            await self._pieces_there.wait()
            if (pause := pacing.wait(self._free_at, time.monotonic())) > 0:
                await asyncio.sleep(pause)
            if not self._pieces:
                self._pieces_there.clear()
                continue
            piece = self._pieces.popleft()
            size = len(piece.payload)
            self._waiting_bytes -= size
            self._free_at = pacing.booked(self._free_at, time.monotonic(), size, self._rate.bitrate)
            await self._stream.send(piece.payload, piece.timestamp, piece.last)
