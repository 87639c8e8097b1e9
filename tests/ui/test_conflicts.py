"""Two changed an appointment at once: what a secretary is told, and what each of the two buttons does."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.arrangement import ArrangementField, Conflict, Standing, Wish
from app.domain.booking import BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.ui.booking.conflict_card import ConflictCard
from app.ui.booking.conflict_words import conflict_lines, conflict_title, genitive, keep_mine_text, let_stand_text
from app.ui.booking.row import BookingRow
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui import people, troubles
from tests.ui.fakes import World


@pytest.fixture
def card(qtbot: QtBot, console: Console, world: World) -> ConflictCard:
    """Karen's thread with a conflict to settle, the colleague's name read."""
    world.clinic.put(troubles.in_conflict())
    shown = console.inbox.reading.panel.standing.conflict
    qtbot.waitUntil(lambda: shown.isVisible() and "Jonas Bech Madsen" in str(shown.table()))
    return shown


def test_a_conflict_is_told_field_by_field(card: ConflictCard) -> None:
    assert card.title.text() == "Jens Holm flyttede aftalen kl. 10.02, mens du aflyste den"
    assert card.table() == [
        ["Felt", "Før", "Jens Holm", "Dig"],
        ["Tid", "i dag 10.20", "i dag 11.00", "i dag 10.20"],
        ["Hos", "Anna Sørensen", "Jonas Bech Madsen", "Anna Sørensen"],
        ["Status", "Står", "Står", "Aflyst"],
    ]
    assert card.let_stand.text() == "Lad Jens Holms ændring stå"
    assert card.keep_mine.text() == "Gennemfør min aflysning alligevel"


@pytest.mark.parametrize("keep_mine", [True, False])
def test_each_button_settles_it_its_way(
    qtbot: QtBot, card: ConflictCard, console: Console, world: World, keep_mine: bool
) -> None:
    (card.keep_mine if keep_mine else card.let_stand).click()
    assert not card.keep_mine.isEnabled()
    qtbot.waitUntil(lambda: not card.isVisible())
    assert world.clinic.settled == [keep_mine]
    assert card.keep_mine.isEnabled()


def test_while_it_is_not_settled_the_row_offers_nothing_else(card: ConflictCard, console: Console) -> None:
    row = console.inbox.reading.panel.row
    assert row.state.text() == "konflikt siden 10.03"
    assert not row.cancel.isVisible()
    assert not row.move_button.isVisible()


def test_a_conflict_that_cannot_be_settled_now_can_be_settled_again(
    qtbot: QtBot, card: ConflictCard, console: Console, world: World
) -> None:
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    card.keep_mine.click()
    notice = console.inbox.reading.panel.notice
    qtbot.waitUntil(lambda: notice.title.text() == "Disken er fuld")
    assert card.isVisible()
    qtbot.waitUntil(card.keep_mine.isEnabled)


def test_one_that_is_decided_and_on_its_way_is_not_asked_about_again(
    qtbot: QtBot, card: ConflictCard, world: World
) -> None:
    world.clinic.put(replace(troubles.in_conflict(), row_state=RowState.QUEUED))
    qtbot.waitUntil(lambda: not card.isVisible())


def test_a_conflict_is_seen_in_the_lists(qtbot: QtBot, card: ConflictCard, console: Console) -> None:
    inbox = console.inbox.model
    assert str(inbox.data(inbox.index(0))).endswith(", Konflikt")
    console.screens.show_screen(1)
    day = console.calendar.model
    qtbot.waitUntil(lambda: any("Konflikt" in str(day.data(day.index(row))) for row in range(day.rowCount())))


def test_a_conflict_goes_before_another_booking_of_the_thread(
    qtbot: QtBot, card: ConflictCard, world: World, console: Console
) -> None:
    world.clinic.put(replace(troubles.delivered(), id=BookingId("other")))
    qtbot.waitUntil(lambda: len(console.inbox.patient._shown.bookings) == 2)  # type: ignore[union-attr]
    assert card.isVisible()


def test_somebody_whose_name_is_not_told_is_somebody_else(danish: None) -> None:
    title = conflict_title(troubles.CANCELLED, people.NOW)
    assert title == "En anden aflyste aftalen i går 16.00, mens du flyttede den"
    assert let_stand_text(troubles.CANCELLED) == "Lad den anden ændring stå"
    assert keep_mine_text(troubles.CANCELLED) == "Gennemfør min flytning alligevel"


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (replace(troubles.BEFORE, standing=Standing.CANCELLED), "Lars Friis aflyste aftalen"),
        (replace(troubles.BEFORE, standing=Standing.ENDED), "Lars Friis afsluttede aftalen"),
        (troubles.arrangement(people.at(13)), "Lars Friis flyttede aftalen"),
        (
            replace(troubles.BEFORE, clinician_id=people.COLLEAGUE.id),
            "Lars Friis gav aftalen til en anden læge",
        ),
        (replace(troubles.BEFORE, form="telephone"), "Lars Friis ændrede aftalen"),
    ],
)
@pytest.mark.parametrize("wish", list(Wish))
def test_whatever_two_people_did_it_is_one_sentence(danish: None, theirs: object, said: str, wish: Wish) -> None:
    mine = {"move": "flyttede", "cancel": "aflyste", "outcome": "afsluttede"}[wish.value]
    conflict = Conflict(wish, troubles.BEFORE, troubles.BEFORE, theirs, "Lars Friis")  # type: ignore[arg-type]
    assert conflict_title(conflict, people.NOW) == f"{said}, mens du {mine} den"


def test_every_field_has_words(danish: None) -> None:
    other = replace(
        troubles.arrangement(people.at(13), Standing.ENDED), clinician_id=people.COLLEAGUE.id, form="telephone"
    )
    lines = conflict_lines(Conflict(Wish.MOVE, troubles.BEFORE, troubles.BEFORE, other), people.NOW, {})
    assert [line.field for line in lines] == ["Tid", "Hos", "Form", "Status"]
    assert len(lines) == len(ArrangementField)
    assert [line.theirs for line in lines] == ["i dag 13.00", "en anden læge", "Telefon", "Afsluttet"]
    assert not any(line.mine_new for line in lines)


def test_names_are_put_in_the_genitive_as_danes_do() -> None:
    assert [genitive(name) for name in ("Jens Holm", "Lars Friis", "Max")] == ["Jens Holms", "Lars Friis'", "Max'"]


@pytest.fixture
def row(qtbot: QtBot, theme: Theme, world: World) -> BookingRow:
    made = BookingRow(theme, world.clock)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("booking", "headline", "moved"),
    [
        (troubles.delivered(settled_by="Jens Holm"), "Videoaftale i dag 10.20", "Flyttet af Jens Holm"),
        (
            troubles.delivered(settled_by="Jens Holm", state=BookingState.CANCELLED),
            "Aflyst af Jens Holm: Videoaftale i dag 10.20",
            "",
        ),
        (
            troubles.delivered(settled_by="Jens Holm", state=BookingState.SLOT_TAKEN, failure=ErrorKind.SLOT_TAKEN),
            "Tiden i dag 10.20 blev taget af Jens Holm",
            "",
        ),
        (troubles.being_moved(), "Videoaftale i dag 11.00", "Flyttes fra i dag 10.20"),
        (
            troubles.delivered(settled_by="", failure=ErrorKind.SLOT_TAKEN),
            "Den nye tid blev taget af en anden",
            "Aftalen står stadig i dag 10.20.",
        ),
    ],
)
def test_what_colleagues_did_is_told_by_name(row: BookingRow, booking: object, headline: str, moved: str) -> None:
    row.show_booking(booking)  # type: ignore[arg-type]
    assert (row.headline.text(), row.moved.text()) == (headline, moved)
