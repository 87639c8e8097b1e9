"""The rescue ladder in the video window: each rung in words, one key down, one key up, and whose fault it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.call import CallRecord, Medium, MediumStep, Quality, StepReason
from app.domain.culprit import NO_VERDICT, Culprit, Evidence, EvidenceKind, Verdict
from app.domain.errors import ErrorKind
from app.domain.outcome import OutcomeKind
from app.ui.call.window import CallWindow
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from app.ui.fault.words import fix_words, told_afterwards
from app.video.machine.call_events import Stage
from tests.ui import people
from tests.ui.calls import fee_code, finish
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World

LOSSY = Verdict(Culprit.PATIENT_NETWORK, (Evidence(EvidenceKind.LOSS_IN, 24.0),))


def fallen(call: FakeCall, medium: Medium, quality: Quality, reason: StepReason) -> CallRecord:
    record = call.view.record
    return replace(record, steps=(*record.steps, MediumStep(record.started_at, medium, reason, quality)))


def test_a_smaller_picture_is_told_with_its_reason_and_the_way_up(
    qtbot: QtBot, window: CallWindow, call: FakeCall
) -> None:
    call.become(record=fallen(call, Medium.VIDEO, Quality.LOWERED, StepReason.POOR_LINE))
    assert window.state.text() == "Mindre billede"
    assert window.notices.rung.title.text() == "Lavere billedkvalitet for at holde lyden"
    assert window.stage.sentence.text() == ""
    next(iter(window.notices.rung.findChildren(Button))).click()
    qtbot.waitUntil(lambda: call.tries == 1)
    call.become(record=fallen(call, Medium.VIDEO, Quality.WHOLE, StepReason.RECOVERED))
    assert not window.notices.isVisible()


def test_sound_alone_says_that_the_picture_comes_back(window: CallWindow, call: FakeCall) -> None:
    call.become(record=fallen(call, Medium.SOUND, Quality.WHOLE, StepReason.POOR_LINE))
    assert window.state.text() == "Kun lyd"
    assert window.notices.rung.title.text() == "Kun lyd, så I kan høre hinanden"
    assert window.stage.sentence.text().startswith("Kun lyd.")


def test_one_key_goes_up(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: call.tries == 1)
    assert call.view.stage is Stage.LIVE


def test_the_telephone_goes_back_to_video(qtbot: QtBot, window: CallWindow, call: FakeCall, world: World) -> None:
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    assert window.telephone.video.text() == "Skift til video"
    window.telephone.video.click()
    qtbot.waitUntil(lambda: window.telephone.title.text() == "Venter på patientens video …")
    assert window.telephone.number.text() == "20 12 34 56"
    assert window.telephone.dial.isEnabled()
    call.join_by_video()
    qtbot.waitUntil(window.stage.isVisible)
    assert window.state.text() == "Billede og lyd"
    assert window.controls.microphone.isVisible()
    sheet = finish(qtbot, window)
    assert sheet.chosen_kind() is OutcomeKind.COMPLETED
    assert fee_code(sheet) == "0125"


def test_a_page_that_is_not_open_gets_the_link_once(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    window.rescue.go_up()
    qtbot.waitUntil(lambda: call.view.returning)
    call.become(link_wanted=True)
    qtbot.waitUntil(lambda: window.telephone.answer.text() == "Linket er sendt til patienten på sms.")
    call.become(patient_told=True)
    assert len(world.clinic.links_sent) == 1


def test_a_link_that_cannot_be_sent_says_so_and_the_telephone_stays(
    qtbot: QtBot, window: CallWindow, call: FakeCall, world: World
) -> None:
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    window.rescue.go_up()
    world.clinic.desk_failure = ErrorKind.PATIENT_HAS_NO_PHONE
    call.become(link_wanted=True)
    qtbot.waitUntil(lambda: "telefonnummer" in window.telephone.answer.text())
    assert window.telephone.dial.isVisible()


def test_who_no_longer_waits_for_video_stays_on_the_telephone(
    qtbot: QtBot, window: CallWindow, call: FakeCall
) -> None:
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    window.rescue.go_up()
    qtbot.waitUntil(lambda: call.view.returning)
    window.rescue.go_to_telephone()
    qtbot.waitUntil(lambda: not call.view.returning)
    assert window.telephone.title.text() == "Konsultationen er nu på telefon"
    assert window.telephone.video.text() == "Skift til video"


def test_a_patient_phoned_from_the_waiting_room_is_taken_to_video(
    qtbot: QtBot, console: Console, world: World
) -> None:
    booking = people.booking(about=None)
    world.clinic.bookings = [booking]
    began = world.clock()
    world.clock.pass_time(timedelta(minutes=3))
    record = CallRecord(began, (MediumStep(began, Medium.TELEPHONE, StepReason.STARTED),))
    console.calls.continue_by_video(booking, "Karen Margrethe Holm", record)
    window = console.calls.window(booking.id)
    assert window is not None
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: bool(world.calls) and world.calls[0].view.returning)
    assert window.telephone.isVisible()
    assert window.timer.text() == "3:00"
    world.calls[0].join_by_video()
    qtbot.waitUntil(window.stage.isVisible)
    assert [step.medium for step in world.calls[0].view.record.steps] == [Medium.TELEPHONE, Medium.VIDEO]
    sheet = finish(qtbot, window)
    assert sheet.chosen_kind() is OutcomeKind.COMPLETED


def test_the_chip_names_the_culprit_and_opens_the_card(window: CallWindow, call: FakeCall) -> None:
    assert not window.fix.isVisible()
    call.become(verdict=LOSSY)
    assert window.fix.text() == "Patientens net"
    assert not window.notices.fix.isVisible()
    window.fix.click()
    card = window.notices.fix
    assert card.title.text() == "Problemet er patientens net"
    assert card.evidence.text() == "24 % af det, patienten sender, går tabt"
    assert card.advice.text() == "Bed patienten gå tættere på sin wi-fi."
    card.close_button.click()
    assert not card.isVisible()
    window.fix.click()
    call.become(verdict=NO_VERDICT)
    assert not window.fix.isVisible()
    assert not card.isVisible()


def test_the_outcome_sheet_says_the_same_of_a_call_that_fell(
    qtbot: QtBot, window: CallWindow, call: FakeCall
) -> None:
    record = fallen(call, Medium.SOUND, Quality.WHOLE, StepReason.POOR_LINE)
    call.become(record=replace(record, verdict=LOSSY))
    sheet = finish(qtbot, window)
    assert sheet.fix.isVisible()
    assert sheet.fix.title.text() == fix_words(LOSSY).title


def test_a_call_that_went_well_has_nobody_to_blame(window: CallWindow, call: FakeCall) -> None:
    assert told_afterwards(replace(call.view.record, verdict=LOSSY)) is None


@pytest.mark.parametrize("kind", list(EvidenceKind))
def test_every_piece_of_evidence_has_its_words(window: CallWindow, kind: EvidenceKind) -> None:
    for culprit in set(Culprit) - {Culprit.NONE}:
        words = fix_words(Verdict(culprit, (Evidence(kind, 3.4),)))
        assert "{" not in words.evidence
        assert words.evidence
        assert words.title
        assert words.advice


def test_nothing_of_the_call_is_said_above_the_outcome(qtbot: QtBot, window: CallWindow, call: FakeCall) -> None:
    call.become(record=fallen(call, Medium.SOUND, Quality.WHOLE, StepReason.POOR_LINE))
    assert window.notices.isVisible()
    finish(qtbot, window)
    assert not window.notices.isVisible()
