"""The main window as a whole: status line, rail, keys, errors, closing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus, WaitingRow
from app.ui.console.screens import CALENDAR, INBOX
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.fakes import World

OFFLINE = SyncStatus(people.at(9, 31), people.at(9, 33), ErrorKind.PRACTICE_UNREACHABLE, 3, 1)


@pytest.mark.parametrize(
    ("status", "said", "waiting", "tone"),
    [
        (SyncStatus(people.at(10, 4), None, None, 0, 0), "Lægesystemet svarede 10.04", "Intet venter", "good"),
        (SyncStatus(people.at(10, 4), None, None, 1, 0), "Lægesystemet svarede 10.04", "1 ændring venter", "quiet"),
        (
            SyncStatus(people.at(10, 4), None, None, 2, 2),
            "Lægesystemet svarede 10.04",
            "2 ændringer kan ikke sendes lige nu",
            "warn",
        ),
        (
            OFFLINE,
            "Ingen forbindelse til lægesystemet siden 09.33",
            "3 ændringer venter  ·  heraf 1, der fejler",
            "bad",
        ),
        (SyncStatus(None, None, None, 0, 0), "Henter fra lægesystemet …", "Intet venter", "quiet"),
        (
            SyncStatus(people.at(15, 0, -1), people.at(16, 0, -1), ErrorKind.PRACTICE_REFUSED, 0, 0),
            "Lægesystemet sagde nej siden i går 16.00",
            "Intet venter",
            "bad",
        ),
    ],
)
def test_the_status_line_says_how_it_is(
    qtbot: QtBot, console: Console, world: World, status: SyncStatus, said: str, waiting: str, tone: str
) -> None:
    world.clinic.status = status
    world.clinic.changed(Changes.SYNC)
    qtbot.waitUntil(lambda: (console.status.sentence.text(), console.status.waiting.text()) == (said, waiting))
    assert console.status.property("state") == tone


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (OFFLINE, "Arbejd bare videre: alt gemmes her og sendes, når forbindelsen er tilbage."),
        (
            SyncStatus(people.at(10, 4), None, None, 1, 1, ErrorKind.SMS_UNREACHABLE),
            "Der kan ikke sendes SMS lige nu. Der forsøges igen af sig selv. Ring til patienten, hvis det haster.",
        ),
    ],
)
def test_the_status_line_says_what_to_do(
    qtbot: QtBot, console: Console, world: World, status: SyncStatus, advice: str
) -> None:
    line = console.status.advice
    assert not line.isVisible()
    world.clinic.status = status
    world.clinic.changed(Changes.SYNC)
    qtbot.waitUntil(line.isVisible)
    assert line.text() == advice
    world.clinic.status = SyncStatus(people.at(10, 4), None, None, 0, 0)
    world.clinic.changed(Changes.SYNC)
    qtbot.waitUntil(lambda: not line.isVisible())


def test_trying_again_asks_the_sync(qtbot: QtBot, console: Console, world: World) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_F5)
    assert world.retries == [people.NOW]
    QTest.mouseClick(console.status.retry, Qt.MouseButton.LeftButton)
    assert len(world.retries) == 2


def test_the_rail_and_its_keys(qtbot: QtBot, console: Console) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert console.screens.currentIndex() == CALENDAR
    assert console.rail.buttons[CALENDAR].isChecked()
    QTest.mouseClick(console.rail.buttons[INBOX], Qt.MouseButton.LeftButton)
    assert console.screens.currentIndex() == INBOX


def test_an_error_of_no_screen_is_told_and_dismissed(console: Console) -> None:
    console.tell_error(ErrorKind.UNEXPECTED)
    assert console.banner.title.text() == "Der skete noget uventet"
    console.banner.findChildren(QAbstractButton)[0].click()
    assert not console.banner.isVisible()


def test_a_live_call_is_not_lost_by_closing_the_console(qtbot: QtBot, console: Console, world: World) -> None:
    booking = people.booking(state=BookingState.WAITING)
    world.clinic.put(booking)
    console.calls.admit(WaitingRow(booking, people.KAREN.name, None))
    window = console.calls.window(booking.id)
    assert window is not None
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: world.clinic.started == [booking.id])
    console.close()
    assert console.isVisible()
    assert console.banner.title.text() == "En samtale er i gang"
    with qtbot.waitSignal(console.closed):
        console.close()


def test_an_outcome_not_saved_is_not_lost_by_closing_the_console(
    qtbot: QtBot, console: Console, world: World
) -> None:
    booking = people.booking(state=BookingState.WAITING)
    world.clinic.put(booking)
    console.calls.admit(WaitingRow(booking, people.KAREN.name, None))
    window = console.calls.window(booking.id)
    assert window is not None
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: world.clinic.started == [booking.id])
    console.close()
    assert console.banner.title.text() == "En samtale er i gang"
    window.end()
    assert window.sheet is not None
    window.close()
    console.close()
    assert console.isVisible()
    assert console.banner.title.text() == "En konsultation er ikke gemt i journalen"
    console.banner.findChildren(QAbstractButton)[0].click()
    assert window.isVisible()
    with qtbot.waitSignal(console.closed):
        console.close()


def test_a_sheet_of_a_patient_who_never_came_is_not_lost_either(
    qtbot: QtBot, console: Console, world: World
) -> None:
    booking = people.booking()
    world.clinic.put(booking)
    console.calls.finish(booking, "Karen Margrethe Holm")
    console.close()
    assert console.banner.title.text() == "En konsultation er ikke gemt i journalen"
    sheet = next(iter(console.calls._outcomes.values())).sheet
    sheet.save_now()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    with qtbot.waitSignal(console.closed):
        console.close()


def test_text_can_be_made_larger(qtbot: QtBot, console: Console, theme: Theme) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert theme.sizes.body > 14
    QTest.keyClick(console, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert theme.sizes.body == 14


def test_every_button_and_list_has_a_name_for_screen_readers(console: Console) -> None:
    buttons = [one for one in console.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) >= 7
    assert [one.objectName() for one in buttons if not (one.text() or one.accessibleName())] == []
    assert console.inbox.list.accessibleName() == "Indbakke"
