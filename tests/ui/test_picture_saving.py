"""Saving a picture in the record: one click or key, an honest word of how far it is, one thing to do at a no."""

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.booking import RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.ui.call.picture_saving import PictureSavingLine
from app.ui.call.picture_viewer import PictureViewer
from app.ui.call.side_panel import Pane
from app.ui.call.window import CallWindow
from app.video.side.messages import Hello, PictureAnswer, PictureAnswered
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World
from tests.ui.test_side import PAGE, arrived, jpeg

NOT_SAVED = "Ikke gemt: billedet forsvinder, når samtalen slutter."


@pytest.fixture
def there(call: FakeCall) -> FakeCall:
    call.side.hear(Hello(PAGE, "", 0))
    return call


@pytest.fixture
def viewer(qtbot: QtBot, window: CallWindow, there: FakeCall) -> PictureViewer:
    """The window of a picture that was asked for and has come."""
    window.side.ask_picture()
    there.side.hear(PictureAnswered(1, PictureAnswer.TAKING))
    there.side.hear(arrived(jpeg(), 1))
    qtbot.waitUntil(lambda: window.side.viewer is not None and window.side.viewer.isVisible())
    assert window.side.viewer is not None
    return window.side.viewer


def lines(window: CallWindow) -> list[PictureSavingLine]:
    """The lines below the panel's pictures, oldest first."""
    return [line for _, line in window.side.pictures._savings.values()]


def saved(qtbot: QtBot, viewer: PictureViewer, world: World) -> None:
    viewer.saving.button.click()
    qtbot.waitUntil(lambda: viewer.saving.state.text() != "")
    assert len(world.pictures.saved) == 1


def test_the_key_saves_it_once_with_who_agreed_and_when(
    qtbot: QtBot, viewer: PictureViewer, window: CallWindow, world: World
) -> None:
    assert viewer.consent.text() == "Samtykke givet kl. 10.04"
    assert viewer.saving.reason.text() == NOT_SAVED
    assert viewer.saving.button.text() == "Gem i journalen"
    assert viewer.saving.button.toolTip() == "Gem i journalen (Ctrl+S)"
    world.pictures.holding = asyncio.Event()
    asked_at = world.clock()
    world.clock.pass_time(timedelta(minutes=1))
    for _ in range(2):
        QTest.keyClick(viewer, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert viewer.saving.button.text() == "Gemmer …"
    assert not viewer.saving.button.isEnabled()
    assert viewer.saving.reason.text() == NOT_SAVED, "nothing is promised before it is safe"
    world.pictures.holding.set()
    qtbot.waitUntil(lambda: viewer.saving.state.text() == "gemt her 10.05")
    (picture,) = world.pictures.saved
    assert (picture.booking_id, picture.consent_at, picture.asked) == (window._booking.id, asked_at, True)
    assert picture.jpeg is not None
    assert picture.jpeg.reveal() == jpeg()
    assert viewer.saving.button.isHidden()
    QTest.keyClick(viewer, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not window.side.saver._tasks.busy, "what is on its way is not sent again"
    (line,) = lines(window)
    assert line.state.text() == "gemt her 10.05", "the panel says the same"


def test_it_is_said_how_far_it_is(qtbot: QtBot, viewer: PictureViewer, window: CallWindow, world: World) -> None:
    saved(qtbot, viewer, world)
    (picture,) = world.pictures.saved
    (line,) = lines(window)
    for state, failure, words in (
        (RowState.SENT, None, "sendt 10.04"),
        (RowState.QUEUED, ErrorKind.PRACTICE_UNREACHABLE, "venter siden 10.04"),
        (RowState.CONFIRMED, None, "bekræftet 10.04"),
        (RowState.CONFLICT, ErrorKind.PICTURE_REFUSED, "afvist 10.04"),
    ):
        world.pictures.become(picture, state, failure)
        qtbot.waitUntil(lambda words=words: viewer.saving.state.text() == words)  # type: ignore[misc]
        assert line.state.text() == words
        assert viewer.saving.button.isHidden() == (failure is None)
        assert bool(viewer.saving.reason.text()) == (failure is not None)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            ErrorKind.PICTURE_TOO_LARGE,
            "Billedet er for stort til lægesystemet. Prøv igen: så sendes det halvt så stort.",
        ),
        (
            ErrorKind.PICTURE_REFUSED,
            "Lægesystemet tager ikke imod billedet. "
            "Bed lægesystemets leverandør om, at klinikken må gemme billeder.",
        ),
    ],
)
def test_a_no_says_why_and_what_to_do_and_can_be_tried_again(
    qtbot: QtBot, viewer: PictureViewer, world: World, failure: ErrorKind, words: str
) -> None:
    saved(qtbot, viewer, world)
    (picture,) = world.pictures.saved
    world.pictures.become(picture, RowState.CONFLICT, failure)
    qtbot.waitUntil(lambda: viewer.saving.reason.text() == words)
    assert viewer.saving.button.text() == "Prøv igen"
    viewer.saving.button.click()
    qtbot.waitUntil(lambda: viewer.saving.state.text() == "gemt her 10.04")
    assert world.pictures.retried == [picture.id]
    assert len(world.pictures.saved) == 1


def test_what_cannot_be_saved_here_is_said_and_can_be_saved_after_all(
    qtbot: QtBot, viewer: PictureViewer, world: World
) -> None:
    world.pictures.failure = ErrorKind.DISK_FULL
    viewer.saving.button.click()
    qtbot.waitUntil(lambda: viewer.saving.reason.text().startswith("Disken er fuld"))
    assert viewer.saving.state.text() == ""
    assert viewer.saving.button.text() == "Gem i journalen"
    world.pictures.failure = None
    saved(qtbot, viewer, world)
    assert viewer.saving.reason.text() == ""


def test_each_picture_is_saved_for_itself_also_one_sent_unasked(
    qtbot: QtBot, viewer: PictureViewer, window: CallWindow, there: FakeCall, world: World
) -> None:
    there.side.hear(arrived(jpeg(64, 48), 0, 2))
    qtbot.waitUntil(lambda: len(lines(window)) == 2)
    first, second = lines(window)
    second.button.click()
    qtbot.waitUntil(lambda: second.state.text() != "")
    assert not world.pictures.saved[0].asked
    assert (first.state.text(), first.reason.text()) == ("", NOT_SAVED)
    assert viewer.saving.reason.text() == NOT_SAVED, "the viewer shows the other one"
    for number in range(3, 13):
        there.side.hear(arrived(jpeg(64 + number, 48), 0, number))
    qtbot.waitUntil(lambda: len(lines(window)) == 8)


def test_what_was_not_saved_goes_with_the_call_and_what_is_being_saved_is_saved(
    qtbot: QtBot, viewer: PictureViewer, window: CallWindow, world: World
) -> None:
    assert window.side.pane is Pane.PICTURES
    world.pictures.holding = asyncio.Event()
    viewer.saving.button.click()
    window.end()
    assert not viewer.isVisible()
    assert lines(window) == []
    viewer.saving.button.click()
    world.pictures.holding.set()
    qtbot.waitUntil(lambda: len(world.pictures.saved) == 1)
    world.clinic.changed(Changes.PICTURES)
    qtbot.wait(0)
    assert len(world.pictures.saved) == 1
