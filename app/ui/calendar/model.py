"""One day's slots and bookings as a Qt model."""

from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.booking import BookingState, RowState
from app.domain.ids import BookingId, ClinicianId
from app.domain.views import DayRow
from app.ui.danish_time import clock_text
from app.ui.words import booking_label, conflict_label, form_label, slot_text

ROW_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class DayModel(QAbstractListModel):
    """Rows by start; `ROW_ROLE` gives the `DayRow`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[DayRow, ...] = ()
        self.clinicians: dict[ClinicianId, str] = {}

    def show_rows(self, rows: tuple[DayRow, ...]) -> None:
        """Replace the rows; the view keeps its place when the same times are listed."""
        if [_key(row) for row in rows] == [_key(row) for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, row: int) -> DayRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def position(self, wanted: DayRow | None) -> int:
        """Return where a row with the same slot or booking stands now, -1 when it is gone."""
        if wanted is None:
            return -1
        return next((i for i, row in enumerate(self._rows) if _key(row) == _key(wanted)), -1)

    def position_of(self, booking_id: BookingId) -> int:
        """Return where a booking stands, -1 when it is not listed."""
        return next((i for i, row in enumerate(self._rows) if row.booking_id == booking_id), -1)

    def first_after(self, now: datetime) -> int:
        """Return the row that is under way at an instant or comes next; the number of rows when all are past."""
        return next((i for i, row in enumerate(self._rows) if row.end > now), len(self._rows))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index.row())
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(row)
        return None

    def title(self, row: DayRow) -> str:
        """Return who a row is for, or what a free slot is meant for."""
        if row.patient_name is not None:
            return row.patient_name.reveal()
        return slot_text(row.slot_kind) if row.free else self.tr("Taken")

    def _spoken(self, row: DayRow) -> str:
        words = [clock_text(row.start), self.title(row)]
        if row.form is not None:
            words.append(form_label(row.form).text)
        if row.booking_state is not None:
            words.append((conflict_label() if in_conflict(row) else booking_label(row.booking_state)).text)
        return ", ".join(words)


def in_conflict(row: DayRow) -> bool:
    """Tell whether two people changed the booking at once and somebody has to settle it."""
    return row.row_state is RowState.CONFLICT and row.booking_state is not BookingState.SLOT_TAKEN


def _key(row: DayRow) -> tuple[object, ...]:
    return row.start, row.clinician_id, row.slot_id, row.booking_id
