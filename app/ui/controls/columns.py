"""Parts side by side that can be made wider and narrower, as every screen with a list has them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget


def columns(*parts: tuple[QWidget, int], stretch: int) -> QSplitter:
    """Return the parts from left to right, each with its width in pixels; number `stretch` takes the rest."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    for number, (part, width) in enumerate(parts):
        splitter.addWidget(part)
        part.resize(width, part.height())
        splitter.setStretchFactor(number, int(number == stretch))
    splitter.setSizes([width for _part, width in parts])
    return splitter
