"""The conversation being read, and booking from it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.message import Direction, Message
from app.domain.private import Private
from app.domain.views import PatientCard, ThreadView
from app.ui.booking.panel import BookingPanel
from app.ui.controls.labels import Chip, ElidedLabel, IconLabel, text_label
from app.ui.danish_time import moment_text
from app.ui.inbox.holding import Holding
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import Label, unsettled

_BUBBLE_WIDTH = 620


class MessageBubble(QFrame):
    """One message: the patient's to the left, the clinic's to the right."""

    def __init__(self, theme: Theme, message: Message, author: str, clock: Clock) -> None:
        super().__init__()
        ours = message.direction is Direction.FROM_CLINIC
        self.setProperty(*(("tone", Tone.ACCENT.value) if ours else ("role", "card")))
        self.setMaximumWidth(round(_BUBBLE_WIDTH * theme.sizes.scale))
        top = QHBoxLayout()
        top.addWidget(text_label(author, "strong"))
        if message.urgent:
            urgent = Chip(theme)
            top.addWidget(urgent)
            urgent.show_label(Label(self.tr("Urgent"), Tone.BAD, "warning"))
        top.addStretch(1)
        top.addWidget(text_label(moment_text(message.sent_at, clock()), "small"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addLayout(top)
        self.body = text_label(message.body.reveal(), wrap=True, selectable=True)
        column.addWidget(self.body)
        if message.attachments:
            line = QHBoxLayout()
            line.addWidget(IconLabel(theme, "paperclip", size=16))
            line.addWidget(
                text_label(self.tr("%n attachment(s) in the record system", "", message.attachments), "small")
            )
            line.addStretch(1)
            column.addLayout(line)


class ThreadPane(QWidget):
    """Subject, the booking panel, and the messages, newest in sight."""

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._thread: ThreadView | None = None
        self._card: PatientCard | None = None
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.subject = ElidedLabel("title")
        self.about = ElidedLabel("muted")
        self.holding = Holding(self, theme, parts)
        self.panel = BookingPanel(theme, parts)
        self._messages = QVBoxLayout()
        self._messages.setSpacing(12)
        self._scroll = QScrollArea()
        self._at_newest = True
        self._lay_out()

    def show_thread(self, thread: ThreadView) -> None:
        """Show a thread; the messages are built anew only when they changed."""
        if thread == self._thread:
            return
        self._thread = thread
        newest = thread.messages[-1]
        self.subject.show_text(thread.messages[0].subject.reveal() or newest.subject.reveal())
        self._show_messages(thread)
        self._show_patient()

    def show_card(self, card: PatientCard | None) -> None:
        """Show what is known of the patient; None while it is being read."""
        before, self._card = self._card, card
        self._show_patient()
        if self._thread is not None and _name(before) != _name(card):
            self._show_messages(self._thread)

    def clear(self) -> None:
        """Forget the thread, before another one is read."""
        self._thread = self._card = None
        self._at_newest = True
        self.panel.set_patient(None)
        self.subject.show_text("")
        self.about.show_text("")
        self._empty_messages()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 4, 24, 24)
        column.addLayout(self._messages)
        column.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(self.tr("Messages"))
        self._scroll.verticalScrollBar().rangeChanged.connect(self._keep_newest)
        self._scroll.verticalScrollBar().actionTriggered.connect(
            lambda _action: self._note_place(self._scroll.verticalScrollBar().sliderPosition())
        )
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(self._head())
        page.addWidget(self._scroll, 1)

    def _head(self) -> QVBoxLayout:
        top, below = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.subject, 1)
        top.addWidget(self.holding.button)
        below.setSpacing(8)
        below.addWidget(self.about, 1)
        below.addWidget(self.holding.mark)
        below.addWidget(self.holding.state)
        head = QVBoxLayout()
        head.setContentsMargins(24, 16, 24, 12)
        head.setSpacing(6)
        head.addLayout(top)
        head.addLayout(below)
        head.addSpacing(6)
        head.addWidget(self.holding.notice)
        head.addWidget(self.panel)
        return head

    def _show_patient(self) -> None:
        thread, card = self._thread, self._card
        if thread is None or card is None or card.patient.id != thread.patient_id:
            return
        count = self.tr("%n message(s)", "", len(thread.messages))
        self.about.show_text(f"{card.patient.name.reveal()}  ·  {count}")
        self.panel.set_patient(card.patient, thread.messages[-1].id)
        ours = {message.id for message in thread.messages}
        self.panel.show_read(
            card.bookings,
            lambda bookings: standing_booking([each for each in bookings if each.message_id in ours]),
        )

    def _show_messages(self, thread: ThreadView) -> None:
        self._empty_messages()
        patient = self._card.patient.name.reveal() if self._card else self.tr("The patient")
        for message in thread.messages:
            ours = message.direction is Direction.FROM_CLINIC
            author = self._parts.clinic.name if ours else patient
            bubble = MessageBubble(self._theme, message, author, self._parts.clock)
            row = QHBoxLayout()
            if ours:
                row.addStretch(1)
            row.addWidget(bubble, 6)
            if not ours:
                row.addStretch(1)
            self._messages.addLayout(row)

    def _note_place(self, value: int) -> None:
        self._at_newest = value >= self._scroll.verticalScrollBar().maximum()

    def _keep_newest(self, _low: int, high: int) -> None:
        """Stay with the newest message when the thread grows or the pane shrinks, unless the user scrolled up."""
        if self._at_newest:
            self._scroll.verticalScrollBar().setValue(high)

    def _empty_messages(self) -> None:
        for bubble in self._scroll.findChildren(MessageBubble):
            bubble.hide()
            bubble.deleteLater()
        while self._messages.count():
            self._messages.takeAt(0)


def _name(card: PatientCard | None) -> Private[str] | None:
    return card.patient.name if card else None


def standing_booking(bookings: Sequence[Booking]) -> Booking | None:
    """Return the booking to show of those a thread led to, newest first: one to settle, one ahead, or the last."""
    to_settle = (booking for booking in bookings if unsettled(booking) is not None)
    live = (booking for booking in bookings if booking.live)
    return next(to_settle, None) or next(live, None) or next(iter(bookings), None)
