"""The data on this PC: what lies here, looking after it, handing out one patient's, and taking it all away."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.errors import ErrorKind
from app.ui.console.screens import SETTINGS
from app.ui.console.window import Console
from app.ui.controls.buttons import Button
from app.ui.settings.screen import SettingsScreen
from app.ui.theme.theme import Theme
from tests.ui import people
from tests.ui.fakes import World, make_world


@pytest.fixture
def settings(qtbot: QtBot, console: Console) -> SettingsScreen:
    console.screens.show_screen(SETTINGS)
    shown = console.screens.settings
    qtbot.waitUntil(lambda: len(shown.facts.values()) == 8)
    return shown


def test_what_lies_here(settings: SettingsScreen) -> None:
    assert settings.facts.values() == [
        "48,1 MB",
        "1.204",
        "20.418",
        "312",
        "i 90 dage efter sidste besked",
        "i dag 06.30",
        "i går 03.00",
        "1",
    ]


def test_it_is_read_anew_each_time(qtbot: QtBot, settings: SettingsScreen, console: Console, world: World) -> None:
    world.clinic.report = replace(people.REPORT, patients=1_205, checked_at=None)
    console.screens.show_screen(0)
    console.screens.show_screen(SETTINGS)
    qtbot.waitUntil(lambda: settings.facts.values()[1] == "1.205")
    assert settings.facts.values()[5] == "ikke endnu"


@pytest.mark.parametrize(
    ("sound", "said"), [(True, "De lokale data er i orden"), (False, "De lokale data er beskadiget")]
)
def test_checking_now(qtbot: QtBot, settings: SettingsScreen, world: World, sound: bool, said: str) -> None:
    world.local.sound = sound
    settings.facts.check.click()
    qtbot.waitUntil(lambda: settings.facts.answer.title.text() == said)
    qtbot.waitUntil(lambda: settings.facts.values()[5] == "i dag 10.04")
    assert settings.facts.check.isEnabled()


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (0, "Der var intet at rydde op"),
        (1, "1 besked er fjernet fra pc'en"),
        (7, "7 beskeder er fjernet fra pc'en"),
    ],
)
def test_tidying_up_now(qtbot: QtBot, settings: SettingsScreen, world: World, gone: int, said: str) -> None:
    world.local.gone = gone
    settings.facts.tidy.click()
    qtbot.waitUntil(lambda: settings.facts.answer.title.text() == said)


def test_what_cannot_be_done_is_told(qtbot: QtBot, settings: SettingsScreen, world: World) -> None:
    world.local.failure = ErrorKind.DISK_FULL
    settings.facts.tidy.click()
    qtbot.waitUntil(lambda: settings.facts.answer.title.text() == "Disken er fuld")


def found(qtbot: QtBot, settings: SettingsScreen, words: str) -> list[Button]:
    settings.export.field.setText(words)
    qtbot.waitUntil(lambda: len(settings.export.found()) == 1)
    return settings.export.found()


def choose_file(settings: SettingsScreen, path: Path) -> None:
    dialog = settings.export.findChild(QFileDialog)
    assert dialog is not None
    assert "Karen" not in dialog.selectedFiles()[0]
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_exporting_a_patients_data(qtbot: QtBot, settings: SettingsScreen, world: World, tmp_path: Path) -> None:
    [button] = found(qtbot, settings, "karen")
    assert button.text() == "Eksportér Karen Margrethe Holm  ·  120354-1126 …"
    button.click()
    choose_file(settings, tmp_path / "out.json")
    qtbot.waitUntil(lambda: settings.export.answer.title.text() == "Karen Margrethe Holm er eksporteret (48,1 kB)")
    assert str(tmp_path / "out.json") in settings.export.answer.advice.text()
    assert world.local.exported == [("karen", tmp_path / "out.json")]


def test_an_export_that_fails_is_told(qtbot: QtBot, settings: SettingsScreen, world: World, tmp_path: Path) -> None:
    world.local.failure = ErrorKind.EXPORT_FAILED
    found(qtbot, settings, "karen")[0].click()
    choose_file(settings, tmp_path / "out.json")
    qtbot.waitUntil(lambda: settings.export.answer.title.text() == "Filen kunne ikke skrives")


def test_nobody_found_is_said_and_an_empty_field_finds_nobody(qtbot: QtBot, settings: SettingsScreen) -> None:
    found(qtbot, settings, "karen")
    settings.export.field.setText("zzz")
    qtbot.waitUntil(settings.export.nobody.isVisible)
    settings.export.field.clear()
    qtbot.waitUntil(lambda: not settings.export.nobody.isVisible())
    assert settings.export.found() == []


def test_everything_is_deleted_only_when_the_word_is_written(
    qtbot: QtBot, settings: SettingsScreen, console: Console, world: World
) -> None:
    wipe = settings.wipe
    wipe.ask.click()
    qtbot.waitUntil(lambda: wipe.unsent.text() == "Alt, hvad der er gjort her, er sendt.")
    assert not wipe.sure.isEnabled()
    wipe.field.setText("slet")
    assert wipe.sure.isEnabled()
    with qtbot.waitSignal(console.closed):
        wipe.sure.click()
    assert world.local.wiped == [False]
    assert not console.isVisible()


def test_what_is_not_sent_is_told_before_it_is_lost(qtbot: QtBot, settings: SettingsScreen, world: World) -> None:
    world.clinic.status = replace(world.clinic.status, pending_actions=3)
    wipe = settings.wipe
    wipe.ask.click()
    qtbot.waitUntil(lambda: wipe.unsent.text() == "3 ændringer er ikke sendt og går tabt")
    wipe.field.setText("SLET")
    with qtbot.waitSignal(wipe.wiped):
        wipe.sure.click()
    assert world.local.wiped == [True]


def test_a_change_made_at_the_last_moment_is_not_lost_unsaid(
    qtbot: QtBot, settings: SettingsScreen, world: World
) -> None:
    wipe = settings.wipe
    wipe.ask.click()
    wipe.field.setText("SLET")
    qtbot.waitUntil(wipe.sure.isEnabled)
    world.clinic.status = replace(world.clinic.status, pending_actions=1)
    wipe.sure.click()
    qtbot.waitUntil(lambda: wipe.answer.title.text() == "Nogle ændringer er ikke sendt endnu")
    assert world.local.wiped == []
    assert wipe.ask.isVisible()


def test_a_question_is_forgotten_when_another_screen_is_shown(settings: SettingsScreen, console: Console) -> None:
    settings.wipe.ask.click()
    settings.wipe.field.setText("SLET")
    console.screens.show_screen(0)
    console.screens.show_screen(SETTINGS)
    assert settings.wipe.ask.isVisible()
    assert settings.wipe.field.text() == ""


@pytest.mark.parametrize(
    ("lost", "advice"),
    [
        (0, "Alle ændringer, der ventede, er reddet."),
        (1, "Én ændring, der ventede, kunne ikke læses. Gå dagens aftaler igennem."),
        (2, "2 ændringer, der ventede, kunne ikke læses. Gå dagens aftaler igennem."),
    ],
)
def test_a_copy_made_anew_is_told_of_at_the_start(qtbot: QtBot, theme: Theme, lost: int, advice: str) -> None:
    world = make_world()
    world.clinic.report = replace(people.REPORT, repaired_at=people.at(10, 2), lost_actions=lost)
    console = Console(theme, world.parts)
    qtbot.addWidget(console)
    console.show()
    qtbot.waitUntil(console.banner.isVisible)
    assert console.banner.title.text() == "Den lokale kopi var beskadiget og er genskabt kl. 10.02"
    assert console.banner.advice.text() == advice
    console.banner.findChildren(Button, "showRepaired")[0].click()
    qtbot.waitUntil(console.screens.settings.facts.repaired.isVisible)
    assert console.screens.settings.facts.repaired.advice.text() == advice


def test_an_old_repair_disturbs_nobody(qtbot: QtBot, theme: Theme) -> None:
    world = make_world()
    world.clinic.report = replace(people.REPORT, repaired_at=people.at(10, 2, -1))
    console = Console(theme, world.parts)
    qtbot.addWidget(console)
    console.show()
    console.screens.show_screen(SETTINGS)
    qtbot.waitUntil(console.screens.settings.facts.repaired.isVisible)
    assert not console.banner.isVisible()
