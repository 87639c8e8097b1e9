"""The waiting-room strip: who is there, what is said of them, and letting them in."""

import functools
import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.outcome import OutcomeKind
from app.domain.patient import Clinician, Patient
from app.domain.views import WaitingRow
from app.domain.waiting import PatientDevices, PatientPhase, PatientPresence
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from app.ui.controls.labels import ElidedLabel
from app.ui.theme.theme import Theme
from app.ui.waiting.card import WaitingCard
from app.ui.waiting.strip import CARD_HEIGHT
from tests.ui import people
from tests.ui.fakes import World

HERE = PatientDevices(True, True, "Safari")
TEN_PAST = people.at(10, 10)
NOTHING = PatientDevices(False, False)


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
    start: datetime = TEN_PAST,
    doctor: Clinician = people.DOCTOR,
    failure: ErrorKind | None = None,
) -> WaitingCard:
    booking = replace(
        people.booking(who, state, start, key=f"w-{who.id}", about=None, failure=failure),
        clinician_id=doctor.id,
    )
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
    ("phase", "devices", "said", "noted"),
    [
        (PatientPhase.OPENED, PatientDevices(), "har åbnet linket", ""),
        (PatientPhase.TESTED, HERE, "har prøvet udstyret", "kamera og mikrofon virker"),
        (PatientPhase.TESTED, PatientDevices(False, True), "har prøvet udstyret", "intet kamera"),
        (PatientPhase.TESTED, PatientDevices(True, False), "har prøvet udstyret", "ingen mikrofon"),
        (PatientPhase.TESTED, NOTHING, "har prøvet udstyret", "hverken kamera eller mikrofon"),
        (PatientPhase.WAITING, HERE, "venter", ""),
        (PatientPhase.WAITING, NOTHING, "venter", "hverken kamera eller mikrofon"),
        (PatientPhase.WAITING, PatientDevices(True, False), "venter", "ingen mikrofon"),
        (PatientPhase.WANTS_PHONE, HERE, "vil ringes op", ""),
        (PatientPhase.AWAY, HERE, "har lukket siden", ""),
        (PatientPhase.NOT_OPENED, PatientDevices(), "SMS leveret", ""),
        (None, HERE, "SMS leveret", ""),
    ],
)
def test_what_is_said_of_a_patient(
    qtbot: QtBot,
    console: Console,
    world: World,
    phase: PatientPhase | None,
    devices: PatientDevices,
    said: str,
    noted: str,
) -> None:
    card = arrive(qtbot, console, world, phase, devices=devices)
    assert (card.state.text(), card.note.text()) == (said, noted)
    assert card.note.isVisible() is bool(noted)


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
    window = console.calls.window(BookingId("w-omar"))
    assert window is not None
    qtbot.addWidget(window)


def test_nobody_else_is_let_in_while_a_conversation_goes_on(qtbot: QtBot, console: Console, world: World) -> None:
    first = arrive(qtbot, console, world, PatientPhase.WAITING, who=people.KAREN, minutes=4)
    second = arrive(qtbot, console, world, PatientPhase.WAITING, who=people.OMAR, minutes=1)
    first.admit.click()
    qtbot.waitUntil(lambda: world.clinic.started == ["w-karen"])
    live = console.calls.window(BookingId("w-karen"))
    assert live is not None
    qtbot.addWidget(live)
    second.admit.click()
    assert console.calls.window(BookingId("w-omar")) is None
    assert live.notices.other.isVisible()
    assert live.notices.other.title.text() == "Én samtale ad gangen"
    assert live.notices.other.advice.text() == "Afslut denne, før du lukker Omar Haddad ind."
    world.calls[0].go_live()
    assert live.notices.other.isVisible()
    live.end()
    qtbot.waitUntil(lambda: world.calls[0].ended)
    second.admit.click()
    qtbot.waitUntil(lambda: world.clinic.started == ["w-karen", "w-omar"])
    assert len(world.calls) == 2


def test_letting_in_closes_a_sheet_that_was_opened_before(qtbot: QtBot, console: Console, world: World) -> None:
    world.clock.now = people.at(10, 16)
    card = arrive(qtbot, console, world, None)
    card.finish.click()
    sheet = next(iter(console.calls._outcomes.values()))
    assert sheet.isVisible()
    presence = PatientPresence(BookingId("w-karen"), PatientPhase.WAITING, world.clock(), HERE)
    world.clinic.presences[presence.booking_id] = presence
    world.clinic.changed(Changes.WAITING)
    qtbot.waitUntil(card.admit.isVisible)
    card.admit.click()
    qtbot.waitUntil(lambda: not console.calls._outcomes)
    assert console.calls.window(presence.booking_id) is not None
    qtbot.waitUntil(lambda: world.clinic.started == ["w-karen"])


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


@pytest.mark.parametrize("phase", [None, PatientPhase.NOT_OPENED, PatientPhase.AWAY])
def test_an_invitation_that_got_lost_asks_for_a_call(
    qtbot: QtBot, console: Console, world: World, phase: PatientPhase | None
) -> None:
    lost, failure = BookingState.UNDELIVERABLE, ErrorKind.SMS_NUMBER_REFUSED
    card = arrive(qtbot, console, world, phase, state=lost, failure=failure, devices=PatientDevices())
    assert card.state.text() == "Ring til patienten"
    assert card.since.full_text() == "20 12 34 56"
    assert card.note.text() == "Nummeret kan ikke modtage SMS"
    assert card.phone.isVisible()
    assert card.property("tone") == "bad"


def test_a_booking_of_another_console_that_nobody_opened(qtbot: QtBot, console: Console, world: World) -> None:
    card = arrive(qtbot, console, world, PatientPhase.NOT_OPENED, state=BookingState.CONFIRMED)
    assert card.state.text() == "har ikke åbnet linket"
    world.clock.now = people.at(10, 16)
    card.refresh()
    assert card.finish.isVisible()


def test_a_card_says_whose_patient_it_is_and_which_day(qtbot: QtBot, console: Console, world: World) -> None:
    own = arrive(qtbot, console, world, PatientPhase.WAITING)
    assert (own.doctor.full_text(), own.time.text()) == ("", "10.10")
    yesterday, colleague = people.at(11, 20, days=-1), people.COLLEAGUE
    other = arrive(qtbot, console, world, PatientPhase.TESTED, who=people.OMAR, start=yesterday, doctor=colleague)
    assert (other.doctor.full_text(), other.time.text()) == ("Jonas Bech Madsen", "i går 11.20")
    assert "Jonas Bech Madsen" in other.accessibleName()


def _is_in(card: WaitingCard, phase: PatientPhase) -> bool:
    return card.phase is phase


def test_own_patients_come_first_then_by_time_whatever_they_do(
    qtbot: QtBot, console: Console, world: World
) -> None:
    colleague, waiting = people.COLLEAGUE, PatientPhase.WAITING
    arrive(qtbot, console, world, waiting, who=people.OMAR, minutes=9, start=people.at(9, 50), doctor=colleague)
    arrive(qtbot, console, world, None, who=people.KAREN, start=people.at(10, 0))
    card = arrive(qtbot, console, world, None, who=people.SIGNE, start=people.at(10, 15))
    moving = card.booking
    assert moving is not None
    order = ["w-karen", "w-signe", "w-omar"]
    assert [card.booking.id for card in console.strip.cards() if card.booking] == order
    for phase in PatientPhase:
        world.clinic.presences[moving.id] = PatientPresence(moving.id, phase, people.NOW, HERE)
        world.clinic.changed(Changes.WAITING)
        qtbot.waitUntil(functools.partial(_is_in, card, phase))
        assert [one.booking.id for one in console.strip.cards() if one.booking] == order


def test_a_lets_in_ones_own_patients_only(qtbot: QtBot, console: Console, world: World) -> None:
    other = arrive(qtbot, console, world, PatientPhase.WAITING, who=people.OMAR, minutes=9, doctor=people.COLLEAGUE)
    console.strip.admit_first()
    assert console.calls.open_bookings == frozenset()
    assert "(A)" not in other.admit.toolTip()
    own = arrive(qtbot, console, world, PatientPhase.WAITING, who=people.KAREN, minutes=1)
    assert "(A)" in own.admit.toolTip()
    console.strip.admit_first()
    window = console.calls.window(BookingId("w-karen"))
    assert window is not None
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: world.clinic.started == ["w-karen"])


def test_the_page_does_not_jump_when_the_first_card_comes(qtbot: QtBot, console: Console, world: World) -> None:
    before = console.strip.height()
    arrive(qtbot, console, world, PatientPhase.WAITING)
    assert console.strip.height() == before
    world.clinic.bookings.clear()
    world.clinic.changed(Changes.WAITING)
    qtbot.waitUntil(lambda: not console.strip.cards())
    assert console.strip.height() == before


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("call_open", [False, True])
def test_nothing_on_a_card_is_cut(qtbot: QtBot, theme: Theme, scale: float, call_open: bool) -> None:
    theme.set_text_scale(scale)
    card = WaitingCard(theme, lambda: people.at(10, 40))
    qtbot.addWidget(card)
    states = [BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED, BookingState.IN_CALL, BookingState.CONFIRMED]
    for state, phase in itertools.product(states, [None, *PatientPhase]):
        failure = ErrorKind.ROOM_REFUSED if state is BookingState.ROOM_FAILED else ErrorKind.SMS_NUMBER_REFUSED
        booking = people.booking(state=state, start=people.at(10, 10), failure=failure)
        presence = PatientPresence(booking.id, phase, people.NOW, NOTHING) if phase else None
        row = WaitingRow(booking, people.KAREN.name, presence, "Jonas Bech Madsen")
        card.show_row(row, own=False, call_open=call_open)
        card.resize(card.width(), round(CARD_HEIGHT * scale) - 2)
        card.show()
        QApplication.processEvents()
        shown = [*card.findChildren(Button), card.state, card.note, card.time, card.name, card.since]
        for part in (part for part in shown if part.isVisible()):
            assert part.height() >= part.minimumSizeHint().height()
            assert card.rect().contains(part.geometry())
            if not isinstance(part, ElidedLabel):
                assert part.width() >= part.sizeHint().width(), (state, phase, part.objectName())


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
