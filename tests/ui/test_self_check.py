"""The screens' own checks find what is broken, and say so in one line."""

from pathlib import Path

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.ui.self_check import check_danish, check_icons, check_letters, check_multimedia, screen_checks, tell
from app.ui.theme.theme import Theme
from scripts.translate import DANISH

RESOURCES = DANISH.parents[1]


def test_all_is_well_here(qapp: QApplication) -> None:
    checks = screen_checks(qapp, RESOURCES)
    assert list(checks) == ["language", "letters", "icons", "multimedia"]
    assert all(tell(name, check) for name, check in checks.items())


def test_each_check_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise OSError("no such library")

    assert tell("sound", check_multimedia)
    assert not tell("picture", broken)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "ok    sound: Qt has its multimedia plugin"
    assert second == "FAIL  picture: OSError: no such library"


@pytest.mark.parametrize(("ours", "cancel"), [(False, "Annuller"), (True, "Cancel")])
def test_half_danish_is_not_danish(ours: bool, cancel: str) -> None:
    with pytest.raises(ValueError, match=r"not there|Qt says Cancel"):
        check_danish(ours, cancel)


def test_letters_that_all_look_alike_are_found(theme: Theme) -> None:
    assert check_letters(theme.font(24))
    # The icon font has no letters: with no other font to borrow from, each is drawn as the same box.
    boxes = QFont("Phosphor")
    boxes.setPixelSize(24)
    boxes.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    with pytest.raises(ValueError, match="no font"):
        check_letters(boxes)


def test_pictures_that_cannot_be_drawn_are_found(tmp_path: Path) -> None:
    assert "drawn by" in check_icons(RESOURCES / "icons")
    with pytest.raises(ValueError, match="the folder of pictures"):
        check_icons(tmp_path)
    (tmp_path / "arrow.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>', encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"arrow\.svg"):
        check_icons(tmp_path)
