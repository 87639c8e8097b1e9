"""The inbox: reading, choosing, booking with one click, and what is said afterwards."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import SyncStatus
from app.ui.booking.row import UNDO_FOR
from app.ui.console.screens import CALENDAR, INBOX
from app.ui.console.window import Console
from app.ui.inbox.model import InboxModel
from app.ui.inbox.thread_pane import MessageBubble
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.fake_time import FakeClock
from tests.ui.fakes import World, make_world


def test_the_newest_unanswered_thread_is_open_at_start(qtbot: QtBot, console: Console) -> None:
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == "Karen Margrethe Holm")
    assert console.inbox.count.text() == "4 ubesvarede"
    assert console.inbox.reading.subject.full_text() == "Udslæt på underarmen"
    assert console.inbox.patient.about.text() == "72 år  ·  120354-1126"
    assert console.inbox.patient.phone.text() == "20 12 34 56"
    assert console.inbox.patient.fetched.text() == "Hentet kl. 10.03"


def test_a_message_is_shown_as_plain_text(qtbot: QtBot, console: Console, world: World) -> None:
    nasty = people.message("k4", people.KAREN, people.at(10, 1), "Sv", "<img src='x'><b>fed</b>")
    world.clinic.messages.append(nasty)
    world.clinic.changed(Changes.MESSAGES)
    qtbot.waitUntil(lambda: len(bubbles(console)) == 4)
    assert bubbles(console)[-1].body.text() == "<img src='x'><b>fed</b>"
    assert bubbles(console)[-1].body.textFormat() is Qt.TextFormat.PlainText


def bubbles(console: Console) -> list[MessageBubble]:
    return [bubble for bubble in console.inbox.reading.findChildren(MessageBubble) if bubble.isVisible()]


def test_j_and_k_move_through_the_list_and_never_mix_patients(qtbot: QtBot, console: Console) -> None:
    keyboard = console.inbox.list
    QTest.keyClick(keyboard, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == "Omar Haddad")
    qtbot.waitUntil(lambda: console.inbox.reading.subject.full_text() == "Ondt i brystet ved trapper")
    QTest.keyClick(keyboard, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == "Karen Margrethe Holm")


def test_the_answer_for_the_last_patient_is_dropped(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.held = asyncio.Event()
    console.inbox.list.select_row(1)
    console.inbox.list.select_row(2)
    assert not console.inbox.patient.name.isVisible()
    world.clinic.held.set()
    seen: list[str] = []
    console.inbox.patient.name.installEventFilter(console)
    qtbot.waitUntil(console.inbox.patient.name.isVisible)
    seen.append(console.inbox.patient.name.text())
    assert seen == [people.SIGNE.name.reveal()]


def test_one_click_books_and_says_so(qtbot: QtBot, console: Console, world: World) -> None:
    panel = console.inbox.reading.panel
    assert panel.bar.book.text() == "Video i dag 10.20"
    QTest.mouseClick(panel.bar.book, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.row.isVisible)
    assert [one.patient_id for one in world.clinic.bookings] == ["karen"]
    assert world.clinic.bookings[0].message_id == "k3"
    assert panel.row.headline.text() == "Videoaftale i dag 10.20"
    assert panel.row.state.text() == "gemt her 10.04"
    assert not panel.bar.book.isVisible()
    booked = world.clinic.bookings[0]
    lines = people.ledger(*people.DELIVERED, first=people.at(10, 2))
    world.clinic.put(replace(booked, state=BookingState.DELIVERED, row_state=RowState.CONFIRMED, ledger=lines))
    qtbot.waitUntil(lambda: panel.row.ledger.text() == "SMS sendt 10.03  ·  SMS leveret 10.04")
    assert panel.row.state.text() == "bekræftet 10.04"


def test_a_double_click_books_once(qtbot: QtBot, console: Console, world: World) -> None:
    QTest.mouseDClick(console.inbox.reading.panel.bar.book, Qt.MouseButton.LeftButton)
    console.inbox.book_first()
    qtbot.waitUntil(console.inbox.reading.panel.row.isVisible)
    assert len(world.clinic.bookings) == 1


def test_b_books_from_the_keyboard(qtbot: QtBot, console: Console, world: World) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 1)


def test_video_now_books_without_a_slot(qtbot: QtBot, console: Console, world: World) -> None:
    QTest.mouseClick(console.inbox.reading.panel.bar.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(console.inbox.reading.panel.row.isVisible)
    assert world.clinic.bookings[0].slot_id is None
    assert console.inbox.reading.panel.row.headline.text() == "Video nu – oprettet i dag 10.04"


def test_the_arrow_offers_five_more_and_another_time(qtbot: QtBot, console: Console, world: World) -> None:
    actions = [one for one in console.inbox.reading.panel.bar.more.menu().actions() if not one.isSeparator()]
    assert [one.text() for one in actions] == [
        "i dag 10.40",
        "i dag 11.00",
        "i dag 13.00",
        "i dag 13.20",
        "i dag 13.40",
        "Anden tid …",
    ]
    actions[1].trigger()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 1)
    assert world.clinic.bookings[0].start == people.at(11)


def test_undo_counts_down_and_becomes_cancel(qtbot: QtBot, console: Console, world: World) -> None:
    console.inbox.book_first()
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(row.undo.isVisible)
    assert row.undo.text() == "Fortryd (8)"
    assert not row.cancel.isVisible()
    world.clock.pass_time(UNDO_FOR - timedelta(seconds=2))
    qtbot.waitUntil(lambda: row.undo.text() == "Fortryd (2)")
    world.clock.pass_time(timedelta(seconds=2))
    qtbot.waitUntil(row.cancel.isVisible)
    assert not row.undo.isVisible()
    row.cancel.click()
    qtbot.waitUntil(lambda: world.clinic.bookings[0].state is BookingState.CANCELLED)
    qtbot.waitUntil(lambda: row.headline.text() == "Aflyst: Videoaftale i dag 10.20")
    assert console.inbox.reading.panel.bar.book.isVisible()


def test_a_call_begun_before_its_time_can_be_finished(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.put(people.booking(state=BookingState.IN_CALL, start=world.clock.now + timedelta(minutes=9)))
    qtbot.waitUntil(console.inbox.reading.panel.row.finish.isVisible)


def test_a_taken_slot_offers_the_next_one(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.free = world.clinic.free[1:]
    world.clinic.put(people.every_booking_state()[BookingState.SLOT_TAKEN])
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(lambda: row.rebook.isVisible() and row.rebook.text() == "Book i dag 10.40 i stedet")
    assert row.headline.text() == "Tiden i dag 10.20 blev taget af en anden"
    row.rebook.click()
    qtbot.waitUntil(lambda: world.clinic.bookings[0].start == people.at(10, 40))


def test_an_undeliverable_invitation_shows_the_number(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.put(people.every_booking_state()[BookingState.UNDELIVERABLE])
    row = console.inbox.reading.panel.row
    qtbot.waitUntil(row.phone.isVisible)
    assert row.phone.text() == "Ring til 20 12 34 56"
    assert row.property("tone") == "bad"
    row.phone.click()
    assert world.dialler.dialled == ["tel:+4520123456"]


def test_a_refused_booking_is_told_in_place(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    console.inbox.book_first()
    notice = console.inbox.reading.panel.notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.title.text() == "Disken er fuld"
    assert console.inbox.reading.panel.bar.book.isEnabled()


def test_no_telephone_program_shows_the_number(qtbot: QtBot, console: Console, world: World) -> None:
    world.dialler.works = False
    console.inbox.reading.panel.bar.phone.click()
    assert "20 12 34 56" in console.inbox.reading.panel.notice.title.text()


def test_no_free_slot_is_said_on_the_button(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.free = []
    world.clinic.changed(Changes.CALENDAR)
    book = console.inbox.reading.panel.bar.book
    qtbot.waitUntil(lambda: book.text() == "Ingen ledig videotid")
    assert not book.isEnabled()


def test_another_time_is_booked_from_the_calendar(qtbot: QtBot, console: Console, world: World) -> None:
    console.inbox.reading.panel.bar.other_time_wanted.emit()
    assert console.screens.currentIndex() == CALENDAR
    calendar = console.calendar
    qtbot.waitUntil(lambda: calendar.model.rowCount() > 0)
    assert calendar.choosing.title.text() == "Vælg en ledig tid til Karen Margrethe Holm"
    calendar.list.select_row(3)
    book = next(one for one in calendar.choosing.findChildren(type(calendar.panel.bar.book), "bookChosen"))
    assert book.text() == "Book video i dag 13.00"
    book.click()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 1)
    qtbot.waitUntil(lambda: console.screens.currentIndex() == INBOX)
    assert world.clinic.bookings[0].message_id == "k3"
    assert world.clinic.bookings[0].start == people.at(13)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (SyncStatus(None, None, None, 0, 0), "Henter beskeder …"),
        (SyncStatus(people.NOW, None, None, 0, 0), "Ingen beskeder"),
        (SyncStatus(None, people.NOW, ErrorKind.PRACTICE_SLOW, 0, 0), "Lægesystemet svarer langsomt"),
    ],
)
def test_an_empty_inbox_says_why(qtbot: QtBot, theme: Theme, status: SyncStatus, title: str) -> None:
    world = make_world()
    world.clinic.messages = []
    world.clinic.status = status
    console = Console(theme, world.parts)
    qtbot.addWidget(console)
    console.show()
    qtbot.waitUntil(lambda: console.inbox.empty.title.text() == title)
    qtbot.waitUntil(console.inbox.empty.isVisible)


def test_a_broken_store_offers_to_try_again(qtbot: QtBot, theme: Theme) -> None:
    world = make_world()
    world.clinic.failure = ErrorKind.DATABASE_DAMAGED
    console = Console(theme, world.parts)
    qtbot.addWidget(console)
    console.show()
    qtbot.waitUntil(lambda: console.inbox.empty.title.text() == "De lokale data er beskadiget")
    world.clinic.failure = None
    console.inbox.empty.button.click()
    qtbot.waitUntil(console.inbox.list.isVisible)
    assert world.retries == [world.clock()]


def test_a_new_message_keeps_the_thread_that_is_read(qtbot: QtBot, console: Console, world: World) -> None:
    console.inbox.list.select_row(2)
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == people.SIGNE.name.reveal())
    world.clinic.messages.append(
        people.message("m3", people.MIA, people.at(10, 3), "Sv: Mias hoste", "Nu har hun feber")
    )
    world.clinic.changed(Changes.MESSAGES)
    qtbot.waitUntil(lambda: console.inbox.model.thread_at(0) is not None and console.inbox.count.text()[0] == "5")
    assert console.inbox.model.row_of(people.MESSAGES[4].thread_id) == console.inbox.list.currentIndex().row()
    assert console.inbox.patient.name.text() == people.SIGNE.name.reveal()


def test_rows_are_spoken_for_screen_readers(qtbot: QtBot, console: Console) -> None:
    spoken = console.inbox.model.data(console.inbox.model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Ubesvaret, Omar Haddad, Ondt i brystet ved trapper, 08.55, Haster"


def test_the_model_is_empty_without_rows(qtbot: QtBot, console: Console) -> None:
    model = InboxModel(console, FakeClock(), people.DOCTOR.id)
    assert model.rowCount() == 0
    assert model.thread_at(0) is None


def test_a_secretary_books_for_the_clinician_she_chooses(qtbot: QtBot, theme: Theme) -> None:
    world = make_world(people.SECRETARY)
    console = Console(theme, world.parts)
    qtbot.addWidget(console)
    console.show()
    qtbot.waitUntil(console.inbox.reading.panel.bar.book.isEnabled)
    console.inbox.reading.panel.clinician.chosen.emit(people.COLLEAGUE.id)
    qtbot.waitUntil(console.inbox.reading.panel.bar.book.isEnabled)
    console.inbox.book_first()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 1)
    assert world.clinic.bookings[0].clinician_id == people.COLLEAGUE.id


def test_an_appointment_made_by_a_colleague_is_told_of_before_a_second_is_booked(
    qtbot: QtBot, console: Console, world: World
) -> None:
    already = console.inbox.reading.panel.already
    assert not already.isVisible()
    elsewhere = replace(people.booking(key="elsewhere", about=None), clinician_id=people.COLLEAGUE.id)
    world.clinic.put(elsewhere)
    qtbot.waitUntil(already.isVisible)
    told = "Patienten har allerede en videoaftale i dag 10.20 hos Jonas Bech Madsen."
    qtbot.waitUntil(lambda: already.sentence.text() == told)
    assert console.inbox.reading.panel.bar.book.isVisible()
    world.clinic.put(replace(elsewhere, state=BookingState.CANCELLED))
    qtbot.waitUntil(lambda: not already.isVisible())
