"""The waiting room, always in sight: who has come, who waits, and the button that lets them in."""

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.views import WaitingRow
from app.domain.waiting import PatientPhase
from app.ui.controls.labels import Chip, text_label
from app.ui.controls.live import LiveRead
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.waiting.card import WaitingCard
from app.ui.words import Label

TICK_MS = 10_000
CARD_HEIGHT = 102
_SCROLL_BAR, _MARGIN = 10, 10


class WaitingStrip(QFrame):
    """A row of cards across the window."""

    admit_wanted = Signal(object)
    phone_wanted = Signal(object)
    show_wanted = Signal(object)
    finish_wanted = Signal(object)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._rows: tuple[WaitingRow, ...] = ()
        self._cards: dict[BookingId, WaitingCard] = {}
        self._open_calls: frozenset[BookingId] = frozenset()
        self.setObjectName("waitingStrip")
        self.setProperty("role", "strip")
        self.setAccessibleName(self.tr("Waiting room"))
        self.line = Chip(theme)
        self.empty = text_label(role="muted", wrap=True)
        self._row = QHBoxLayout()
        self._scroll = QScrollArea()
        self._lay_out()
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.WAITING | Changes.BOOKINGS | Changes.PATIENTS,
            read=parts.views.waiting,
            show=self._show,
            fail=self._failed,
            prompt=True,
        )
        timer = QTimer(self)
        timer.timeout.connect(self._tick)
        timer.start(TICK_MS)
        self._read.refresh()

    def show_open_calls(self, bookings: frozenset[BookingId]) -> None:
        """Which bookings have a video window here."""
        self._open_calls = bookings
        self._show(self._rows)

    def admit_first(self) -> None:
        """Let in whoever of the user's own patients has waited longest; those of others are let in by mouse."""
        waiting = [
            (row.presence.since, self._cards[row.booking.id])
            for row in self._rows
            if row.presence is not None and row.presence.phase is PatientPhase.WAITING and self._own(row)
        ]
        for _, card in sorted(waiting, key=lambda pair: pair[0]):
            if card.admittable:
                card.admit.click()
                return

    def cards(self) -> list[WaitingCard]:
        """The cards from left to right."""
        return [self._cards[row.booking.id] for row in self._rows]

    def _show(self, rows: tuple[WaitingRow, ...]) -> None:
        self._alert(rows)
        self._rows = tuple(sorted(rows, key=self._order))
        listed = {row.booking.id for row in rows}
        for gone in [booking_id for booking_id in self._cards if booking_id not in listed]:
            card = self._cards.pop(gone)
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        for position, row in enumerate(self._rows):
            card = self._cards.get(row.booking.id) or self._new_card(row.booking.id)
            card.show_row(row, own=self._own(row), call_open=row.booking.id in self._open_calls)
            if self._row.indexOf(card) != position:
                self._row.insertWidget(position, card)
        self._show_line()

    def _own(self, row: WaitingRow) -> bool:
        return row.booking.clinician_id == self._parts.user.id

    def _order(self, row: WaitingRow) -> tuple[bool, datetime, BookingId]:
        """One's own patients first, then by time: what a patient does moves no card away from under the mouse."""
        return not self._own(row), row.booking.start, row.booking.id

    def _new_card(self, booking_id: BookingId) -> WaitingCard:
        card = self._cards[booking_id] = WaitingCard(self._theme, self._parts.clock)
        card.admit_wanted.connect(self.admit_wanted)
        card.phone_wanted.connect(self.phone_wanted)
        card.show_wanted.connect(self.show_wanted)
        card.finish_wanted.connect(self.finish_wanted)
        return card

    def _alert(self, rows: tuple[WaitingRow, ...]) -> None:
        """Let the task bar blink when somebody new waits or wants to be phoned."""
        before = {row.booking.id for row in self._rows if _calls_for_attention(row)}
        if any(_calls_for_attention(row) and row.booking.id not in before for row in rows):
            QApplication.alert(self.window())

    def _failed(self, kind: ErrorKind) -> None:
        if not self._rows:
            self._say_empty(error_text(kind).title)

    def _say_empty(self, text: str) -> None:
        self.empty.setText(text)
        self.empty.setVisible(not self._rows)
        self._scroll.setVisible(bool(self._rows))

    def _show_line(self) -> None:
        if self._parts.room_line_up():
            self.line.show_label(None)
            self._say_empty(self.tr("Nobody here just now. Patients appear 15 minutes before their time."))
        else:
            self.line.show_label(Label(self.tr("not connected"), Tone.BAD, "wifi-slash"))
            self._say_empty(self.tr("Nobody can be seen just now. The connection is tried again by itself."))

    def _tick(self) -> None:
        for card in self._cards.values():
            card.refresh()
        self._show_line()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        cards = QHBoxLayout(inside)
        cards.setContentsMargins(0, 0, 0, 2)
        self._row.setSpacing(12)
        cards.addLayout(self._row)
        cards.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._theme.changed.connect(self._fit)
        self._fit()
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(text_label(self.tr("Waiting room"), "strong"))
        head.addWidget(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, _MARGIN, 16, _MARGIN)
        row.setSpacing(20)
        row.addLayout(head)
        row.addWidget(self.empty, 1)
        row.addWidget(self._scroll, 1)

    def _fit(self) -> None:
        height = round(CARD_HEIGHT * self._theme.sizes.scale) + _SCROLL_BAR
        self._scroll.setFixedHeight(height)
        self.setFixedHeight(height + 2 * _MARGIN)


def _calls_for_attention(row: WaitingRow) -> bool:
    return row.presence is not None and row.presence.phase in (PatientPhase.WAITING, PatientPhase.WANTS_PHONE)
