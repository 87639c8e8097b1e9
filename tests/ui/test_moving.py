"""Giving a booking another time: the next free ones in a menu, any other in the calendar."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.ui.booking.move_button import MoveButton, movable
from app.ui.console.screens import CALENDAR, INBOX
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from tests.ui import people, troubles
from tests.ui.fakes import World


def offered(button: MoveButton) -> list[str]:
    return [one.text() for one in button.menu_of_times.actions() if not one.isSeparator()]


@pytest.fixture
def button(qtbot: QtBot, console: Console, world: World) -> MoveButton:
    """*Move* of Karen's appointment at 10.20, its times read."""
    world.clinic.put(troubles.delivered())
    found = console.inbox.reading.panel.row.move_button
    qtbot.waitUntil(lambda: found.isVisible() and len(offered(found)) == 6)
    return found


def test_the_next_five_times_and_the_calendar_are_offered(button: MoveButton) -> None:
    assert offered(button) == [
        "i dag 10.40",
        "i dag 11.00",
        "i dag 13.00",
        "i dag 13.20",
        "i dag 13.40",
        "Anden tid …",
    ]


def test_one_click_moves_and_says_so(qtbot: QtBot, button: MoveButton, console: Console, world: World) -> None:
    button.menu_of_times.actions()[1].trigger()
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(lambda: row.headline.text() == "Videoaftale i dag 11.00")
    assert row.moved.text() == "Flyttes fra i dag 10.20"
    assert row.state.text() == "venter siden 10.04"
    assert world.clinic.bookings[0].slot_id == "slot-anna-1100"


def test_f_opens_the_menu(qtbot: QtBot, button: MoveButton, console: Console) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_F)
    assert button.menu_of_times.isVisible()
    button.menu_of_times.hide()


def test_a_booking_of_a_colleague_is_offered_the_colleagues_times(
    qtbot: QtBot, console: Console, world: World
) -> None:
    world.clinic.free = [*people.slots(people.DOCTOR), *people.slots(people.COLLEAGUE)[3:]]
    world.clinic.put(replace(troubles.delivered(), clinician_id=people.COLLEAGUE.id))
    found = console.inbox.reading.panel.row.move_button
    qtbot.waitUntil(lambda: offered(found)[0] == "i dag 13.00")
    found.menu_of_times.actions()[0].trigger()
    qtbot.waitUntil(lambda: world.clinic.bookings[0].slot_id == "slot-jonas-1300")


def test_a_time_for_video_only_is_not_offered_to_a_telephone_consultation(
    qtbot: QtBot, console: Console, world: World
) -> None:
    world.clinic.put(replace(troubles.delivered(), form=ConsultationForm.TELEPHONE))
    found = console.inbox.reading.panel.row.move_button
    qtbot.waitUntil(lambda: offered(found)[0] == "i dag 13.00")


@pytest.mark.parametrize(
    ("fields", "can_be"),
    [
        ({}, True),
        ({"slot_id": None}, False),
        ({"state": BookingState.IN_CALL}, False),
        ({"state": BookingState.CANCELLED}, False),
        ({"conflict": troubles.MOVED, "row_state": RowState.CONFLICT}, False),
        ({"conflict": troubles.MOVED, "row_state": RowState.QUEUED}, True),
    ],
)
def test_what_can_be_moved(fields: dict[str, object], can_be: bool) -> None:
    assert movable(troubles.delivered(**fields)) is can_be


def test_a_move_that_cannot_be_saved_is_told(
    qtbot: QtBot, button: MoveButton, console: Console, world: World
) -> None:
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    button.menu_of_times.actions()[0].trigger()
    qtbot.waitUntil(lambda: console.inbox.reading.panel.notice.title.text() == "Disken er fuld")
    assert console.inbox.reading.panel.row.headline.text() == "Videoaftale i dag 10.20"


def test_a_time_a_colleague_took_first_is_told_by_name_and_the_next_is_offered(
    qtbot: QtBot, button: MoveButton, console: Console, world: World
) -> None:
    button.menu_of_times.actions()[1].trigger()
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(lambda: row.headline.text() == "Videoaftale i dag 11.00")
    world.clinic.free = [slot for slot in world.clinic.free if slot.id != "slot-anna-1100"]
    world.clinic.put(troubles.delivered(failure=ErrorKind.SLOT_TAKEN, settled_by="Jens Holm"))
    qtbot.waitUntil(lambda: row.headline.text() == "Tiden i dag 11.00 blev taget af Jens Holm")
    assert row.moved.text() == "Aftalen står stadig i dag 10.20."
    qtbot.waitUntil(lambda: row.rebook.text() == "Flyt til i dag 10.40")
    row.rebook.click()
    qtbot.waitUntil(lambda: world.clinic.bookings[0].start == people.at(10, 40))


def choose_in_calendar(qtbot: QtBot, console: Console, number: int) -> Button:
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() > number)
    console.calendar.list.select_row(number)
    found: list[Button] = console.calendar.choosing.findChildren(Button, "bookChosen")
    assert found
    return found[-1]


def test_any_other_time_is_chosen_in_the_calendar(
    qtbot: QtBot, button: MoveButton, console: Console, world: World
) -> None:
    button.menu_of_times.actions()[-1].trigger()
    assert console.screens.currentIndex() == CALENDAR
    title = "Vælg en ny tid til Karen Margrethe Holm, der har i dag 10.20"
    assert console.calendar.choosing.title.text() == title
    take = choose_in_calendar(qtbot, console, 4)
    assert take.text() == "Flyt til i dag 13.20"
    take.click()
    qtbot.waitUntil(lambda: world.clinic.bookings[0].start == people.at(13, 20))
    qtbot.waitUntil(lambda: console.screens.currentIndex() == INBOX)
    assert not console.calendar.choosing.isVisible()


def test_a_move_begun_in_the_calendar_stays_there(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.put(troubles.delivered())
    console.screens.show_day(people.NOW.date(), world.clinic.bookings[0].id)
    qtbot.waitUntil(console.calendar.panel.row.move_button.isVisible)
    console.calendar.panel.row.move_button.other_time_wanted.emit()
    choose_in_calendar(qtbot, console, 4).click()
    qtbot.waitUntil(lambda: world.clinic.bookings[0].start == people.at(13, 20))
    assert console.screens.currentIndex() == CALENDAR


def test_only_times_of_the_same_clinician_will_do(qtbot: QtBot, button: MoveButton, console: Console) -> None:
    console.calendar.bar.choose_clinician(None)
    button.menu_of_times.actions()[-1].trigger()
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() > 12)
    model = console.calendar.model
    rows = [model.row_at(number) for number in range(model.rowCount())]
    theirs = next(i for i, row in enumerate(rows) if row and row.free and row.clinician_id == people.COLLEAGUE.id)
    console.calendar.list.select_row(theirs)
    assert console.calendar.choosing.advice.text() == "Klik på en ledig tid hos samme læge i listen."
