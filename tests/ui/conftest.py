"""One Qt application with Danish strings, and an asyncio loop that runs inside pytest-qt's waiting."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.ui.call.window import CallWindow
from app.ui.console.window import Console
from app.ui.language import speak_danish
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import LIGHT
from scripts.translate import DANISH, release
from tests.ui import people
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World, make_world


@pytest.fixture(scope="session")
def danish(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compiled for these tests alone: Qt maps the file, and another run that writes it would end this one."""
    copy = shutil.copy(DANISH, tmp_path_factory.mktemp("danish"))
    compiled = release(Path(copy))
    assert speak_danish(qapp, compiled.parent)


@pytest.fixture(scope="session")
def theme(qapp: QApplication, danish: None) -> Theme:
    return Theme(qapp, DANISH.parents[1] / "icons")


@pytest.fixture(autouse=True)
def _light(theme: Theme) -> None:
    theme.force(LIGHT)
    theme.set_text_scale(1.0)


@pytest.fixture(scope="session")
def qt_loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all tests: closing one quits Qt's own, and then nothing waits any more."""
    made: asyncio.AbstractEventLoop = qasync.QEventLoop(qapp, already_running=True)
    asyncio._set_running_loop(None)
    yield made
    made.stop()
    made.close()


@pytest.fixture(autouse=True)
def loop(qt_loop: asyncio.AbstractEventLoop, qtbot: QtBot) -> Iterator[asyncio.AbstractEventLoop]:
    """Runs coroutines whenever Qt's loop turns, as it does while pytest-qt waits; no error may be left in it."""
    failures: list[object] = []
    qt_loop.set_exception_handler(lambda _loop, context: failures.append(context.get("exception", context)))
    asyncio._set_running_loop(qt_loop)
    yield qt_loop
    qtbot.waitUntil(_all_gone)
    qtbot.waitUntil(lambda: _all_ended(qt_loop))
    asyncio._set_running_loop(None)
    assert not failures


def _all_gone() -> bool:
    """Delete every window, also those a test did not name: their timers would go off in later tests."""
    left = QApplication.topLevelWidgets()
    for window in left:
        window.deleteLater()
    return not left


def _all_ended(loop: asyncio.AbstractEventLoop) -> bool:
    """Cancel what still runs, again and again: ending one task may start another."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    return not left


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def console(qtbot: QtBot, theme: Theme, world: World) -> Console:
    """The main window with its inbox read."""
    window = Console(theme, world.parts)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.inbox.model.rowCount() > 0)
    qtbot.waitUntil(window.inbox.reading.panel.bar.book.isEnabled)
    return window


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, world: World) -> CallWindow:
    booking = people.booking(state=BookingState.WAITING, about=None)
    world.clinic.bookings = [booking]
    made = CallWindow(theme, world.parts, booking, "Karen Margrethe Holm")
    qtbot.addWidget(made)
    made.open()
    qtbot.waitUntil(lambda: world.clinic.started == [booking.id])
    return made


@pytest.fixture
def call(window: CallWindow, world: World) -> FakeCall:
    world.calls[0].go_live()
    return world.calls[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to tell sizes, order and focus to, and says so."""
    unsupported = "This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
    for item in items:
        if "tests/ui/" in item.nodeid:
            item.add_marker(pytest.mark.qt_log_ignore(unsupported, extend=True))
