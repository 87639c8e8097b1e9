"""The one stylesheet of the program, made from the design tokens."""

from pathlib import Path
from string import Template

from app.ui.theme.tokens import Palette, Sizes, Tone

_SHEET = Template("""
QWidget { color: $text; font-size: ${body}px; }
QMainWindow, QWidget[role="window"] { background: $canvas; }
QWidget[role="surface"] { background: $surface; }
QWidget[role="sunken"] { background: $sunken; }
QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 10px; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="hint"] { background: $quiet_soft; border: none; }
QFrame[role="column"] { background: $surface; border: none; }
QFrame[role="side"] { background: $sunken; border: none; }
QFrame[role="strip"] { background: $canvas; border: none; border-bottom: 1px solid $line; }
QFrame[role="rail"] { background: $rail; border: none; border-right: 1px solid $line; }
QFrame[role="sheet"] { background: $surface; border: none; border-top: 1px solid $line_strong; }
QFrame[role="status"] { background: $canvas; border: none; border-top: 1px solid $line; }
QToolTip { background: $text; color: $surface; border: none; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[text-role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[text-role="strong"] { font-weight: 600; }
QLabel[text-role="muted"] { color: $muted; }
QLabel[text-role="small"] { color: $muted; font-size: ${small}px; }
QLabel[text-role="caption"] { color: $muted; font-size: ${small}px; font-weight: 600; }
QLabel[text-role="number"] { font-size: ${number}px; font-weight: 600; }

QPushButton, QToolButton {
  background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 8px;
  padding: 0 14px; min-height: ${control_inner}px; font-weight: 500;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $selected; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 0 13px; }
QPushButton:disabled, QToolButton:disabled { color: $line_strong; border-color: $line; background: $sunken; }
QPushButton[kind="primary"], QToolButton[kind="primary"] {
  background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed, QToolButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="primary"]:focus, QToolButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled {
  background: $quiet_soft; color: $muted; border-color: $quiet_soft;
}
QPushButton[kind="danger"] { background: $bad_fill; color: $on_bad; border: 1px solid $bad_fill; font-weight: 600; }
QPushButton[kind="danger"]:focus { border: 2px solid $text; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {
  background: transparent; border: 1px solid transparent; color: $accent_text; font-weight: 600; padding: 0 10px;
}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border: 2px solid $focus; padding: 0 9px; }
QPushButton[kind="quiet"]:disabled { color: $muted; background: transparent; border-color: transparent; }
QPushButton[kind="primary"][joined="left"] { border-top-right-radius: 0; border-bottom-right-radius: 0; }
QToolButton[kind="primary"][joined="right"] {
  border-top-left-radius: 0; border-bottom-left-radius: 0; padding: 0 8px; border-left: 1px solid $on_accent;
}
QToolButton[kind="primary"][joined="right"]:focus { padding: 0 7px; }
QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[align="left"] { text-align: left; }
QPushButton[large="true"] { min-height: ${large_inner}px; padding: 0 20px; }
QToolButton[kind="rail"] {
  background: transparent; border: 2px solid transparent; border-radius: 10px; color: $muted;
  font-size: ${small}px; padding: 6px 2px; font-weight: 500;
}
QToolButton[kind="rail"]:hover { background: $hover; }
QToolButton[kind="rail"]:checked { background: $accent_soft; color: $accent_text; font-weight: 600; }
QToolButton[kind="rail"]:focus { border-color: $focus; }
QToolButton[kind="control"] {
  background: $quiet_soft; border: 2px solid transparent; border-radius: 12px; color: $text;
  padding: 8px 16px; font-weight: 600;
}
QToolButton[kind="control"]:hover { background: $selected; }
QToolButton[kind="control"]:checked { background: $warn_soft; color: $warn; }
QToolButton[kind="control"]:focus { border-color: $focus; }
QToolButton[kind="beside"] {
  background: transparent; border: 2px solid transparent; padding: 0 10px; font-weight: 600;
}
QToolButton[kind="beside"]:hover { background: $selected; }
QToolButton[kind="beside"]:checked { background: $accent_soft; color: $accent_text; }
QToolButton[kind="beside"][news="true"] { background: $warn_soft; color: $warn; }
QToolButton[kind="beside"]:focus { border-color: $focus; }
QToolButton[kind="hangup"] {
  background: $bad_fill; color: $on_bad; border: 2px solid $bad_fill; border-radius: 12px;
  padding: 8px 16px; font-weight: 600;
}
QToolButton[kind="hangup"]:focus { border-color: $text; }

QListView { background: $surface; border: none; outline: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="scrolled"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: $scroll; border-radius: 3px; min-height: 32px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle:horizontal { background: $scroll; border-radius: 3px; min-width: 32px; }
QScrollBar::handle:hover { background: $line_strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QLineEdit, QComboBox {
  background: $surface; border: 1px solid $line_strong; border-radius: 8px; padding: 0 10px;
  min-height: ${control_inner}px; selection-background-color: $accent; selection-color: $on_accent;
  placeholder-text-color: $muted;
}
QLineEdit:focus, QComboBox:focus { border: 2px solid $focus; padding: 0 9px; }
QPlainTextEdit {
  background: $surface; border: 1px solid $line_strong; border-radius: 8px; padding: 4px 6px;
  selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $muted;
}
QPlainTextEdit:focus { border: 2px solid $focus; padding: 3px 5px; }
QListWidget { background: $surface; border: 1px solid $line; border-radius: 8px; outline: none; padding: 4px; }
QListWidget::item { padding: 8px 10px; border-radius: 6px; }
QListWidget::item:hover { background: $hover; }
QListWidget::item:selected { background: $selected; color: $text; }
QListWidget:focus { border: 2px solid $focus; padding: 3px; }
QToolButton[kind="picture"] { background: transparent; border: 2px solid transparent; padding: 2px; }
QToolButton[kind="picture"]:hover { border-color: $line_strong; }
QToolButton[kind="picture"]:focus { border-color: $focus; padding: 2px; }
QFrame[tone="plain"] { background: $surface; border: 1px solid $line; border-radius: 10px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url("$caret"); width: 16px; height: 16px; }
QComboBox QAbstractItemView {
  background: $surface; border: 1px solid $line_strong;
  selection-background-color: $selected; selection-color: $text; outline: none; padding: 4px;
}
QRadioButton {
  spacing: 10px; min-height: ${row}px; border: 2px solid transparent; border-radius: 8px; padding: 0 6px;
}
QRadioButton::indicator {
  width: ${dot}px; height: ${dot}px; border-radius: ${dot_radius}px; border: 2px solid $line_strong;
  background: $surface;
}
QRadioButton::indicator:checked { border: 2px solid $accent; background: qradialgradient(cx: 0.5, cy: 0.5,
  radius: 0.5, fx: 0.5, fy: 0.5, stop: 0 $accent, stop: 0.55 $accent, stop: 0.65 $surface, stop: 1 $surface); }
QRadioButton:hover { background: $hover; }
QRadioButton:focus { border-color: $focus; }
QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QMenu { background: $surface; border: 1px solid $line_strong; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 8px 20px 8px 12px; border-radius: 6px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QSplitter::handle { background: $line; }
$tones
""")

_TONE = Template("""
QFrame[tone="$name"] { background: $ground; border: 1px solid $ground; border-radius: 10px; }
QLabel[ink="$name"] { color: $ink; }
""")


def stylesheet(palette: Palette, sizes: Sizes, icons: Path) -> str:
    """Return the Qt stylesheet for one colour scheme and text size; `icons` is the folder of its few pictures."""
    colours = {name: getattr(palette, name) for name in palette.__slots__ if name != "dark"}
    tones = "".join(
        _TONE.substitute(name=tone.value, ink=palette.ink(tone), ground=palette.ground(tone), small=sizes.small)
        for tone in Tone
    )
    return _SHEET.substitute(
        colours,
        body=sizes.body,
        small=sizes.small,
        title=sizes.title,
        number=sizes.number,
        control_inner=sizes.control - 2,
        large_inner=round(46 * sizes.scale),
        row=round(32 * sizes.scale),
        dot=round(14 * sizes.scale),
        dot_radius=round(14 * sizes.scale) // 2 + 2,
        caret=(icons / f"caret-down-{'dark' if palette.dark else 'light'}.svg").as_posix(),
        tones=tones,
    )
