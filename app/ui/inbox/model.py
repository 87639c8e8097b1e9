"""The inbox's rows as a Qt model."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.booking import BookingState, RowState
from app.domain.clinic_time import Clock
from app.domain.ids import ClinicianId, ThreadId
from app.domain.views import ThreadRow
from app.ui.danish_time import stamp_text
from app.ui.inbox.holder_words import holder_label
from app.ui.words import Label, booking_label, conflict_label

ROW_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class InboxModel(QAbstractListModel):
    """Threads as they stand in the local copy; `ROW_ROLE` gives the `ThreadRow`."""

    def __init__(self, parent: QObject, clock: Clock, me: ClinicianId) -> None:
        super().__init__(parent)
        self._clock = clock
        self._me = me
        self._rows: tuple[ThreadRow, ...] = ()

    def show_rows(self, rows: tuple[ThreadRow, ...]) -> None:
        """Replace the rows; when only their content changed, the view keeps selection and scrolling by itself."""
        same_threads = [row.thread_id for row in rows] == [row.thread_id for row in self._rows]
        if same_threads:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, thread_id: ThreadId | None) -> int:
        """Return the row of a thread, -1 when it is not listed."""
        return next((i for i, row in enumerate(self._rows) if row.thread_id == thread_id), -1)

    def thread_at(self, row: int) -> ThreadRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.thread_at(index.row())
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(row)
        return None

    def _spoken(self, row: ThreadRow) -> str:
        words = [row.patient_name.reveal(), row.subject.reveal(), stamp_text(row.newest_at, self._clock())]
        if row.unanswered:
            words.insert(0, self.tr("Unanswered"))
        if row.urgent:
            words.append(self.tr("Urgent"))
        if (label := row_booking_label(row)) is not None:
            words.append(label.text)
        if (holder := holder_label(row, self._me, self._clock())) is not None:
            words.append(holder.text)
        return ", ".join(words)


def row_booking_label(row: ThreadRow) -> Label | None:
    """Return what a row says of the booking its thread led to."""
    if row.booking_state is None:
        return None
    conflict = row.booking_row_state is RowState.CONFLICT and row.booking_state is not BookingState.SLOT_TAKEN
    return conflict_label() if conflict else booking_label(row.booking_state)
