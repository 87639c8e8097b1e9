"""The outcome sheet: what is proposed, what is saved, and what is said when it cannot be."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.outcome import OutcomeKind
from app.ui.call.window import CallWindow
from tests.ui import people
from tests.ui.calls import fee_code, finish
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World


def test_ending_saves_the_outcome_with_its_fee(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    world.clock.pass_time(timedelta(minutes=9))
    window.controls.end.click()
    qtbot.waitUntil(lambda: window.sheet is not None and call.ended)
    sheet = window.sheet
    assert sheet is not None
    assert sheet.chosen_kind() is OutcomeKind.COMPLETED
    assert sheet.reason.text() == "0125 foreslås, fordi konsultationen blev holdt på video."
    sheet.note.setText("Eksem, fortsætter creme")
    QTest.mouseClick(sheet.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    outcome = world.clinic.finished[0]
    assert (outcome.kind, outcome.fee_code) == (OutcomeKind.COMPLETED, "0125")
    assert outcome.ended_at - outcome.started_at == timedelta(minutes=9)
    assert outcome.note.reveal() == "Eksem, fortsætter creme"
    qtbot.waitUntil(lambda: sheet.state.text() == "gemt her 10.13")
    world.clinic.put(
        replace(world.clinic.bookings[0], row_state=RowState.CONFIRMED, row_state_at=people.at(10, 14))
    )
    qtbot.waitUntil(lambda: sheet.state.text() == "bekræftet 10.14")
    with qtbot.waitSignal(window.finished):
        sheet.close_button.click()


def test_ctrl_enter_saves_once(qtbot: QtBot, window: CallWindow, call: FakeCall, world: World) -> None:
    sheet = finish(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _ in range(2):
        QTest.keyClick(sheet.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: sheet.state.text() == "gemt her 10.04")
    assert len(world.clinic.finished) == 1


def test_another_outcome_proposes_another_fee(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    sheet = finish(qtbot, window)
    sheet.radios[OutcomeKind.NO_SHOW].click()
    assert fee_code(sheet) is None
    assert sheet.reason.text() == "Ingen ydelse: patienten udeblev"
    sheet.radios[OutcomeKind.BY_TELEPHONE].click()
    assert fee_code(sheet) == "0201"


def test_only_codes_in_force_are_offered_and_taken(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    sheet = finish(qtbot, window)
    offered = [sheet.fee.itemText(number)[:4] for number in range(sheet.fee.count())]
    assert offered == ["Inge", "0125", "0126", "0201", "0101"]
    sheet.fee.setEditText("4436")
    sheet.save_now()
    assert sheet.notice.title.text() == "Ukendt ydelseskode"
    sheet.fee.setEditText("0101")
    sheet.save_now()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    assert world.clinic.finished[0].fee_code == "0101"


def test_an_outcome_that_cannot_be_saved_can_be_saved_again(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    sheet = finish(qtbot, window)
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    sheet.save_now()
    qtbot.waitUntil(lambda: sheet.notice.title.text() == "Disken er fuld")
    world.clinic.desk_failure = None
    qtbot.waitUntil(sheet.save.isEnabled)
    sheet.save.click()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)


def test_the_sheet_does_not_wait_for_the_line(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    call.ending = asyncio.Event()
    world.clock.pass_time(timedelta(minutes=9))
    sheet = finish(qtbot, window)
    sheet.save_now()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    outcome = world.clinic.finished[0]
    assert outcome.ended_at - outcome.started_at == timedelta(minutes=9)
    sheet.close_button.click()
    assert not window.isVisible()
    with qtbot.waitSignal(window.finished):
        call.ending.set()


def test_a_call_that_ends_badly_still_gets_its_outcome(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World, loop: asyncio.AbstractEventLoop
) -> None:
    told: list[object] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    call.end_failure = RuntimeError("sound card")
    sheet = finish(qtbot, window)
    qtbot.waitUntil(lambda: told == [call.end_failure])
    sheet.save_now()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    with qtbot.waitSignal(window.finished):
        sheet.close_button.click()


def test_a_consultation_that_is_over_already_cannot_be_finished_again(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    sheet = finish(qtbot, window)
    sheet.note.setText("Ring i morgen")
    world.clinic.put(replace(world.clinic.bookings[0], state=BookingState.CANCELLED))
    sheet.save_now()
    qtbot.waitUntil(lambda: sheet.notice.title.text() == "Aftalen er allerede afsluttet eller aflyst")
    assert sheet.notice.advice.text() == "Intet blev gemt herfra. Kopiér notatet, hvis det skal bruges."
    assert not sheet.save.isVisible()
    assert sheet.note.isReadOnly()
    with qtbot.waitSignal(window.finished):
        sheet.close_button.click()
    assert world.clinic.finished == []
