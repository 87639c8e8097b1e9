"""A call that is still being opened, or cannot be: the telephone carries it, and nobody is let in twice."""

import asyncio
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.call import Medium
from app.domain.errors import ErrorKind
from app.domain.outcome import OutcomeKind
from app.ui.call.window import CallWindow
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.calls import finish
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World


def test_without_any_video_the_telephone_still_carries_it(qtbot: QtBot, theme: Theme, world: World) -> None:
    world.call_failure = ErrorKind.ROOM_UNREACHABLE
    booking = people.booking(state=BookingState.WAITING)
    world.clinic.bookings = [booking]
    window = CallWindow(theme, world.parts, booking, "Karen Margrethe Holm")
    qtbot.addWidget(window)
    window.open()
    qtbot.waitUntil(window.notices.proposal.isVisible)
    assert window.notices.proposal.title.text() == "Ingen forbindelse til videotjenesten"
    window.rescue.go_to_telephone()
    assert window.telephone.isVisible()
    assert window.telephone.line.text() == "Karen Margrethe Holm har ikke fået besked endnu. Ring op nu."
    window.refuse_other("Omar Haddad")
    assert window.notices.other.isVisible()
    assert not window.notices.proposal.isVisible()
    world.clock.pass_time(timedelta(minutes=6))
    sheet = finish(qtbot, window)
    assert sheet.chosen_kind() is OutcomeKind.BY_TELEPHONE
    sheet.save_now()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    assert world.clinic.finished[0].fee_code == "0201"


@pytest.fixture
def opening(qtbot: QtBot, theme: Theme, world: World) -> CallWindow:
    """A window whose call has not been opened yet."""
    booking = people.booking(state=BookingState.WAITING, about=None)
    world.clinic.bookings = [booking]
    world.opening = asyncio.Event()
    made = CallWindow(theme, world.parts, booking, "Karen Margrethe Holm")
    qtbot.addWidget(made)
    made.open()
    return made


def let_it_open(qtbot: QtBot, world: World) -> FakeCall:
    assert world.opening is not None
    world.opening.set()
    qtbot.waitUntil(lambda: len(world.calls) == 1)
    return world.calls[0]


def test_ending_while_the_call_opens_lets_nobody_in(qtbot: QtBot, opening: CallWindow, world: World) -> None:
    sheet = finish(qtbot, opening)
    call = let_it_open(qtbot, world)
    qtbot.waitUntil(lambda: call.ended)
    assert not call.admitted
    assert opening.sheet is sheet
    assert world.clinic.started == []


def test_choosing_the_telephone_while_the_call_opens_holds(qtbot: QtBot, opening: CallWindow, world: World) -> None:
    opening.rescue.go_to_telephone()
    assert opening.telephone.line.text() == "Karen Margrethe Holm har ikke fået besked endnu. Ring op nu."
    call = let_it_open(qtbot, world)
    qtbot.waitUntil(lambda: call.view.patient_told)
    assert not call.admitted
    assert opening.telephone.line.text() == "Karen Margrethe Holm har fået besked om, at du ringer nu."
    assert call.view.record.medium is Medium.TELEPHONE
    sheet = finish(qtbot, opening)
    assert sheet.chosen_kind() is OutcomeKind.BY_TELEPHONE


def test_a_call_that_cannot_be_opened_does_not_disturb_the_telephone(
    qtbot: QtBot, opening: CallWindow, world: World
) -> None:
    opening.rescue.go_to_telephone()
    world.call_failure = ErrorKind.ROOM_UNREACHABLE
    assert world.opening is not None
    world.opening.set()
    qtbot.waitUntil(lambda: world.clinic.started == ["b1"])
    assert opening.telephone.isVisible()
    assert not opening.notices.isVisible()


def test_an_old_failure_is_forgotten_once_the_call_opens(qtbot: QtBot, opening: CallWindow, world: World) -> None:
    world.call_failure = ErrorKind.ROOM_UNREACHABLE
    assert world.opening is not None
    world.opening.set()
    qtbot.waitUntil(opening.notices.proposal.isVisible)
    world.call_failure = None
    opening.notices.video_wanted.emit()
    qtbot.waitUntil(lambda: len(world.calls) == 1 and world.calls[0].admitted)
    assert not opening.notices.isVisible()


def test_asking_for_video_again_while_the_call_opens_opens_no_second_one(
    qtbot: QtBot, opening: CallWindow, world: World
) -> None:
    opening.rescue.go_up()
    call = let_it_open(qtbot, world)
    qtbot.waitUntil(lambda: call.admitted and not opening._tasks.busy)
    assert not opening.notices.isVisible()
    assert world.clinic.started == ["b1"]


def test_who_goes_back_to_video_while_the_call_opens_gets_video(
    qtbot: QtBot, opening: CallWindow, world: World
) -> None:
    opening.rescue.go_to_telephone()
    opening.rescue.go_up()
    assert opening.telephone.returning
    call = let_it_open(qtbot, world)
    qtbot.waitUntil(lambda: call.tries == 1 and not opening._tasks.busy)
    assert opening.telephone.returning
    assert opening.telephone.answer.text() == "I kan tale i telefon imens."
