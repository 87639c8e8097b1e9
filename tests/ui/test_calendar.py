"""The day list: days, clinicians, the patient of a line, and the line of now."""

import asyncio
from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import SlotId
from app.ui.console.screens import CALENDAR
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from tests.ui import people
from tests.ui.fakes import World


def open_calendar(qtbot: QtBot, console: Console) -> None:
    console.screens.show_screen(CALENDAR)
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() > 0)


def titles(console: Console) -> list[str]:
    model = console.calendar.model
    rows = [model.row_at(number) for number in range(model.rowCount())]
    return [model.title(row) for row in rows if row is not None]


def test_the_clinicians_own_day_is_shown_first(qtbot: QtBot, console: Console) -> None:
    open_calendar(qtbot, console)
    assert console.calendar.bar.title.full_text() == "Mandag 16. november 2026"
    assert titles(console) == ["Ledig videotid"] * 3 + ["Ledig tid"] * 4
    assert console.calendar.bar.clinician.currentText() == "Anna Sørensen"


def test_everybodys_day_names_the_clinicians(qtbot: QtBot, console: Console) -> None:
    open_calendar(qtbot, console)
    console.calendar.bar.clinician.setCurrentIndex(0)
    console.calendar.bar.clinician.activated.emit(0)
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() == 14)
    assert set(console.calendar.model.clinicians.values()) >= {"Anna Sørensen", "Jonas Bech Madsen"}


def test_going_to_another_day_and_back(qtbot: QtBot, console: Console) -> None:
    open_calendar(qtbot, console)
    console.calendar.bar.after.click()
    qtbot.waitUntil(console.calendar.empty.isVisible)
    assert console.calendar.bar.title.full_text() == "Tirsdag 17. november 2026"
    console.calendar.bar.today.click()
    qtbot.waitUntil(console.calendar.list.isVisible)


def test_a_booking_shows_its_patient_and_state(qtbot: QtBot, console: Console, world: World) -> None:
    open_calendar(qtbot, console)
    world.clinic.put(people.booking(people.OMAR, BookingState.DELIVERED, row=RowState.CONFIRMED))
    qtbot.waitUntil(lambda: "Omar Haddad" in titles(console))
    console.calendar.list.select_row(titles(console).index("Omar Haddad"))
    qtbot.waitUntil(console.calendar.patient.isVisible)
    assert console.calendar.patient.name.text() == "Omar Haddad"
    assert console.calendar.panel.row.headline.text() == "Videoaftale i dag 10.20"


def test_booking_again_from_a_patient_in_the_calendar(qtbot: QtBot, console: Console, world: World) -> None:
    ended = people.booking(people.OMAR, BookingState.ENDED, people.at(9), about=None)
    world.clinic.put(ended)
    open_calendar(qtbot, console)
    qtbot.waitUntil(lambda: titles(console)[0] == "Omar Haddad")
    console.calendar.list.select_row(0)
    qtbot.waitUntil(console.calendar.panel.bar.book.isVisible)
    qtbot.waitUntil(console.calendar.panel.bar.book.isEnabled)
    console.calendar.side.book_first()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 2)
    assert world.clinic.bookings[0].patient_id == "omar"
    assert world.clinic.bookings[0].message_id is None


def test_a_booking_made_in_the_calendar_shows_its_receipt(qtbot: QtBot, console: Console, world: World) -> None:
    open_calendar(qtbot, console)
    world.clinic.put(people.booking(people.OMAR, BookingState.ENDED, row=RowState.CONFIRMED))
    qtbot.waitUntil(lambda: "Omar Haddad" in titles(console))
    console.calendar.list.select_row(titles(console).index("Omar Haddad"))
    panel = console.calendar.panel
    qtbot.waitUntil(panel.bar.book.isEnabled)
    panel.bar.book.click()
    qtbot.waitUntil(panel.row.undo.isVisible)
    made = panel.made
    console.calendar.side.watch.card_changed.emit()  # as after any commit
    assert panel.row.undo.isVisible()
    assert not panel.bar.book.isVisible()
    assert made is not None


def test_coming_to_the_calendar_chooses_nobody(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.put(people.booking(people.OMAR, BookingState.DELIVERED, row=RowState.CONFIRMED))
    open_calendar(qtbot, console)
    console.calendar.list.setFocus()
    qtbot.waitUntil(console.calendar.list.hasFocus)
    assert not console.calendar.list.currentIndex().isValid()
    assert not console.calendar.patient.isVisible()


def choose(console: Console, name: str) -> None:
    console.calendar.list.select_row(titles(console).index(name))


def open_two(qtbot: QtBot, console: Console, world: World) -> None:
    """Show Omar's line, with nothing booked ahead for him or Karen."""
    world.clinic.put(people.booking(people.OMAR, BookingState.ENDED, people.at(8), about=None, key="o"))
    world.clinic.put(people.booking(people.KAREN, BookingState.ENDED, people.at(9), about=None, key="k"))
    open_calendar(qtbot, console)
    qtbot.waitUntil(lambda: "Karen Margrethe Holm" in titles(console))
    choose(console, "Omar Haddad")
    qtbot.waitUntil(console.calendar.panel.bar.book.isEnabled)


def test_nobody_is_booked_before_the_chosen_patient_is_read(qtbot: QtBot, console: Console, world: World) -> None:
    open_two(qtbot, console, world)
    world.clinic.held = asyncio.Event()
    choose(console, "Karen Margrethe Holm")
    assert not console.calendar.panel.bar.book.isEnabled()
    console.calendar.side.book_first()
    console.calendar.side.book_now()
    world.clinic.held.set()
    world.clinic.held = None
    qtbot.waitUntil(lambda: console.calendar.patient.name.text() == "Karen Margrethe Holm")
    qtbot.waitUntil(console.calendar.panel.bar.book.isEnabled)
    assert len(world.clinic.bookings) == 2
    console.calendar.side.book_first()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 3)
    assert world.clinic.bookings[0].patient_id == "karen"


def test_a_patient_who_cannot_be_read_is_told_and_not_booked(qtbot: QtBot, console: Console, world: World) -> None:
    open_two(qtbot, console, world)
    world.clinic.card_failure = ErrorKind.DATABASE_DAMAGED
    choose(console, "Karen Margrethe Holm")
    qtbot.waitUntil(console.calendar.side.nobody.isVisible)
    assert console.calendar.side.nobody.title.text() == "De lokale data er beskadiget"
    console.calendar.side.book_first()
    console.calendar.side.book_now()
    assert not console.calendar.panel.bar.book.isEnabled()
    assert len(world.clinic.bookings) == 2
    world.clinic.card_failure = None
    world.clinic.changed()
    qtbot.waitUntil(console.calendar.patient.isVisible)


def test_a_patient_who_is_not_fetched_yet_is_told(qtbot: QtBot, console: Console, world: World) -> None:
    open_two(qtbot, console, world)
    world.clinic.unknown = {people.KAREN.id}
    choose(console, "Karen Margrethe Holm")
    qtbot.waitUntil(console.calendar.side.nobody.isVisible)
    assert console.calendar.side.nobody.title.text() == "Patienten er ikke hentet endnu"
    assert not console.calendar.panel.bar.book.isEnabled()


def test_a_free_line_has_no_patient(qtbot: QtBot, console: Console) -> None:
    open_calendar(qtbot, console)
    console.calendar.list.select_row(0)
    assert console.calendar.side.nobody.title.text() == "Ingen aftale valgt"
    assert console.calendar.side.nobody.isVisible()


def test_the_line_of_now_stands_at_the_consultation_under_way(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.put(people.booking(people.OMAR, BookingState.IN_CALL, people.at(10), key="o"))
    open_calendar(qtbot, console)
    qtbot.waitUntil(lambda: "Omar Haddad" in titles(console))
    assert console.calendar.model.first_after(world.clock()) == titles(console).index("Omar Haddad")
    assert console.calendar.model.first_after(people.at(20)) == console.calendar.model.rowCount()


def test_rows_are_spoken(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.put(people.booking(people.OMAR, BookingState.DELIVERED))
    open_calendar(qtbot, console)
    qtbot.waitUntil(lambda: "Omar Haddad" in titles(console))
    index = console.calendar.model.index(titles(console).index("Omar Haddad"))
    spoken = console.calendar.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "10.20, Omar Haddad, Video, SMS leveret"


def test_only_free_video_times_ahead_can_be_chosen(qtbot: QtBot, console: Console, world: World) -> None:
    world.clock.now = people.at(10, 30)
    world.clinic.put(people.booking(people.OMAR, start=people.at(10, 40)))
    world.clinic.bookings[0] = people.booking(people.OMAR, start=people.at(10, 40))
    console.calendar.choose_time_for(people.KAREN, None)
    open_calendar(qtbot, console)
    console.calendar.list.select_row(0)
    assert console.calendar.choosing.advice.text() == "Klik på en ledig tid i listen."


def test_a_time_taken_meanwhile_is_told(qtbot: QtBot, console: Console, world: World) -> None:
    world.clinic.desk_failure = ErrorKind.SLOT_TAKEN
    console.calendar.choose_time_for(people.KAREN, None)
    open_calendar(qtbot, console)
    console.calendar.list.select_row(1)
    console.calendar.choosing.findChildren(Button, "bookChosen")[0].click()
    qtbot.waitUntil(lambda: console.calendar.choosing.title.text() == "Tiden er lige blevet taget")


def test_a_day_that_cannot_be_read_offers_to_try_again(qtbot: QtBot, console: Console, world: World) -> None:
    open_calendar(qtbot, console)
    console.calendar.bar.after.click()
    qtbot.waitUntil(console.calendar.empty.isVisible)
    world.clinic.failure = ErrorKind.DATABASE_DAMAGED
    console.calendar.bar.after.click()
    qtbot.waitUntil(lambda: console.calendar.empty.title.text() == "De lokale data er beskadiget")
    world.clinic.failure = None
    console.calendar.empty.button.click()
    qtbot.waitUntil(lambda: console.calendar.empty.title.text() == "Intet i kalenderen den dag")


def test_slots_of_others_are_not_taken_for_ones_own(qtbot: QtBot, console: Console, world: World) -> None:
    open_calendar(qtbot, console)
    rows = [console.calendar.model.row_at(number) for number in range(console.calendar.model.rowCount())]
    assert {row.slot_id for row in rows if row} == {slot.id for slot in people.slots(people.DOCTOR)}
    assert SlotId("slot-jonas-1020") not in {row.slot_id for row in rows if row}


def test_a_booking_is_shown_on_its_day_whoever_it_belongs_to(qtbot: QtBot, console: Console, world: World) -> None:
    tomorrow = people.at(10, 20, days=1)
    theirs = replace(people.booking(people.OMAR, start=tomorrow, key="o"), clinician_id=people.COLLEAGUE.id)
    world.clinic.put(theirs)
    console.screens.show_day(tomorrow.date(), theirs.id)
    qtbot.waitUntil(lambda: console.calendar.patient.name.text() == "Omar Haddad")
    assert console.calendar.bar.title.full_text() == "Tirsdag 17. november 2026"
    assert console.calendar.bar.clinician.currentText() == "Alle læger"
    assert console.calendar.list.currentIndex().row() == 0


def test_a_booking_that_is_gone_leaves_the_day_shown(qtbot: QtBot, console: Console) -> None:
    console.screens.show_day(people.NOW.date(), people.booking().id)
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() == 14)
    assert not console.calendar.list.currentIndex().isValid()
    assert console.calendar.side.nobody.isVisible()


def test_another_time_asked_for_in_the_calendar_is_booked_there(
    qtbot: QtBot, console: Console, world: World
) -> None:
    open_two(qtbot, console, world)
    console.calendar.panel.bar.other_time_wanted.emit()
    assert console.calendar.choosing.title.text() == "Vælg en ledig tid til Omar Haddad"
    console.calendar.list.select_row(console.calendar.model.rowCount() - 1)
    console.calendar.choosing.findChildren(Button, "bookChosen")[-1].click()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 3)
    assert (world.clinic.bookings[0].patient_id, world.clinic.bookings[0].start) == ("omar", people.at(14))
