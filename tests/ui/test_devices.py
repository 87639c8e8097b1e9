"""The device page by hand: choosing, trying the sound, plugging in and out, in a call and outside one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.devices import Choice, DeviceKind, DeviceNews, NewsReason
from app.domain.errors import ErrorKind
from app.ui.call.window import CallWindow
from app.ui.console.screens import SETTINGS
from app.ui.console.window import Console
from app.ui.devices.level_meter import LevelMeter
from app.ui.devices.page import DevicePage
from app.ui.devices.window import DeviceWindow
from app.ui.devices.words import news_texts
from app.ui.theme.theme import Theme
from app.video.sound.trial_stages import TrialStage, Voice
from tests.ui.fake_call import FakeCall
from tests.ui.fake_devices import FakeDevices
from tests.ui.fakes import World

UNPLUGGED = (
    DeviceNews(NewsReason.UNPLUGGED, DeviceKind.MICROPHONE, "Jabra", "Brio"),
    DeviceNews(NewsReason.UNPLUGGED, DeviceKind.SPEAKER, "Jabra", "Realtek"),
)


@pytest.fixture
def devices() -> FakeDevices:
    return FakeDevices()


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, devices: FakeDevices) -> DevicePage:
    made = DevicePage(theme)
    qtbot.addWidget(made)
    made.show()
    made.show_devices(devices)
    return made


def pick(page: DevicePage, kind: DeviceKind, name: str) -> None:
    devices = page.choosers[kind].list
    row = devices.findData(name)
    devices.setCurrentIndex(row)
    devices.activated.emit(row)


def test_each_kind_can_be_chosen_and_left_to_the_system_again(page: DevicePage, devices: FakeDevices) -> None:
    pick(page, DeviceKind.CAMERA, "Integrated Webcam")
    pick(page, DeviceKind.MICROPHONE, "Logitech Brio")
    pick(page, DeviceKind.SPEAKER, "Højttalere (Realtek Audio)")
    assert devices.view.wish == Choice("Integrated Webcam", "Logitech Brio", "Højttalere (Realtek Audio)")
    pick(page, DeviceKind.CAMERA, "")
    assert devices.view.wish.camera == ""


def test_what_is_remembered_is_shown_as_chosen(qtbot: QtBot, page: DevicePage, devices: FakeDevices) -> None:
    speakers = page.choosers[DeviceKind.SPEAKER].list
    assert speakers.currentText() == "Som pc'en er sat op (Jabra Evolve2 40)"
    devices.become(wish=Choice(speaker="Højttalere (Realtek Audio)"))
    qtbot.waitUntil(lambda: speakers.currentText() == "Højttalere (Realtek Audio)")


def test_the_meter_follows_the_microphone(qtbot: QtBot, page: DevicePage, devices: FakeDevices) -> None:
    devices.microphone_level = 0.7
    qtbot.waitUntil(lambda: page.meter.level == 0.7)
    devices.microphone_level = 0.0
    qtbot.waitUntil(lambda: page.meter.level == 0.0)


def test_the_meter_rises_at_once_and_falls_slowly(theme: Theme, qtbot: QtBot) -> None:
    meter = LevelMeter(theme, "meter")
    qtbot.addWidget(meter)
    meter.show_level(0.8)
    assert meter.level == 0.8
    meter.show_level(0.0)
    assert 0.6 < meter.level < 0.8


def test_trying_the_sound_says_what_to_do_and_how_it_went(
    qtbot: QtBot, page: DevicePage, devices: FakeDevices
) -> None:
    page.try_sound.click()
    assert devices.tried == 1
    devices.become(trial=TrialStage.RECORDING)
    qtbot.waitUntil(lambda: page.trial.text() == "Sig noget nu …")
    assert not page.try_sound.isEnabled()
    devices.become(trial=TrialStage.IDLE, voice=Voice.NOTHING)
    qtbot.waitUntil(page.voice.isVisible)
    assert page.voice.title.text() == "Der blev ikke hørt noget"
    assert "slået fra på ledningen" in page.voice.advice.text()
    assert page.try_sound.isEnabled()


def test_what_is_missing_is_told_until_it_is_there(qtbot: QtBot, page: DevicePage, devices: FakeDevices) -> None:
    devices.become(failures=(ErrorKind.CAMERA_BUSY,))
    qtbot.waitUntil(page.missing.isVisible)
    assert page.missing.title.text() == "Kameraet bruges af et andet program"
    devices.become(failures=())
    qtbot.waitUntil(lambda: not page.missing.isVisible())


def test_a_headset_is_named_once_and_the_news_can_be_put_away(
    qtbot: QtBot, page: DevicePage, devices: FakeDevices
) -> None:
    devices.become(news=UNPLUGGED)
    qtbot.waitUntil(page.news.isVisible)
    assert page.news.title.text() == "Jabra blev taget ud."
    assert page.news.advice.text() == "Mikrofon nu: Brio. Højttaler nu: Realtek."
    page._note_news()
    qtbot.waitUntil(lambda: not page.news.isVisible())


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        (
            DeviceNews(NewsReason.PLUGGED_IN, DeviceKind.CAMERA, "", "Brio"),
            ("Brio blev sat i.", "Kamera nu: Brio."),
        ),
        (
            DeviceNews(NewsReason.UNPLUGGED, DeviceKind.MICROPHONE, "Brio", ""),
            ("Brio blev taget ud.", "Der er ingen mikrofon tilbage."),
        ),
        (
            DeviceNews(NewsReason.OTHER_DEFAULT, DeviceKind.SPEAKER, "Brio", "Jabra"),
            ("Pc'en blev sat til en anden enhed.", "Højttaler nu: Jabra."),
        ),
    ],
)
def test_each_change_has_its_words(danish: None, news: DeviceNews, expected: tuple[str, str]) -> None:
    assert news_texts((news,)) == expected


def test_settings_lead_to_the_page_which_gives_the_devices_back(
    qtbot: QtBot, console: Console, world: World
) -> None:
    console.screens.show_screen(SETTINGS)
    card = console.screens.settings.devices
    card.open.click()
    window = card.opener.window
    assert window is not None
    qtbot.waitUntil(lambda: world.devices.preview is not None)
    card.open.click()
    assert card.opener.window is window
    window.close()
    qtbot.waitUntil(lambda: world.devices.closed)
    assert card.opener.window is None


def test_a_call_that_begins_takes_the_devices_and_the_page_shuts(
    qtbot: QtBot, console: Console, world: World
) -> None:
    card = console.screens.settings.devices
    card.open.click()
    qtbot.waitUntil(lambda: world.devices.preview is not None)
    world.devices.become(over=True)
    qtbot.waitUntil(lambda: card.opener.window is None)


def test_while_a_call_goes_on_the_settings_say_so(
    qtbot: QtBot, console: Console, window: CallWindow, call: FakeCall
) -> None:
    card = console.screens.settings.devices
    card.open.click()
    shown = card.opener.window
    assert shown is not None
    qtbot.waitUntil(shown.page.missing.isVisible)
    assert shown.page.missing.title.text() == "En samtale er i gang"
    shown.close()


def test_in_a_call_the_key_opens_the_page_on_its_devices(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    QTest.keyClick(window, Qt.Key.Key_D)
    shown = window.devices.window
    assert isinstance(shown, DeviceWindow)
    pick(shown.page, DeviceKind.SPEAKER, "Højttalere (Realtek Audio)")
    assert call.devices.view.wish.speaker == "Højttalere (Realtek Audio)"
    shown.close()
    assert not call.devices.closed
    assert window.live


def test_the_page_goes_with_the_call(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    window.controls.devices.click()
    assert window.devices.window is not None
    window.end()
    qtbot.waitUntil(lambda: window.devices.window is None)


def test_a_headset_unplugged_in_a_call_is_named_there(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    call.devices.become(news=UNPLUGGED)
    call.become(device_news=UNPLUGGED)
    assert window.notices.news.isVisible()
    assert window.notices.news.title.text() == "Jabra blev taget ud."
    window.notices.news_noted.emit()
    assert call.devices.view.news == ()
