"""Which cameras this PC has, and how PyAV opens one on Linux, Windows and macOS."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import av
from av.device import DeviceInfo, enumerate_input_devices
from av.error import FFmpegError, FileNotFoundError, PermissionError
from av.video.frame import VideoFrame

from app.domain.devices import distinct
from app.domain.errors import ErrorKind, KlinikError
from app.video.profile import VideoProfile


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera: the name shown to people, and what FFmpeg opens it by."""

    name: str
    url: str


class _Frames(Protocol):
    def decode(self, *, video: int) -> Iterator[VideoFrame]: ...

    def close(self) -> None: ...


def _format(platform: str) -> str:
    return {"win32": "dshow", "darwin": "avfoundation"}.get(platform, "v4l2")


def camera_of(device: DeviceInfo, platform: str) -> CameraDevice:
    """Return how a device found by FFmpeg is opened.

    dshow wants `video=` before its unique name, avfoundation the readable one, v4l2 the path (FFmpeg's devices).
    """
    name = device.description or device.name
    urls = {"win32": f"video={device.name}", "darwin": f"{name}:none"}
    return CameraDevice(name, urls.get(platform, device.name))


def cameras(platform: str = sys.platform) -> list[CameraDevice]:
    """Return the cameras of this PC, the system's default first, with names that tell them apart."""
    try:
        found = enumerate_input_devices(_format(platform))
    except (FFmpegError, ValueError, NotImplementedError):
        return []
    seeing = [device for device in found if not device.media_types or "video" in device.media_types]
    ordered = sorted(seeing, key=lambda device: not device.is_default)
    told = [camera_of(device, platform) for device in ordered]
    names = distinct(camera.name for camera in told)
    return [replace(camera, name=name) for camera, name in zip(told, names, strict=True)]


def camera_names() -> tuple[str, ...]:
    """Return the names of the cameras of this PC, the system's default first."""
    return tuple(camera.name for camera in cameras())


class AvCamera:
    """An open camera, read by PyAV."""

    def __init__(self, name: str, container: _Frames) -> None:
        self.name = name
        self._container = container

    def frames(self) -> Iterator[VideoFrame]:
        """Yield frames as the camera delivers them; raises FFmpegError when it is gone."""
        return self._container.decode(video=0)

    def close(self) -> None:
        """Give the device back."""
        self._container.close()


def open_camera(device: CameraDevice, profile: VideoProfile, file_format: str) -> AvCamera:
    """Open one camera in the size nearest to the profile's.

    Raises KlinikError: NO_CAMERA when it is gone or forbidden, CAMERA_BUSY when it is there but does not open,
    which on every system means above all that another program holds it.
    """
    wishes = {"video_size": f"{profile.width}x{profile.height}", "framerate": str(profile.fps)}
    refusal: FFmpegError | None = None
    for options in (wishes, {"framerate": str(profile.fps)}, {}):
        try:
            return AvCamera(device.name, av.open(device.url, format=file_format, options=options))
        except (FileNotFoundError, PermissionError) as error:
            raise KlinikError(ErrorKind.NO_CAMERA, type(error).__name__) from error
        except FFmpegError as error:
            refusal = error
    raise KlinikError(ErrorKind.CAMERA_BUSY, type(refusal).__name__) from refusal


def open_chosen_camera(profile: VideoProfile, wish: str) -> AvCamera:
    """Open the camera of this name, or the first that opens when it is not there; empty is any.

    Raises KlinikError(NO_CAMERA | CAMERA_BUSY). A camera that was chosen and is busy is not replaced: another
    would show what nobody meant to show.
    """
    found = cameras()
    chosen = [device for device in found if device.name == wish]
    refusal = KlinikError(ErrorKind.NO_CAMERA, "none is plugged in")
    for device in chosen or found:
        try:
            return open_camera(device, profile, _format(sys.platform))
        except KlinikError as error:
            refusal = error
    raise refusal
