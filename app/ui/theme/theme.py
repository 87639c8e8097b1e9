"""Which colours and sizes are in force, following the system's light or dark setting."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.icons import load_icons
from app.ui.theme.stylesheet import stylesheet
from app.ui.theme.tokens import DARK, FONT_FAMILIES, LIGHT, Palette, Sizes


class Theme(QObject):
    """Applies tokens to the application; `changed` tells painted widgets to take the new colours.

    `icons` is the folder `resources/icons`.
    """

    changed = Signal()

    def __init__(self, application: QApplication, icons: Path) -> None:
        super().__init__(application)
        self._application = application
        self._icons = icons
        self._forced: Palette | None = None
        load_icons(icons)
        self.sizes = Sizes()
        self.palette = LIGHT
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._follow_system()

    def force(self, palette: Palette | None) -> None:
        """Use one scheme whatever the system says; None follows the system again."""
        self._forced = palette
        self._follow_system()

    def set_text_scale(self, scale: float) -> None:
        """Make all text and controls larger or smaller; 1.0 is normal, 2.0 twice as large."""
        self.sizes = Sizes(min(2.0, max(0.8, scale)))
        self._apply()

    def font(self, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the program's font at a size in pixels."""
        font = QFont(list(FONT_FAMILIES))
        font.setPixelSize(pixels)
        font.setWeight(weight)
        return font

    def _follow_system(self) -> None:
        dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self.palette = self._forced or (DARK if dark else LIGHT)
        self._apply()

    def _apply(self) -> None:
        self._application.setFont(self.font(self.sizes.body))
        self._application.setPalette(_qt_palette(self.palette))
        self._application.setStyleSheet(stylesheet(self.palette, self.sizes, self._icons))
        self.changed.emit()


def _qt_palette(palette: Palette) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: palette.canvas,
        QPalette.ColorRole.WindowText: palette.text,
        QPalette.ColorRole.Base: palette.surface,
        QPalette.ColorRole.AlternateBase: palette.sunken,
        QPalette.ColorRole.Text: palette.text,
        QPalette.ColorRole.Button: palette.surface,
        QPalette.ColorRole.ButtonText: palette.text,
        QPalette.ColorRole.Highlight: palette.accent,
        QPalette.ColorRole.HighlightedText: palette.on_accent,
        QPalette.ColorRole.PlaceholderText: palette.muted,
        QPalette.ColorRole.Link: palette.accent_text,
        QPalette.ColorRole.ToolTipBase: palette.text,
        QPalette.ColorRole.ToolTipText: palette.surface,
    }
    qt = QPalette()
    for role, colour in roles.items():
        qt.setColor(role, QColor(colour))
    return qt
