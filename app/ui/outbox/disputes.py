"""What two people disagree about, wherever it was begun: it waits for somebody here to choose."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.views import FoundBooking
from app.ui.booking.conflict_card import ConflictCard
from app.ui.booking.conflict_words import Names
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.danish_time import moment_text
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme


class Dispute(QWidget):
    """One appointment with its two versions; `settled` tells whether what was asked for here is to be done."""

    settled = Signal(bool)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._clock = parts.clock
        self.setObjectName("dispute")
        self.about = text_label(role="strong", wrap=True)
        self.card = ConflictCard(theme, parts.clock)
        self.card.settled.connect(self.settled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self.about)
        column.addWidget(self.card)

    def show_booking(self, found: FoundBooking, names: Names) -> None:
        """Show whose appointment it is and what is to be chosen."""
        when = moment_text(found.booking.start, self._clock())
        self.about.setText(f"{found.patient_name.reveal()}  ·  {when}")
        self.card.show_conflict(found.booking.conflict, names)


class Disputes(QWidget):
    """All there are, oldest time first; `changed` when there are others, `failed` with why one was not settled."""

    changed = Signal()
    failed = Signal(ErrorKind)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._tasks = Tasks(self)
        self._shown: dict[BookingId, Dispute] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.BOOKINGS | Changes.PATIENTS,
            read=self._read_all,
            show=self._show,
            fail=self.failed.emit,
        )
        self._read.refresh()

    @property
    def any(self) -> bool:
        """Whether there is something to settle."""
        return bool(self._shown)

    def shown(self) -> list[Dispute]:
        """The appointments from the top."""
        return list(self._shown.values())

    async def _read_all(self) -> tuple[tuple[FoundBooking, ...], Names]:
        views = self._parts.views
        return await views.to_settle(), {one.id: one.name for one in await views.clinicians()}

    def _show(self, read: tuple[tuple[FoundBooking, ...], Names]) -> None:
        found, names = read
        wanted = {each.booking.id for each in found}
        for gone in [booking_id for booking_id in self._shown if booking_id not in wanted]:
            dispute = self._shown.pop(gone)
            self._column.removeWidget(dispute)
            dispute.hide()
            dispute.deleteLater()
        for each in found:
            dispute = self._shown.get(each.booking.id) or self._new(each.booking.id)
            dispute.show_booking(each, names)
        self.setVisible(self.any)
        self.changed.emit()

    def _new(self, booking_id: BookingId) -> Dispute:
        dispute = self._shown[booking_id] = Dispute(self._theme, self._parts)
        self._column.addWidget(dispute)
        dispute.settled.connect(lambda keep_mine: self._tasks.start(self._settle(booking_id, keep_mine), "settle"))
        return dispute

    async def _settle(self, booking_id: BookingId, keep_mine: bool) -> None:
        card = self._shown[booking_id].card
        card.set_busy(True)
        try:
            await self._parts.desk.settle(booking_id, keep_mine=keep_mine)
        except KlinikError as error:
            self.failed.emit(error.kind)
        finally:
            card.set_busy(False)
            self._read.refresh()
