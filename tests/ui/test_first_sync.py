"""The first fetching: how far it has come, stopping it and going on, and lists that say they are not whole."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.changes import Changes
from app.domain.views import FirstSync
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui.fakes import World, make_world


def tell(qtbot: QtBot, console: Console, world: World, progress: FirstSync | None) -> None:
    world.clinic.status = replace(world.clinic.status, first_sync=progress)
    world.clinic.changed(Changes.SYNC)
    qtbot.waitUntil(lambda: console.status.progress.isVisible() is (progress is not None))


@pytest.mark.parametrize(
    ("progress", "said", "share"),
    [
        (FirstSync(12_400, 99_871, paused=False), "Henter fra lægesystemet: 12.400 af ca. 100.000", 124),
        (FirstSync(12_400, 99_871, paused=True), "Hentningen er stoppet: 12.400 af ca. 100.000", 124),
        (FirstSync(350, None, paused=False), "Henter fra lægesystemet: 350 indtil nu", None),
        (FirstSync(350, None, paused=True), "Hentningen er stoppet efter 350", None),
        (FirstSync(120, 100, paused=False), "Henter fra lægesystemet: 120 af ca. 100", 999),
    ],
)
def test_how_far_it_has_come(
    qtbot: QtBot, console: Console, world: World, progress: FirstSync, said: str, share: int | None
) -> None:
    tell(qtbot, console, world, progress)
    qtbot.waitUntil(lambda: console.status.progress.sentence.text() == said)
    if share is not None:
        assert console.status.progress.bar.value() == share


def test_it_can_be_stopped_and_goes_on(qtbot: QtBot, console: Console, world: World) -> None:
    tell(qtbot, console, world, FirstSync(10, 100, paused=False))
    assert not console.status.progress.go_on.isVisible()
    console.status.progress.stop.click()
    assert world.reading == ["pause"]
    tell(qtbot, console, world, FirstSync(10, 100, paused=True))
    qtbot.waitUntil(console.status.progress.go_on.isVisible)
    assert not console.status.progress.stop.isVisible()
    console.status.progress.go_on.click()
    assert world.reading == ["pause", "resume"]


def test_lists_say_that_they_are_not_whole(qtbot: QtBot, console: Console, world: World) -> None:
    tell(qtbot, console, world, FirstSync(10, 100, paused=False))
    qtbot.waitUntil(console.inbox.column.incomplete.isVisible)
    assert console.inbox.column.incomplete.sentence.text() == "Ældre beskeder hentes stadig."
    console.screens.show_screen(1)
    qtbot.waitUntil(console.calendar.incomplete.isVisible)
    tell(qtbot, console, world, None)
    qtbot.waitUntil(lambda: not console.calendar.incomplete.isVisible())


def test_an_inbox_without_messages_is_not_called_empty_yet(qtbot: QtBot, theme: Theme) -> None:
    world = make_world()
    world.clinic.messages = []
    world.clinic.status = replace(world.clinic.status, first_sync=FirstSync(10, 100, paused=False))
    console = Console(theme, world.parts)
    qtbot.addWidget(console)
    console.show()
    qtbot.waitUntil(lambda: console.inbox.empty.advice.text() == "Det tager lidt tid første gang.")
    assert console.inbox.empty.title.text() == "Henter beskeder …"
