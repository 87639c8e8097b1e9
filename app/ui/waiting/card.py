"""One patient in the waiting-room strip."""

from datetime import timedelta

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.booking import Booking, BookingState
from app.domain.clinic_time import Clock
from app.domain.views import WaitingRow
from app.domain.waiting import PatientPhase
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, ElidedLabel, text_label
from app.ui.danish_time import clock_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import Label, booking_label, phase_label

LONG_WAIT = timedelta(minutes=5)
TOO_LONG_WAIT = timedelta(minutes=10)
NO_SHOW_AFTER = timedelta(minutes=5)
_WIDTH = 264


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
        self.state = Chip(theme)
        self.since = ElidedLabel("small")
        self.admit = Button(theme, self.tr("Let in"), kind="primary", icon_name="sign-in", name="admit")
        self.phone = Button(theme, self.tr("Phone"), kind="danger", icon_name="phone-call", name="phoneWaiting")
        self.show_call = Button(theme, self.tr("Show call"), icon_name="video-camera", name="showCall")
        self.finish = Button(theme, self.tr("Finish …"), kind="quiet", name="finishWaiting")
        self.admit.hint(self.tr("Let the patient in and start the video"), "A")
        self.admit.clicked.connect(lambda _checked=False: self.admit_wanted.emit(self._row))
        self.phone.clicked.connect(lambda _checked=False: self.phone_wanted.emit(self._row))
        self.show_call.clicked.connect(lambda _checked=False: self.show_wanted.emit(self._row))
        self.finish.clicked.connect(lambda _checked=False: self.finish_wanted.emit(self._row))
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.time)
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
        column.addLayout(bottom, 1)

    def show_row(self, row: WaitingRow, *, call_open: bool) -> None:
        """Show a row; `call_open` when this console has its video window."""
        self._row, self._open = row, call_open
        self.name.show_text(row.patient_name.reveal())
        self.time.setText(clock_text(row.booking.start))
        self.refresh()

    def refresh(self) -> None:
        """Say again how long the patient has waited."""
        row = self._row
        if row is None:
            return
        label = state_label(row)
        phase = row.presence.phase if row.presence else None
        self.state.show_label(label)
        self.since.show_text(self._since_text(row))
        self.since.setVisible(bool(self.since.full_text()))
        failed = row.booking.state in (BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED)
        wants_phone = phase is PatientPhase.WANTS_PHONE or (failed and phase is None)
        here = phase in (PatientPhase.WAITING, PatientPhase.IN_CALL, PatientPhase.TESTED)
        self.show_call.setVisible(self._open)
        self.phone.setVisible(wants_phone and not self._open)
        self.admit.setVisible(phase in (PatientPhase.WAITING, PatientPhase.IN_CALL) and not self._open)
        late = self._clock() >= row.booking.start + NO_SHOW_AFTER
        talked = row.booking.state is BookingState.IN_CALL
        self.finish.setVisible((late or talked) and not here and not self._open and not wants_phone)
        self._dress(self._attention(row))
        self.setAccessibleName(f"{row.patient_name.reveal()}, {self.time.text()}, {label.text}")

    def _fit(self) -> None:
        self.setFixedWidth(round(_WIDTH * self._theme.sizes.scale))

    @property
    def admittable(self) -> bool:
        """Whether *Let in* can be pressed."""
        return self.admit.isVisibleTo(self)

    @property
    def booking(self) -> Booking | None:
        """The booking on the card."""
        return self._row.booking if self._row else None

    def _since_text(self, row: WaitingRow) -> str:
        if row.booking.phone is not None and self._needs_phone(row):
            return row.booking.phone.reveal().shown
        if row.presence is None:
            return ""
        if row.presence.phase is PatientPhase.WAITING:
            minutes = int(self._waited(row) / timedelta(minutes=1))
            since = self.tr("since {time}").format(time=clock_text(row.presence.since))
            waited = self.tr("%n min.", "", minutes)
            return f"{since} ({waited})" if minutes else since
        return self.tr("since {time}").format(time=clock_text(row.presence.since))

    def _needs_phone(self, row: WaitingRow) -> bool:
        phase = row.presence.phase if row.presence else None
        return phase is PatientPhase.WANTS_PHONE or row.booking.state is BookingState.UNDELIVERABLE

    def _waited(self, row: WaitingRow) -> timedelta:
        return self._clock() - row.presence.since if row.presence else timedelta()

    def _attention(self, row: WaitingRow) -> Tone | None:
        if self._needs_phone(row):
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


def state_label(row: WaitingRow) -> Label:
    """Return what the strip says of a row: the patient's devices once they are tried, else where they are."""
    presence = row.presence
    if presence is None:
        return booking_label(row.booking.state)
    if presence.phase is PatientPhase.TESTED:
        return _tested_label(presence.devices.camera, presence.devices.microphone)
    return phase_label(presence.phase)


def _tested_label(camera: bool | None, microphone: bool | None) -> Label:
    translate = QCoreApplication.translate
    if camera and microphone:
        return Label(translate("WaitingCard", "camera and microphone work"), Tone.GOOD, "check")
    if camera is False and microphone is False:
        return Label(translate("WaitingCard", "no camera, no microphone"), Tone.WARN, "warning")
    if microphone is False:
        return Label(translate("WaitingCard", "no microphone"), Tone.WARN, "microphone-slash")
    if camera is False:
        return Label(translate("WaitingCard", "no camera"), Tone.WARN, "video-camera-slash")
    return phase_label(PatientPhase.TESTED)
