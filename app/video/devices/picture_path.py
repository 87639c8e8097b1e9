"""The way of our own picture from the camera to the screen and to the connections of one call."""

import threading
import time
from collections.abc import Callable

from av.video.frame import VideoFrame

from app.video.devices.camera import CameraSource
from app.video.devices.camera_capture import CameraState
from app.video.devices.camera_track import CameraTrack
from app.video.frames import FrameSlot
from app.video.picture_maker import PictureMaker

_LOCAL_EVERY = 0.045
"""Seconds between our own pictures in the call's corner at least: every second one of a usual camera's."""


class PicturePath:
    """Frames come in the camera's thread; everything else may be used from any.

    `local` is what the call shows of us, `state` the camera in use. `on_change` is called from the camera's thread
    when the camera came or went.
    """

    def __init__(self, camera: CameraSource, on_change: Callable[[], None]) -> None:
        self._camera = camera
        self._on_change = on_change
        self._tracks: tuple[CameraTrack, ...] = ()
        self._makers = PictureMaker(), PictureMaker()
        self._local_at = float("-inf")
        self._open = threading.Event()
        self._preview: FrameSlot | None = None
        self.local = FrameSlot()
        self.state = CameraState()
        self.camera_on = True

    def open(self) -> None:
        """Let pictures pass from now on."""
        self._open.set()

    def start(self) -> None:
        """Take the camera; blocks for a moment."""
        self._camera.start(self._take, self._note)
        self._camera.turn(self.camera_on)

    def stop(self) -> None:
        """Give the camera back; blocks until it is."""
        self._camera.stop()

    def close(self) -> None:
        """Let nothing pass any more, and forget what was shown."""
        self._open.clear()
        self._tracks = ()
        self.local.close()
        self.close_preview()

    def send_to(self, tracks: tuple[CameraTrack, ...]) -> None:
        """Send the picture to these, and no longer to those before."""
        self._tracks = tracks

    def turn_camera(self, on: bool) -> None:
        """Show the camera, or black: the device is given back and what is shown here emptied."""
        self.camera_on = on
        self._camera.turn(on)
        for track in self._tracks:
            track.turn(on)
        if not on:
            self.local.clear()
            if preview := self._preview:
                preview.clear()

    def open_preview(self) -> FrameSlot:
        """Return a slot that shows our own picture too, until `close_preview`; the one before is closed."""
        self.close_preview()
        self._preview = slot = FrameSlot()
        return slot

    def close_preview(self) -> None:
        """Show our own picture in the call alone."""
        preview, self._preview = self._preview, None
        if preview:
            preview.close()

    def _take(self, frame: VideoFrame) -> None:
        if not self.camera_on or not self._open.is_set():
            return
        self._show(frame, time.monotonic())
        tracks = self._tracks
        frames = [frame, *(_twin(frame) for _ in tracks[1:])]
        for track, own in zip(tracks, frames, strict=False):
            track.offer(own)

    def _show(self, frame: VideoFrame, now: float) -> None:
        """Show ourselves: half the pictures in the corner, all of them where devices are tried.

        Each one in the corner costs the painting of what lies under it.
        """
        small, large = self._makers
        if now - self._local_at >= _LOCAL_EVERY:
            self._local_at = now
            self.local.put(small.picture(frame, self.local.room))
        if preview := self._preview:
            preview.put(large.picture(frame, preview.room))

    def _note(self, state: CameraState) -> None:
        if state != self.state:
            self.state = state
            self._on_change()


def _twin(frame: VideoFrame) -> VideoFrame:
    """Return the same picture anew: each connection sets its own time on what it sends."""
    return VideoFrame.from_ndarray(frame.to_ndarray(), frame.format.name)
