"""Starts Qt and its asyncio loop, runs the console until it is closed, and keeps going when something breaks."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import qasync
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from app.domain.errors import ErrorKind, KlinikError
from app.ui.console.window import Console
from app.ui.language import speak_danish
from app.ui.parts import ConsoleParts
from app.ui.startup_failure import StartupFailure
from app.ui.theme.theme import Theme

_log = logging.getLogger(__name__)
_FRAME = 48
"""Px that a window manager may put around a window: title bar and borders."""

Compose = Callable[[], AbstractAsyncContextManager[ConsoleParts]]
"""Builds and joins every other part, and takes it apart again; raises KlinikError when it cannot."""


def run(compose: Compose, resources: Path, arguments: list[str]) -> int:
    """Run the program until its window is closed and return the exit status: 0, or 1 when it could not start."""
    application = QApplication(arguments)
    application.setApplicationName("Klinikkonsol")
    application.setDesktopFileName("klinikkonsol")
    application.setQuitOnLastWindowClosed(False)
    speak_danish(application, resources / "translations")
    theme = Theme(application, resources / "icons")
    errors = ErrorDesk()
    sys.excepthook = errors.from_qt
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    loop.set_exception_handler(errors.from_loop)
    with loop:  # type: ignore[attr-defined]  # qasync's loop is a context manager
        status: int = loop.run_until_complete(run_console(compose, theme, errors))
    return status


async def run_console(compose: Compose, theme: Theme, errors: "ErrorDesk") -> int:
    """Compose and show the console, as often as the user wants to try; return the exit status."""
    while True:
        async with AsyncExitStack() as stack:
            try:
                parts = await stack.enter_async_context(compose())
            except KlinikError as error:
                _log.error("cannot start: %s", error)
                failure = error.kind
            except Exception as error:
                # A fault of ours, but the user still gets a window with something to do.
                errors.take(error)
                failure = ErrorKind.UNEXPECTED
                _log.error("cannot start: %s", failure.value)
            else:
                await show_console(theme, parts, errors)
                return 0
        if not await ask_to_try_again(theme, failure):
            return 1


async def show_console(theme: Theme, parts: ConsoleParts, errors: "ErrorDesk") -> None:
    """Show the main window and return when it is closed and everything it started has ended."""
    console = Console(theme, parts)
    errors.tell = console.tell_error
    closed = asyncio.Event()
    console.closed.connect(closed.set)
    if fits(console):
        console.show()
    else:
        console.showMaximized()
    try:
        await closed.wait()
    finally:
        errors.tell = None
        await console.shut_down()
        await _destroyed(console)


def fits(console: Console) -> bool:
    """Whether the window, with a frame around it, has room on its screen; the status line must never be cut off."""
    room = console.screen().availableSize() - QSize(_FRAME, _FRAME)
    return room.width() >= console.width() and room.height() >= console.height()


async def _destroyed(console: Console) -> None:
    """Wait until the window and all it reads with are gone, before the parts behind them are taken apart."""
    gone = asyncio.Event()
    console.destroyed.connect(gone.set)
    console.hide()
    console.deleteLater()
    await gone.wait()


async def ask_to_try_again(theme: Theme, kind: ErrorKind) -> bool:
    """Show why the program cannot start, and return whether to try again."""
    window = StartupFailure(theme, kind)
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    window.answered.connect(answer.set_result)
    window.show()
    try:
        return await answer
    finally:
        window.hide()
        window.deleteLater()


class ErrorDesk:
    """The one place where errors nobody expected are logged, without personal data, and told to the user."""

    def __init__(self) -> None:
        self.tell: Callable[[ErrorKind], None] | None = None

    def from_qt(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take an error that came out of a Qt slot (`sys.excepthook`)."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.take(error)

    def from_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take an error from the event loop (`loop.set_exception_handler`)."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.take(error)
        else:
            _log.error("event loop: %s", context.get("message"))

    def take(self, error: BaseException) -> None:
        """Log where it happened, never what it said, for that may hold a name; and tell the user."""
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("unexpected %s at\n%s", type(error).__name__, where)
        if self.tell is not None:
            self.tell(error.kind if isinstance(error, KlinikError) else ErrorKind.UNEXPECTED)
