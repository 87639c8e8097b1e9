"""One booking told truthfully: what was booked, how far it has come, and the way back."""

from datetime import timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout

from app.domain.booking import MADE_LONG_AGO, Booking, BookingState
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.slot import Slot
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, IconLabel, text_label
from app.ui.danish_time import clock_text, moment_text
from app.ui.error_texts import error_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import booking_label, consultation_text, delivery_label, outcome_text, row_label

UNDO_FOR = timedelta(seconds=8)
"""How long after the click *Undo* stands before it becomes *Cancel appointment*."""

_COUNT_EVERY_MS, _LOOK_EVERY_MS = 250, 30_000

_NEEDS_TELEPHONE = frozenset({BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED})


class BookingRow(QFrame):
    """A card for one booking: headline, honest row state, delivery ledger in words, and what can be done."""

    cancel_wanted = Signal(object)
    phone_wanted = Signal()
    finish_wanted = Signal(object)
    slot_chosen = Signal(object)

    def __init__(self, theme: Theme, clock: Clock, *, narrow: bool = False) -> None:
        super().__init__()
        self.setObjectName("bookingRow")
        self._clock = clock
        self._booking: Booking | None = None
        self._next: Slot | None = None
        self._icon = IconLabel(theme, "video-camera", size=22)
        self.headline = text_label(role="strong", wrap=True)
        self.state = Chip(theme)
        self.ledger = text_label(role="muted", wrap=True)
        self.code = text_label(role="small", selectable=True)
        self.undo = Button(theme, icon_name="arrow-counter-clockwise", name="undo")
        self.cancel = Button(theme, self.tr("Cancel appointment"), icon_name="x", name="cancelBooking")
        self.phone = Button(theme, kind="danger", icon_name="phone", name="phoneInstead")
        self.rebook = Button(theme, kind="primary", icon_name="video-camera", name="bookNext")
        self.finish = Button(theme, self.tr("Finish …"), icon_name="check-circle", name="finishBooking")
        self.finish.hint(self.tr("Write how the consultation ended"))
        self.cancel.hint(self.tr("Cancel and tell the patient by SMS"))
        self._wire()
        self._lay_out(narrow)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self.hide()

    def show_booking(self, booking: Booking | None, next_slot: Slot | None = None) -> None:
        """Show a booking; `next_slot` is offered when its time was taken. None hides the row."""
        self._booking, self._next = booking, next_slot
        self.setVisible(booking is not None)
        if booking is None:
            self._timer.stop()
            return
        self._dress(booking)
        self.headline.setText(self._headline(booking))
        self.setAccessibleName(self.headline.text())
        self.state.show_label(None if booking.state is BookingState.SLOT_TAKEN else row_label(booking.row_state))
        self.ledger.setText(self._ledger_text(booking))
        self.ledger.setVisible(bool(self.ledger.text()))
        self.code.setText(self._code_text(booking))
        self.code.setVisible(bool(self.code.text()))
        self._show_buttons(booking)
        self._tick()

    def _wire(self) -> None:
        self.undo.clicked.connect(lambda _checked=False: self.cancel_wanted.emit(self._booking))
        self.cancel.clicked.connect(lambda _checked=False: self.cancel_wanted.emit(self._booking))
        self.finish.clicked.connect(lambda _checked=False: self.finish_wanted.emit(self._booking))
        self.rebook.clicked.connect(lambda _checked=False: self.slot_chosen.emit(self._next))
        self.phone.clicked.connect(self.phone_wanted)

    def _lay_out(self, narrow: bool) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.phone, self.rebook, self.finish, self.undo, self.cancel):
            buttons.addWidget(button)
        if narrow:
            buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.headline)
        words.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self.ledger)
        words.addWidget(self.code)
        told = QHBoxLayout()
        told.setSpacing(12)
        told.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        told.addLayout(words, 1)
        box = QBoxLayout(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight, self)
        box.setContentsMargins(14, 12, 12, 12)
        box.setSpacing(12)
        box.addLayout(told, 1)
        box.addLayout(buttons)

    def _dress(self, booking: Booking) -> None:
        label = booking_label(booking.state)
        tone = label.tone if label.tone in (Tone.BAD, Tone.WARN) else Tone.ACCENT if booking.live else Tone.QUIET
        self._icon.show_icon(label.icon if tone is not Tone.ACCENT else "video-camera", tone)
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            self.style().unpolish(self)
            self.style().polish(self)

    def _headline(self, booking: Booking) -> str:
        now, when = self._clock(), moment_text(booking.start, self._clock())
        if booking.state in _NEEDS_TELEPHONE or _refusal(booking):
            return error_text(booking.failure or ErrorKind.SMS_LOST).title
        if booking.state is BookingState.SLOT_TAKEN:
            return self.tr("The time {when} was taken by somebody else").format(when=when)
        if booking.state is BookingState.CANCELLED:
            return self.tr("Cancelled: {what} {when}").format(what=consultation_text(booking), when=when)
        if booking.outcome is not None:
            return self.tr("{outcome} {when}").format(outcome=outcome_text(booking.outcome.kind), when=when)
        if booking.slot_id is None and booking.made_at != MADE_LONG_AGO:
            return self.tr("{what} – made {when}").format(
                what=consultation_text(booking), when=moment_text(booking.made_at, now)
            )
        return self.tr("{what} {when}").format(what=consultation_text(booking), when=when)

    def _ledger_text(self, booking: Booking) -> str:
        if booking.state is BookingState.SLOT_TAKEN:
            return self._not_booked_text(booking)
        if booking.state in _NEEDS_TELEPHONE:
            return self.tr("{what} {when}. Phone the patient.").format(
                what=consultation_text(booking), when=moment_text(booking.start, self._clock())
            )
        if booking.outcome is not None:
            return booking.outcome.fee_text
        if not booking.ledger:
            return self._before_the_text(booking)
        sent = any(entry.delivery is not Delivery.QUEUED for entry in booking.ledger)
        shown = [entry for entry in booking.ledger if not (sent and entry.delivery is Delivery.QUEUED)]
        return "  ·  ".join(delivery_label(entry.delivery, clock_text(entry.at)).text for entry in shown)

    def _before_the_text(self, booking: Booking) -> str:
        """What the SMS waits for; nothing for a booking that was never to get one from here."""
        if booking.state is BookingState.REQUESTED:
            return self.tr("The room is being made ready …")
        if booking.state is BookingState.ROOM_READY:
            return self.tr("The SMS is sent as soon as the record system has confirmed the time.")
        return ""

    def _not_booked_text(self, booking: Booking) -> str:
        nothing_sent = "" if booking.ledger else self.tr("Nothing was sent to the patient.")
        refusal = _refusal(booking)
        if refusal is None:
            return nothing_sent
        not_made = self.tr("{what} {when} is not in the calendar.").format(
            what=consultation_text(booking), when=moment_text(booking.start, self._clock())
        )
        return " ".join(text for text in (not_made, nothing_sent, error_text(refusal).advice) if text)

    def _code_text(self, booking: Booking) -> str:
        if booking.room is None or not booking.live:
            return ""
        code = booking.room.code
        return self.tr("Code to read aloud: {code}").format(code=f"{code[:5]}-{code[5:]}")

    def _show_buttons(self, booking: Booking) -> None:
        refused = _refusal(booking) is not None
        telephone = refused or booking.state in _NEEDS_TELEPHONE
        self.phone.setVisible(telephone and booking.phone is not None)
        if booking.phone is not None:
            self.phone.setText(self.tr("Phone {number}").format(number=booking.phone.reveal().shown))
        taken = booking.state is BookingState.SLOT_TAKEN and not refused
        self.rebook.setVisible(taken and self._next is not None)
        if self._next is not None:
            when = moment_text(self._next.start, self._clock())
            self.rebook.setText(self.tr("Book {when} instead").format(when=when))

    def _tick(self) -> None:
        booking = self._booking
        if booking is None:
            return
        left = booking.made_at + UNDO_FOR - self._clock()
        seconds = -(-left // timedelta(seconds=1))
        cancellable = booking.live and booking.state is not BookingState.IN_CALL
        undoable = cancellable and seconds > 0
        ahead = booking.start - self._clock()
        begun = booking.state is BookingState.IN_CALL or ahead <= timedelta()
        started = booking.live and begun
        self.undo.setText(self.tr("Undo ({seconds})").format(seconds=seconds))
        self.undo.setVisible(undoable)
        self.cancel.setVisible(cancellable and not undoable and not started)
        self.finish.setVisible(started and not undoable)
        if undoable:
            self._timer.start(_COUNT_EVERY_MS)
        elif cancellable and not begun:
            # Looked at now and then besides: a PC that slept has missed the exact moment.
            self._timer.start(min(_LOOK_EVERY_MS, ahead // timedelta(milliseconds=1) + 1))


def _refusal(booking: Booking) -> ErrorKind | None:
    """Return why the appointment was refused, when it is not because somebody else took the time."""
    refused = booking.state is BookingState.SLOT_TAKEN and booking.failure is not ErrorKind.SLOT_TAKEN
    return booking.failure if refused else None
