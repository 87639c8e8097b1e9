"""Draws what waits, the first fetching, and the data on this PC."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import FirstSync, SyncStatus
from app.ui.console.screens import CALENDAR, SETTINGS
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui import people, troubles
from tests.ui.fakes import World, make_world
from tests.ui.gallery import Gallery

pytestmark = pytest.mark.screens


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


def test_what_waits(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.waiting_list = list(troubles.WAITING)
    world.clinic.status = SyncStatus(people.at(9, 31), people.at(9, 33), ErrorKind.PRACTICE_UNREACHABLE, 5, 2)
    world.clinic.changed(Changes.SYNC)
    console.status.waiting.click()
    qtbot.waitUntil(lambda: len(console.outbox.lines()) == 5)
    gallery.draw("70-waiting", console)
    console.outbox.lines()[0].withdraw.click()
    gallery.draw("71-waiting-asks", console)


def test_nothing_waits(qtbot: QtBot, console: Console, gallery: Gallery) -> None:
    console.status.waiting.click()
    qtbot.waitUntil(console.outbox.empty.isVisible)
    gallery.draw("72-nothing-waits", console)


@pytest.mark.parametrize(
    ("name", "progress"),
    [
        ("running", FirstSync(12_400, 98_213, paused=False)),
        ("stopped", FirstSync(12_400, 98_213, paused=True)),
        ("unknown", FirstSync(350, None, paused=False)),
    ],
)
def test_first_sync(
    qtbot: QtBot, console: Console, world: World, gallery: Gallery, name: str, progress: FirstSync
) -> None:
    world.clinic.status = replace(world.clinic.status, first_sync=progress)
    world.clinic.changed(Changes.SYNC)
    qtbot.waitUntil(console.status.progress.isVisible)
    qtbot.waitUntil(console.inbox.column.incomplete.isVisible)
    gallery.draw(f"73-first-sync-{name}", console)


def test_first_sync_in_the_calendar(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.status = replace(world.clinic.status, first_sync=FirstSync(12_400, 98_213, paused=False))
    world.clinic.changed(Changes.SYNC)
    console.screens.show_screen(CALENDAR)
    qtbot.waitUntil(console.calendar.incomplete.isVisible)
    gallery.draw("74-first-sync-calendar", console)


def test_data_on_this_pc(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.status = replace(world.clinic.status, pending_actions=3)
    console.screens.show_screen(SETTINGS)
    settings = console.screens.settings
    qtbot.waitUntil(lambda: len(settings.facts.values()) > 0)
    gallery.draw("80-local-data", console)
    settings.facts.check.click()
    settings.export.field.setText("a")
    settings.wipe.ask.click()
    settings.wipe.field.setText("SLET")
    qtbot.waitUntil(settings.wipe.sure.isEnabled)
    qtbot.waitUntil(lambda: len(settings.export.found()) > 0)
    gallery.draw("81-local-data-asks", console, ((1366, 768), (1920, 1080)))


@pytest.mark.parametrize("lost", [0, 2])
def test_repaired(qtbot: QtBot, theme: Theme, gallery: Gallery, lost: int) -> None:
    world = make_world()
    world.clinic.report = replace(people.REPORT, repaired_at=people.at(10, 2), lost_actions=lost)
    window = Console(theme, world.parts)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.banner.isVisible)
    gallery.draw(f"82-repaired-{lost}", window)
