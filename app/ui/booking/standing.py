"""The booking that stands for a patient: told in a row, settled in a card, cancelled and moved from there."""

from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.slot import Slot
from app.ui.booking.conflict_card import ConflictCard
from app.ui.booking.conflict_words import Names
from app.ui.booking.offers import Offers
from app.ui.booking.row import BookingRow
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.words import unsettled


class StandingBooking(QWidget):
    """Shows one booking; `began` when a change is asked for, and `failed` with the kind when it could not be.

    `own_shown` gives what a click here has made of a booking, and what `show_booking` returned of it.
    """

    began = Signal()
    failed = Signal(ErrorKind)
    own_shown = Signal(object, bool)

    def __init__(self, theme: Theme, parts: ConsoleParts, *, narrow: bool = False) -> None:
        super().__init__()
        self._desk = parts.desk
        self._tasks = Tasks(self)
        self._next: Slot | None = None
        self._names: Names = {}
        self._asked: dict[BookingId, datetime] = {}
        self._own: Booking | None = None
        self.booking: Booking | None = None
        self.conflict = ConflictCard(theme, parts.clock, narrow=narrow)
        self.row = BookingRow(theme, parts.clock, narrow=narrow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.conflict)
        column.addWidget(self.row)
        self.row.cancel_wanted.connect(lambda booking: self._start(self._desk.cancel(booking.id), "cancel"))
        self.row.move_wanted.connect(self.move_booking)
        self.conflict.settled.connect(self._settle)

    def show_booking(self, booking: Booking | None) -> bool:
        """Show a booking, or none; returns whether other offers have to be read for it."""
        before, self.booking = self.booking, booking
        self._show()
        if booking is None or (before is not None and _offered(before) == _offered(booking)):
            return False
        self.row.show_times(())
        return True

    def show_own(self, booking: Booking) -> None:
        """Show what a click here has just made of a booking."""
        self._own = booking
        self.own_shown.emit(booking, self.show_booking(booking))

    def forget(self) -> None:
        """Show nothing: somebody else is shown from now on."""
        self._own = None
        self.show_booking(None)

    def is_ahead_of(self, read: Sequence[Booking]) -> bool:
        """Tell whether what was read of the patient is from before the last click here."""
        own = self._own
        if own is None or own.changed_at is None:
            return False
        found = next((booking.changed_at for booking in read if booking.id == own.id), None)
        return found is None or found < own.changed_at

    def show_offers(self, offers: Offers | None) -> None:
        """Show what can be had instead; None while it is being read."""
        self._next = offers.proposal.first if offers else None
        self._names = offers.names if offers else {}
        self.row.show_times(offers.times if offers else ())
        self._show()

    def move_booking(self, booking: Booking, slot: Slot) -> None:
        """Give a booking another time."""
        self._asked[booking.id] = slot.start
        self._start(self._desk.move(booking.id, slot), "move")

    def _settle(self, keep_mine: bool) -> None:
        if self.booking is not None:
            self.conflict.set_busy(True)
            self._start(self._desk.settle(self.booking.id, keep_mine=keep_mine), "settle")

    def _start(self, change: Coroutine[Any, Any, Booking], name: str) -> None:
        self.began.emit()
        self._tasks.start(self._change(change), name)

    async def _change(self, change: Coroutine[Any, Any, Booking]) -> None:
        """Show the booking at once as it has become, or tell why it has not."""
        try:
            booking = await change
            if self.booking is not None and self.booking.id == booking.id:
                self.show_own(booking)
        except KlinikError as error:
            self.failed.emit(error.kind)
        finally:
            self.conflict.set_busy(False)

    def _show(self) -> None:
        booking = self.booking
        self.conflict.show_conflict(unsettled(booking) if booking else None, self._names)
        self.row.show_booking(booking, self._next, self._asked.get(booking.id) if booking else None)


def _offered(booking: Booking) -> tuple[object, ...]:
    """What decides which times and names have to be read for a booking."""
    return booking.id, booking.clinician_id, booking.live, unsettled(booking) is None
