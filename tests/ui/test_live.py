"""A projection on the screen: read when it changes, once for a burst, and not while nobody looks."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.changes import ChangeListener, Changes
from app.domain.errors import ErrorKind
from app.ui.controls.live import LiveRead


class Source:
    def __init__(self) -> None:
        self.listeners: list[ChangeListener] = []

    def subscribe(self, listener: ChangeListener) -> "ListenerEnd":
        self.listeners.append(listener)
        return ListenerEnd(self, listener)

    def tell(self, changes: Changes) -> None:
        for listener in self.listeners:
            listener(changes)


class ListenerEnd:
    def __init__(self, source: Source, listener: ChangeListener) -> None:
        self.source, self.listener = source, listener

    def __call__(self) -> None:
        self.source.listeners.remove(self.listener)


class Screen(QWidget):
    """Counts what it was shown."""

    def __init__(self, source: Source, looks: bool) -> None:
        super().__init__()
        self.looked_at = looks
        self.reads = 0
        self.shown: list[int] = []
        self.failures: list[ErrorKind] = []
        self.live = LiveRead(
            self,
            source,
            Changes.MESSAGES,
            read=self.read,
            show=self.shown.append,
            fail=self.failures.append,
            looks=lambda: self.looked_at,
        )

    async def read(self) -> int:
        self.reads += 1
        return self.reads


@pytest.fixture
def source() -> Source:
    return Source()


def test_a_burst_of_changes_is_read_once(qtbot: QtBot, source: Source) -> None:
    screen = Screen(source, looks=True)
    qtbot.addWidget(screen)
    for _ in range(10):
        source.tell(Changes.MESSAGES | Changes.SYNC)
    qtbot.waitUntil(lambda: screen.shown == [1])
    source.tell(Changes.CALENDAR)
    source.tell(Changes.MESSAGES)
    qtbot.waitUntil(lambda: screen.shown == [1, 2])


def test_a_hidden_screen_reads_when_it_is_looked_at(qtbot: QtBot, source: Source) -> None:
    screen = Screen(source, looks=False)
    qtbot.addWidget(screen)
    source.tell(Changes.MESSAGES)
    screen.live.catch_up()
    qtbot.waitUntil(lambda: screen.shown == [1])
    screen.live.catch_up()
    screen.looked_at = True
    source.tell(Changes.MESSAGES)
    qtbot.waitUntil(lambda: screen.shown == [1, 2])
    assert screen.failures == []
