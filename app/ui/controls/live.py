"""Keeps one projection on the screen fresh: read at once, and again after each commit that touches it."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject

from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.store import ChangeSource
from app.ui.tasks import Tasks

T = TypeVar("T")


class LiveRead(Generic[T]):
    """One read at a time; changes that come meanwhile lead to one more.

    `show` gets each fresh value and `fail` the kind of an error; after `restart` the answer of a read already
    under way is dropped, so that one patient's data never arrives in another's pane.
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
    ) -> None:
        self._tasks = Tasks(owner)
        self._kinds = kinds
        self._read = read
        self._show = show
        self._fail = fail
        self._reading = False
        self._wanted = 0
        self._dropped = 0
        owner.destroyed.connect(changes.subscribe(self._changed))

    def refresh(self) -> None:
        """Read again; callable as often as one likes."""
        self._wanted += 1
        if not self._reading:
            self._reading = True
            self._tasks.start(self._run(), "live read")

    def restart(self) -> None:
        """Read something else from now on: what is under way is no longer wanted."""
        self._dropped = self._wanted
        self.refresh()

    def _changed(self, changes: Changes) -> None:
        if changes & self._kinds:
            self.refresh()

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
