"""The waiting-room strip: who is there, what is said of them, and letting them in."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.outcome import OutcomeKind
from app.domain.patient import Patient
from app.domain.waiting import PatientDevices, PatientPhase, PatientPresence
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from app.ui.waiting.card import WaitingCard
from tests.ui import people
from tests.ui.fakes import World

HERE = PatientDevices(True, True, "Safari")


def arrive(
    qtbot: QtBot,
    console: Console,
    world: World,
    phase: PatientPhase | None,
    *,
    who: Patient = people.KAREN,
    minutes: int = 0,
    devices: PatientDevices = HERE,
    state: BookingState = BookingState.DELIVERED,
) -> WaitingCard:
    booking = people.booking(who, state, people.at(10, 10), key=f"w-{who.id}", about=None)
    if phase is not None:
        since = people.NOW - timedelta(minutes=minutes)
        world.clinic.presences[booking.id] = PatientPresence(booking.id, phase, since, devices)
    world.clinic.put(booking)

    def wanted() -> list[WaitingCard]:
        return [card for card in console.strip.cards() if card.booking == booking]

    qtbot.waitUntil(lambda: len(wanted()) == 1)
    return wanted()[0]


def test_an_empty_room_says_so(console: Console) -> None:
    assert console.strip.empty.text() == "Ingen lige nu. Patienterne vises her 15 minutter før deres tid."


@pytest.mark.parametrize(
    ("phase", "devices", "said"),
    [
        (PatientPhase.OPENED, PatientDevices(), "har åbnet linket"),
        (PatientPhase.TESTED, HERE, "kamera og mikrofon virker"),
        (PatientPhase.TESTED, PatientDevices(False, True), "intet kamera"),
        (PatientPhase.TESTED, PatientDevices(True, False), "ingen mikrofon"),
        (PatientPhase.TESTED, PatientDevices(False, False), "hverken kamera eller mikrofon"),
        (PatientPhase.WAITING, HERE, "venter"),
        (PatientPhase.WANTS_PHONE, HERE, "vil ringes op"),
        (PatientPhase.AWAY, HERE, "har lukket siden"),
        (None, HERE, "SMS leveret"),
    ],
)
def test_what_is_said_of_a_patient(
    qtbot: QtBot,
    console: Console,
    world: World,
    phase: PatientPhase | None,
    devices: PatientDevices,
    said: str,
) -> None:
    assert arrive(qtbot, console, world, phase, devices=devices).state.text() == said


def test_letting_in_opens_the_video_window_once(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, PatientPhase.WAITING)
    assert card.since.full_text() == "siden 10.04"
    QTest.mouseClick(card.admit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: world.clinic.started == ["w-karen"])
    window = console.calls.window(card.booking.id) if card.booking else None
    assert window is not None
    qtbot.addWidget(window)
    assert not card.admit.isVisible()
    qtbot.waitUntil(card.show_call.isVisible)
    card.show_call.click()
    assert console.calls.window(world.clinic.bookings[0].id) is window
    assert len(world.calls) == 1


def test_a_lets_in_whoever_waited_first(qtbot: QtBot, console: Console, world: World) -> None:
    arrive(qtbot, console, world, PatientPhase.WAITING, who=people.KAREN, minutes=1)
    arrive(qtbot, console, world, PatientPhase.WAITING, who=people.OMAR, minutes=4)
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    QTest.keyClick(console, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: world.clinic.started == ["w-omar"])
    window = console.calls.window(console.strip.cards()[0].booking.id)  # type: ignore[union-attr]
    assert window is not None
    qtbot.addWidget(window)


@pytest.mark.parametrize(("minutes", "tone"), [(0, "accent"), (6, "warn"), (12, "bad")])
def test_a_long_wait_grows_in_attention(
    qtbot: QtBot, console: Console, world: World, minutes: int, tone: str
) -> None:
    card = arrive(qtbot, console, world, PatientPhase.WAITING, minutes=minutes)
    assert card.property("tone") == tone
    if minutes:
        assert card.since.full_text().endswith(f"({minutes} min.)")


def test_waiting_grows_while_nothing_else_happens(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, PatientPhase.WAITING)
    world.clock.pass_time(timedelta(minutes=7))
    card.refresh()
    assert card.property("tone") == "warn"
    assert card.since.full_text() == "siden 10.04 (7 min.)"


def test_a_patient_who_wants_to_be_phoned(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, PatientPhase.WANTS_PHONE)
    assert card.since.full_text() == "20 12 34 56"
    card.phone.click()
    qtbot.waitUntil(lambda: world.dialler.dialled == ["tel:+4520123456"])
    qtbot.waitUntil(lambda: console.banner.title.text() == "Ring til Karen Margrethe Holm på 20 12 34 56")
    qtbot.waitUntil(lambda: world.clinic.started == ["w-karen"])
    world.clock.pass_time(timedelta(minutes=6))
    next(one for one in console.banner.findChildren(Button) if one.objectName() == "finishPhoned").click()
    window = next(iter(console.calls._outcomes.values()))
    qtbot.addWidget(window)
    assert window.sheet.chosen_kind() is OutcomeKind.BY_TELEPHONE
    assert "6 minutter" in [label.text().split("  ·  ")[0] for label in window.sheet.findChildren(QLabel)]


def test_a_patient_without_a_number_cannot_be_phoned(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, PatientPhase.WANTS_PHONE, who=people.VERNER)
    card.phone.click()
    qtbot.waitUntil(lambda: console.banner.title.text() == "Patienten har intet telefonnummer")


def test_an_invitation_that_got_lost_asks_for_a_call(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, None, state=BookingState.UNDELIVERABLE)
    assert card.state.text() == "Ring til patienten"
    assert card.phone.isVisible()


def test_a_patient_who_never_came_can_be_finished(qtbot: QtBot, console: Console, world: World) -> None:
    world.clock.now = people.at(10, 16)
    card = arrive(qtbot, console, world, None)
    assert card.finish.isVisible()
    card.finish.click()
    sheet = next(iter(console.calls._outcomes.values()))
    qtbot.addWidget(sheet)
    assert sheet.windowTitle() == "Afslut – Karen Margrethe Holm"


def test_a_call_that_a_restart_cut_short_can_be_finished(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, PatientPhase.LEFT, state=BookingState.IN_CALL)
    assert card.finish.isVisible(), "although the time booked is still ahead"
    other = arrive(qtbot, console, world, PatientPhase.IN_CALL, who=people.VERNER, state=BookingState.IN_CALL)
    assert not other.finish.isVisible(), "the patient is still there"


def test_a_line_that_is_down_is_told(qtbot: QtBot, console: Console, world: World) -> None:
    world.line_up = False
    world.clinic.changed(Changes.WAITING)
    qtbot.waitUntil(console.strip.line.isVisible)
    assert console.strip.line.text() == "ikke forbundet"
    assert console.strip.empty.text().startswith("Ingen kan ses lige nu")


def test_an_unreadable_room_says_why(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.failure = ErrorKind.DATABASE_DAMAGED
    world.clinic.changed(Changes.WAITING)
    qtbot.waitUntil(lambda: console.strip.empty.text() == "De lokale data er beskadiget")
