"""The ways between the screens: from what was found to where it is at home, and what a key means where."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.ui.console.calls import bring_forward
from app.ui.console.screens import CALENDAR, INBOX, PATIENTS, SETTINGS
from app.ui.console.window import Console
from app.ui.words import place_label
from tests.ui import people, troubles
from tests.ui.fakes import World

MIA = people.MESSAGES[-1].thread_id
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        (Qt.Key.Key_1, INBOX),
        (Qt.Key.Key_2, CALENDAR),
        (Qt.Key.Key_3, PATIENTS),
        (Qt.Key.Key_4, SETTINGS),
        (Qt.Key.Key_F, PATIENTS),
        (Qt.Key.Key_K, PATIENTS),
    ],
)
def test_keys_lead_to_the_screens(qtbot: QtBot, console: Console, key: Qt.Key, screen: int) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, key, CTRL)
    assert console.screens.currentIndex() == screen
    assert console.rail.buttons[screen].isChecked()


def test_a_thread_that_was_found_is_read_in_the_inbox(qtbot: QtBot, console: Console) -> None:
    console.screens.show_screen(PATIENTS)
    console.screens.patients.thread_wanted.emit(MIA)
    assert console.screens.currentIndex() == INBOX
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == "Mia Thygesen")
    assert console.inbox.list.currentIndex().row() == console.inbox.model.row_of(MIA)


def test_a_thread_too_old_for_the_list_is_read_all_the_same(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.listed = 3
    world.clinic.changed()
    qtbot.waitUntil(lambda: console.inbox.model.rowCount() == 3)
    console.screens.show_thread(MIA)
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == "Mia Thygesen")
    assert console.inbox.reading.subject.full_text() == "Mias hoste"
    assert not console.inbox.list.currentIndex().isValid()
    assert not console.inbox.reading.holding.button.isVisible()
    world.clinic.messages.append(
        people.message("s9", people.SIGNE, people.at(10, 3), "Nyt", "Kommer op i toppen af listen")
    )
    world.clinic.changed()
    qtbot.waitUntil(lambda: console.inbox.model.row_of(people.MESSAGES[4].thread_id) == 0)
    assert console.inbox.reading.subject.full_text() == "Mias hoste"
    console.inbox.list.select_row(0)
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == people.SIGNE.name.reveal())


def test_a_thread_that_is_answered_anew_comes_into_the_list(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.listed = 3
    world.clinic.changed()
    qtbot.waitUntil(lambda: console.inbox.model.rowCount() == 3)
    console.screens.show_thread(MIA)
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == "Mia Thygesen")
    world.clinic.messages.append(people.message("m9", people.MIA, people.at(10, 3), "Sv", "Nu har hun feber"))
    world.clinic.changed()
    qtbot.waitUntil(lambda: console.inbox.list.currentIndex().row() == 0)
    assert console.inbox.model.row_of(MIA) == 0


def test_a_booking_that_was_found_is_shown_on_its_day(qtbot: QtBot, console: Console, world: World) -> None:
    booking = troubles.delivered()
    world.clinic.put(booking)
    console.screens.patients.day_wanted.emit(people.NOW.date(), booking.id)
    assert console.screens.currentIndex() == CALENDAR
    qtbot.waitUntil(lambda: console.calendar.patient.name.text() == "Karen Margrethe Holm")


def test_a_key_of_the_inbox_does_nothing_elsewhere(qtbot: QtBot, console: Console, world: World) -> None:
    console.screens.show_screen(SETTINGS)
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    for key in (Qt.Key.Key_B, Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_H):
        QTest.keyClick(console, key)
    assert world.clinic.bookings == []
    assert world.clinic.holders == {}


def test_a_window_in_the_task_bar_comes_back(qtbot: QtBot, console: Console, world: World) -> None:
    booking = troubles.delivered()
    world.clinic.put(booking)
    console.calls.finish(booking, "Karen Margrethe Holm")
    window = next(iter(console.calls._outcomes.values()))
    window.showMinimized()
    bring_forward(window)
    assert not window.isMinimized()
    assert window.isVisible()


def test_a_call_that_is_over_is_not_said_to_go_on(danish: None) -> None:
    steps = (MediumStep(people.NOW, Medium.VIDEO, StepReason.STARTED),)
    over = CallRecord(people.NOW, steps, ended_at=people.NOW)
    going_on = troubles.delivered(state=BookingState.IN_CALL)
    assert place_label(going_on).text == "I samtale"
    assert place_label(troubles.delivered(state=BookingState.IN_CALL, call=over)).text == "Mangler afslutning"


def test_a_key_books_for_the_patient_who_was_found(qtbot: QtBot, console: Console, world: World) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    console.screens.show_screen(PATIENTS)
    QTest.keyClick(console, Qt.Key.Key_B)
    console.screens.patients.side.show_patient(people.MIA.id)
    qtbot.waitUntil(console.screens.patients.side.panel.bar.book.isEnabled)
    console.screens.patients.list.setFocus()
    QTest.keyClick(console.screens.patients.list, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: [each.patient_id for each in world.clinic.bookings] == [people.MIA.id])


def test_a_key_books_nobody_where_nobody_is_shown(console: Console, world: World) -> None:
    console.screens.show_screen(SETTINGS)
    console.screens.book_first()
    console.screens.book_now()
    console.screens.open_move_menu()
    assert world.clinic.bookings == []
