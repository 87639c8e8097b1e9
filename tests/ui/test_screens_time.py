"""Draws the call over the whole screen, and what it says of its time, for a person to judge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtGui import QCursor
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, RowState
from app.domain.call import StepReason
from app.domain.errors import ErrorKind
from app.domain.waiting import PatientPhase, PatientPresence
from app.ui.call.side_panel import Pane
from app.ui.call.window import CallWindow
from app.ui.theme.theme import Theme
from app.video.machine.call_events import Stage
from tests.ui import people
from tests.ui.face import face
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World
from tests.ui.gallery import Gallery
from tests.ui.test_screens import open_call

pytestmark = pytest.mark.screens
_WINDOW = ((1120, 760),)
_SCREENS = ((1366, 768), (1920, 1080))


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


@pytest.fixture
def live(qtbot: QtBot, theme: Theme, world: World) -> tuple[CallWindow, FakeCall]:
    """A call five minutes before somebody else's time, who waits already."""
    window = open_call(qtbot, theme, world)
    after = people.booking(people.OMAR, BookingState.WAITING, people.at(10, 40), key="next", about=None)
    world.clinic.put(after)
    world.clinic.presences[after.id] = PatientPresence(after.id, PatientPhase.WAITING, people.at(10, 31))
    call = world.calls[0]
    call.remote.put(face())
    call.local.put(face(640, 360, 40))
    call.go_live()
    return window, call


@pytest.fixture
def whole(live: tuple[CallWindow, FakeCall], monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Has the window look as if it took the whole screen: the offscreen one is too small to be drawn."""

    def follow(on: bool) -> None:
        monkeypatch.setattr(live[0], "isFullScreen", lambda: on)
        live[0].full._follow()

    return follow


def test_call_full_screen(
    live: tuple[CallWindow, FakeCall], gallery: Gallery, whole: Callable[[bool], None]
) -> None:
    window, call = live
    whole(True)
    QCursor.setPos(window.stage.mapToGlobal(window.stage.rect().center()))
    gallery.draw("60-call-full-screen", window, _SCREENS)
    window.full.rest()
    gallery.draw("61-call-full-screen-still", window, _SCREENS)
    window.full.wake()
    window.side.open_panel(Pane.CHAT)
    gallery.draw("62-call-full-screen-chat", window, _SCREENS)
    window.side.close_panel()
    call.become(stage=Stage.RECONNECTING, proposed=StepReason.MEDIA_LOST)
    gallery.draw("63-call-full-screen-trouble", window, _SCREENS)
    window.full.rest()
    gallery.draw("64-call-full-screen-trouble-still", window, _SCREENS)


def test_call_time_line(
    qtbot: QtBot,
    live: tuple[CallWindow, FakeCall],
    gallery: Gallery,
    world: World,
    whole: Callable[[bool], None],
) -> None:
    window, _call = live
    title, advice = window.notices.time.title, window.notices.time.advice
    world.clock.now = people.at(10, 33)
    window.time_up.tick()
    qtbot.waitUntil(lambda: "venter allerede" in advice.text())
    gallery.draw("70-call-time", window, _WINDOW)
    whole(True)
    window.full.rest()
    gallery.draw("71-call-time-full-screen", window, _SCREENS)
    whole(False)
    window.controls.compact.click()
    gallery.draw("72-call-time-compact", window, ((400, 320),))
    window.controls.compact.click()
    world.clock.now = people.at(10, 36)
    window.time_up.tick()
    gallery.draw("73-call-time-over", window, _WINDOW)
    window.time_up.extend()
    qtbot.waitUntil(lambda: title.text().startswith("Forlænget"))
    gallery.draw("74-call-time-extended", window, _WINDOW)
    mine = next(one for one in world.clinic.bookings if one.extended_to is not None)
    refused = replace(mine, end=people.at(10, 35), moved_from=None, failure=ErrorKind.SLOT_TAKEN)
    world.clinic.put(replace(refused, settled_by="Jonas Bech Madsen", row_state=RowState.CONFIRMED))
    qtbot.waitUntil(lambda: "optaget" in advice.text())
    gallery.draw("75-call-time-kept", window, _WINDOW)
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    gallery.draw("76-call-time-telephone", window, _WINDOW)


def test_call_time_that_could_not_be_saved(
    qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery, world: World
) -> None:
    window, _call = live
    world.clock.now += timedelta(minutes=30)
    window.time_up.tick()
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    window.time_up.extend()
    qtbot.waitUntil(lambda: "disk" in window.notices.time.title.text().lower())
    gallery.draw("77-call-time-failed", window, _WINDOW)
