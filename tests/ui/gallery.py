"""Draws widgets in every look into build/screens, for a person to judge."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.theme.theme import Theme
from app.ui.theme.tokens import DARK, LIGHT

FOLDER = Path(__file__).resolve().parents[2] / "build" / "screens"
_ROUNDS = 6
"""Text that wraps in a card in a list that scrolls finds its height in a few rounds of layout."""
SCREENS = ((1366, 768), (1920, 1080))


class Gallery:
    """`draw` saves one widget light and dark, in the sizes given or as large as it is."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self._qtbot = qtbot
        self._theme = theme
        FOLDER.mkdir(parents=True, exist_ok=True)

    def draw(self, name: str, widget: QWidget, sizes: tuple[tuple[int, int], ...] = SCREENS) -> None:
        for path, width, height in self._looks(name, sizes):
            widget.resize(width, height)
            for _ in range(_ROUNDS):
                QApplication.processEvents()
            picture = widget.grab()
            drawn = (picture.width(), picture.height())
            assert drawn == (width, height), f"the screen does not fit: it takes {drawn}"
            assert picture.save(str(path))

    def _looks(self, name: str, sizes: tuple[tuple[int, int], ...]) -> Iterator[tuple[Path, int, int]]:
        for palette, look in ((LIGHT, "light"), (DARK, "dark")):
            self._theme.force(palette)
            for width, height in sizes:
                yield FOLDER / f"{name}-{look}-{width}x{height}.png", width, height
