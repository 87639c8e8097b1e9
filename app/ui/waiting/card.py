"""One patient in the waiting-room strip."""

from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app.domain.booking import Booking, BookingState
from app.domain.clinic_time import Clock
from app.domain.views import WaitingRow
from app.domain.waiting import PatientPhase
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, ElidedLabel, text_label
from app.ui.danish_time import clock_text, since_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.waiting.sentences import needs_phone, note_label, state_label
from app.ui.words import Label

LONG_WAIT = timedelta(minutes=5)
TOO_LONG_WAIT = timedelta(minutes=10)
NO_SHOW_AFTER = timedelta(minutes=5)
_WIDTH = 320


class WaitingCard(QFrame):
    """Name, time and what the patient is doing; the one button that fits."""

    admit_wanted = Signal(object)
    phone_wanted = Signal(object)
    show_wanted = Signal(object)
    finish_wanted = Signal(object)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._row: WaitingRow | None = None
        self._open = False
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()
        self.setProperty("role", "card")
        self.name = ElidedLabel("strong")
        self.time = text_label(role="muted")
        self.doctor = ElidedLabel("small")
        self.note = text_label(role="small")
        self.state = Chip(theme)
        self.since = ElidedLabel("small")
        self.admit = Button(theme, self.tr("Let in"), kind="primary", icon_name="sign-in", name="admit")
        self.phone = Button(theme, self.tr("Phone"), kind="danger", icon_name="phone-call", name="phoneWaiting")
        self.show_call = Button(theme, self.tr("Show call"), icon_name="video-camera", name="showCall")
        self.finish = Button(theme, self.tr("Finish …"), kind="quiet", name="finishWaiting")
        self.admit.clicked.connect(lambda _checked=False: self.admit_wanted.emit(self._row))
        self.phone.clicked.connect(lambda _checked=False: self.phone_wanted.emit(self._row))
        self.show_call.clicked.connect(lambda _checked=False: self.show_wanted.emit(self._row))
        self.finish.clicked.connect(lambda _checked=False: self.finish_wanted.emit(self._row))
        self._lay_out()

    def show_row(self, row: WaitingRow, *, own: bool, call_open: bool) -> None:
        """Show a row; `own` when the patient is this user's, `call_open` when this console has its video window."""
        self._row, self._open = row, call_open
        self.name.show_text(row.patient_name.reveal())
        self.doctor.show_text("" if own else row.clinician_name)
        self.admit.hint(self.tr("Let the patient in and start the video"), "A" if own else "")
        self.refresh()

    def refresh(self) -> None:
        """Say again how long the patient has waited."""
        row = self._row
        if row is None:
            return
        label, phase = state_label(row), self.phase
        self.time.setText(since_text(row.booking.start, self._clock()))
        self.state.show_label(label)
        self.since.show_text(self._since_text(row))
        self.since.setVisible(bool(self.since.full_text()))
        _ink(self.note, note_label(row))
        wants_phone = needs_phone(row)
        here = phase in (PatientPhase.WAITING, PatientPhase.IN_CALL, PatientPhase.TESTED)
        self.show_call.setVisible(self._open)
        self.phone.setVisible(wants_phone and not self._open)
        self.admit.setVisible(phase in (PatientPhase.WAITING, PatientPhase.IN_CALL) and not self._open)
        late = self._clock() >= row.booking.start + NO_SHOW_AFTER
        talked = row.booking.state is BookingState.IN_CALL
        self.finish.setVisible((late or talked) and not here and not self._open and not wants_phone)
        self._dress(self._attention(row))
        said = (self.name.full_text(), self.time.text(), self.doctor.full_text(), label.text, self.note.text())
        self.setAccessibleName(", ".join(part for part in said if part))

    @property
    def admittable(self) -> bool:
        """Whether *Let in* can be pressed."""
        return self.admit.isVisibleTo(self)

    @property
    def booking(self) -> Booking | None:
        """The booking on the card."""
        return self._row.booking if self._row else None

    @property
    def phase(self) -> PatientPhase | None:
        """Where the patient is, as far as it is known."""
        return self._row.presence.phase if self._row and self._row.presence else None

    def _since_text(self, row: WaitingRow) -> str:
        if row.booking.phone is not None and needs_phone(row):
            return row.booking.phone.reveal().shown
        if row.presence is None or row.presence.phase is PatientPhase.NOT_OPENED:
            return ""
        since = self.tr("since {time}").format(time=clock_text(row.presence.since))
        minutes = int(self._waited(row) / timedelta(minutes=1))
        if row.presence.phase is PatientPhase.WAITING and minutes:
            return f"{since} ({self.tr('%n min.', '', minutes)})"
        return since

    def _waited(self, row: WaitingRow) -> timedelta:
        return self._clock() - row.presence.since if row.presence else timedelta()

    def _attention(self, row: WaitingRow) -> Tone | None:
        if needs_phone(row):
            return Tone.BAD
        if row.presence is None or row.presence.phase is not PatientPhase.WAITING:
            return None
        waited = self._waited(row)
        return Tone.BAD if waited >= TOO_LONG_WAIT else Tone.WARN if waited >= LONG_WAIT else Tone.ACCENT

    def _dress(self, tone: Tone | None) -> None:
        wanted = tone.value if tone else ""
        if self.property("tone") != wanted:
            self.setProperty("tone", wanted)
            self.style().unpolish(self)
            self.style().polish(self)

    def _lay_out(self) -> None:
        top, middle, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name, 1)
        top.addWidget(self.time)
        middle.setSpacing(8)
        middle.addWidget(self.note)
        middle.addWidget(self.doctor, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self.since)
        words.addStretch(1)
        bottom.setSpacing(8)
        bottom.addLayout(words, 1)
        for button in (self.finish, self.show_call, self.phone, self.admit):
            bottom.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 10, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(middle)
        column.addLayout(bottom, 1)

    def _fit(self) -> None:
        self.setFixedWidth(round(_WIDTH * self._theme.sizes.scale))


def _ink(note: QLabel, label: Label | None) -> None:
    note.setText(label.text if label else "")
    note.setVisible(label is not None)
    note.setProperty("ink", label.tone.value if label else "")
    note.style().unpolish(note)
    note.style().polish(note)
