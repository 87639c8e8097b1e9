"""Starting, failing to start, breaking and ending."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import ErrorKind, KlinikError
from app.ui.application import ErrorDesk, fits, run_console
from app.ui.console.window import Console
from app.ui.dialler import SystemDialler
from app.ui.parts import ConsoleParts
from app.ui.startup_failure import StartupFailure
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from tests.ui.fakes import World

CANARY = "Karen Margrethe Holm"
NO_KEYRING = KlinikError(ErrorKind.KEYRING_MISSING)


def test_a_window_larger_than_the_screen_is_known(console: Console) -> None:
    room = console.screen().availableSize()
    console.resize(console.minimumSize())
    assert fits(console) == (room.width() >= 1080 + 48 and room.height() >= 620 + 48)
    console.resize(room)
    assert not fits(console)


class Composer:
    """Gives the parts after failing a number of times, and notes that they were taken apart."""

    def __init__(self, world: World, failures: int = 0, error: Exception = NO_KEYRING) -> None:
        self._world = world
        self.failures = failures
        self.error = error
        self.tries = 0
        self.closed = False

    def __call__(self) -> AbstractAsyncContextManager[ConsoleParts]:
        return self._compose()

    @asynccontextmanager
    async def _compose(self) -> AsyncIterator[ConsoleParts]:
        self.tries += 1
        if self.tries <= self.failures:
            raise self.error
        yield self._world.parts
        self.closed = True


def shown(kind: type[QWidget]) -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


def start(theme: Theme, composer: Composer) -> asyncio.Task[int]:
    return asyncio.get_running_loop().create_task(run_console(composer, theme, ErrorDesk()))


def test_the_console_runs_until_it_is_closed(qtbot: QtBot, theme: Theme, world: World) -> None:
    composer = Composer(world)
    running = start(theme, composer)
    qtbot.waitUntil(lambda: len(shown(Console)) == 1)
    shown(Console)[0].close()
    qtbot.waitUntil(running.done)
    assert running.result() == 0
    assert composer.closed
    assert not shown(Console)


def test_a_failed_start_can_be_tried_again(qtbot: QtBot, theme: Theme, world: World) -> None:
    composer = Composer(world, failures=1)
    running = start(theme, composer)
    qtbot.waitUntil(lambda: len(shown(StartupFailure)) == 1)
    failure = shown(StartupFailure)[0]
    assert isinstance(failure, StartupFailure)
    assert failure.title.text() == "Pc'ens adgangskodelager kan ikke bruges"
    failure.retry.click()
    qtbot.waitUntil(lambda: len(shown(Console)) == 1)
    shown(Console)[0].close()
    qtbot.waitUntil(running.done)
    assert composer.tries == 2


def test_a_fault_of_ours_at_the_start_is_told_too(
    qtbot: QtBot, theme: Theme, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    running = start(theme, Composer(world, failures=1, error=ValueError(CANARY)))
    qtbot.waitUntil(lambda: len(shown(StartupFailure)) == 1)
    failure = shown(StartupFailure)[0]
    assert isinstance(failure, StartupFailure)
    assert failure.title.text() == "Der skete noget uventet"
    failure.quit.click()
    qtbot.waitUntil(running.done)
    assert running.result() == 1
    assert "ValueError" in caplog.text
    assert CANARY not in caplog.text


@pytest.mark.parametrize("by_button", [True, False])
def test_a_failed_start_can_be_given_up(qtbot: QtBot, theme: Theme, world: World, by_button: bool) -> None:
    running = start(theme, Composer(world, failures=9))
    qtbot.waitUntil(lambda: len(shown(StartupFailure)) == 1)
    failure = shown(StartupFailure)[0]
    assert isinstance(failure, StartupFailure)
    failure.quit.click() if by_button else failure.close()
    qtbot.waitUntil(running.done)
    assert running.result() == 1


def test_an_unexpected_error_is_told_and_logged_without_what_it_said(caplog: pytest.LogCaptureFixture) -> None:
    desk = ErrorDesk()
    told: list[ErrorKind] = []
    desk.tell = told.append
    error = ValueError(CANARY)
    with caplog.at_level(logging.ERROR):
        desk.from_qt(ValueError, error, error.__traceback__)
        desk.from_loop(asyncio.get_running_loop(), {"exception": error, "message": CANARY})
    assert told == [ErrorKind.UNEXPECTED] * 2
    assert "ValueError" in caplog.text
    assert CANARY not in caplog.text


def test_an_error_with_a_kind_keeps_it() -> None:
    desk = ErrorDesk()
    told: list[ErrorKind] = []
    desk.tell = told.append
    desk.take(KlinikError(ErrorKind.DISK_FULL))
    assert told == [ErrorKind.DISK_FULL]


async def _for_ever(started: list[bool], ended: list[bool]) -> None:
    started.append(True)
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(True)


def test_tasks_end_with_their_owner(qtbot: QtBot) -> None:
    owner = QObject()
    started: list[bool] = []
    ended: list[bool] = []
    tasks = Tasks(owner)
    task = tasks.start(_for_ever(started, ended))
    qtbot.waitUntil(lambda: started == [True])
    assert tasks.busy
    owner.deleteLater()
    qtbot.waitUntil(task.cancelled)
    assert ended == [True]


def test_tasks_can_be_cancelled(qtbot: QtBot) -> None:
    owner = QObject()
    tasks = Tasks(owner)
    task = tasks.start(_for_ever([], []))
    tasks.cancel()
    qtbot.waitUntil(task.cancelled)
    assert not tasks.busy


def test_the_error_of_a_task_reaches_the_loops_handler(qtbot: QtBot, loop: asyncio.AbstractEventLoop) -> None:
    owner = QObject()
    told: list[object] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))

    async def fail() -> None:
        raise KlinikError(ErrorKind.CONFLICT)

    Tasks(owner).start(fail())
    qtbot.waitUntil(lambda: len(told) == 1)
    assert isinstance(told[0], KlinikError)


def test_the_dialler_hands_the_number_to_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: object) -> bool:
        opened.append(str(getattr(url, "toString", lambda: "")()))
        return True

    monkeypatch.setattr("app.ui.dialler.QDesktopServices.openUrl", open_url)
    assert SystemDialler().dial("tel:+4520123456")
    assert opened == ["tel:+4520123456"]
