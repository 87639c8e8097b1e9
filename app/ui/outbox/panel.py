"""The list of what waits, and of what is to be settled, opened above the status line: it blocks nothing."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import KlinikError
from app.domain.ids import ActionId
from app.domain.views import WaitingAction
from app.ui.controls.buttons import ToolButton
from app.ui.controls.labels import IconLabel, text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.notice import Notice
from app.ui.outbox.disputes import Disputes
from app.ui.outbox.line import OutboxLine
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_TICK_MS = 10_000
_HEIGHT = 252
"""Px that the list may take from the screen behind it."""


class OutboxPanel(QFrame):
    """Closed until asked for; reads only while it is open. `closed` when the user is done with it."""

    closed = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._tasks = Tasks(self)
        self._lines: dict[ActionId, OutboxLine] = {}
        self.setObjectName("outboxPanel")
        self.setProperty("role", "sheet")
        self.setAccessibleName(self.tr("What waits"))
        self.notice = Notice(theme, name="outboxNotice")
        self.disputes = Disputes(theme, parts)
        self.disputes.changed.connect(self._fit_to_what_there_is)
        self.disputes.failed.connect(self.notice.say_error)
        self.empty = text_label(self.tr("Nothing waits: all that was done here has been carried out."), "muted")
        self._empty_row = QWidget()
        self.close_button = ToolButton(theme, kind="quiet", icon_name="x", name="closeOutbox")
        self.close_button.hint(self.tr("Close the list"), "Esc")
        self.close_button.setAccessibleName(self.tr("Close the list"))
        self.close_button.clicked.connect(self.close_list)
        self._column = QVBoxLayout()
        self._scroll = QScrollArea()
        self._lay_out()
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.OUTBOX | Changes.SYNC | Changes.BOOKINGS,
            read=self._read_actions,
            show=self._show,
            fail=self.notice.say_error,
        )
        timer = QTimer(self)
        timer.timeout.connect(self._read.refresh)
        timer.start(_TICK_MS)
        theme.changed.connect(self._fit)
        self.hide()

    def toggle(self) -> None:
        """Open the list, or close it."""
        if self.isVisible():
            self.close_list()
            return
        self.notice.hide()
        self.show()
        self._read.refresh()
        self.close_button.setFocus()

    def close_list(self) -> None:
        """Close the list."""
        self.hide()
        self.closed.emit()

    def lines(self) -> list[OutboxLine]:
        """The lines from the top."""
        return list(self._lines.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_list()
        else:
            super().keyPressEvent(event)

    async def _read_actions(self) -> tuple[WaitingAction, ...]:
        return await self._parts.views.waiting_actions() if self.isVisible() else ()

    def _show(self, actions: tuple[WaitingAction, ...]) -> None:
        waiting = {action.id for action in actions}
        for gone in [action_id for action_id in self._lines if action_id not in waiting]:
            line = self._lines.pop(gone)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        lines = {action.id: self._lines.get(action.id) or self._new_line(action.id) for action in actions}
        self._lines = lines
        for position, action in enumerate(actions):
            lines[action.id].show_action(action)
            if self._column.indexOf(lines[action.id]) != position:
                self._column.insertWidget(position, lines[action.id])
        self._fit_to_what_there_is()

    def _fit_to_what_there_is(self) -> None:
        anything = bool(self._lines) or self.disputes.any
        self._empty_row.setVisible(not anything)
        self._scroll.setVisible(anything)
        self._fit()

    def _new_line(self, action_id: ActionId) -> OutboxLine:
        line = OutboxLine(self._theme, self._parts.clock)
        outbox = self._parts.outbox_desk
        line.retry_wanted.connect(lambda: self._start(line, outbox.retry(action_id), "retry"))
        line.withdraw_wanted.connect(lambda: self._start(line, outbox.withdraw(action_id), "withdraw"))
        return line

    def _start(self, line: OutboxLine, work: Coroutine[Any, Any, None], name: str) -> None:
        self.notice.hide()
        line.set_busy(True)
        self._tasks.start(self._carry_out(line, work), name)

    async def _carry_out(self, line: OutboxLine, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except KlinikError as error:
            self.notice.say_error(error.kind, tone=Tone.WARN)
        finally:
            if line in self._lines.values():
                line.set_busy(False)
            self._read.refresh()

    def _fit(self) -> None:
        """As tall as its lines, up to a height that leaves the screen behind it in use."""
        self._column.activate()
        inside = self._scroll.widget()
        wanted = inside.heightForWidth(self._scroll.viewport().width()) if inside.hasHeightForWidth() else -1
        wanted = wanted if wanted > 0 else inside.sizeHint().height()
        self._scroll.setFixedHeight(min(round(_HEIGHT * self._theme.sizes.scale), max(wanted, 1)))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(text_label(self.tr("What waits"), "title"))
        head.addStretch(1)
        head.addWidget(self.close_button)
        nothing = QHBoxLayout(self._empty_row)
        nothing.setContentsMargins(0, 4, 0, 8)
        nothing.setSpacing(10)
        nothing.addWidget(IconLabel(self._theme, "check-circle", Tone.GOOD, 22))
        nothing.addWidget(self.empty, 1)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 4, 4)
        outer.setSpacing(0)
        self._column.setSpacing(8)
        outer.addWidget(self.disputes)
        outer.addSpacing(8)
        outer.addLayout(self._column)
        outer.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 10, 16, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(self._empty_row)
        column.addWidget(self._scroll)
