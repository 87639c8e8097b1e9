"""*Move*: the next free times of the booking's clinician, one click away."""

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.domain.booking import Booking, BookingState
from app.domain.clinic_time import Clock
from app.domain.slot import Slot, SlotKind
from app.ui.controls.buttons import Button
from app.ui.danish_time import moment_text
from app.ui.theme.theme import Theme
from app.ui.words import unsettled

TIMES_OFFERED = 5


def movable(booking: Booking) -> bool:
    """Tell whether a booking can be given another time: it has one, nothing stands in the way, nobody has begun."""
    settled = unsettled(booking) is None and booking.state is not BookingState.IN_CALL
    return booking.live and settled and booking.slot_id is not None


def slot_kinds(booking: Booking) -> frozenset[SlotKind]:
    """Return the kinds of slot that may hold the booking."""
    return frozenset({SlotKind.ANY, SlotKind(booking.form.value)})


class MoveButton(Button):
    """Opens a menu of free times; `slot_chosen` gives one, `other_time_wanted` asks for the calendar."""

    slot_chosen = Signal(object)
    other_time_wanted = Signal()

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__(theme, icon_name="clock-clockwise", name="moveBooking")
        self._clock = clock
        self.setText(self.tr("Move …"))
        self.hint(self.tr("Give the patient another time, and tell by SMS"), "F")
        self.menu_of_times = QMenu(self)
        self._offered: tuple[tuple[Slot, ...], list[str]] | None = None
        self.clicked.connect(self.open_menu)
        self.show_slots(())

    def show_slots(self, slots: tuple[Slot, ...]) -> None:
        """Offer these times, and the calendar; an open menu stays as it is when nothing changed."""
        texts = [moment_text(slot.start, self._clock()) for slot in slots[:TIMES_OFFERED]]
        if (slots, texts) == self._offered:
            return
        self._offered = slots, texts
        self.menu_of_times.clear()
        for slot, text in zip(slots, texts, strict=False):
            action = QAction(text, self.menu_of_times)
            action.triggered.connect(partial(self._choose, slot))
            self.menu_of_times.addAction(action)
        if slots:
            self.menu_of_times.addSeparator()
        other = QAction(self.tr("Another time …"), self.menu_of_times)
        other.triggered.connect(lambda _checked=False: self.other_time_wanted.emit())
        self.menu_of_times.addAction(other)

    def open_menu(self) -> None:
        """Show the times below the button."""
        if self.isVisible() and self.isEnabled():
            self.menu_of_times.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _choose(self, slot: Slot, _checked: bool = False) -> None:
        self.slot_chosen.emit(slot)
