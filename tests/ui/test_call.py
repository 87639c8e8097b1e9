"""The video window: pictures, keys, devices and the way to the telephone."""

import asyncio
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.call import CallRecord, Medium, StepReason
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.outcome import OutcomeKind
from app.ui.call.window import CallWindow
from app.ui.controls.surface import VideoSurface, picture_rect
from app.ui.outcome.window import OutcomeWindow
from app.ui.theme.theme import Theme
from app.video.frames import FrameSlot, Picture
from app.video.machine.call_events import Stage
from tests.ui.calls import fee_code, finish
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World


def plain(width: int = 64, height: int = 36, colour: tuple[int, int, int] = (10, 20, 200)) -> Picture:
    """One colour (blue, green, red)."""
    return Picture(width, height, width * 4, memoryview(bytes((*colour, 255)) * width * height))


def heard_and_seen(call: FakeCall) -> tuple[bool, bool]:
    return call.view.microphone_on, call.view.camera_on


def test_the_window_tells_how_the_call_is(window: CallWindow, world: World) -> None:
    assert window.state.text() == "Forbinder"
    assert window.stage.sentence.text() == "Forbinder til patienten …"
    world.clock.pass_time(timedelta(minutes=2, seconds=3))
    world.calls[0].go_live()
    assert window.state.text() == "Billede og lyd"
    assert not window.stage.sentence.isVisible()
    assert window.timer.text() == "2:03"


def test_pictures_from_another_thread_are_painted(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    thread = threading.Thread(target=lambda: call.remote.put(plain()))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.stage.remote.painted == 1)
    shown = window.stage.remote.grab().toImage()
    middle = shown.pixelColor(shown.width() // 2, shown.height() // 2)
    assert (middle.red(), middle.green(), middle.blue()) == (200, 20, 10)


def test_the_picture_is_forgotten_when_the_connection_is_lost(
    qtbot: QtBot, window: CallWindow, call: FakeCall
) -> None:
    call.remote.put(plain())
    qtbot.waitUntil(lambda: window.stage.remote.has_picture)
    call.become(stage=Stage.RECONNECTING)
    assert not window.stage.remote.has_picture
    assert window.stage.sentence.isVisible()


def test_only_the_newest_picture_is_painted(qtbot: QtBot) -> None:
    surface, slot = VideoSurface(), FrameSlot()
    qtbot.addWidget(surface)
    surface.resize(64, 36)
    surface.show_slot(slot)
    for red in range(50):
        slot.put(plain(colour=(0, 0, red)))
    surface.show()
    qtbot.waitUntil(lambda: surface.painted > 0)
    assert surface.grab().toImage().pixelColor(32, 18).red() == 49
    assert slot.dropped == 49


def test_a_surface_tells_its_slot_how_large_pictures_are_wanted(qtbot: QtBot) -> None:
    surface, slot = VideoSurface(), FrameSlot()
    qtbot.addWidget(surface)
    surface.resize(320, 200)
    surface.show_slot(slot)
    surface.grab()
    assert slot.room == (320, 200)


@pytest.mark.parametrize("size", [(64, 36), (128, 72), (32, 18), (63, 36)])
def test_a_picture_of_any_size_fills_the_room_between_its_bars(qtbot: QtBot, size: tuple[int, int]) -> None:
    """A picture that is as large as its room is copied, any other one scaled."""
    surface, slot = VideoSurface(), FrameSlot()
    qtbot.addWidget(surface)
    surface.resize(64, 46)
    surface.show_slot(slot)
    slot.put(plain(*size, (10, 20, 200)))
    shown = surface.grab().toImage()
    assert shown.pixelColor(2, 7).red() == shown.pixelColor(61, 38).red() == 200
    assert shown.pixelColor(32, 1).red() == shown.pixelColor(32, 44).red() == 11


@pytest.mark.parametrize("radius", [0, 10])
def test_our_own_picture_is_a_mirror(qtbot: QtBot, radius: int) -> None:
    surface, slot = VideoSurface(mirrored=True, radius=radius), FrameSlot()
    qtbot.addWidget(surface)
    surface.resize(64, 36)
    surface.show_slot(slot)
    row = bytes((0, 0, 0, 255)) * 32 + bytes((0, 0, 250, 255)) * 32
    slot.put(Picture(64, 36, 256, memoryview(row * 36)))
    shown = surface.grab().toImage()
    assert (shown.pixelColor(12, 18).red(), shown.pixelColor(52, 18).red()) == (250, 0)
    slot.put(plain(colour=(0, 0, 99)))
    shown = surface.grab().toImage()
    assert shown.pixelColor(52, 18).red() == 99, "what was kept is not shown beyond its time"


@given(*(st.integers(1, 4000) for _ in range(4)))
def test_a_picture_fits_in_proportion(width: int, height: int, room_width: int, room_height: int) -> None:
    rect = picture_rect(width, height, room_width, room_height)
    assert rect.width() <= room_width + 1e-6
    assert rect.height() <= room_height + 1e-6
    assert rect.width() * height == pytest.approx(rect.height() * width)
    assert rect.center().x() == pytest.approx(room_width / 2)
    assert rect.center().y() == pytest.approx(room_height / 2)


def test_keys_mute_and_hide(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_M)
    assert heard_and_seen(call) == (False, True)
    assert window.controls.microphone.text() == "Tænd mikrofon"
    QTest.keyClick(window, Qt.Key.Key_V)
    assert heard_and_seen(call) == (False, False)
    assert not window.stage.local.isVisible()
    QTest.keyClick(window, Qt.Key.Key_M)
    assert heard_and_seen(call) == (True, False)
    assert window.controls.microphone.text() == "Sluk mikrofon"


def test_missing_devices_are_named(window: CallWindow, call: FakeCall) -> None:
    call.become(device_failures=(ErrorKind.NO_CAMERA,))
    assert window.notices.devices.title.text() == "Intet kamera fundet"
    assert "testbillede" in window.notices.devices.advice.text()
    call.become(device_failures=(ErrorKind.NO_MICROPHONE, ErrorKind.NO_CAMERA))
    assert window.notices.devices.title.text() == "Ingen mikrofon fundet  ·  Intet kamera fundet"
    call.become(device_failures=())
    assert not window.notices.devices.isVisible()


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        (StepReason.PATIENT_ASKED, "Patienten beder om at blive ringet op i stedet"),
        (StepReason.NEVER_CONNECTED, "Videoen kommer ikke igennem"),
        (StepReason.MEDIA_LOST, "Videoen bliver ved med at svigte"),
    ],
)
def test_the_telephone_is_proposed_and_taken_back(
    window: CallWindow, call: FakeCall, reason: StepReason, title: str
) -> None:
    call.become(proposed=reason)
    assert window.notices.proposal.title.text() == title
    assert window.notices.proposal.advice.text() == "20 12 34 56"
    call.become(proposed=None)
    assert not window.notices.proposal.isVisible()


def test_going_on_by_telephone(qtbot: QtBot, window: CallWindow, call: FakeCall, world: World) -> None:
    world.clock.pass_time(timedelta(minutes=3))
    window.controls.telephone.click()
    qtbot.waitUntil(window.telephone.isVisible)
    assert window.telephone.title.text() == "Konsultationen er nu på telefon"
    beside = (window.beside.chat, window.beside.picture, window.beside.share)
    assert all(button.isHidden() for button in beside), "the patient's page has left the call and would not get it"
    assert window.telephone.line.text() == "Karen Margrethe Holm har fået besked om, at du ringer nu."
    assert window.telephone.number.text() == "20 12 34 56"
    window.telephone.dial.click()
    assert world.dialler.dialled == ["tel:+4520123456"]
    window.telephone.copy.click()
    assert QGuiApplication.clipboard().text() == "20123456"
    world.clock.pass_time(timedelta(minutes=2))
    sheet = finish(qtbot, window)
    assert sheet.chosen_kind() is OutcomeKind.BY_TELEPHONE
    assert fee_code(sheet) == "0201"


def test_the_record_is_kept_and_is_the_proposal_after_a_restart(
    qtbot: QtBot, theme: Theme, window: CallWindow, call: FakeCall, world: World
) -> None:
    def kept() -> CallRecord | None:
        return world.clinic.bookings[0].call

    qtbot.waitUntil(lambda: kept() is not None)
    window.rescue.go_to_telephone()
    qtbot.waitUntil(lambda: (record := kept()) is not None and record.medium is Medium.TELEPHONE)
    window.end()
    qtbot.waitUntil(lambda: (record := kept()) is not None and record.ended_at is not None)

    later = OutcomeWindow(theme, world.parts, world.clinic.bookings[0], "Karen Margrethe Holm", None)
    qtbot.addWidget(later)
    assert later.sheet.chosen_kind() is OutcomeKind.BY_TELEPHONE
    assert fee_code(later.sheet) == "0201"


def test_a_pc_that_cannot_phone_says_so(qtbot: QtBot, window: CallWindow, call: FakeCall, world: World) -> None:
    world.dialler.works = False
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    window.telephone.dial.click()
    assert window.telephone.answer.text().startswith("Denne pc har intet program at ringe op med.")


def test_closing_the_window_ends_the_call_and_keeps_the_sheet(
    qtbot: QtBot, window: CallWindow, call: FakeCall
) -> None:
    window.close()
    qtbot.waitUntil(lambda: window.sheet is not None and call.ended)
    assert window.isVisible()
    window.close()
    assert not window.isVisible()
    assert window.sheet is not None


def test_the_small_window_keeps_every_button(window: CallWindow, call: FakeCall) -> None:
    window.controls.compact.click()
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert window.isVisible()
    assert window.controls.microphone.accessibleName() == "Sluk mikrofon"
    window.controls.compact.click()
    assert not window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint


def test_the_record_follows_the_medium(window: CallWindow, call: FakeCall) -> None:
    window.rescue.go_to_telephone()
    assert call.view.record.steps[0].medium is Medium.VIDEO


def test_the_microphone_is_given_back_while_the_record_is_being_kept(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = asyncio.Event()

    async def slow(_booking: BookingId, _record: CallRecord) -> None:
        await kept.wait()

    monkeypatch.setattr(world.clinic, "call_noted", slow)
    window.end()
    qtbot.waitUntil(lambda: call.ended)
    kept.set()


def test_a_record_that_cannot_be_kept_leaves_no_microphone_open(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_booking: BookingId, _record: CallRecord) -> None:
        raise RuntimeError("the disk's fault")

    async def hang_up() -> None:
        with pytest.raises(RuntimeError):
            await window.hang_up()

    monkeypatch.setattr(world.clinic, "call_noted", broken)
    ending = asyncio.get_running_loop().create_task(hang_up())
    qtbot.waitUntil(ending.done)
    assert call.ended


def test_no_button_has_the_keyboard_when_the_call_begins(window: CallWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert window.focusWidget() is window
