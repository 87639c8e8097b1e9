"""What the waiting-room strip says of a patient."""

from PySide6.QtCore import QCoreApplication

from app.domain.booking import BookingState
from app.domain.views import WaitingRow
from app.domain.waiting import PatientDevices, PatientPhase
from app.ui.error_texts import error_text
from app.ui.theme.tokens import Tone
from app.ui.words import Label, booking_label, phase_label

_ABSENT = (None, PatientPhase.NOT_OPENED, PatientPhase.AWAY)
_FAILED = (BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED)


def needs_phone(row: WaitingRow) -> bool:
    """Tell whether the patient can only be reached by telephone: by wish, or since no link reached them."""
    phase = row.presence.phase if row.presence else None
    return phase is PatientPhase.WANTS_PHONE or (row.booking.state in _FAILED and phase in _ABSENT)


def state_label(row: WaitingRow) -> Label:
    """Return what the strip says of a row: where the patient is.

    Of a patient who never came to the page the booking knows more, except one made elsewhere (`CONFIRMED`).
    """
    presence, state = row.presence, row.booking.state
    if presence is None or (state in _FAILED and presence.phase in _ABSENT):
        return booking_label(state)
    if presence.phase is PatientPhase.NOT_OPENED and state is not BookingState.CONFIRMED:
        return booking_label(state)
    return phase_label(presence.phase)


def note_label(row: WaitingRow) -> Label | None:
    """Return what the doctor is to know beforehand: why the invitation failed, or how the patient's devices are."""
    if row.booking.failure is not None and needs_phone(row) and row.booking.state in _FAILED:
        return Label(error_text(row.booking.failure).title, Tone.BAD, "warning")
    if row.presence is None or row.presence.phase not in (PatientPhase.TESTED, PatientPhase.WAITING):
        return None
    devices, tested = row.presence.devices, row.presence.phase is PatientPhase.TESTED
    if tested and devices.camera and devices.microphone:
        return Label(QCoreApplication.translate("WaitingCard", "camera and microphone work"), Tone.GOOD, "check")
    return _lacking(devices)


def _lacking(devices: PatientDevices) -> Label | None:
    translate = QCoreApplication.translate
    if devices.camera is False and devices.microphone is False:
        return Label(translate("WaitingCard", "no camera, no microphone"), Tone.WARN, "warning")
    if devices.microphone is False:
        return Label(translate("WaitingCard", "no microphone"), Tone.WARN, "microphone-slash")
    if devices.camera is False:
        return Label(translate("WaitingCard", "no camera"), Tone.WARN, "video-camera-slash")
    return None
