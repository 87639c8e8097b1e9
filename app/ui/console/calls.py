"""The windows of conversations and their outcomes, one for each booking at most."""

import asyncio
import logging

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.booking import Booking
from app.domain.call import CallRecord
from app.domain.ids import BookingId
from app.domain.views import WaitingRow
from app.ui.call.window import CallWindow
from app.ui.outcome.window import OutcomeWindow
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme

_log = logging.getLogger(__name__)


class Calls(QObject):
    """Opens a window when a patient is let in, and forgets it when the outcome is saved.

    One conversation at a time: there is one loudspeaker and one microphone, and one clinician.
    """

    changed = Signal()

    def __init__(self, owner: QObject, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(owner)
        self._theme = theme
        self._parts = parts
        self._windows: dict[BookingId, CallWindow] = {}
        self._outcomes: dict[BookingId, OutcomeWindow] = {}

    @property
    def open_bookings(self) -> frozenset[BookingId]:
        """The bookings that have a video window."""
        return frozenset(self._windows)

    @property
    def live(self) -> bool:
        """Whether a conversation is going on."""
        return self._live is not None

    @property
    def unsettled(self) -> frozenset[tuple[BookingId, bool]]:
        """What would be lost by closing: conversations still going on (True) and outcomes not saved (False)."""
        calls = {(key, window.live) for key, window in self._windows.items() if not window.settled}
        return frozenset(calls | {(key, False) for key, one in self._outcomes.items() if not one.sheet.is_settled})

    def show_unsettled(self) -> None:
        """Bring forward what would be lost."""
        for key, _live in self.unsettled:
            bring_forward(self._windows.get(key) or self._outcomes[key])

    def window(self, booking_id: BookingId) -> CallWindow | None:
        """The video window of a booking."""
        return self._windows.get(booking_id)

    def admit(self, row: WaitingRow) -> None:
        """Let a patient in, or bring the window forward that is open already or stands in the way."""
        self._open(row.booking, row.patient_name.reveal(), None)

    def continue_by_video(self, booking: Booking, patient_name: str, record: CallRecord) -> None:
        """Take a consultation that is on the telephone to video; `record` is of it so far."""
        self._open(booking, patient_name, record)

    def _open(self, booking: Booking, name: str, record: CallRecord | None) -> None:
        window = self._windows.get(booking.id)
        if window is None and (window := self._live) is not None:
            window.refuse_other(name)
        if window is None:
            if (stale := self._outcomes.get(booking.id)) is not None:
                stale.close()
            window = CallWindow(self._theme, self._parts, booking, name, record)
            self._windows[booking.id] = window
            window.finished.connect(lambda: self._forget(booking.id))
            window.open()
            self.changed.emit()
        bring_forward(window)

    def finish(self, booking: Booking, patient_name: str, record: CallRecord | None = None) -> None:
        """Ask how a consultation without a video window ended; `record` is of one held on the telephone alone."""
        if booking.id in self._windows:
            bring_forward(self._windows[booking.id])
            return
        if (window := self._outcomes.get(booking.id)) is None:
            window = OutcomeWindow(self._theme, self._parts, booking, patient_name, record)
            self._outcomes[booking.id] = window
            window.destroyed.connect(lambda: self._outcomes.pop(booking.id, None))
            window.show()
        bring_forward(window)

    async def end_all(self) -> None:
        """Give every call's devices and room back and shut the windows."""
        windows = tuple(self._windows.values())
        for failure in await asyncio.gather(*(window.hang_up() for window in windows), return_exceptions=True):
            if isinstance(failure, Exception):
                _log.warning("a call ended badly: %s", type(failure).__name__)
        for window in windows:
            window.hide()
            window.deleteLater()
        self._windows.clear()
        for sheet in tuple(self._outcomes.values()):
            sheet.close()

    @property
    def _live(self) -> CallWindow | None:
        return next((window for window in self._windows.values() if window.live), None)

    def _forget(self, booking_id: BookingId) -> None:
        if (window := self._windows.pop(booking_id, None)) is not None:
            window.deleteLater()
        self.changed.emit()


def bring_forward(window: CallWindow | OutcomeWindow) -> None:
    """Show a window above the others, also one that was put away in the task bar."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
