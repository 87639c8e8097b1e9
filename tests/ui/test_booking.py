"""Booking: the buttons for a secretary, and what one booking is said to be as time passes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.private import Private
from app.ui.booking.already import ahead
from app.ui.booking.panel import BookingPanel
from app.ui.booking.row import BookingRow
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.fakes import World, make_world


@pytest.fixture
def world() -> World:
    return make_world(people.SECRETARY)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, world: World) -> BookingPanel:
    """A secretary's panel, for Anna Sørensen first."""
    made = BookingPanel(theme, world.parts)
    qtbot.addWidget(made)
    made.show()
    made.set_patient(people.KAREN)
    qtbot.waitUntil(made.bar.book.isEnabled)
    return made


@pytest.fixture
def row(qtbot: QtBot, theme: Theme, world: World) -> BookingRow:
    made = BookingRow(theme, world.clock)
    qtbot.addWidget(made)
    return made


def choose(panel: BookingPanel, name: str) -> None:
    box = panel.clinician.findChildren(QComboBox)[0]
    box.setCurrentIndex(box.findText(name))
    box.activated.emit(box.currentIndex())


def test_a_time_is_booked_with_the_clinician_it_belongs_to(qtbot: QtBot, panel: BookingPanel, world: World) -> None:
    slot = people.slots(people.COLLEAGUE)[0]
    panel.book(slot)
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 1)
    assert world.clinic.bookings[0].clinician_id == people.COLLEAGUE.id


def test_another_clinician_takes_back_what_was_offered_for_the_first(
    qtbot: QtBot, panel: BookingPanel, world: World
) -> None:
    world.clinic.desk_failure = ErrorKind.SLOT_TAKEN
    panel.book_first()
    qtbot.waitUntil(panel.notice.isVisible)
    choose(panel, "Jonas Bech Madsen")
    assert not panel.notice.isVisible()
    assert not panel.bar.book.isEnabled()
    qtbot.waitUntil(panel.bar.book.isEnabled)
    world.clinic.desk_failure = None
    panel.book_first()
    qtbot.waitUntil(lambda: len(world.clinic.bookings) == 1)
    assert world.clinic.bookings[0].clinician_id == people.COLLEAGUE.id


def test_clinicians_that_come_later_can_be_chosen(qtbot: QtBot, theme: Theme, world: World) -> None:
    world.clinic.staff = [people.COLLEAGUE]
    panel = BookingPanel(theme, world.parts)
    qtbot.addWidget(panel)
    box = panel.clinician.findChildren(QComboBox)[0]
    qtbot.waitUntil(lambda: box.currentText() == "Jonas Bech Madsen")
    world.clinic.staff = [people.DOCTOR, people.COLLEAGUE]
    world.clinic.changed(Changes.CALENDAR)
    qtbot.waitUntil(lambda: box.findText("Anna Sørensen") >= 0)


def test_finishing_takes_the_place_of_cancelling_when_the_time_begins(
    qtbot: QtBot, row: BookingRow, world: World
) -> None:
    world.clock.now = people.FIRST - timedelta(milliseconds=200)
    row.show_booking(people.booking(state=BookingState.DELIVERED, made_at=people.at(9)))
    assert row.cancel.isVisible()
    assert not row.finish.isVisible()
    world.clock.now = people.FIRST
    qtbot.waitUntil(row.finish.isVisible)
    assert not row.cancel.isVisible()


def test_a_refusal_is_told_as_what_it_is(row: BookingRow) -> None:
    refused = people.booking(
        state=BookingState.SLOT_TAKEN, row=RowState.CONFLICT, failure=ErrorKind.PRACTICE_REFUSED
    )
    row.show_booking(refused, people.slots(people.DOCTOR)[1])
    assert row.headline.text() == "Lægesystemet sagde nej"
    told = "Videoaftale i dag 10.20 står ikke i kalenderen. Der er ikke sendt noget til patienten."
    assert row.ledger.text().startswith(told)
    assert not row.rebook.isVisible()
    assert row.phone.text() == "Ring til 20 12 34 56"
    assert row.phone.isVisible()


@pytest.mark.parametrize("failure", [ErrorKind.SLOT_TAKEN, None])
def test_a_time_that_was_taken_offers_the_next(row: BookingRow, failure: ErrorKind | None) -> None:
    row.show_booking(people.booking(state=BookingState.SLOT_TAKEN, failure=failure), people.slots(people.DOCTOR)[1])
    assert row.headline.text() == "Tiden i dag 10.20 blev taget af en anden"
    assert row.rebook.isVisible()
    assert not row.phone.isVisible()


def test_only_what_is_ahead_counts_as_already_booked() -> None:
    over = people.booking(key="over", state=BookingState.ENDED)
    passed = people.booking(key="passed", start=people.at(7))
    telephone = people.booking(key="telephone", form=ConsultationForm.TELEPHONE)
    later = people.booking(key="later", start=people.at(16))
    assert ahead((over, passed, telephone), people.NOW) is None
    assert ahead((later, people.booking(), over), people.NOW) == people.booking()


def test_an_outcome_that_was_refused_says_why(row: BookingRow) -> None:
    ended = replace(
        people.booking(state=BookingState.ENDED, row=RowState.CONFLICT, failure=ErrorKind.FEE_CLOSED),
        outcome=Outcome(
            OutcomeKind.COMPLETED, people.at(10, 5), people.at(10, 15), "0125", "Videokonsultation", Private("")
        ),
    )
    row.show_booking(ended)
    assert "allerede afregnet" in row.ledger.text()
    row.show_booking(replace(ended, row_state=RowState.CONFIRMED, failure=None))
    assert "allerede afregnet" not in row.ledger.text()
