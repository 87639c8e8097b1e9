"""The patient's picture between network and screen: carries packets, time and frames for the pure machine."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from aiortc import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

from app.video.frames import NO_SIZE, Picture
from app.video.rtp.frame_assembly import Frame
from app.video.rtp.intake import Feedback
from app.video.rtp.payload import Piece, read_payload, unwrap
from app.video.rtp.reception import (
    CLOCK_RATE,
    Arrived,
    AskAgain,
    AskKeyFrame,
    DecodeFailed,
    Event,
    Overrun,
    Reception,
    Show,
    Woke,
    step,
    wake_at,
)
from app.video.rtp.video_decoder import MOST_BEHIND, Encoded, VideoDecoder
from app.video.rtp.video_figures import MotionMeter, VideoFigures

_log = logging.getLogger(__name__)

_ASK_SOUND_EVERY = 0.5
STALE_MEANS_RESTART = 50
"""Packets in a row that are long past: the sender has begun anew under its old name (RFC 3550, appendix A.1)."""
_STALE = 1000
"""Packets behind the newest from which a packet that is no retransmission is long past."""


def _unknown() -> float | None:
    return None


class VideoIntake:
    """Takes packets in the media loop; `on_picture` gets each picture when it is due, in the decoder's thread.

    `sound_delay` says how long the sound is held back (s), None when there is none: the picture stays near it.
    `room` says how large a picture is wanted (px).
    Set `feedback` before the first packet, else nothing lost is asked for.
    """

    def __init__(
        self,
        on_picture: Callable[[Picture], None],
        sound_delay: Callable[[], float | None] = _unknown,
        room: Callable[[], tuple[int, int]] = lambda: NO_SIZE,
    ) -> None:
        self.feedback: Feedback | None = None
        self._on_picture = on_picture
        self._sound_delay = sound_delay
        self._sound: tuple[float, float | None] = (0.0, None)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._decoder = VideoDecoder(self._show, self._report_error, room)
        self._reception = Reception()
        self._ssrc: int | None = None
        self._codec = ""
        self._wake: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._stale = 0
        self._packets = 0
        self._motion = MotionMeter()
        self._size = NO_SIZE

    @property
    def figures(self) -> VideoFigures:
        """How the picture goes. From any thread."""
        motion = self._motion
        return VideoFigures(
            packets=self._packets,
            frames=motion.frames,
            frozen_seconds=motion.frozen_seconds,
            longest_freeze=motion.longest_freeze,
            delay_ms=1000 * self._reception.playout.delay,
            size=self._size,
            fps=motion.fps(time.monotonic()),
        )

    def take(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        """Take a packet, which came at `arrived` (monotonic s). In the media loop."""
        if packet.ssrc != self._ssrc:
            self._ssrc, self._reception = packet.ssrc, Reception()
        self._take(packet, codec, arrived, repaired=False)

    def take_repaired(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        """Take a packet that came as a retransmission."""
        if packet.ssrc == self._ssrc:
            self._take(packet, codec, arrived, repaired=True)

    def close(self) -> None:
        """Show nothing more; waits until the frame being decoded is done. Safe to call again."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._decoder.close()

    def _take(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float, *, repaired: bool) -> None:
        if self._closed:
            return
        self._packets += 1
        try:
            content = read_payload(codec.name, packet.payload)
        except ValueError as error:
            _log.debug("a payload makes no sense: %s", error)
            return
        self._codec = codec.name
        self._loop = self._loop or asyncio.get_running_loop()
        if not repaired:
            self._note_stale(packet.sequence_number)
        near = self._reception
        piece = Piece(
            number=unwrap(packet.sequence_number, near.nack.newest, 16),
            timestamp=unwrap(packet.timestamp, near.newest_timestamp, 32),
            arrived=arrived,
            data=content.data,
            first=content.first,
            last=bool(packet.marker),
            key=content.key,
        )
        self._step(Arrived(piece, repaired), arrived)

    def _note_stale(self, sequence: int) -> None:
        newest = self._reception.nack.newest
        behind = 0 if newest is None else newest - unwrap(sequence, newest, 16)
        self._stale = self._stale + 1 if behind > _STALE else 0
        if self._stale > STALE_MEANS_RESTART:
            self._reception, self._stale = Reception(), 0

    def _step(self, event: Event, now: float) -> None:
        if self._closed:
            return
        self._reception, effects = step(self._reception, event, now, self._sound_delay_at(now))
        for effect in effects:
            match effect:
                case Show(frame):
                    self._decoder.decode(Encoded(self._codec, frame))
                case AskAgain(numbers):
                    if self.feedback is not None and self._ssrc is not None:
                        self.feedback.ask_again(self._ssrc, [number & 0xFFFF for number in numbers])
                case AskKeyFrame():
                    if self.feedback is not None and self._ssrc is not None:
                        self.feedback.ask_key_frame(self._ssrc)
        self._set_timer()
        if self._decoder.behind > MOST_BEHIND:
            self._decoder.drop_waiting()
            self._step(Overrun(), now)

    def _set_timer(self) -> None:
        wake = wake_at(self._reception)
        if wake == self._wake:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake = wake
        if wake is not None:
            self._timer = asyncio.get_running_loop().call_at(wake, self._on_wake)

    def _on_wake(self) -> None:
        self._wake = self._timer = None
        self._step(Woke(), time.monotonic())

    def _sound_delay_at(self, now: float) -> float | None:
        asked, delay = self._sound
        if now - asked >= _ASK_SOUND_EVERY:
            delay = self._sound_delay()
            self._sound = (now, delay)
        return delay

    def _show(self, picture: Picture, frame: Frame) -> None:
        self._size = picture.came_as
        self._motion.show(time.monotonic(), frame.timestamp / CLOCK_RATE, skipped=frame.skipped)
        self._on_picture(picture)

    def _report_error(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._step, DecodeFailed(), time.monotonic())
