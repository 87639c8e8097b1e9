"""The patient to the right: who it is, how to reach them, and their bookings."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.booking import Booking, BookingState
from app.domain.clinic_time import clinic_date
from app.domain.cpr import age_on
from app.domain.patient import Patient
from app.domain.views import PatientCard
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, IconLabel, text_label
from app.ui.danish_time import moment_text, since_text
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.words import consultation_text, form_label, outcome_text, place_label, row_label

_SHOWN_BOOKINGS = 12


class BookingLine(QFrame):
    """One of the patient's bookings."""

    def __init__(self, theme: Theme, booking: Booking, parts: ConsoleParts) -> None:
        super().__init__()
        self.setProperty("role", "card")
        top, bottom = QHBoxLayout(), QHBoxLayout()
        form = form_label(booking.form)
        top.setSpacing(8)
        top.addWidget(IconLabel(theme, form.icon, form.tone, 18))
        top.addWidget(text_label(moment_text(booking.start, parts.clock()), "strong"))
        top.addStretch(1)
        state, row = Chip(theme), Chip(theme)
        bottom.setSpacing(6)
        bottom.addWidget(state)
        bottom.addStretch(1)
        what = outcome_text(booking.outcome.kind) if booking.outcome else consultation_text(booking)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(text_label(what, "muted", wrap=True))
        column.addLayout(bottom)
        column.addWidget(row)
        state.show_label(place_label(booking))
        taken = booking.state is BookingState.SLOT_TAKEN
        row.show_label(None if taken else row_label(booking.row_state, booking.row_state_at, parts.clock()))


class PatientPane(QFrame):
    """Shows a `PatientCard`; a screen may put more in `extra`, below the head."""

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._theme = theme
        self._parts = parts
        self._shown: PatientCard | None = None
        self.setObjectName("patientPane")
        self.setProperty("role", "side")
        self.name = text_label(role="title", wrap=True, selectable=True)
        self.about = text_label(role="muted", wrap=True, selectable=True)
        self.address = text_label(role="muted", wrap=True, selectable=True)
        self.phone = Button(theme, icon_name="phone", name="dialPatient")
        self.phone.clicked.connect(self._dial)
        self.no_phone = text_label(self.tr("No telephone number"), "muted")
        self.answer = text_label(role="small", wrap=True)
        self.fetched = text_label(role="small")
        self.nothing = text_label(self.tr("No appointments"), "muted")
        self.extra = QVBoxLayout()
        self._bookings = QVBoxLayout()
        self._inside = QWidget()
        self._lay_out()
        theme.changed.connect(self._fit)
        self._fit()
        self.show_card(None)

    def show_card(self, card: PatientCard | None) -> None:
        """Show a patient, or an empty pane."""
        self._inside.setVisible(card is not None)
        if card is None or card == self._shown:
            self._shown = card
            return
        other = self._shown is None or self._shown.patient.id != card.patient.id
        self._shown = card
        if other:
            self.answer.hide()
        patient = card.patient
        self.name.setText(patient.name.reveal())
        self.about.setText(self._about(patient))
        self.address.setText(patient.address.reveal() if patient.address else "")
        self.address.setVisible(patient.address is not None)
        self.phone.setVisible(patient.phone is not None)
        self.no_phone.setVisible(patient.phone is None)
        if patient.phone is not None:
            number = patient.phone.reveal().shown
            self.phone.setText(number)
            self.phone.hint(self.tr("Phone {number}").format(number=number))
            self.phone.setAccessibleName(self.phone.toolTip())
        fetched = since_text(card.fetched_at, self._parts.clock())
        self.fetched.setText(self.tr("Fetched {time}").format(time=fetched))
        self._show_bookings(card.bookings[:_SHOWN_BOOKINGS])

    def _fit(self) -> None:
        self.setMinimumWidth(round(280 * self._theme.sizes.scale))

    def _about(self, patient: Patient) -> str:
        words = []
        if patient.birth_date is not None:
            age = age_on(patient.birth_date.reveal(), clinic_date(self._parts.clock()))
            words.append(self.tr("%n year(s)", "", age))
        words.append(patient.cpr.reveal().shown if patient.cpr else self.tr("No CPR number"))
        return "  ·  ".join(words)

    def _lay_out(self) -> None:
        head = QVBoxLayout(self._inside)
        self._inside.setProperty("role", "scrolled")
        head.setContentsMargins(20, 20, 20, 20)
        head.setSpacing(6)
        head.addWidget(self.name)
        head.addWidget(self.about)
        head.addWidget(self.address)
        head.addSpacing(4)
        head.addWidget(self.phone, 0, Qt.AlignmentFlag.AlignLeft)
        head.addWidget(self.no_phone)
        head.addWidget(self.answer)
        head.addSpacing(6)
        head.addLayout(self.extra)
        head.addSpacing(6)
        head.addWidget(text_label(self.tr("Appointments"), "caption"))
        self._bookings.setSpacing(8)
        head.addLayout(self._bookings)
        head.addWidget(self.nothing)
        head.addStretch(1)
        head.addWidget(self.fetched)
        scroll = QScrollArea()
        scroll.setWidget(self._inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)

    def _show_bookings(self, bookings: tuple[Booking, ...]) -> None:
        for line in self._inside.findChildren(BookingLine):
            self._bookings.removeWidget(line)
            line.hide()
            line.deleteLater()
        for booking in bookings:
            self._bookings.addWidget(BookingLine(self._theme, booking, self._parts))
        self.nothing.setVisible(not bookings)

    def _dial(self) -> None:
        if self._shown is None or self._shown.patient.phone is None:
            return
        dialled = self._parts.dialler.dial(self._shown.patient.phone.reveal().tel_uri)
        self.answer.setText(
            self.tr("Phoning …") if dialled else self.tr("This PC has no program to phone with. Dial the number.")
        )
        self.answer.show()
