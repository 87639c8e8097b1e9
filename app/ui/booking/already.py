"""Tells before a click that the patient has a video appointment ahead already, whoever made it."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.booking import Booking, ConsultationForm
from app.ui.booking.conflict_words import Names
from app.ui.controls.labels import IconLabel, text_label
from app.ui.danish_time import moment_text
from app.ui.parts import ConsoleParts
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class AlreadyBooked(QWidget):
    """One line, hidden while there is nothing to tell."""

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._names: Names = {}
        self.booking: Booking | None = None
        self.sentence = text_label(role="small", wrap=True)
        self.sentence.setObjectName("alreadyBooked")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(theme, "info", Tone.ACCENT, 16))
        row.addWidget(self.sentence, 1)
        self.hide()

    def show_booking(self, booking: Booking | None) -> bool:
        """Tell of an appointment, or of none; returns whether its clinician's name has to be read."""
        self.booking = booking
        self._tell()
        return booking is not None and booking.clinician_id not in self._names

    def show_names(self, names: Names) -> None:
        """Take in who the clinicians are."""
        self._names = names or self._names
        self._tell()

    def _tell(self) -> None:
        booking = self.booking
        if booking is not None:
            when = moment_text(booking.start, self._parts.clock())
            name = self._names.get(booking.clinician_id, "")
            if name and booking.clinician_id != self._parts.user.id:
                text = self.tr("The patient already has a video appointment {when} with {name}.")
            else:
                text = self.tr("The patient already has a video appointment {when}.")
            self.sentence.setText(text.format(when=when, name=name))
        self.setVisible(booking is not None and booking.end > self._parts.clock())


def ahead(bookings: Sequence[Booking], now: datetime) -> Booking | None:
    """Return the next video appointment of a patient that is not over."""
    coming = (each for each in bookings if each.live and each.form is ConsultationForm.VIDEO and each.end > now)
    return min(coming, key=lambda each: each.start, default=None)
