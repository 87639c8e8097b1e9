"""Draws what several consoles bring about: conflicts, moves, threads that colleagues have."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.arrangement import Conflict
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.ui.console.screens import CALENDAR
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui import people, troubles
from tests.ui.fakes import World
from tests.ui.gallery import Gallery

pytestmark = pytest.mark.screens


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


CONFLICTS = {"moved": troubles.MOVED, "cancelled": troubles.CANCELLED, "ended": troubles.ENDED}


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflict(qtbot: QtBot, console: Console, world: World, gallery: Gallery, name: str) -> None:
    conflict: Conflict = CONFLICTS[name]
    world.clinic.put(troubles.in_conflict(conflict))
    card = console.inbox.reading.panel.standing.conflict
    qtbot.waitUntil(lambda: (card.isVisible() and "Jonas" in str(card.table())) or name != "moved")
    gallery.draw(f"60-conflict-{name}", console)


def test_conflict_in_the_calendar(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.put(troubles.in_conflict())
    console.screens.show_day(people.NOW.date(), world.clinic.bookings[0].id)
    qtbot.waitUntil(console.calendar.panel.standing.conflict.isVisible)
    gallery.draw("61-conflict-calendar", console)


STATES = {
    "moving": troubles.being_moved(),
    "moved-by": troubles.delivered(settled_by=troubles.JENS),
    "cancelled-by": troubles.delivered(state=BookingState.CANCELLED, settled_by=troubles.JENS),
    "move-refused": troubles.delivered(failure=ErrorKind.SLOT_TAKEN, settled_by=troubles.JENS),
    "taken-by": replace(
        people.every_booking_state()[BookingState.SLOT_TAKEN], settled_by=troubles.JENS, row_state=RowState.CONFLICT
    ),
    "saved-here": troubles.delivered(state=BookingState.REQUESTED, row_state=RowState.SAVED_HERE, ledger=()),
}


@pytest.mark.parametrize("name", STATES)
def test_what_others_did(qtbot: QtBot, console: Console, world: World, gallery: Gallery, name: str) -> None:
    booking: Booking = STATES[name]
    world.clinic.put(booking)
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(lambda: row.isVisible() and len(row.move_button.menu_of_times.actions()) > 0)
    if name in ("move-refused", "taken-by"):
        qtbot.waitUntil(row.rebook.isVisible)
    gallery.draw(f"62-{name}", console)


def test_choosing_a_new_time(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.put(troubles.delivered())
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(row.move_button.isVisible)
    row.move_button.other_time_wanted.emit()
    qtbot.waitUntil(lambda: console.screens.currentIndex() == CALENDAR)
    console.calendar.list.select_row(4)
    gallery.draw("63-choose-new-time", console)


def test_the_times_to_move_to(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.put(troubles.delivered())
    menu = console.inbox.reading.panel.row.move_button.menu_of_times
    qtbot.waitUntil(lambda: len(menu.actions()) > 2)
    gallery.draw("64-move-menu", menu, ((menu.sizeHint().width(), menu.sizeHint().height()),))


@pytest.mark.parametrize("name", ["mine", "colleague", "lost", "nobody"])
def test_who_has_a_thread(qtbot: QtBot, console: Console, world: World, gallery: Gallery, name: str) -> None:
    clinic, (karen, omar, signe) = world.clinic, (people.MESSAGES[i].thread_id for i in (0, 3, 4))
    clinic.holders = {omar: troubles.COLLEAGUE, signe: troubles.LONG_AGO}
    clinic.holders |= {"mine": {karen: troubles.MINE}, "colleague": {karen: troubles.COLLEAGUE}}.get(name, {})
    if name == "lost":
        clinic.holders[karen] = clinic.lost_to[karen] = troubles.COLLEAGUE
    clinic.changed()
    qtbot.waitUntil(lambda: console.inbox.model.thread_at(1) is not None and console.inbox.column.row is not None)
    qtbot.waitUntil(lambda: console.inbox.column.row == console.inbox.reading.holding._row)
    holding = console.inbox.reading.holding
    qtbot.waitUntil(lambda: holding.button.isVisible() or holding.notice.isVisible())
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == people.KAREN.name.reveal())
    gallery.draw(f"65-thread-{name}", console)
