"""Icons from the one icon font of the program (Phosphor)."""

import qtawesome
from PySide6.QtGui import QIcon


def icon(name: str, colour: str, *, disabled: str | None = None) -> QIcon:
    """Return an icon by its Phosphor name in a colour; `disabled` is its colour on a disabled button."""
    made: QIcon = qtawesome.icon(f"ph.{name}", color=colour, color_disabled=disabled or colour)
    return made
