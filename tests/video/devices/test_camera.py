"""The camera as found, opened, lost, hidden and given back."""

import threading
from collections.abc import Iterator

import av
import pytest
from av.device import DeviceInfo
from av.error import OSError as AvOSError
from av.video.frame import VideoFrame

from app.domain.errors import ErrorKind, KlinikError
from app.video.devices.camera import CameraSource
from app.video.devices.camera_capture import CameraState, OpenCamera
from app.video.devices.camera_devices import AvCamera, CameraDevice, camera_of, open_camera, open_chosen_camera
from app.video.profile import STANDARD, VideoProfile
from tests.video.fakes import SMALL, FakeCamera, no_camera


class Watcher:
    """Collects what a camera hands over; `frames_come` and `states` can be waited for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.frames: list[VideoFrame] = []
        self.states: list[CameraState] = []

    def on_frame(self, frame: VideoFrame) -> None:
        with self._changed:
            self.frames.append(frame)
            self._changed.notify_all()

    def on_state(self, state: CameraState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def wait_for_frames(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.frames) >= count, 20)

    def wait_for_state(self, state: CameraState) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: state in self.states, 20)


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


def test_frames_are_made_to_fit_and_keep_their_shape(watcher: Watcher) -> None:
    source = CameraSource(SMALL, lambda profile, wish: FakeCamera("Brio", 1280, 720, 10_000))
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_frames(3)
    source.stop()
    assert watcher.states == [CameraState("Brio")]
    assert {(frame.width, frame.height, frame.format.name) for frame in watcher.frames} == {(320, 180, "yuv420p")}


def test_nothing_is_handed_over_once_stopped(watcher: Watcher) -> None:
    source = CameraSource(SMALL, no_camera)
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_frames(2)
    source.stop()
    count = len(watcher.frames)
    second = Watcher()
    source.start(second.on_frame, second.on_state)
    second.wait_for_frames(3)
    source.stop()
    assert len(watcher.frames) == count


@pytest.mark.parametrize("kind", [ErrorKind.NO_CAMERA, ErrorKind.CAMERA_BUSY])
def test_colour_bars_stand_in_for_a_camera_that_does_not_open(watcher: Watcher, kind: ErrorKind) -> None:
    def refuse(_profile: VideoProfile, _wish: str) -> OpenCamera:
        raise KlinikError(kind, "test")

    source = CameraSource(SMALL, refuse)
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_frames(2)
    source.stop()
    assert watcher.states[0] == CameraState(failure=kind)


class _Unplugged(FakeCamera):
    def frames(self) -> Iterator[VideoFrame]:
        yield from super().frames()
        raise AvOSError(5, "Input/output error")


@pytest.mark.parametrize("camera_type", [FakeCamera, _Unplugged])
def test_a_camera_that_goes_away_is_noticed_and_given_back(watcher: Watcher, camera_type: type[FakeCamera]) -> None:
    camera = camera_type("Brio", 320, 240, 3)
    source = CameraSource(SMALL, lambda profile, wish: camera)
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_state(CameraState(failure=ErrorKind.NO_CAMERA))
    watcher.wait_for_frames(5)
    source.stop()
    assert watcher.states[:2] == [CameraState("Brio"), CameraState(failure=ErrorKind.NO_CAMERA)]
    assert camera.closed


def test_a_hidden_camera_is_given_back_and_taken_again(watcher: Watcher) -> None:
    opened: list[FakeCamera] = []
    closed = threading.Event()

    class Camera(FakeCamera):
        def close(self) -> None:
            super().close()
            closed.set()

    def open_next(_profile: VideoProfile, _wish: str) -> OpenCamera:
        opened.append(Camera(f"Brio {len(opened)}", 320, 240, 1_000_000))
        return opened[-1]

    source = CameraSource(SMALL, open_next)
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_frames(2)
    source.turn(False)
    assert closed.wait(20)
    source.turn(True)
    watcher.wait_for_state(CameraState("Brio 1"))
    source.stop()
    assert [camera.closed for camera in opened] == [True, True]


def test_another_camera_is_taken_without_a_picture_between(watcher: Watcher) -> None:
    opened: list[tuple[str, FakeCamera]] = []

    def open_wished(_profile: VideoProfile, wish: str) -> OpenCamera:
        opened.append((wish, FakeCamera(wish or "Built-in", 320, 240, 1_000_000)))
        return opened[-1][1]

    source = CameraSource(SMALL, open_wished)
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_frames(2)
    source.choose("Brio")
    watcher.wait_for_state(CameraState("Brio"))
    source.stop()
    assert watcher.states == [CameraState("Built-in"), CameraState("Brio")]
    assert [wish for wish, _ in opened] == ["", "Brio"]
    assert all(camera.closed for _, camera in opened)
    source.start(watcher.on_frame, watcher.on_state)
    source.stop()
    assert opened[-1][0] == "Brio", "the next call uses it too"


def test_when_a_camera_that_worked_is_unplugged_another_takes_over_at_once(watcher: Watcher) -> None:
    cameras: list[OpenCamera] = [_Unplugged("Brio", 320, 240, SMALL.fps), FakeCamera("Built-in", 320, 240, 10**6)]
    source = CameraSource(SMALL, lambda profile, wish: cameras.pop(0))
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_state(CameraState("Built-in"))
    source.stop()
    assert watcher.states == [CameraState("Brio"), CameraState("Built-in")]


def test_when_another_program_takes_a_camera_that_worked_it_is_called_busy(watcher: Watcher) -> None:
    cameras: list[OpenCamera] = [_Unplugged("Brio", 320, 240, SMALL.fps)]

    def open_next(_profile: VideoProfile, _wish: str) -> OpenCamera:
        if not cameras:
            raise KlinikError(ErrorKind.CAMERA_BUSY, "test")
        return cameras.pop()

    source = CameraSource(SMALL, open_next)
    source.start(watcher.on_frame, watcher.on_state)
    watcher.wait_for_state(CameraState(failure=ErrorKind.CAMERA_BUSY))
    source.stop()
    assert watcher.states == [CameraState("Brio"), CameraState(failure=ErrorKind.CAMERA_BUSY)]


@pytest.mark.parametrize(("wish", "opened"), [("Brio", "Brio"), ("Brio (2)", "Brio (2)"), ("Gone", "Built-in")])
def test_the_camera_of_a_name_is_opened(monkeypatch: pytest.MonkeyPatch, wish: str, opened: str) -> None:
    found = [device("a", "Built-in"), device("b", "Brio"), device("c", "Brio")]
    monkeypatch.setattr("app.video.devices.camera_devices.enumerate_input_devices", lambda name: found)
    monkeypatch.setattr(
        "app.video.devices.camera_devices.open_camera",
        lambda one, profile, file_format: AvCamera(one.name, NoFrames()),
    )
    assert open_chosen_camera(STANDARD, wish).name == opened


def test_a_chosen_camera_that_is_busy_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [device("a", "Built-in"), device("b", "Brio")]
    monkeypatch.setattr("app.video.devices.camera_devices.enumerate_input_devices", lambda name: found)

    def refuse_brio(one: CameraDevice, _profile: VideoProfile, _format: str) -> AvCamera:
        if one.name == "Brio":
            raise KlinikError(ErrorKind.CAMERA_BUSY, "test")
        return AvCamera(one.name, NoFrames())

    monkeypatch.setattr("app.video.devices.camera_devices.open_camera", refuse_brio)
    with pytest.raises(KlinikError) as refusal:
        open_chosen_camera(STANDARD, "Brio")
    assert refusal.value.kind is ErrorKind.CAMERA_BUSY
    assert open_chosen_camera(STANDARD, "").name == "Built-in"


class NoFrames:
    def decode(self, *, video: int) -> Iterator[VideoFrame]:
        return iter(())

    def close(self) -> None:
        return None


def device(name: str, description: str) -> DeviceInfo:
    return DeviceInfo(name, description, False, ["video"])


@pytest.mark.parametrize(
    ("platform", "found", "expected"),
    [
        ("linux", device("/dev/video0", "Brio"), CameraDevice("Brio", "/dev/video0")),
        ("win32", device("@device_pnp_1", "Brio"), CameraDevice("Brio", "video=@device_pnp_1")),
        ("darwin", device("0x1", "FaceTime HD"), CameraDevice("FaceTime HD", "FaceTime HD:none")),
    ],
)
def test_each_system_opens_cameras_in_its_own_way(platform: str, found: DeviceInfo, expected: CameraDevice) -> None:
    assert camera_of(found, platform) == expected


def test_pyav_really_reads_a_source() -> None:
    camera = open_camera(CameraDevice("Test", "testsrc=size=640x480:rate=30"), STANDARD, "lavfi")
    frame = next(camera.frames())
    camera.close()
    assert (frame.width, frame.height) == (640, 480)


def test_a_device_that_is_gone_and_one_that_does_not_open_are_told_apart() -> None:
    with pytest.raises(KlinikError) as gone:
        open_camera(CameraDevice("Brio", "/dev/video-that-is-not-there"), STANDARD, "v4l2")
    assert gone.value.kind is ErrorKind.NO_CAMERA
    with pytest.raises(KlinikError) as busy:
        open_camera(CameraDevice("Brio", "no_such_filter"), STANDARD, "lavfi")
    assert busy.value.kind is ErrorKind.CAMERA_BUSY


def test_a_pc_without_a_camera_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.video.devices.camera_devices.enumerate_input_devices", lambda name: [])
    with pytest.raises(KlinikError) as refusal:
        open_chosen_camera(STANDARD, "")
    assert refusal.value.kind is ErrorKind.NO_CAMERA


def test_a_system_whose_cameras_ffmpeg_cannot_list_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> list[DeviceInfo]:
        raise av.error.OSError(38, "Function not implemented")

    monkeypatch.setattr("app.video.devices.camera_devices.enumerate_input_devices", refuse)
    with pytest.raises(KlinikError):
        open_chosen_camera(STANDARD, "")
