"""Two people changed an appointment at once: what each of them did, and the two ways out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from app.domain.arrangement import Conflict
from app.domain.clinic_time import Clock
from app.ui.booking.conflict_words import (
    ConflictLine,
    Names,
    colleague,
    conflict_lines,
    conflict_title,
    keep_mine_text,
    let_stand_text,
)
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class ConflictCard(QFrame):
    """Hidden until there is something to settle; `settled` tells whether what was asked for here is to be done."""

    settled = Signal(bool)

    def __init__(self, theme: Theme, clock: Clock, *, narrow: bool = False) -> None:
        super().__init__()
        self._clock = clock
        self._shown: tuple[Conflict, Names] | None = None
        self._cells: list[list[QLabel]] = []
        self.setObjectName("conflictCard")
        self.setProperty("tone", Tone.BAD.value)
        self.title = text_label(role="strong", wrap=True)
        self.advice = text_label(self.tr("Nothing is changed until you have chosen."), "muted", wrap=True)
        self.let_stand = Button(theme, kind="secondary", icon_name="check", name="letStand")
        self.keep_mine = Button(theme, kind="secondary", icon_name="arrow-bend-up-right", name="keepMine")
        self.let_stand.clicked.connect(lambda _checked=False: self.settled.emit(False))
        self.keep_mine.clicked.connect(lambda _checked=False: self.settled.emit(True))
        self._table = QFrame()
        self._table.setProperty("role", "card")
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(12 if narrow else 20)
        self._grid.setVerticalSpacing(6)
        for column, share in enumerate((2, 3, 3, 3)):
            self._grid.setColumnStretch(column, share)
        self._lay_out(theme, narrow)
        self.hide()

    def show_conflict(self, conflict: Conflict | None, names: Names) -> None:
        """Show what is to be settled; None hides the card. `names` are the clinicians' names."""
        self.setVisible(conflict is not None)
        if conflict is None or (conflict, names) == self._shown:
            self._shown = None if conflict is None else self._shown
            return
        self._shown = conflict, dict(names)
        now = self._clock()
        self.title.setText(conflict_title(conflict, now))
        self.setAccessibleName(self.title.text())
        self.let_stand.setText(let_stand_text(conflict))
        self.keep_mine.setText(keep_mine_text(conflict))
        self._fill(conflict, conflict_lines(conflict, now, names))

    def set_busy(self, busy: bool) -> None:
        """While the answer is being saved, a second click does nothing."""
        self.let_stand.setEnabled(not busy)
        self.keep_mine.setEnabled(not busy)

    def table(self) -> list[list[str]]:
        """The comparison as it is read, line by line."""
        return [[cell.text() for cell in line] for line in self._cells]

    def _fill(self, conflict: Conflict, lines: tuple[ConflictLine, ...]) -> None:
        for old in (cell for line in self._cells for cell in line):
            self._grid.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        who = colleague(conflict.by)
        heads = (self.tr("Field"), self.tr("Before"), who[:1].upper() + who[1:], self.tr("You"))
        self._cells = [[text_label(text, "caption", wrap=True) for text in heads]]
        for line in lines:
            cells = (
                (line.field, "muted"),
                (line.before, "muted"),
                (line.theirs, "strong" if line.theirs_new else "muted"),
                (line.mine, "strong" if line.mine_new else "muted"),
            )
            self._cells.append([text_label(text, role, wrap=True) for text, role in cells])
        for row, labels in enumerate(self._cells):
            for column, label in enumerate(labels):
                self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)

    def _lay_out(self, theme: Theme, narrow: bool) -> None:
        told = QHBoxLayout()
        told.setSpacing(12)
        told.addWidget(IconLabel(theme, "warning", Tone.BAD, 22), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.advice)
        told.addLayout(words, 1)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        buttons = QBoxLayout(down if narrow else across)
        buttons.setSpacing(8)
        buttons.addWidget(self.let_stand)
        buttons.addWidget(self.keep_mine)
        if not narrow:
            buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(told)
        column.addWidget(self._table)
        column.addLayout(buttons)
