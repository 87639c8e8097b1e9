"""What a search found, as a Qt model: three groups, each under its heading."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.clinic_time import Clock
from app.domain.patient import Patient
from app.domain.search_query import Query
from app.domain.views import Found, FoundBooking, FoundMessage, FoundPatient
from app.ui.danish_time import moment_text, stamp_text
from app.ui.words import booking_label, form_label

ENTRY_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group; it cannot be chosen."""

    text: str


Hit = FoundPatient | FoundMessage | FoundBooking
Entry = Heading | Hit


class ResultsModel(QAbstractListModel):
    """Headings and hits; `ENTRY_ROLE` gives the `Entry`, and `query` is what they were found by."""

    def __init__(self, parent: QObject, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._entries: tuple[Entry, ...] = ()
        self.query = Query()

    def show_found(self, found: Found, query: Query) -> None:
        """Replace what is listed; the same hits as before keep selection and scrolling."""
        groups: tuple[tuple[str, tuple[Hit, ...]], ...] = (
            (self.tr("Patients"), found.patients),
            (self.tr("Messages"), found.messages),
            (self.tr("Appointments"), found.bookings),
        )
        entries = tuple(entry for heading, hits in groups if hits for entry in (Heading(heading), *hits))
        same = [_key(entry) for entry in entries] == [_key(entry) for entry in self._entries]
        self.query = query
        if same:
            self._entries = entries
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def hit_at(self, row: int) -> Hit | None:
        """Return the hit in a row; None for a heading and outside the list."""
        entry = self._entries[row] if 0 <= row < len(self._entries) else None
        return None if isinstance(entry, Heading) else entry

    def position(self, wanted: Hit | None) -> int:
        """Return where a hit stands now, -1 when it is gone."""
        if wanted is None:
            return -1
        return next((i for i, entry in enumerate(self._entries) if _key(entry) == _key(wanted)), -1)

    def next_hit(self, row: int, step: int) -> int:
        """Return the row of the hit after a row, or before it with a step of -1; the same when there is none."""
        at = row + step
        while 0 <= at < len(self._entries):
            if self.hit_at(at) is not None:
                return at
            at += step
        return row

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.hit_at(index.row()) is not None else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(entry)
        return None

    def _spoken(self, entry: Entry) -> str:
        match entry:
            case Heading():
                return entry.text
            case FoundPatient():
                return ", ".join((self.tr("Patient"), entry.patient.name.reveal(), *numbers_of(entry.patient)))
            case FoundMessage():
                when = stamp_text(entry.sent_at, self._clock())
                words = (self.tr("Message"), entry.patient_name.reveal(), entry.subject.reveal(), when)
                return ", ".join((*words, entry.excerpt.reveal()))
            case FoundBooking():
                booking = entry.booking
                when = moment_text(booking.start, self._clock())
                words = (self.tr("Appointment"), entry.patient_name.reveal(), when, form_label(booking.form).text)
                return ", ".join((*words, entry.clinician_name, booking_label(booking.state).text))


def numbers_of(patient: Patient) -> tuple[str, ...]:
    """Return a patient's CPR and telephone number as far as they are known."""
    cpr = (patient.cpr.reveal().shown,) if patient.cpr else ()
    return (*cpr, patient.phone.reveal().shown) if patient.phone else cpr


def _key(entry: Entry) -> tuple[object, ...]:
    match entry:
        case Heading():
            return (entry.text,)
        case FoundPatient():
            return "patient", entry.patient.id
        case FoundMessage():
            return "message", entry.thread_id, entry.sent_at, entry.subject.reveal()
        case FoundBooking():
            return "booking", entry.booking.id
