"""No text is cut, at normal size and half as large again, whatever is shown."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import FirstSync, SyncStatus
from app.ui.console.screens import SETTINGS
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui import people, troubles
from tests.ui.fakes import World

Setting = Callable[[Console, World], Callable[[], bool]]
"""Brings something about, and returns what tells that it is shown."""


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("state", list(people.every_booking_state()), ids=lambda state: state.value)
def test_no_text_is_cut(
    qtbot: QtBot, console: Console, world: World, theme: Theme, state: BookingState, scale: float
) -> None:
    theme.set_text_scale(scale)
    world.clinic.put(people.every_booking_state()[state])
    qtbot.waitUntil(console.inbox.reading.panel.row.isVisible)
    console.resize(round(1366 * scale), round(768 * scale))
    qtbot.waitUntil(lambda: cut_texts(console) == [])


def conflict(console: Console, world: World) -> Callable[[], bool]:
    world.clinic.put(troubles.in_conflict())
    return console.inbox.reading.panel.standing.conflict.isVisible


def conflict_in_the_calendar(console: Console, world: World) -> Callable[[], bool]:
    world.clinic.put(troubles.in_conflict())
    console.screens.show_day(people.NOW.date(), world.clinic.bookings[0].id)
    return console.calendar.panel.standing.conflict.isVisible


def refused_move(console: Console, world: World) -> Callable[[], bool]:
    world.clinic.put(troubles.delivered(failure=ErrorKind.SLOT_TAKEN, settled_by=troubles.JENS))
    return console.inbox.reading.panel.row.rebook.isVisible


def what_waits(console: Console, world: World) -> Callable[[], bool]:
    world.clinic.waiting_list = list(troubles.WAITING[:3])
    world.clinic.status = SyncStatus(people.at(9, 31), people.at(9, 33), ErrorKind.PRACTICE_UNREACHABLE, 5, 2)
    world.clinic.changed(Changes.SYNC)
    console.status.waiting.click()
    return lambda: len(console.outbox.lines()) == 3


def first_sync(console: Console, world: World) -> Callable[[], bool]:
    world.clinic.status = replace(world.clinic.status, first_sync=FirstSync(12_400, 99_871, paused=True))
    world.clinic.changed(Changes.SYNC)
    return console.status.progress.isVisible


def lost_thread(console: Console, world: World) -> Callable[[], bool]:
    karen = people.MESSAGES[0].thread_id
    world.clinic.holders[karen] = world.clinic.lost_to[karen] = troubles.COLLEAGUE
    world.clinic.changed()
    return console.inbox.reading.holding.notice.isVisible


def settings(console: Console, world: World) -> Callable[[], bool]:
    console.screens.show_screen(SETTINGS)
    page = console.screens.settings
    page.facts.check.click()
    page.wipe.ask.click()
    return lambda: bool(page.facts.values()) and page.facts.answer.isVisible() and bool(page.wipe.unsent.text())


SETTINGS_SHOWN = (
    conflict,
    conflict_in_the_calendar,
    refused_move,
    what_waits,
    first_sync,
    lost_thread,
    settings,
)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("setting", SETTINGS_SHOWN, ids=lambda setting: setting.__name__)
def test_no_text_is_cut_when_things_go_wrong(
    qtbot: QtBot, console: Console, world: World, theme: Theme, setting: Setting, scale: float
) -> None:
    theme.set_text_scale(scale)
    console.resize(round(1366 * scale), round(768 * scale))
    qtbot.waitUntil(setting(console, world))
    qtbot.waitUntil(lambda: cut_texts(console) == [])


def cut_texts(console: Console) -> list[str]:
    buttons = [one for one in console.findChildren(QAbstractButton) if one.isVisible() and is_cut_button(one)]
    labels = [one for one in console.findChildren(QLabel) if one.isVisible() and is_cut_label(one)]
    return [one.text() for one in buttons] + [one.text() for one in labels]


def is_cut_button(button: QAbstractButton) -> bool:
    if isinstance(button, QToolButton) and button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
        return False
    return button.width() < button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))


def is_cut_label(label: QLabel) -> bool:
    words = label.text().split() if label.wordWrap() else [label.text()]
    too_wide = any(label.fontMetrics().horizontalAdvance(word) > label.width() + 1 for word in words)
    return too_wide or (label.wordWrap() and label.height() < label.heightForWidth(label.width()))
