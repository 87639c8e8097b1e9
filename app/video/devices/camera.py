"""The clinic's camera as a call uses it: taken, turned off for a while, changed for another, and given back."""

from collections.abc import Callable

from av.video.frame import VideoFrame

from app.video.devices.camera_capture import CameraOpener, CameraState, Capture
from app.video.devices.camera_devices import camera_names, open_chosen_camera
from app.video.devices.colour_bars import ColourBars
from app.video.profile import VideoProfile


class CameraSource:
    """The clinic's camera, for one call at a time. `start` and `stop` may be called from any thread."""

    def __init__(
        self,
        profile: VideoProfile,
        open_camera: CameraOpener = open_chosen_camera,
        first: int = 0,
        find: Callable[[], tuple[str, ...]] = camera_names,
    ) -> None:
        """`first` is the number burned into the first colour bars (`app.video.devices.pattern`)."""
        self._find = find
        self._profile = profile
        self._open_camera = open_camera
        self._first = first
        self._wish = ""
        self._capture: Capture | None = None

    @property
    def present(self) -> tuple[str, ...]:
        """The names of the cameras of this PC, the system's default first; asking the drivers takes a moment."""
        return self._find()

    def start(self, on_frame: Callable[[VideoFrame], None], on_state: Callable[[CameraState], None]) -> None:
        """Open the camera and hand over each frame (yuv420p); both are called in the camera's thread."""
        self.stop()
        bars = ColourBars(self._profile.width, self._profile.height, self._first)
        self._capture = Capture(self._profile, self._open_camera, self._wish, bars, on_frame, on_state)
        self._capture.thread.start()

    def turn(self, on: bool) -> None:
        """Give the device back for a while (its lamp goes out), or take it again. Does not wait."""
        if self._capture:
            self._capture.turn(on)

    def choose(self, name: str) -> None:
        """Change to the camera of this name, empty for the system's default, without a stop. Does not wait."""
        if name == self._wish:
            return
        self._wish = name
        if self._capture:
            self._capture.choose(name)

    def stop(self) -> None:
        """Give the device back; nothing is handed over after this returns."""
        if self._capture:
            self._capture.end()
            self._capture = None
