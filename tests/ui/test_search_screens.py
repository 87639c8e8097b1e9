"""Draws the search in every state into build/screens, light and dark."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import MessageId
from app.domain.private import Private
from app.ui.console.screens import PATIENTS
from app.ui.console.window import Console
from app.ui.search.screen import SearchScreen
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.fakes import World
from tests.ui.gallery import Gallery
from tests.ui.search_world import FakeSearch, searching

pytestmark = pytest.mark.screens


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


@pytest.fixture
def search(world: World, monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    by_phone, here = ConsultationForm.TELEPHONE, ConsultationForm.IN_PERSON
    confirmed, ended = RowState.CONFIRMED, BookingState.ENDED
    world.clinic.bookings = [
        people.booking(people.KAREN, BookingState.DELIVERED, people.at(10, 15), key="k1", row=confirmed),
        people.booking(
            people.KAREN, BookingState.CONFIRMED, people.at(11, 20, 4), key="k2", row=confirmed, form=here
        ),
        people.booking(people.KAREN, ended, people.at(9, 0, -30), key="k3", row=confirmed, form=by_phone),
    ]
    return searching(world, monkeypatch)


@pytest.fixture
def screen(console: Console, search: FakeSearch) -> SearchScreen:
    console.screens.show_screen(PATIENTS)
    return console.screens.patients


def look_for(qtbot: QtBot, screen: SearchScreen, words: str) -> None:
    screen.field.setText(words)
    qtbot.waitUntil(lambda: screen.model.query.terms != () and not screen._typing.isActive())


def test_before_anything_is_typed(screen: SearchScreen, console: Console, gallery: Gallery) -> None:
    gallery.draw("60-search-begin", console)


def test_a_name(qtbot: QtBot, screen: SearchScreen, console: Console, gallery: Gallery) -> None:
    look_for(qtbot, screen, "karen")
    QTest.keyClick(screen.field, Qt.Key.Key_Down)
    qtbot.waitUntil(screen.side.panel.bar.book.isEnabled)
    gallery.draw("61-search-name", console)


def test_an_appointment_chosen(qtbot: QtBot, screen: SearchScreen, console: Console, gallery: Gallery) -> None:
    look_for(qtbot, screen, "karen holm")
    for _ in range(2):
        QTest.keyClick(screen.field, Qt.Key.Key_Down)
    qtbot.waitUntil(screen.side.panel.row.isVisible)
    gallery.draw("62-search-appointment", console)


def test_words_of_messages(
    qtbot: QtBot, screen: SearchScreen, console: Console, world: World, search: FakeSearch, gallery: Gallery
) -> None:
    first = world.clinic.messages[0]
    for number in range(14):
        sent = first.sent_at - timedelta(days=9 * number + 5)
        body = Private("Hej. " * number + "Jeg har igen fået udslæt, denne gang på venstre knæ. " * 3)
        world.clinic.messages.append(replace(first, id=MessageId(f"x{number}"), sent_at=sent, body=body))
    search.still_indexing = True
    look_for(qtbot, screen, "udsl venst")
    screen.list.setFocus()
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    qtbot.waitUntil(screen.side.panel.bar.book.isEnabled)
    gallery.draw("63-search-messages", console)


def test_nothing_found(qtbot: QtBot, screen: SearchScreen, console: Console, gallery: Gallery) -> None:
    look_for(qtbot, screen, "hansigne")
    gallery.draw("64-search-nothing", console)


def test_a_slow_answer(
    qtbot: QtBot, screen: SearchScreen, console: Console, search: FakeSearch, gallery: Gallery
) -> None:
    search.held = asyncio.Event()
    screen.field.setText("karen")
    gallery.draw("65-search-searching", console)
    search.held.set()
    qtbot.waitUntil(screen.list.isVisible)


def test_a_failure(
    qtbot: QtBot, screen: SearchScreen, console: Console, search: FakeSearch, gallery: Gallery
) -> None:
    search.failure = ErrorKind.DATABASE_DAMAGED
    screen.field.setText("karen")
    qtbot.waitUntil(screen.empty.button.isVisible)
    gallery.draw("66-search-failed", console)


def test_large_text(qtbot: QtBot, screen: SearchScreen, console: Console, theme: Theme, gallery: Gallery) -> None:
    theme.set_text_scale(2.0)
    look_for(qtbot, screen, "karen")
    gallery.draw("67-search-200-percent", console, ((1920, 1080),))
