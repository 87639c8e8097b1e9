"""Draws the device page in each of its states, and what the call says of devices."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.devices import Choice, DeviceKind, DeviceNews, NewsReason, Present
from app.domain.errors import ErrorKind
from app.ui.call.window import CallWindow
from app.ui.devices.window import DeviceWindow
from app.ui.theme.theme import Theme
from app.video.devices.devices_view import DevicesView
from app.video.sound.trial_stages import TrialStage, Voice
from tests.ui.face import face
from tests.ui.fake_call import FakeCall
from tests.ui.fake_devices import DESK, FakeDevices
from tests.ui.fakes import World
from tests.ui.gallery import Gallery
from tests.ui.test_screens import open_call

pytestmark = pytest.mark.screens
SIZES = ((900, 520),)
NO_CAMERA = replace(DESK, cameras=())
NO_MICROPHONE = replace(DESK, microphones=())
JABRA = "Jabra Evolve2 40"
STATES = {
    "all-well": DevicesView(voice=Voice.CLEAR),
    "no-camera": DevicesView(present=NO_CAMERA, in_use=Choice("", JABRA, JABRA), failures=(ErrorKind.NO_CAMERA,)),
    "busy": DevicesView(in_use=Choice("", JABRA, JABRA), failures=(ErrorKind.CAMERA_BUSY,)),
    "no-microphone": DevicesView(
        present=NO_MICROPHONE, in_use=Choice("Logitech Brio", "", JABRA), failures=(ErrorKind.NO_MICROPHONE,)
    ),
    "nothing": DevicesView(
        present=Present(),
        in_use=Choice(),
        failures=(ErrorKind.NO_MICROPHONE, ErrorKind.NO_SPEAKER, ErrorKind.NO_CAMERA),
    ),
    "testing": DevicesView(trial=TrialStage.RECORDING),
    "off-and-muted": DevicesView(camera_on=False, microphone_on=False),
    "faint": DevicesView(voice=Voice.FAINT),
    "unplugged": DevicesView(
        news=(
            DeviceNews(NewsReason.UNPLUGGED, DeviceKind.MICROPHONE, JABRA, "Logitech Brio"),
            DeviceNews(NewsReason.UNPLUGGED, DeviceKind.SPEAKER, JABRA, "Højttalere (Realtek Audio)"),
        ),
    ),
}


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


@pytest.fixture
def live(qtbot: QtBot, theme: Theme, world: World) -> tuple[CallWindow, FakeCall]:
    window = open_call(qtbot, theme, world)
    call = world.calls[0]
    call.remote.put(face())
    call.local.put(face(640, 360, 40))
    call.go_live()
    return window, call


@pytest.mark.parametrize("state", STATES)
def test_device_page(
    qtbot: QtBot, theme: Theme, live: tuple[CallWindow, FakeCall], gallery: Gallery, state: str
) -> None:
    wanted = STATES[state]
    present = wanted.present if wanted.present != Present() or state == "nothing" else DESK
    devices = FakeDevices(present)
    in_use = wanted.in_use if state in ("no-camera", "busy", "no-microphone", "nothing") else devices.view.in_use
    devices.view = replace(wanted, present=present, in_use=in_use, opened=True)
    devices.microphone_level = 0.0 if not in_use.microphone else 0.62
    window = DeviceWindow(theme, live[0])
    window.open_on(devices)
    qtbot.waitUntil(lambda: window.page.meter.level == devices.microphone_level)
    if in_use.camera and wanted.camera_on:
        qtbot.waitUntil(lambda: window.page.picture.has_picture)
    gallery.draw(f"60-devices-{state}", window, SIZES)
    window.close()


def test_a_call_whose_headset_was_unplugged(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[1].become(device_news=STATES["unplugged"].news)
    gallery.draw("68-call-headset-unplugged", live[0])


def test_a_call_without_a_microphone(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[1].become(device_failures=(ErrorKind.NO_MICROPHONE, ErrorKind.ECHO_NOT_REMOVED))
    gallery.draw("69-call-no-microphone", live[0])
