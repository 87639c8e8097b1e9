"""Decodes one video stream in a thread of its own, so that the media loop never waits for it."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import av
from aiortc.mediastreams import VIDEO_TIME_BASE
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from app.video.frames import Picture
from app.video.picture_maker import PictureMaker
from app.video.rtp.frame_assembly import Frame

_log = logging.getLogger(__name__)

_DECODERS = {"VP8": "libvpx", "H264": "h264"}
MOST_BEHIND = 60
"""Frames waiting to be decoded that mean the computer cannot keep up: two seconds of video."""
_SHOW_ANYWAY = 0.1
"""Seconds without a picture after which one is shown although newer frames wait already."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A frame with the codec that made it, by its name in SDP: "VP8" or "H264"."""

    codec: str
    frame: Frame


class VideoDecoder:
    """One thread, started with the first frame. `on_picture` and `on_error` are called in that thread."""

    def __init__(self, on_picture: Callable[[Picture, Frame], None], on_error: Callable[[], None]) -> None:
        self._on_picture = on_picture
        self._on_error = on_error
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
            self._thread = threading.Thread(target=self._run, name="video-decoder")
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
        codec, decoder, maker, shown = "", None, PictureMaker(), 0.0
        while (job := self._jobs.get()) is not None:
            if decoder is None or job.codec != codec:
                codec, decoder = job.codec, _new_decoder(job.codec)
            for picture in self._pictures(decoder, job.frame):
                newest = self._jobs.empty() or time.monotonic() - shown >= _SHOW_ANYWAY
                if newest and not self._closed:
                    self._on_picture(maker.picture(picture), job.frame)
                    shown = time.monotonic()

    def _pictures(self, decoder: VideoCodecContext, frame: Frame) -> Iterator[VideoFrame]:
        packet = av.Packet(frame.data)
        packet.pts, packet.time_base = frame.timestamp, VIDEO_TIME_BASE
        try:
            yield from decoder.decode(packet)
        except av.FFmpegError as error:
            # the decoder is kept: a new one could read nothing at all before the next key frame
            _log.info("a frame could not be decoded: %s", type(error).__name__)
            self._on_error()


def _new_decoder(codec: str) -> VideoCodecContext:
    decoder = cast(VideoCodecContext, av.CodecContext.create(_DECODERS[codec], "r"))
    decoder.thread_count = 1  # more threads add frames of delay (H264) or spin on busy cores (libvpx)
    return decoder
