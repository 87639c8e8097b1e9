"""Keeps one projection on the screen fresh: read at once, and again after each commit that touches it."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.store import ChangeSource
from app.ui.tasks import Tasks

T = TypeVar("T")

FRAME_MS = 16
"""So long after a change it is read: by then what was clicked is painted, and a burst of changes is one."""


class LiveRead(Generic[T]):
    """One read at a time; changes that come meanwhile lead to one more.

    Changes that come while nobody `looks` are only remembered, for `catch_up`: a hidden screen takes no time from
    the one that is seen. With `prompt` they are read without waiting for the next frame.

    `show` gets each fresh value and `fail` the kind of an error; after `restart` the answer
    of a read already under way is dropped, so that one patient's data never arrives in another's pane.
    """

    def __init__(
        self,
        owner: QObject,
        changes: ChangeSource,
        kinds: Changes,
        *,
        read: Callable[[], Awaitable[T]],
        show: Callable[[T], None],
        fail: Callable[[ErrorKind], None],
        looks: Callable[[], bool] = lambda: True,
        prompt: bool = False,
    ) -> None:
        self._tasks = Tasks(owner)
        self._kinds = kinds
        self._read = read
        self._show = show
        self._fail = fail
        self._looks = looks
        self._behind = False
        self._reading = False
        self._wanted = 0
        self._dropped = 0
        self._soon = QTimer(owner)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0 if prompt else FRAME_MS)
        self._soon.timeout.connect(self.refresh)
        owner.destroyed.connect(changes.subscribe(self._changed))

    def refresh(self) -> None:
        """Read again; callable as often as one likes."""
        self._behind = False
        self._wanted += 1
        if not self._reading:
            self._reading = True
            self._tasks.start(self._run(), "live read")

    def restart(self) -> None:
        """Read something else from now on: what is under way is no longer wanted."""
        self._dropped = self._wanted
        self.refresh()

    def catch_up(self) -> None:
        """Read again if something changed while nobody looked; for a widget's showEvent."""
        if self._behind:
            self.refresh()

    def refresh_if_seen(self) -> None:
        """Read again, soon or as soon as somebody looks."""
        self._behind = True
        if self._looks() and not self._soon.isActive():
            self._soon.start()

    def _changed(self, changes: Changes) -> None:
        if changes & self._kinds:
            self.refresh_if_seen()

    async def _run(self) -> None:
        try:
            served = -1
            while served < self._wanted:
                served = self._wanted
                await self._read_once(served)
        finally:
            self._reading = False

    async def _read_once(self, served: int) -> None:
        try:
            value = await self._read()
        except KlinikError as error:
            if served > self._dropped:
                self._fail(error.kind)
        except Exception:
            self._fail(ErrorKind.UNEXPECTED)
            raise
        else:
            if served > self._dropped:
                self._show(value)
