"""The only way a screen starts a coroutine: kept alive, ended with its owner, its errors told in one place."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject


class Tasks(QObject):
    """Coroutines that belong to one screen.

    asyncio keeps only weak references to tasks, and a task must not touch a widget that is gone; so they are held
    here and cancelled when the owner is destroyed. An error goes to the loop's exception handler.
    """

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._running: set[asyncio.Task[None]] = set()
        running = self._running
        owner.destroyed.connect(lambda: _cancel(running))

    def start(self, work: Coroutine[Any, Any, None], name: str = "") -> asyncio.Task[None]:
        """Run a coroutine beside the screen and return its task."""
        task = asyncio.get_running_loop().create_task(work, name=name or None)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(_tell)
        return task

    def cancel(self) -> None:
        """End everything that runs for the owner."""
        _cancel(self._running)

    @property
    def busy(self) -> bool:
        """Whether anything is running."""
        return bool(self._running)


def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in tuple(tasks):
        task.cancel()


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        task.get_loop().call_exception_handler(
            {"message": "a screen's task failed", "exception": error, "task": task}
        )
