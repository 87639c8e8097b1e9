"""The time of a call: told quietly before it is up, and given more of with one button."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.domain.booking import Booking, BookingState, PlannedTime, RowState
from app.domain.errors import ErrorKind
from app.domain.slot import SlotKind
from app.domain.views import DayRow
from app.domain.waiting import PatientPhase, PatientPresence
from app.ui.booking.sentences import headline, move_text
from app.ui.call.time_words import NextPatient, next_patient, time_line
from app.ui.call.window import CallWindow
from app.ui.theme.tokens import Tone
from tests.ui import people
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World

pytestmark = pytest.mark.usefixtures("danish")
HELD = people.booking(state=BookingState.IN_CALL)
"""Karen's, 10.20 to 10.35."""
END = HELD.end


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def go_to(window: CallWindow, world: World, after_end: float) -> None:
    """Let it be so many minutes after the end."""
    world.clock.now = END + minutes(after_end)
    window.time_up.tick()


def words(window: CallWindow) -> tuple[str, str]:
    assert window.notices.time.isVisible()
    return window.notices.time.title.text(), window.notices.time.advice.text()


def button(window: CallWindow) -> QPushButton:
    found = window.notices.time.findChild(QPushButton, "extendCall")
    assert found is not None
    return found


def follow_up(world: World, start_minutes: float, **more: object) -> Booking:
    start = END + minutes(start_minutes)
    after = replace(people.booking(people.OMAR, key="next", start=start, about=None), **more)  # type: ignore[arg-type]
    world.clinic.put(after)
    return after


def answered(world: World, **changes: object) -> None:
    """The record system's answer, as it lies in the local copy afterwards."""
    mine = next(one for one in world.clinic.bookings if one.id == HELD.id)
    world.clinic.put(replace(mine, moved_from=None, **changes))  # type: ignore[arg-type]


def test_nothing_is_said_until_two_minutes_before_the_end(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    follow_up(world, 5)
    go_to(window, world, -2.1)
    assert window.notices.time.isHidden()
    go_to(window, world, -2)
    qtbot.waitUntil(lambda: words(window) == ("Tiden er gået om 2\u00a0min.", "Næste patient kl. 10.40."))
    assert button(window).text() == "Forlæng 10 min"
    assert button(window).toolTip().endswith("(L)")
    assert window.notices.time.property("tone") == "quiet"
    go_to(window, world, -0.5)
    assert words(window)[0] == "Tiden er gået om 1\u00a0min."


def test_who_waits_already_is_told_and_after_the_end_it_stands_out(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    after = follow_up(world, 5)
    world.clinic.presences[after.id] = PatientPresence(after.id, PatientPhase.WAITING, END)
    go_to(window, world, 0)
    waits = ("Tiden udløb kl. 10.35", "Næste patient kl. 10.40 venter allerede.")
    qtbot.waitUntil(lambda: words(window) == waits)
    qtbot.waitUntil(lambda: window.notices.time.property("tone") == "warn")


def test_a_day_with_nobody_after(qtbot: QtBot, window: CallWindow, world: World, call: FakeCall) -> None:
    go_to(window, world, -1)
    qtbot.waitUntil(lambda: words(window)[1] == "Der er ikke flere aftaler i dag.")


def test_without_the_calendar_the_time_is_told_all_the_same(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    world.clinic.failure = ErrorKind.DATABASE_DAMAGED
    go_to(window, world, -1)
    assert words(window) == ("Tiden er gået om 1\u00a0min.", "")
    assert button(window).isEnabled()


def test_one_press_gives_ten_minutes_and_says_what_the_calendar_knows(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    go_to(window, world, -1)
    button(window).click()
    waits = ("Forlænget til kl. 10.45", "Kalenderen får den nye sluttid, så snart lægesystemet svarer.")
    qtbot.waitUntil(lambda: words(window) == waits)
    answered(world, row_state=RowState.CONFIRMED)
    qtbot.waitUntil(lambda: words(window)[1] == "Kalenderen har den nye sluttid.")
    go_to(window, world, 1)
    assert window.notices.time.isHidden()
    go_to(window, world, 8)
    qtbot.waitUntil(lambda: words(window)[0] == "Tiden er gået om 2\u00a0min.")


def test_the_key_does_it_where_it_is_offered_and_only_there(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_L)
    assert world.clinic.bookings[0].extended_to is None
    go_to(window, world, 31)
    assert button(window).text() == "Forlæng 40 min", "whole steps, and ahead"
    QTest.keyClick(window, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: world.clinic.bookings[0].extended_to == END + minutes(40))


def test_a_calendar_that_keeps_its_end_is_told_of_until_it_is_read(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    """Whoever booked the time after it, perhaps the doctor, is not who has it: no name is told."""
    go_to(window, world, -1)
    window.time_up.extend()
    qtbot.waitUntil(lambda: words(window)[0].startswith("Forlænget"))
    answered(world, end=END, failure=ErrorKind.SLOT_TAKEN, settled_by="Bo Friis", row_state=RowState.CONFIRMED)
    kept = ("Forlænget til kl. 10.45", "I kalenderen slutter aftalen stadig kl. 10.35: tiden efter er optaget.")
    qtbot.waitUntil(lambda: words(window) == kept)
    go_to(window, world, 5)
    assert words(window) == kept
    window.notices.time.findChildren(QPushButton)[0].click()
    assert window.notices.time.isHidden()
    go_to(window, world, 9)
    qtbot.waitUntil(lambda: words(window) == ("Tiden er gået om 1\u00a0min.", "Der er ikke flere aftaler i dag."))


def test_a_click_that_could_not_be_saved_says_so_and_can_be_done_again(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    go_to(window, world, -1)
    button(window).click()
    qtbot.waitUntil(lambda: "disk" in words(window)[0].lower())
    world.clinic.desk_failure = None
    button(window).click()
    qtbot.waitUntil(lambda: words(window)[0] == "Forlænget til kl. 10.45")


def test_the_button_keeps_the_keyboard_while_the_minutes_go(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    go_to(window, world, -2)
    qtbot.waitUntil(lambda: words(window)[1] != "")
    button(window).setFocus()
    go_to(window, world, -1)
    assert words(window)[0] == "Tiden er gået om 1\u00a0min."
    assert button(window).hasFocus()


def test_a_button_that_goes_passes_the_keyboard_to_no_other(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    go_to(window, world, -1)
    qtbot.waitUntil(lambda: words(window)[1] != "")
    button(window).setFocus()
    QTest.keyClick(button(window), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: words(window)[0] == "Forlænget til kl. 10.45")
    assert window.focusWidget() is window
    answered(world, end=END, failure=ErrorKind.SLOT_TAKEN)
    qtbot.waitUntil(lambda: bool(window.notices.time.findChildren(QPushButton)))
    close = window.notices.time.findChildren(QPushButton)[0]
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Space)
    assert window.notices.time.isHidden()
    assert window.focusWidget() is window


def test_a_late_press_is_answered_although_the_new_end_is_near(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    go_to(window, world, 9)
    button(window).click()
    qtbot.waitUntil(lambda: words(window)[0] == "Forlænget til kl. 10.45")
    go_to(window, world, 9.5)
    qtbot.waitUntil(lambda: words(window)[0] == "Tiden er gået om 1\u00a0min.")
    assert button(window).text() == "Forlæng 10 min"


def test_it_is_told_on_the_telephone_and_in_the_small_window(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    go_to(window, world, -1)
    qtbot.waitUntil(lambda: words(window)[1] != "")
    window.controls.compact.click()
    assert words(window)[0] == "Tiden er gået om 1\u00a0min."
    assert window.notices.time.advice.isHidden()
    window.controls.compact.click()
    assert window.notices.time.advice.isVisible()
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    assert button(window).isVisible()


def test_after_the_end_of_the_call_nothing_is_said(
    qtbot: QtBot, window: CallWindow, world: World, call: FakeCall
) -> None:
    window.end()
    go_to(window, world, 1)
    assert not window.notices.isVisible()


def row(booking: Booking) -> DayRow:
    return DayRow(
        start=booking.start,
        end=booking.end,
        clinician_id=booking.clinician_id,
        slot_id=booking.slot_id,
        slot_kind=SlotKind.VIDEO,
        free=False,
        form=booking.form,
        patient_id=booking.patient_id,
        patient_name=None,
        booking_id=booking.id,
        booking_state=booking.state,
        row_state=booking.row_state,
        failure=booking.failure,
    )


def test_the_next_patient_is_the_same_clinicians_next_who_is_still_to_be_met() -> None:
    def other(key: str, start: float, **more: object) -> DayRow:
        made = people.booking(people.OMAR, key=key, start=END + minutes(start))
        return row(replace(made, **more))  # type: ignore[arg-type]

    taken = replace(row(HELD), booking_id=None, booking_state=None, start=END)
    rows = [
        row(HELD),
        taken,
        other("earlier", -40),
        other("colleague", 1, clinician_id=people.COLLEAGUE.id),
        other("ended", 2, state=BookingState.ENDED),
        other("late", 30),
        other("next", 5),
    ]
    assert next_patient(HELD, rows, ()) == NextPatient(END + minutes(5), waits=False)
    assert next_patient(HELD, rows[:5], ()) is None


def test_a_booking_that_is_over_has_no_time_to_tell() -> None:
    assert time_line(replace(HELD, state=BookingState.CANCELLED), END, None) is None


def test_it_stands_out_only_when_somebody_is_made_to_wait() -> None:
    due = NextPatient(END + minutes(5), waits=False)
    tones = [line.tone for at in (0, 4, 5) if (line := time_line(HELD, END + minutes(at), due))]
    assert tones == [Tone.QUIET, Tone.QUIET, Tone.WARN]


def test_a_conflict_and_another_refusal_are_told_in_their_own_words() -> None:
    kept = replace(HELD, extended_to=END + minutes(10))
    refused = time_line(replace(kept, failure=ErrorKind.PRACTICE_REFUSED), END, None)
    assert refused is not None
    assert refused.advice.startswith("I kalenderen slutter aftalen stadig kl. 10.35: ")


def test_the_row_says_how_long_it_is_and_what_the_calendar_has() -> None:
    later = END + minutes(10)
    waits = replace(HELD, end=later, extended_to=later, moved_from=PlannedTime(HELD.start, END, HELD.slot_id))
    assert move_text(waits, END) == "Forlænges til 10.45"
    assert move_text(replace(waits, moved_from=None), END) == ""
    taken = replace(HELD, extended_to=later, failure=ErrorKind.SLOT_TAKEN)
    assert move_text(taken, END) == "Forlænget til 10.45; i kalenderen til 10.35: tiden efter er optaget"
    assert headline(taken, END) == "Videoaftale i dag 10.20"
    assert move_text(replace(taken, failure=None), END) == "Forlænget til 10.45; i kalenderen til 10.35"
