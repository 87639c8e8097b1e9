"""The call over the whole screen: how to get there and back, and what stays within reach."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QHoverEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.call import StepReason
from app.ui.call.side_panel import Pane
from app.ui.call.window import CallWindow
from app.video.machine.call_events import Stage
from tests.ui.fake_call import FakeCall


@pytest.fixture
def full(qtbot: QtBot, window: CallWindow, call: FakeCall) -> CallWindow:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    move_pointer(window, window.stage.mapToGlobal(window.stage.rect().center()))
    return window


def move_pointer(window: CallWindow, to: QPoint) -> None:
    """The offscreen platform has a pointer and tells nobody that it moved."""
    QCursor.setPos(to)
    at = QPointF(to)
    QApplication.sendEvent(window, QHoverEvent(QEvent.Type.HoverMove, at, at, at))


def pane(window: CallWindow) -> Pane | None:
    return window.side.pane


def bars(window: CallWindow) -> tuple[bool, bool]:
    return window.timer.isVisible(), window.controls.isVisible()


def test_f11_there_and_back(full: CallWindow) -> None:
    assert full.controls.full.text() == "Forlad fuld skærm"
    QTest.keyClick(full, Qt.Key.Key_F11)
    assert not full.isFullScreen()
    assert full.controls.full.text() == "Fuld skærm"


def test_the_button_the_picture_and_escape(window: CallWindow, call: FakeCall) -> None:
    window.controls.full.click()
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    QTest.mouseDClick(window.stage.remote, Qt.MouseButton.LeftButton)
    assert window.isFullScreen()
    QTest.mouseDClick(window.stage.local, Qt.MouseButton.LeftButton)
    assert not window.isFullScreen()


def test_it_is_the_screen_where_the_window_stands(full: CallWindow) -> None:
    assert full.geometry() == full.screen().geometry()
    assert full.pages.geometry() == full.rect()


def test_a_window_that_was_maximized_is_so_again(window: CallWindow, call: FakeCall) -> None:
    window.showMaximized()
    window.show_full(True)
    window.show_full(False)
    assert window.isMaximized()


def test_what_the_system_does_to_the_window_is_followed(window: CallWindow, call: FakeCall) -> None:
    window.showFullScreen()
    assert window.controls.full.text() == "Forlad fuld skærm"
    window.showNormal()
    assert window.controls.full.text() == "Fuld skærm"
    assert bars(window) == (True, True)


def test_the_bars_leave_the_picture_alone_and_come_back_with_the_pointer(full: CallWindow) -> None:
    assert bars(full) == (True, True)
    full.full.rest()
    assert bars(full) == (False, False)
    move_pointer(full, QCursor.pos())
    assert bars(full) == (False, False), "nobody moved"
    move_pointer(full, QCursor.pos() + QPoint(5, 5))
    assert bars(full) == (True, True)


def test_bars_that_are_pointed_at_stay(full: CallWindow) -> None:
    move_pointer(full, full.controls.end.mapToGlobal(QPoint(4, 4)))
    full.full.rest()
    assert bars(full) == (True, True)


def test_they_go_by_themselves(qtbot: QtBot, full: CallWindow) -> None:
    full.full._still.setInterval(0)
    full.full.wake()
    qtbot.waitUntil(lambda: bars(full) == (False, False))


def test_any_key_brings_them_back_and_does_what_it_does(full: CallWindow, call: FakeCall) -> None:
    full.full.rest()
    QTest.keyClick(full, Qt.Key.Key_M)
    assert bars(full) == (True, True)
    assert not call.view.microphone_on


def test_a_button_that_had_the_keyboard_does_not_pass_it_on(full: CallWindow) -> None:
    full.controls.microphone.setFocus()
    full.full.rest()
    assert full.focusWidget() is full
    QTest.keyClick(full, Qt.Key.Key_F11)
    assert not full.isFullScreen()


def test_what_cannot_wait_is_said_over_the_picture(full: CallWindow, call: FakeCall) -> None:
    full.full.rest()
    call.become(stage=Stage.RECONNECTING, proposed=StepReason.MEDIA_LOST)
    QApplication.processEvents()
    assert full.notices.proposal.isVisible()
    assert bars(full) == (False, False)
    assert full.pages.geometry() == full.rect()


def test_the_controls_leave_our_own_picture_alone(qtbot: QtBot, full: CallWindow, call: FakeCall) -> None:
    own = full.stage.local
    assert own.isVisible()
    qtbot.waitUntil(lambda: full.controls.geometry().right() < own.x())
    assert full.controls.microphone.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly, "800 px wide"
    full.show_full(False)
    assert full.controls.microphone.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextUnderIcon


def test_the_panel_opens_beside_and_escape_closes_it_first(qtbot: QtBot, full: CallWindow) -> None:
    QTest.keyClick(full, Qt.Key.Key_C)
    qtbot.waitUntil(full.side.isVisible)
    assert pane(full) is Pane.CHAT
    qtbot.waitUntil(lambda: full.controls.geometry().right() < full.side.x())
    QTest.keyClick(full.side.chat.field, Qt.Key.Key_Escape)
    assert pane(full) is None
    assert full.isFullScreen()
    QTest.keyClick(full, Qt.Key.Key_Escape)
    assert not full.isFullScreen()


def test_small_and_full_take_turns(full: CallWindow) -> None:
    QTest.keyClick(full, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert not full.isFullScreen()
    assert full.controls.compact.isChecked()
    assert full.controls.full.isHidden()
    full.activateWindow()
    QTest.keyClick(full, Qt.Key.Key_F11)
    assert full.isFullScreen()
    assert not full.controls.compact.isChecked()
    assert not full.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    QTest.keyClick(full, Qt.Key.Key_F11)
    assert full.width() > 1000


def test_the_telephone_and_the_outcome_need_no_whole_screen(qtbot: QtBot, full: CallWindow, call: FakeCall) -> None:
    full.full.rest()
    full.rescue.go_to_telephone()
    qtbot.waitUntil(full.telephone.isVisible)
    assert not full.isFullScreen()
    assert bars(full) == (True, True)
    full.show_full(True)
    assert not full.isFullScreen()
    call.join_by_video()
    full.show_full(True)
    assert full.isFullScreen()
    full.end()
    assert not full.isFullScreen()
    assert full.sheet is not None
