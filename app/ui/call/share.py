"""Showing the patient one thing: chosen here, seen here as the patient sees it, and taken away again."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.booking import Booking
from app.domain.errors import KlinikError
from app.ui.call.card_view import CardView
from app.ui.call.share_cards import (
    appointment_card,
    appointment_name,
    message_card,
    message_name,
    note_card,
)
from app.ui.controls.buttons import Button
from app.ui.controls.labels import text_label
from app.ui.error_texts import error_text
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.video.side.messages import Card
from app.video.side.talk_events import SideState

_MOST_MESSAGES = 12
_SEEN_CHOICES = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be shown: the line it is chosen by, and the card."""

    name: str
    card: Card


class SharePane(QWidget):
    """`chosen` with the card the patient is to see, or None."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parts: ConsoleParts, booking: Booking) -> None:
        super().__init__()
        self._parts = parts
        self._booking = booking
        self._tasks = Tasks(self)
        self.heading = text_label(role="strong", wrap=True)
        self.view = CardView()
        self.note = QPlainTextEdit()
        self.choices = QListWidget()
        self.nothing = text_label(role="muted", wrap=True)
        self.show_button = Button(
            theme, self.tr("Show the patient"), kind="primary", icon_name="eye", name="showCard"
        )
        self.stop = Button(theme, self.tr("Stop showing"), icon_name="x", name="stopCard")
        self._choosing = QWidget()
        self._dress()
        self._lay_out()
        self.show_state(SideState())

    def show_state(self, state: SideState) -> None:
        """While something is shown, it and nothing else stands here, as the patient has it."""
        showing = state.card is not None
        self._choosing.setVisible(not showing)
        self.stop.setVisible(showing)
        self.show_button.setVisible(not showing)
        self.setFocusProxy(self.stop if showing else self.note)
        if not showing:
            self.heading.setText(self.tr("Choose what the patient is to see, or write it."))
            self._preview()
            return
        self.view.show_card(state.card)
        if not state.there:
            self.heading.setText(self.tr("The patient sees this as soon as the connection is back:"))
        elif state.card_seen:
            self.heading.setText(self.tr("The patient sees this now:"))
        else:
            self.heading.setText(self.tr("The patient does not have this open just now:"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tasks.start(self._offer(), "read what can be shown")

    async def _offer(self) -> None:
        """Offer the patient's own appointments to come, and their correspondence; never another's."""
        try:
            found = [*await self._appointments(), *await self._messages()]
        except KlinikError as error:
            self.nothing.setText(error_text(error.kind).title)
            self.nothing.show()
            return
        chosen = self._chosen()
        self.choices.clear()
        for choice in found:
            item = QListWidgetItem(choice.name)
            item.setData(Qt.ItemDataRole.UserRole, choice.card)
            item.setToolTip(choice.name)
            self.choices.addItem(item)
            item.setSelected(choice.card == chosen)
        self.choices.setVisible(bool(found))
        self.choices.setFixedHeight(self.choices.sizeHintForRow(0) * min(len(found), _SEEN_CHOICES) + 12)
        self.nothing.setText("" if found else self.tr("There are no appointments or messages to show."))
        self.nothing.setVisible(not found)

    async def _appointments(self) -> list[Choice]:
        card = await self._parts.views.patient_card(self._booking.patient_id)
        names = {one.id: one.name for one in await self._parts.views.clinicians()}
        now, clinic = self._parts.clock(), self._parts.clinic.name
        return [
            Choice(
                appointment_name(one, now),
                appointment_card(one, names.get(one.clinician_id, ""), clinic),
            )
            for one in (card.bookings if card else ())
            if one.live and one.start > now and one.id != self._booking.id
        ]

    async def _messages(self) -> list[Choice]:
        mine = [
            row.thread_id for row in await self._parts.views.inbox() if row.patient_id == self._booking.patient_id
        ]
        threads = [await self._parts.views.thread(thread_id) for thread_id in mine]
        found = [message for thread in threads if thread for message in thread.messages]
        own = [message for message in found if message.patient_id == self._booking.patient_id]
        own.sort(key=lambda message: message.sent_at, reverse=True)
        now = self._parts.clock()
        return [Choice(message_name(one, now), message_card(one, now)) for one in own[:_MOST_MESSAGES]]

    def _card(self) -> Card | None:
        """What would be shown: what is written goes before what is chosen."""
        if (note := note_card(self.note.toPlainText())) is not None:
            return note
        return self._chosen()

    def _chosen(self) -> Card | None:
        chosen = self.choices.selectedItems()
        card = chosen[0].data(Qt.ItemDataRole.UserRole) if chosen else None
        return card if isinstance(card, Card) else None

    def _preview(self) -> None:
        card = self._card()
        self.view.show_card(card)
        self.show_button.setEnabled(card is not None)

    def _show(self) -> None:
        if (card := self._card()) is not None:
            self.chosen.emit(card)

    def _dress(self) -> None:
        self.note.setPlaceholderText(self.tr("Write here, such as how a medicine is to be taken"))
        self.note.setAccessibleName(self.tr("What the patient is to read"))
        self.note.setObjectName("cardNote")
        self.note.setTabChangesFocus(True)
        self.choices.setAccessibleName(self.tr("Appointments and messages"))
        self.choices.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.choices.hide()
        self.nothing.hide()
        self.note.textChanged.connect(self._preview)
        self.choices.itemSelectionChanged.connect(self._preview)
        self.show_button.clicked.connect(self._show)
        self.stop.clicked.connect(lambda: self.chosen.emit(None))

    def _lay_out(self) -> None:
        choosing = QVBoxLayout(self._choosing)
        choosing.setContentsMargins(0, 0, 0, 0)
        choosing.setSpacing(10)
        self.note.setFixedHeight(96)
        for widget in (self.note, self.choices, self.nothing):
            choosing.addWidget(widget)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        for shown in (self.heading, self._choosing, self.view):
            column.addWidget(shown)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QVBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 12)
        buttons.addWidget(self.show_button)
        buttons.addWidget(self.stop)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(scroll, 1)
        page.addLayout(buttons)
