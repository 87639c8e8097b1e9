"""The list of what waits: what is said of each change, trying it again, and taking it back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.actions import ActionKind
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId
from app.domain.views import Withdrawal
from app.ui.console.window import Console
from app.ui.outbox.line import OutboxLine
from app.ui.outbox.words import progress_text, what_text, withdrawal_text
from tests.ui import people, troubles
from tests.ui.fakes import World


@pytest.fixture
def lines(qtbot: QtBot, console: Console, world: World) -> list[OutboxLine]:
    """The open list with five changes."""
    world.clinic.waiting_list = list(troubles.WAITING)
    console.status.waiting.click()
    qtbot.waitUntil(lambda: len(console.outbox.lines()) == 5)
    return console.outbox.lines()


def test_a_line_says_what_since_when_how_often_why_and_when_next(lines: list[OutboxLine]) -> None:
    first = lines[0]
    assert first.what.text() == "Aftale i lægesystemet til Karen Margrethe Holm  ·  i dag 10.20"
    assert first.progress.text() == "Venter siden 09.35  ·  forsøgt 4 gange  ·  forsøges igen kl. 10.09"
    assert first.reason.text().startswith("Ingen forbindelse til lægesystemet. Arbejd bare videre")
    assert lines[1].progress.text().split("  ·  ")[1] == "forsøgt 1 gang"
    assert lines[2].progress.text() == "Venter siden 09.35  ·  ikke forsøgt endnu  ·  står for tur"
    assert not lines[2].reason.isVisible()


def test_what_is_due_as_time_passes_is_next_in_turn(
    qtbot: QtBot, lines: list[OutboxLine], console: Console, world: World
) -> None:
    world.clock.pass_time(timedelta(minutes=6))
    world.clinic.changed(Changes.OUTBOX)
    qtbot.waitUntil(lambda: lines[0].progress.text().endswith("står for tur"))


def test_trying_now(qtbot: QtBot, lines: list[OutboxLine], console: Console, world: World) -> None:
    lines[1].retry.click()
    qtbot.waitUntil(lambda: len(console.outbox.lines()) == 4)
    assert world.outbox.retried == ["w2"]


def test_what_a_patient_would_notice_is_asked_about_first(
    qtbot: QtBot, lines: list[OutboxLine], console: Console, world: World
) -> None:
    lines[0].withdraw.click()
    assert lines[0].meaning.text() == "Aftalen aflyses, og patienten får ingen SMS."
    assert not lines[0].withdraw.isVisible()
    assert world.outbox.withdrawn == []
    lines[0].keep.click()
    assert lines[0].withdraw.isVisible()
    assert not lines[0].meaning.isVisible()
    lines[0].withdraw.click()
    lines[0].sure.click()
    qtbot.waitUntil(lambda: len(console.outbox.lines()) == 4)
    assert world.outbox.withdrawn == ["w1"]


def test_a_question_outlives_news(qtbot: QtBot, lines: list[OutboxLine], world: World) -> None:
    lines[0].withdraw.click()
    world.clinic.waiting_list[0] = replace(world.clinic.waiting_list[0], attempts=5)
    world.clinic.changed(Changes.OUTBOX)
    qtbot.waitUntil(lambda: "forsøgt 5 gange" in lines[0].progress.text())
    assert lines[0].sure.isVisible()


def test_what_nobody_would_notice_is_taken_back_at_once(
    qtbot: QtBot, lines: list[OutboxLine], console: Console, world: World
) -> None:
    assert lines[2].withdraw.toolTip() == "Aftalen beholder den tid, den havde."
    lines[2].withdraw.click()
    qtbot.waitUntil(lambda: world.outbox.withdrawn == ["w3"])


def test_what_cannot_be_taken_back_says_why(lines: list[OutboxLine]) -> None:
    assert not lines[3].withdraw.isEnabled()
    assert lines[3].meaning.text().startswith("Kan ikke trækkes tilbage")
    assert lines[3].retry.isEnabled()


def test_a_change_that_went_meanwhile_is_told(
    qtbot: QtBot, lines: list[OutboxLine], console: Console, world: World
) -> None:
    world.outbox.failure = ErrorKind.NOT_WITHDRAWABLE
    lines[2].withdraw.click()
    qtbot.waitUntil(lambda: console.outbox.notice.title.text() == "Ændringen kan ikke længere trækkes tilbage")
    qtbot.waitUntil(lines[2].withdraw.isEnabled)


def test_nothing_waits(qtbot: QtBot, console: Console, world: World) -> None:
    console.status.waiting.click()
    qtbot.waitUntil(console.outbox.empty.isVisible)
    assert console.outbox.lines() == []


def test_a_key_opens_and_closes_the_list(qtbot: QtBot, console: Console) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_V)
    assert console.outbox.isVisible()
    QTest.keyClick(console.outbox, Qt.Key.Key_Escape)
    assert not console.outbox.isVisible()
    assert console.status.waiting.hasFocus()


def test_pressing_the_status_line_anywhere_opens_it(console: Console) -> None:
    QTest.mouseClick(console.status, Qt.MouseButton.LeftButton)
    assert console.outbox.isVisible()


def test_a_closed_list_reads_nothing(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.waiting_list = list(troubles.WAITING)
    console.status.waiting.click()
    qtbot.waitUntil(lambda: len(console.outbox.lines()) == 5)
    console.outbox.close_list()
    world.clinic.changed(Changes.OUTBOX)
    qtbot.waitUntil(lambda: console.outbox.lines() == [])


def test_a_picture_is_named_and_not_thrown_away_at_a_slip(qtbot: QtBot, console: Console, world: World) -> None:
    waits = troubles.waiting("p", ActionKind.SAVE_PICTURE, withdrawal=Withdrawal.DROPS_PICTURE)
    world.clinic.waiting_list = [replace(waits, last_failure=ErrorKind.PICTURE_REFUSED)]
    console.status.waiting.click()
    qtbot.waitUntil(lambda: len(console.outbox.lines()) == 1)
    [line] = console.outbox.lines()
    assert line.what.text().startswith("Billede til journalen: Karen Margrethe Holm")
    assert line.reason.text().startswith("Lægesystemet tager ikke imod billedet. Bed lægesystemets leverandør")
    line.withdraw.click()
    assert line.meaning.text() == "Billedet slettes her og kommer ikke i journalen."
    assert world.outbox.withdrawn == []
    line.sure.click()
    qtbot.waitUntil(lambda: world.outbox.withdrawn == ["p"])


@pytest.mark.parametrize("kind", list(ActionKind), ids=lambda kind: kind.value)
def test_every_change_has_words(danish: None, kind: ActionKind) -> None:
    assert "Karen Margrethe Holm" in what_text(troubles.waiting("x", kind), people.NOW)


def test_every_change_and_every_way_back_is_told_apart(danish: None) -> None:
    assert len({what_text(troubles.waiting("x", kind), people.NOW) for kind in ActionKind}) == len(ActionKind)
    assert len({withdrawal_text(one) for one in Withdrawal}) == len(Withdrawal)


def test_another_day_is_named(danish: None) -> None:
    old = replace(troubles.waiting("x", ActionKind.SEND_INVITATION), id=ActionId("x"), made_at=people.at(16, 0, -1))
    assert progress_text(old, people.NOW).startswith("Venter siden i går 16.00")
