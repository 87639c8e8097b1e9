"""One booking told truthfully: what was booked, how far it has come, and the way back."""

from datetime import datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout

from app.domain.booking import Booking, BookingState
from app.domain.clinic_time import Clock
from app.domain.slot import Slot
from app.ui.booking.move_button import MoveButton, movable
from app.ui.booking.sentences import (
    NEEDS_TELEPHONE,
    code_text,
    headline,
    ledger_text,
    move_refused,
    move_text,
    refusal,
)
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, IconLabel, text_label
from app.ui.danish_time import moment_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import booking_label, row_label, unsettled

UNDO_FOR = timedelta(seconds=8)
"""How long after the click *Undo* stands before it becomes *Cancel appointment*."""

_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_COUNT_EVERY_MS, _LOOK_EVERY_MS = 250, 30_000


class BookingRow(QFrame):
    """A card for one booking: headline, honest row state, delivery ledger in words, and what can be done."""

    cancel_wanted = Signal(object)
    phone_wanted = Signal()
    finish_wanted = Signal(object)
    slot_chosen = Signal(object)
    move_wanted = Signal(object, object)
    other_time_wanted = Signal(object)

    def __init__(self, theme: Theme, clock: Clock, *, narrow: bool = False) -> None:
        super().__init__()
        self.setObjectName("bookingRow")
        self._clock = clock
        self._narrow = narrow
        self._booking: Booking | None = None
        self._next: Slot | None = None
        self._times: tuple[Slot, ...] = ()
        self._icon = IconLabel(theme, "video-camera", size=22)
        self.headline = text_label(role="strong", wrap=True)
        self.state = Chip(theme)
        self.moved = text_label(role="muted", wrap=True)
        self.ledger = text_label(role="muted", wrap=True)
        self.code = text_label(role="small", selectable=True)
        self.undo = Button(theme, icon_name="arrow-counter-clockwise", name="undo")
        self.move_button = MoveButton(theme, clock)
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

    def show_booking(
        self, booking: Booking | None, next_slot: Slot | None = None, asked: datetime | None = None
    ) -> None:
        """Show a booking; None hides the row.

        `next_slot` is offered when its time was taken, and `asked` is the time a move in vain was meant for.
        """
        self._booking, self._next = booking, next_slot
        self.setVisible(booking is not None)
        if booking is None:
            self._timer.stop()
            return
        now = self._clock()
        self._dress(booking)
        self.headline.setText(headline(booking, now, asked))
        self.setAccessibleName(self.headline.text())
        taken = booking.state is BookingState.SLOT_TAKEN
        self.state.show_label(None if taken else row_label(booking.row_state, booking.row_state_at, now))
        for label, text in (
            (self.moved, move_text(booking, now)),
            (self.ledger, ledger_text(booking, now)),
            (self.code, code_text(booking)),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._show_buttons(booking)
        self._tick()

    def show_times(self, slots: tuple[Slot, ...]) -> None:
        """Offer these times to move to."""
        self._times = slots
        self.move_button.show_slots(slots)
        if self._booking is not None:
            self._show_buttons(self._booking)

    def _wire(self) -> None:
        self.undo.clicked.connect(lambda _checked=False: self.cancel_wanted.emit(self._booking))
        self.cancel.clicked.connect(lambda _checked=False: self.cancel_wanted.emit(self._booking))
        self.finish.clicked.connect(lambda _checked=False: self.finish_wanted.emit(self._booking))
        self.rebook.clicked.connect(lambda _checked=False: self._rebook())
        self.phone.clicked.connect(self.phone_wanted)
        self.move_button.slot_chosen.connect(lambda slot: self.move_wanted.emit(self._booking, slot))
        self.move_button.other_time_wanted.connect(lambda: self.other_time_wanted.emit(self._booking))

    def _rebook(self) -> None:
        """Take the time that is offered: move what still stands, book anew what does not."""
        if self._booking is not None and move_refused(self._booking):
            self.move_wanted.emit(self._booking, self._times[0])
        else:
            self.slot_chosen.emit(self._next)

    def _lay_out(self, narrow: bool) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.phone, self.rebook, self.finish, self.undo, self.move_button, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.headline)
        words.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self.moved)
        words.addWidget(self.ledger)
        words.addWidget(self.code)
        told = QHBoxLayout()
        told.setSpacing(12)
        told.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        told.addLayout(words, 1)
        self._box = QBoxLayout(_DOWN if narrow else _ACROSS, self)
        self._box.setContentsMargins(14, 12, 12, 12)
        self._box.setSpacing(12)
        self._box.addLayout(told, 1)
        self._box.addLayout(buttons)

    def _dress(self, booking: Booking) -> None:
        label = booking_label(booking.state)
        tone = label.tone if label.tone in (Tone.BAD, Tone.WARN) else Tone.ACCENT if booking.live else Tone.QUIET
        icon_name = label.icon if tone is not Tone.ACCENT else "video-camera"
        if move_refused(booking):
            tone, icon_name = Tone.WARN, "warning"
        if not self._narrow:
            # One button more than there is room for beside the words.
            self._box.setDirection(_DOWN if move_refused(booking) else _ACROSS)
        self._icon.show_icon(icon_name, tone)
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            self.style().unpolish(self)
            self.style().polish(self)

    def _show_buttons(self, booking: Booking) -> None:
        refused = refusal(booking) is not None
        telephone = refused or booking.state in NEEDS_TELEPHONE
        self.phone.setVisible(telephone and booking.phone is not None)
        if booking.phone is not None:
            self.phone.setText(self.tr("Phone {number}").format(number=booking.phone.reveal().shown))
        now, kept = self._clock(), move_refused(booking)
        taken = booking.state is BookingState.SLOT_TAKEN and not refused
        offered = (self._times[0] if self._times else None) if kept else self._next
        self.rebook.setVisible((taken or (kept and movable(booking))) and offered is not None)
        if offered is not None:
            text = self.tr("Move to {when}") if kept else self.tr("Book {when} instead")
            self.rebook.setText(text.format(when=moment_text(offered.start, now)))

    def _tick(self) -> None:
        booking = self._booking
        if booking is None:
            return
        left = booking.made_at + UNDO_FOR - self._clock()
        seconds = -(-left // timedelta(seconds=1))
        settled = unsettled(booking) is None
        cancellable = booking.live and settled and booking.state is not BookingState.IN_CALL
        undoable = cancellable and seconds > 0
        ahead = booking.start - self._clock()
        begun = booking.state is BookingState.IN_CALL or ahead <= timedelta()
        started = booking.live and begun
        self.undo.setText(self.tr("Undo ({seconds})").format(seconds=seconds))
        self.undo.setVisible(undoable)
        self.cancel.setVisible(cancellable and not undoable and not started)
        self.move_button.setVisible(movable(booking) and not undoable and not started)
        self.finish.setVisible(started and not undoable)
        if undoable:
            self._timer.start(_COUNT_EVERY_MS)
        elif cancellable and not begun:
            # Looked at now and then besides: a PC that slept has missed the exact moment.
            self._timer.start(min(_LOOK_EVERY_MS, ahead // timedelta(milliseconds=1) + 1))
