"""One run of a camera: opened, read and given back in a thread of its own; colour bars whenever there is none."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from app.domain.errors import ErrorKind, KlinikError
from app.video.devices.colour_bars import ColourBars
from app.video.profile import VideoProfile

_log = logging.getLogger(__name__)

_LOOK_AGAIN_AFTER = 3.0
_RELEASE_TIMEOUT = 2.0
"""Seconds a driver gets to hand back the device; after that its thread is left behind, deaf."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """The camera in use; an empty name and NO_CAMERA or CAMERA_BUSY while colour bars stand in for it."""

    name: str = ""
    failure: ErrorKind | None = None


class OpenCamera(Protocol):
    """A camera that delivers."""

    @property
    def name(self) -> str:
        """What the system calls it."""
        ...

    def frames(self) -> Iterator[VideoFrame]:
        """Yield frames as they come; ends or raises FFmpegError when the camera is gone."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...


CameraOpener = Callable[[VideoProfile, str], OpenCamera]
"""Opens the camera of a name, or any for an empty one; raises KlinikError(NO_CAMERA | CAMERA_BUSY)."""


class Capture:
    """One run of the camera, with its own flags, so that a driver that hangs can never reach the next call."""

    def __init__(
        self,
        profile: VideoProfile,
        open_camera: CameraOpener,
        wish: str,
        bars: ColourBars,
        on_frame: Callable[[VideoFrame], None],
        on_state: Callable[[CameraState], None],
    ) -> None:
        """Both functions are called in `thread`, which is to be started."""
        self._profile = profile
        self._open_camera = open_camera
        self._wish = wish
        self._changed = False
        self._given = 0
        self._bars = bars
        self._on_frame = on_frame
        self._on_state = on_state
        self._reformatter = VideoReformatter()
        self._condition = threading.Condition()
        self._handing_over = threading.Lock()
        self._on = True
        self._ended = False
        self.thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def turn(self, on: bool) -> None:
        """Give the device back for a while, or take it again. Does not wait."""
        with self._condition:
            self._on = on
            self._condition.notify_all()

    def choose(self, wish: str) -> None:
        """Read the camera of this name, empty for any. Does not wait."""
        with self._condition:
            self._wish = wish
            self._changed = True
            self._condition.notify_all()

    def end(self) -> None:
        """Give the device back; nothing is handed over after this returns."""
        with self._condition:
            self._ended = True
            self._condition.notify_all()
        with self._handing_over:
            self._on_frame = _into_nothing
            self._on_state = _into_nothing
        self.thread.join(_RELEASE_TIMEOUT)
        if self.thread.is_alive():
            _log.warning("the camera did not give its device back in %s s", _RELEASE_TIMEOUT)

    @property
    def _wanted(self) -> bool:
        return self._on and not self._ended and not self._changed

    def _run(self) -> None:
        while not self._ended:
            if self._on:
                self._capture()
            else:
                with self._condition:
                    self._condition.wait_for(lambda: self._on or self._ended)

    def _capture(self) -> None:
        """Hand over the camera's frames for as long as it is wanted and gives any.

        One that worked for a second is opened anew at once, or another in its place; otherwise it is looked for
        again after a while of colour bars.
        """
        failure = ErrorKind.NO_CAMERA
        self._changed, self._given = False, 0
        try:
            self._read_camera()
        except KlinikError as error:
            failure = error.kind
        except FFmpegError as error:
            _log.warning("the camera stopped: %s", type(error).__name__)
        if self._wanted and self._given < self._profile.fps:
            self._tell(CameraState(failure=failure))
            self._show_bars(time.monotonic() + _LOOK_AGAIN_AFTER)

    def _read_camera(self) -> None:
        camera = self._open_camera(self._profile, self._wish)
        try:
            self._tell(CameraState(camera.name))
            for frame in camera.frames():
                if not self._wanted:
                    return
                self._hand_over(self._fitted(frame))
                self._given += 1
        finally:
            camera.close()

    def _show_bars(self, until: float) -> None:
        due = time.monotonic()
        while self._wanted and due < until:
            self._hand_over(self._bars.next_frame())
            due = max(due + 1 / self._profile.fps, time.monotonic() - 1)
            with self._condition:
                self._condition.wait_for(lambda: not self._wanted, max(0.0, due - time.monotonic()))

    def _fitted(self, frame: VideoFrame) -> VideoFrame:
        """Return the frame as yuv420p, made smaller when it is larger than asked for; its shape is kept."""
        scale = min(1.0, self._profile.width / frame.width, self._profile.height / frame.height)
        width, height = (int(side * scale) // 2 * 2 for side in (frame.width, frame.height))
        return self._reformatter.reformat(frame, width, height, "yuv420p", threads=1)

    def _hand_over(self, frame: VideoFrame) -> None:
        with self._handing_over:
            self._on_frame(frame)

    def _tell(self, state: CameraState) -> None:
        with self._handing_over:
            self._on_state(state)


def _into_nothing(_: object) -> None:
    return None
