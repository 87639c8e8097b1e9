"""What two people disagree about is told wherever one looks, and settled from the list."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.ui.console.window import Console
from app.ui.theme.theme import Theme
from tests.ui import troubles
from tests.ui.fakes import World
from tests.ui.gallery import Gallery


@pytest.fixture
def disputed(qtbot: QtBot, console: Console, world: World) -> Console:
    """The list open with one appointment to settle, and nothing that waits."""
    world.clinic.put(troubles.in_conflict())
    world.clinic.status = replace(world.clinic.status, to_settle=1)
    world.clinic.changed(Changes.BOOKINGS)
    console.status.waiting.click()
    qtbot.waitUntil(lambda: console.outbox.disputes.any)
    return console


def test_the_status_line_counts_what_is_to_be_settled(qtbot: QtBot, disputed: Console) -> None:
    qtbot.waitUntil(lambda: disputed.status.waiting.text() == "1 aftale skal afgøres af dig")
    assert disputed.status.property("state") == "warn"


def test_the_list_never_says_that_all_is_done_while_somebody_has_to_choose(disputed: Console) -> None:
    assert not disputed.outbox.empty.isVisible()
    [dispute] = disputed.outbox.disputes.shown()
    assert dispute.about.text() == "Karen Margrethe Holm  ·  i dag 11.00"
    assert dispute.card.isVisible()


def test_settling_from_the_list(qtbot: QtBot, disputed: Console, world: World) -> None:
    [dispute] = disputed.outbox.disputes.shown()
    dispute.card.let_stand.click()
    qtbot.waitUntil(lambda: not disputed.outbox.disputes.any)
    assert disputed.outbox.empty.isVisible()


def test_what_cannot_be_settled_now_says_why_and_can_be_tried_again(
    qtbot: QtBot, disputed: Console, world: World
) -> None:
    world.clinic.desk_failure = ErrorKind.DISK_FULL
    [dispute] = disputed.outbox.disputes.shown()
    dispute.card.keep_mine.click()
    qtbot.waitUntil(disputed.outbox.notice.isVisible)
    assert disputed.outbox.notice.title.text() == "Disken er fuld"
    qtbot.waitUntil(dispute.card.keep_mine.isEnabled)


@pytest.mark.screens
def test_draw(qtbot: QtBot, theme: Theme, disputed: Console) -> None:
    Gallery(qtbot, theme).draw("75-to-settle", disputed)
