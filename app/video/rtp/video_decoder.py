"""Decodes one video stream in a thread of its own, so that the media loop never waits for it."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from struct import unpack_from
from typing import cast

import av
from aiortc.mediastreams import VIDEO_TIME_BASE
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from app.video.frames import NO_SIZE, Picture
from app.video.picture_maker import PictureMaker
from app.video.rtp.frame_assembly import Frame

_log = logging.getLogger(__name__)

_DECODERS = {"VP8": "libvpx", "H264": "h264"}
MOST_BEHIND = 60
"""Frames waiting to be decoded that mean the computer cannot keep up: two seconds of video."""
_MOST_PIXELS = 4096 * 2304
"""More than any camera of a patient gives; what says it is larger would take the PC's memory."""
_SHOW_ANYWAY = 0.1
"""Seconds without a picture after which one is shown although newer frames wait already."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A frame with the codec that made it, by its name in SDP: "VP8" or "H264"."""

    codec: str
    frame: Frame


class VideoDecoder:
    """One thread, started with the first frame. `on_picture` and `on_error` are called in that thread."""

    def __init__(
        self,
        on_picture: Callable[[Picture, Frame], None],
        on_error: Callable[[], None],
        room: Callable[[], tuple[int, int]] = lambda: NO_SIZE,
    ) -> None:
        """`room` says how large a picture is wanted (px); it too is called in the thread."""
        self._on_picture = on_picture
        self._on_error = on_error
        self._room = room
        self._jobs: queue.SimpleQueue[Encoded | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def behind(self) -> int:
        """How many frames wait to be decoded."""
        return self._jobs.qsize()

    def decode(self, job: Encoded) -> None:
        """Decode this frame after those before it. Returns at once; after `close` nothing happens."""
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="picture decoder")
            self._thread.start()
        self._jobs.put(job)

    def drop_waiting(self) -> None:
        """Throw away the frames whose decoding has not begun."""
        try:
            while True:
                self._jobs.get_nowait()
        except queue.Empty:
            return

    def close(self) -> None:
        """Show nothing more and end the thread; waits for one frame's decoding at most. Safe to call again."""
        self._closed = True
        if self._thread is not None:
            self.drop_waiting()
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        reader, maker, shown = _Reader(), PictureMaker(), 0.0
        while (job := self._jobs.get()) is not None:
            try:
                for picture in reader.read(job):
                    newest = self._jobs.empty() or time.monotonic() - shown >= _SHOW_ANYWAY
                    if newest and not self._closed:
                        self._on_picture(maker.picture(picture, self._room()), job.frame)
                        shown = time.monotonic()
            except Exception as error:  # FFmpeg, memory and screen fail each in its own way: the next frame may do
                _log.info("a frame could not be shown: %s", type(error).__name__)
                self._on_error()


class _Reader:
    """The decoder of the codec in use; it is kept after an error: a new one could read only a key frame."""

    def __init__(self) -> None:
        self._codec = ""
        self._decoder: VideoCodecContext | None = None

    def read(self, job: Encoded) -> list[VideoFrame]:
        """Return the pictures of a frame; raises whatever FFmpeg does, ValueError for one that is far too large."""
        if self._decoder is None or job.codec != self._codec:
            self._decoder, self._codec = _new_decoder(job.codec), job.codec
        if job.codec == "VP8" and _vp8_pixels(job.frame.data) > _MOST_PIXELS:
            raise ValueError("a picture that is far too large")
        packet = av.Packet(job.frame.data)
        packet.pts, packet.time_base = job.frame.timestamp, VIDEO_TIME_BASE
        return self._decoder.decode(packet)


def _new_decoder(codec: str) -> VideoCodecContext:
    decoder = cast(VideoCodecContext, av.CodecContext.create(_DECODERS[codec], "r"))
    decoder.thread_count = 1  # more threads add frames of delay (H264) or spin on busy cores (libvpx)
    decoder.options = {"max_pixels": str(_MOST_PIXELS)}
    return decoder


def _vp8_pixels(data: bytes) -> int:
    """Return what a key frame says of its size (RFC 6386, section 9.1), 0 for other frames.

    libvpx takes the memory for it before FFmpeg can refuse.
    """
    if len(data) < 10 or data[0] & 1:
        return 0
    width, height = unpack_from("<HH", data, 6)
    return int((width & 0x3FFF) * (height & 0x3FFF))
