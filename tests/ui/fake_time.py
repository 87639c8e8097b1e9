"""The clock and the news of the faked clinic."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.changes import ChangeListener, Changes
from tests.ui import people


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = people.NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, step: timedelta) -> None:
        self.now += step


class FakeChanges:
    """Tells listeners what the test says."""

    def __init__(self) -> None:
        self.listeners: list[ChangeListener] = []

    def subscribe(self, listener: ChangeListener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def emit(self, changes: Changes) -> None:
        for listener in tuple(self.listeners):
            listener(changes)
