"""Asks a just installed program whether everything works here, as far as one machine alone can tell."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontInfo, QIcon, QImage, QPainter
from PySide6.QtMultimedia import QMediaPlayer
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from app.ui.icons import icon
from app.ui.language import speak_danish
from app.ui.theme.theme import Theme

Check = Callable[[], str]
"""Returns in a few words what was found; raises whatever when it is not as it should be."""

_SIDE = 48


def run_self_check(others: Mapping[str, Check], resources: Path, arguments: Sequence[str]) -> int:
    """Run the screens' own checks and the others, tell of each in a line; returns 1 when any failed, else 0."""
    application = QApplication(list(arguments))
    checks = screen_checks(application, resources) | dict(others)
    passed = [tell(name, check) for name, check in checks.items()]
    return int(not all(passed))


def tell(name: str, check: Check) -> bool:
    """Run one check and write how it went; any exception is a failure."""
    try:
        found = check()
    except Exception as error:  # a check fails in as many ways as an installation can be broken
        sys.stdout.write(f"FAIL  {name}: {type(error).__name__}: {error}\n")
        return False
    sys.stdout.write(f"ok    {name}: {found}\n")
    return True


def screen_checks(application: QApplication, resources: Path) -> dict[str, Check]:
    """Return the checks of what is needed to show a screen; they belong in this order."""

    def language() -> str:
        ours = speak_danish(application, resources / "translations")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        return check_danish(ours, buttons.button(QDialogButtonBox.StandardButton.Cancel).text())

    def letters() -> str:
        theme = Theme(application, resources / "icons")
        return check_letters(theme.font(_SIDE // 2))

    return {
        "language": language,
        "letters": letters,
        "icons": lambda: check_icons(resources / "icons"),
        "multimedia": check_multimedia,
    }


def check_danish(ours: bool, cancel: str) -> str:
    """Both our own strings and Qt's have to be Danish; `cancel` is what Qt now writes on that button."""
    if not ours:
        raise ValueError("our own strings are not there")
    if cancel.replace("&", "") != "Annuller":
        raise ValueError(f"Qt says {cancel}")
    return "Danish, ours and Qt's"


def check_letters(font: QFont) -> str:
    """Without any font Qt draws every letter as the same empty box, and says nothing."""
    family = QFontInfo(font).family()
    if not family or _drawn("Æ", font) == _drawn("Ø", font):
        raise ValueError("there is no font; install one, for instance DejaVu")
    return family


def check_icons(folder: Path) -> str:
    """Draw one icon of the icon font and one of each picture in the folder."""
    pictures = sorted(folder.glob("*.svg"))
    drawn = {"video-camera": icon("video-camera", "black"), **{path.name: QIcon(str(path)) for path in pictures}}
    empty = [name for name, one in drawn.items() if _is_blank(one.pixmap(_SIDE, _SIDE).toImage())]
    if empty or not pictures:
        raise ValueError(f"nothing is drawn for {', '.join(empty) or 'the folder of pictures'}")
    return f"{len(drawn)} drawn by {QApplication.platformName()}"


def check_multimedia() -> str:
    """Without its plugin Qt starts as usual and has neither microphone nor loudspeaker."""
    if not QMediaPlayer().isAvailable():
        raise ValueError("Qt has no multimedia plugin")
    return "Qt has its multimedia plugin"


def _drawn(letter: str, font: QFont) -> bytes:
    image = QImage(_SIDE, _SIDE, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        painter.setFont(font)
        painter.drawText(QRect(0, 0, _SIDE, _SIDE), Qt.AlignmentFlag.AlignCenter, letter)
    return bytes(image.constBits())


def _is_blank(image: QImage) -> bool:
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)  # named: its bits do not keep it alive
    return image.isNull() or not any(bytes(alpha.constBits()))
