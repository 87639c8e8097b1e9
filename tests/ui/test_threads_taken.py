"""Taking a thread: who has it is seen in the list and in its head, and one who was too late is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.assignment import ANSWERS_FOR
from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ThreadId
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from app.ui.inbox.holding import Holding
from tests.ui import people, troubles
from tests.ui.fakes import World

KAREN, OMAR, SIGNE = (people.MESSAGES[number].thread_id for number in (0, 3, 4))


@pytest.fixture
def holding(qtbot: QtBot, console: Console) -> Holding:
    """What is said of Karen's thread, which nobody has."""
    found = console.inbox.reading.holding
    qtbot.waitUntil(lambda: found.button.isVisible() and found.button.text() == "Tag den")
    return found


def spoken(console: Console, thread_id: ThreadId) -> str:
    model = console.inbox.model
    return str(model.data(model.index(model.row_of(thread_id))))


def test_taking_and_letting_go(qtbot: QtBot, holding: Holding, console: Console, world: World) -> None:
    holding.button.click()
    qtbot.waitUntil(lambda: holding.mark.text() == "Du har den")
    assert world.clinic.holders[KAREN].clinician_id == people.DOCTOR.id
    assert spoken(console, KAREN).endswith(", Du har den")
    assert holding.button.text() == "Slip den"
    qtbot.waitUntil(holding.button.isEnabled)
    holding.button.click()
    qtbot.waitUntil(lambda: holding.button.text() == "Tag den")
    assert KAREN not in world.clinic.holders


def test_a_wish_on_its_way_is_not_said_to_be_more(
    qtbot: QtBot, holding: Holding, console: Console, world: World
) -> None:
    world.clinic.holder_state = RowState.QUEUED
    holding.button.click()
    qtbot.waitUntil(lambda: holding.state.text() == "venter")
    world.clinic.holder_state = RowState.CONFIRMED
    world.clinic.changed()
    qtbot.waitUntil(lambda: holding.state.text() == "")


def test_a_colleague_answers_for_a_while_and_has_it_after_that(
    qtbot: QtBot, holding: Holding, console: Console, world: World
) -> None:
    world.clinic.holders[KAREN] = troubles.COLLEAGUE
    world.clinic.changed()
    qtbot.waitUntil(lambda: holding.mark.text() == "Jonas Bech Madsen svarer siden 10.01")
    assert holding.button.text() == "Overtag fra Jonas Bech Madsen"
    world.clock.pass_time(ANSWERS_FOR + timedelta(minutes=1))
    world.clinic.changed()
    qtbot.waitUntil(lambda: holding.mark.text() == "Jonas Bech Madsen har den")
    assert spoken(console, KAREN).endswith(", Jonas Bech Madsen har den")


def test_taking_over_says_from_whom(qtbot: QtBot, holding: Holding, world: World) -> None:
    world.clinic.holders[KAREN] = troubles.COLLEAGUE
    world.clinic.changed()
    qtbot.waitUntil(lambda: holding.button.text() == "Overtag fra Jonas Bech Madsen")
    holding.button.click()
    qtbot.waitUntil(lambda: holding.mark.text() == "Du har den")


def test_t_takes_it(qtbot: QtBot, holding: Holding, console: Console, world: World) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: KAREN in world.clinic.holders)


def lose(qtbot: QtBot, holding: Holding, world: World) -> dict[str, Button]:
    world.threads.winner = troubles.COLLEAGUE
    holding.button.click()
    qtbot.waitUntil(holding.notice.isVisible)
    return {button.objectName(): button for button in holding.notice.findChildren(Button)}


def test_one_who_was_too_late_is_told_by_whom(
    qtbot: QtBot, holding: Holding, console: Console, world: World
) -> None:
    lose(qtbot, holding, world)
    assert holding.notice.title.text() == "Jonas Bech Madsen tog den først kl. 10.01"
    assert not holding.button.isVisible()
    assert "tog den først" in spoken(console, KAREN)


def test_the_next_unanswered_that_nobody_has_is_one_click_away(
    qtbot: QtBot, holding: Holding, console: Console, world: World
) -> None:
    world.clinic.holders[OMAR] = troubles.COLLEAGUE
    lose(qtbot, holding, world)["nextUnanswered"].click()
    qtbot.waitUntil(lambda: world.threads.acknowledged == [KAREN])
    qtbot.waitUntil(lambda: console.inbox.patient.name.text() == people.SIGNE.name.reveal())
    assert console.inbox.list.currentIndex().row() == console.inbox.model.row_of(SIGNE)
    assert not holding.notice.isVisible()


def test_a_lost_thread_can_be_taken_over_knowingly(qtbot: QtBot, holding: Holding, world: World) -> None:
    buttons = lose(qtbot, holding, world)
    world.threads.winner = None
    buttons["takeOver"].click()
    qtbot.waitUntil(lambda: holding.mark.text() == "Du har den")
    assert world.threads.acknowledged == [KAREN]
    assert not holding.notice.isVisible()


def test_a_colleague_who_came_meanwhile_is_told_of(qtbot: QtBot, holding: Holding, world: World) -> None:
    world.threads.failure = ErrorKind.THREAD_TAKEN
    holding.button.click()
    qtbot.waitUntil(lambda: holding.notice.title.text() == "En kollega har taget beskeden")
    qtbot.waitUntil(holding.button.isEnabled)


def test_nothing_is_offered_where_the_practice_system_cannot_carry_it(
    qtbot: QtBot, holding: Holding, console: Console, world: World
) -> None:
    world.threads_can_be_taken = False
    world.clinic.holders[KAREN] = replace(troubles.COLLEAGUE)
    world.clinic.changed()
    qtbot.waitUntil(lambda: not holding.button.isVisible())
    assert holding.mark.text() == ""
    console.inbox.take_or_let_go()
    assert world.clinic.holders[KAREN] == troubles.COLLEAGUE
