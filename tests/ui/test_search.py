"""Searching while it is typed: keys, stale answers, and where a hit leads."""

import asyncio
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.views import FoundBooking, FoundMessage, FoundPatient
from app.ui.search.model import Heading
from app.ui.search.screen import SearchScreen
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.fakes import World
from tests.ui.search_world import FakeSearch, searching

ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
Key = Qt.Key


@pytest.fixture
def search(world: World, monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    return searching(world, monkeypatch)


@pytest.fixture
def screen(qtbot: QtBot, theme: Theme, world: World, search: FakeSearch) -> SearchScreen:
    window = SearchScreen(theme, world.parts)
    qtbot.addWidget(window)
    window.resize(1270, 700)
    window.show()
    window.focus_field()
    return window


def listed(screen: SearchScreen) -> list[str]:
    model = screen.model
    return [str(model.data(model.index(row), ACCESSIBLE)) for row in range(model.rowCount())]


def type_words(qtbot: QtBot, screen: SearchScreen, words: str) -> None:
    QTest.keyClicks(screen.field, words)
    qtbot.waitUntil(lambda: screen.model.query.terms != () and not screen._typing.isActive())


def chosen(screen: SearchScreen) -> object:
    return screen.model.hit_at(screen.list.currentIndex().row())


def test_groups_under_their_headings(qtbot: QtBot, screen: SearchScreen, world: World) -> None:
    world.clinic.put(people.booking(people.KAREN, BookingState.DELIVERED))
    type_words(qtbot, screen, "karen")
    lines = listed(screen)
    assert lines[:3] == ["Patienter", "Patient, Karen Margrethe Holm, 120354-1126, 20 12 34 56", "Beskeder"]
    assert "Aftaler" in lines
    assert lines[-1].startswith("Aftale, Karen Margrethe Holm, i dag 10.20, Video, Anna Sørensen")
    assert screen.count.text() == f"{len(lines) - 3} fundet"


def test_one_search_for_a_word_typed_in_one_go(qtbot: QtBot, screen: SearchScreen, search: FakeSearch) -> None:
    type_words(qtbot, screen, "kar")
    assert search.asked == ["kar"]


def test_an_answer_to_what_was_typed_before_is_dropped(
    qtbot: QtBot, screen: SearchScreen, search: FakeSearch
) -> None:
    search.held = asyncio.Event()
    QTest.keyClicks(screen.field, "omar")
    qtbot.waitUntil(lambda: search.asked == ["omar"])
    screen.field.setText("signe")
    qtbot.waitUntil(lambda: not screen._typing.isActive())
    seen: list[int] = []
    screen.model.modelReset.connect(lambda: seen.append(screen.model.rowCount()))
    search.held.set()
    qtbot.waitUntil(lambda: any("Signe" in line for line in listed(screen)))
    assert not any("Omar" in line for line in listed(screen))
    assert len(seen) == 1


def test_arrows_in_the_field_pass_headings_by(qtbot: QtBot, screen: SearchScreen) -> None:
    type_words(qtbot, screen, "mia")
    assert chosen(screen) is None, "nobody is looked up before they are chosen"
    kinds = []
    for _ in range(6):
        QTest.keyClick(screen.field, Key.Key_Down)
        kinds.append(type(chosen(screen)))
    assert kinds[0] is FoundPatient
    assert kinds[1] is FoundMessage
    assert Heading not in kinds
    assert type(None) not in kinds
    for _ in range(6):
        QTest.keyClick(screen.field, Key.Key_Up)
    assert screen.list.currentIndex().row() == 1
    assert screen.field.hasFocus()


def test_letters_in_the_list_pass_headings_by_too(qtbot: QtBot, screen: SearchScreen) -> None:
    type_words(qtbot, screen, "mia")
    screen.list.setFocus()
    QTest.keyClick(screen.list, Key.Key_J)
    QTest.keyClick(screen.list, Key.Key_J)
    assert isinstance(chosen(screen), FoundMessage)
    QTest.keyClick(screen.list, Key.Key_K)
    assert isinstance(chosen(screen), FoundPatient)


def test_a_patient_is_there_after_two_letters_and_enter(qtbot: QtBot, screen: SearchScreen) -> None:
    QTest.keyClicks(screen.field, "ka")
    QTest.keyClick(screen.field, Key.Key_Return)
    qtbot.waitUntil(lambda: screen.side.shows_patient)
    assert screen.side.patient.name.text() == "Karen Margrethe Holm"
    qtbot.waitUntil(screen.side.panel.bar.book.isEnabled)


def test_enter_before_the_answer_waits_for_it(qtbot: QtBot, screen: SearchScreen, search: FakeSearch) -> None:
    search.held = asyncio.Event()
    QTest.keyClicks(screen.field, "omar")
    qtbot.waitUntil(lambda: bool(search.asked))
    QTest.keyClick(screen.field, Key.Key_Return)
    assert not screen.side.shows_patient
    search.held.set()
    qtbot.waitUntil(lambda: screen.side.shows_patient)
    assert screen.side.patient.name.text() == "Omar Haddad"


def test_entering_a_message_asks_for_its_thread(qtbot: QtBot, screen: SearchScreen) -> None:
    type_words(qtbot, screen, "brystet")
    with qtbot.waitSignal(screen.thread_wanted) as asked:
        QTest.keyClick(screen.field, Key.Key_Return)
    assert asked.args == ["thread-omar"]


def test_clicking_an_appointment_asks_for_its_day(qtbot: QtBot, screen: SearchScreen, world: World) -> None:
    world.clinic.put(people.booking(people.VERNER, BookingState.DELIVERED, about=None))
    type_words(qtbot, screen, "verner")
    row = next(row for row in range(9) if isinstance(screen.model.hit_at(row), FoundBooking))
    place = screen.list.visualRect(screen.model.index(row)).center()
    with qtbot.waitSignal(screen.day_wanted) as asked:
        QTest.mouseClick(screen.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert asked.args == [date(2026, 11, 16), "b1"]
    qtbot.waitUntil(lambda: screen.side.shows_patient)
    assert screen.side.panel.row.headline.text() == "Videoaftale i dag 10.20"


def test_clicking_a_heading_does_nothing(qtbot: QtBot, screen: SearchScreen) -> None:
    type_words(qtbot, screen, "mia")
    place = screen.list.visualRect(screen.model.index(0)).center()
    QTest.mouseClick(screen.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert chosen(screen) is None
    assert not screen.side.shows_patient


def test_who_is_chosen_stays_chosen_when_the_answer_is_fresh(
    qtbot: QtBot, screen: SearchScreen, world: World, search: FakeSearch
) -> None:
    type_words(qtbot, screen, "mia")
    QTest.keyClick(screen.field, Key.Key_Down)
    before, asked = chosen(screen), len(search.asked)
    world.clinic.put(people.booking(people.MIA, about=None))
    qtbot.waitUntil(lambda: len(search.asked) > asked and "Aftaler" in listed(screen))
    assert chosen(screen) == before
    qtbot.waitUntil(lambda: screen.side.shows_patient)


def test_who_is_no_longer_found_is_no_longer_shown(qtbot: QtBot, screen: SearchScreen) -> None:
    type_words(qtbot, screen, "mia")
    QTest.keyClick(screen.field, Key.Key_Return)
    qtbot.waitUntil(lambda: screen.side.shows_patient)
    screen.field.setText("omar")
    qtbot.waitUntil(lambda: not screen.side.shows_patient)
    assert not screen.side.panel.bar.book.isEnabled()


def test_nothing_found_and_nothing_asked(qtbot: QtBot, screen: SearchScreen, search: FakeSearch) -> None:
    assert screen.empty.title.text() == "Søg i patienter, beskeder og aftaler"
    type_words(qtbot, screen, "xyz")
    assert screen.empty.title.text() == "Intet fundet"
    QTest.keyClick(screen.field, Key.Key_Escape)
    assert screen.field.text() == ""
    assert screen.empty.title.text() == "Søg i patienter, beskeder og aftaler"
    assert search.asked == ["xyz"]


def test_a_search_that_takes_its_time_says_so(qtbot: QtBot, screen: SearchScreen, search: FakeSearch) -> None:
    search.held = asyncio.Event()
    QTest.keyClicks(screen.field, "karen")
    assert screen.empty.title.text() == "Søger …"
    search.held.set()
    qtbot.waitUntil(screen.list.isVisible)


def test_a_failure_is_told_and_can_be_tried_again(qtbot: QtBot, screen: SearchScreen, search: FakeSearch) -> None:
    search.failure = ErrorKind.DATABASE_DAMAGED
    QTest.keyClicks(screen.field, "karen")
    qtbot.waitUntil(screen.empty.button.isVisible)
    search.failure = None
    screen.empty.button.click()
    qtbot.waitUntil(screen.list.isVisible)
    assert any("Karen" in line for line in listed(screen))


def test_an_index_that_is_not_whole_is_told(
    qtbot: QtBot, screen: SearchScreen, world: World, search: FakeSearch
) -> None:
    search.still_indexing = True
    type_words(qtbot, screen, "karen")
    assert screen.note.isVisible()
    search.still_indexing = False
    world.clinic.changed(Changes.MESSAGES)
    qtbot.waitUntil(lambda: not screen.note.isVisible())


def test_the_field_is_typed_over(qtbot: QtBot, screen: SearchScreen) -> None:
    type_words(qtbot, screen, "mia")
    screen.list.setFocus()
    screen.focus_field()
    assert screen.field.hasFocus()
    assert screen.field.selectedText() == "mia"
