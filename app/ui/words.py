"""The states of the domain in words a clinic uses, each with a tone and an icon of its own shape."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.arrangement import Conflict
from app.domain.booking import Booking, BookingState, ConsultationForm, RowState
from app.domain.invitation import Delivery
from app.domain.outcome import FeeReason, OutcomeKind
from app.domain.slot import SlotKind
from app.domain.waiting import PatientPhase
from app.ui.danish_time import since_text
from app.ui.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class Label:
    """A state as it is shown: its word, its tone and its icon."""

    text: str
    tone: Tone
    icon: str


def _tr(source: str) -> str:
    return QCoreApplication.translate("Words", source)


def QT_TRANSLATE_NOOP(_context: str, source: str) -> str:
    """Mark a string for translation; lupdate knows the name, and PySide6's own is typed as giving an object."""
    return source


_STATES: dict[BookingState, tuple[str, Tone, str]] = {
    BookingState.REQUESTED: (QT_TRANSLATE_NOOP("Words", "Booking …"), Tone.QUIET, "hourglass"),
    BookingState.ROOM_READY: (QT_TRANSLATE_NOOP("Words", "Booking …"), Tone.QUIET, "hourglass"),
    BookingState.CONFIRMED: (QT_TRANSLATE_NOOP("Words", "Booked"), Tone.ACCENT, "calendar-check"),
    BookingState.INVITED: (QT_TRANSLATE_NOOP("Words", "SMS sent"), Tone.ACCENT, "paper-plane-tilt"),
    BookingState.DELIVERED: (QT_TRANSLATE_NOOP("Words", "SMS delivered"), Tone.ACCENT, "device-mobile"),
    BookingState.OPENED: (QT_TRANSLATE_NOOP("Words", "Link opened"), Tone.ACCENT, "eye"),
    BookingState.TESTED: (QT_TRANSLATE_NOOP("Words", "Devices tried"), Tone.ACCENT, "check"),
    BookingState.WAITING: (QT_TRANSLATE_NOOP("Words", "Waiting now"), Tone.WARN, "clock"),
    BookingState.IN_CALL: (QT_TRANSLATE_NOOP("Words", "In call"), Tone.GOOD, "video-camera"),
    BookingState.ENDED: (QT_TRANSLATE_NOOP("Words", "Finished"), Tone.QUIET, "check-circle"),
    BookingState.CANCELLED: (QT_TRANSLATE_NOOP("Words", "Cancelled"), Tone.QUIET, "x-circle"),
    BookingState.SLOT_TAKEN: (QT_TRANSLATE_NOOP("Words", "Not booked"), Tone.BAD, "warning"),
    BookingState.UNDELIVERABLE: (QT_TRANSLATE_NOOP("Words", "Phone the patient"), Tone.BAD, "phone-x"),
    BookingState.ROOM_FAILED: (QT_TRANSLATE_NOOP("Words", "No video room"), Tone.BAD, "warning-octagon"),
}

_ROWS: dict[RowState, tuple[str, str, Tone, str]] = {
    RowState.SAVED_HERE: (
        QT_TRANSLATE_NOOP("Words", "saved here"),
        QT_TRANSLATE_NOOP("Words", "saved here {time}"),
        Tone.QUIET,
        "floppy-disk",
    ),
    RowState.QUEUED: (
        QT_TRANSLATE_NOOP("Words", "waits"),
        QT_TRANSLATE_NOOP("Words", "waits since {time}"),
        Tone.WARN,
        "hourglass",
    ),
    RowState.SENT: (
        QT_TRANSLATE_NOOP("Words", "sent"),
        QT_TRANSLATE_NOOP("Words", "sent {time}"),
        Tone.ACCENT,
        "paper-plane-tilt",
    ),
    RowState.CONFIRMED: (
        QT_TRANSLATE_NOOP("Words", "confirmed"),
        QT_TRANSLATE_NOOP("Words", "confirmed {time}"),
        Tone.GOOD,
        "check-circle",
    ),
    RowState.CONFLICT: (
        QT_TRANSLATE_NOOP("Words", "conflict"),
        QT_TRANSLATE_NOOP("Words", "conflict since {time}"),
        Tone.BAD,
        "warning",
    ),
}

_PHASES: dict[PatientPhase, tuple[str, Tone, str]] = {
    PatientPhase.NOT_OPENED: (QT_TRANSLATE_NOOP("Words", "has not opened the link"), Tone.QUIET, "link-simple"),
    PatientPhase.AWAY: (QT_TRANSLATE_NOOP("Words", "has closed the page"), Tone.QUIET, "moon"),
    PatientPhase.OPENED: (QT_TRANSLATE_NOOP("Words", "has opened the link"), Tone.ACCENT, "eye"),
    PatientPhase.TESTED: (QT_TRANSLATE_NOOP("Words", "devices tried"), Tone.ACCENT, "check"),
    PatientPhase.WAITING: (QT_TRANSLATE_NOOP("Words", "waiting"), Tone.WARN, "clock"),
    PatientPhase.IN_CALL: (QT_TRANSLATE_NOOP("Words", "in the call"), Tone.GOOD, "video-camera"),
    PatientPhase.WANTS_PHONE: (QT_TRANSLATE_NOOP("Words", "wants to be phoned"), Tone.BAD, "phone-call"),
    PatientPhase.LEFT: (QT_TRANSLATE_NOOP("Words", "has left"), Tone.QUIET, "x-circle"),
}

_DELIVERIES: dict[Delivery, tuple[str, Tone, str]] = {
    Delivery.QUEUED: (QT_TRANSLATE_NOOP("Words", "SMS queued {time}"), Tone.QUIET, "hourglass"),
    Delivery.ACCEPTED: (QT_TRANSLATE_NOOP("Words", "SMS sent {time}"), Tone.ACCENT, "paper-plane-tilt"),
    Delivery.DELIVERED: (QT_TRANSLATE_NOOP("Words", "SMS delivered {time}"), Tone.ACCENT, "device-mobile"),
    Delivery.OPENED: (QT_TRANSLATE_NOOP("Words", "Link opened {time}"), Tone.ACCENT, "eye"),
    Delivery.TESTED: (QT_TRANSLATE_NOOP("Words", "Devices tried {time}"), Tone.ACCENT, "check"),
    Delivery.WAITING: (QT_TRANSLATE_NOOP("Words", "Waiting since {time}"), Tone.WARN, "clock"),
    Delivery.IN_CALL: (QT_TRANSLATE_NOOP("Words", "Let in {time}"), Tone.GOOD, "video-camera"),
    Delivery.FAILED: (QT_TRANSLATE_NOOP("Words", "SMS did not arrive {time}"), Tone.BAD, "warning"),
}

_FORMS: dict[ConsultationForm, tuple[str, Tone, str]] = {
    ConsultationForm.VIDEO: (QT_TRANSLATE_NOOP("Words", "Video"), Tone.ACCENT, "video-camera"),
    ConsultationForm.TELEPHONE: (QT_TRANSLATE_NOOP("Words", "Telephone"), Tone.QUIET, "phone"),
    ConsultationForm.IN_PERSON: (QT_TRANSLATE_NOOP("Words", "In person"), Tone.QUIET, "user"),
}

_SLOT_KINDS: dict[SlotKind, str] = {
    SlotKind.ANY: QT_TRANSLATE_NOOP("Words", "Free time"),
    SlotKind.VIDEO: QT_TRANSLATE_NOOP("Words", "Free video time"),
    SlotKind.TELEPHONE: QT_TRANSLATE_NOOP("Words", "Free telephone time"),
    SlotKind.IN_PERSON: QT_TRANSLATE_NOOP("Words", "Free time in the clinic"),
}

_OUTCOMES: dict[OutcomeKind, str] = {
    OutcomeKind.COMPLETED: QT_TRANSLATE_NOOP("Words", "Held on video"),
    OutcomeKind.BY_TELEPHONE: QT_TRANSLATE_NOOP("Words", "Held on the telephone"),
    OutcomeKind.NO_SHOW: QT_TRANSLATE_NOOP("Words", "The patient did not come"),
    OutcomeKind.TECHNICAL_FAILURE: QT_TRANSLATE_NOOP("Words", "Technical failure"),
}

_FEE_REASONS: dict[FeeReason, str] = {
    FeeReason.VIDEO_HELD: QT_TRANSLATE_NOOP("Words", "because the consultation was held on video"),
    FeeReason.VIDEO_CONFERENCE_HELD: QT_TRANSLATE_NOOP("Words", "because it was a video conference"),
    FeeReason.VIDEO_FAILED_TELEPHONE_HELD: QT_TRANSLATE_NOOP(
        "Words", "because the video failed and the consultation was finished on the telephone"
    ),
    FeeReason.TELEPHONE_HELD: QT_TRANSLATE_NOOP("Words", "because the consultation was held on the telephone"),
    FeeReason.CONSULTATION_HELD: QT_TRANSLATE_NOOP("Words", "because the consultation was held in the clinic"),
    FeeReason.PATIENT_DID_NOT_COME: QT_TRANSLATE_NOOP("Words", "No fee: the patient did not come"),
    FeeReason.NO_CONSULTATION_HELD: QT_TRANSLATE_NOOP("Words", "No fee: no consultation was held"),
    FeeReason.NO_CODE_VALID: QT_TRANSLATE_NOOP("Words", "No fee code is in force that day"),
}


def _label(row: tuple[str, Tone, str]) -> Label:
    source, tone, icon = row
    return Label(_tr(source), tone, icon)


def booking_label(state: BookingState) -> Label:
    """Return how a booking's state is shown in a list."""
    return _label(_STATES[state])


def row_label(state: RowState, since: datetime | None, now: datetime) -> Label:
    """Return how far a row has come on its way to the practice system, and since when, as far as that is known."""
    plain, timed, tone, icon = _ROWS[state]
    if since is None:
        return Label(_tr(plain), tone, icon)
    return Label(_tr(timed).format(time=since_text(since, now)), tone, icon)


def conflict_label() -> Label:
    """Return what a list says of a booking that two people changed at once."""
    return Label(QCoreApplication.translate("Words", "Conflict"), Tone.BAD, "warning")


def unsettled(booking: Booking) -> Conflict | None:
    """Return what a person has to settle; a conflict that has been decided on is only kept until that is done."""
    return booking.conflict if booking.row_state is RowState.CONFLICT else None


def place_label(booking: Booking) -> Label:
    """Return how a booking's state is shown where all of it is known."""
    if booking.state is BookingState.IN_CALL and booking.call is not None and booking.call.ended_at is not None:
        return Label(QCoreApplication.translate("Words", "Not finished"), Tone.WARN, "pencil-simple")
    return booking_label(booking.state)


def phase_label(phase: PatientPhase) -> Label:
    """Return what the patient in a room is doing."""
    return _label(_PHASES[phase])


def delivery_label(delivery: Delivery, time: str) -> Label:
    """Return a line of the delivery ledger with its time of day."""
    source, tone, icon = _DELIVERIES[delivery]
    return Label(_tr(source).format(time=time), tone, icon)


def form_label(form: ConsultationForm) -> Label:
    """Return how patient and clinician meet."""
    return _label(_FORMS[form])


def slot_text(kind: SlotKind) -> str:
    """Return what a free slot is meant for."""
    return _tr(_SLOT_KINDS[kind])


def outcome_text(kind: OutcomeKind) -> str:
    """Return how a consultation ended."""
    return _tr(_OUTCOMES[kind])


def fee_reason_text(reason: FeeReason) -> str:
    """Return why a fee code is proposed, or why none is."""
    return _tr(_FEE_REASONS[reason])


def consultation_text(booking: Booking) -> str:
    """Return what kind of consultation a booking is, such as `Videoaftale` or `Video nu`."""
    if booking.form is ConsultationForm.VIDEO:
        if booking.slot_id is None:
            return QCoreApplication.translate("Words", "Video now")
        return QCoreApplication.translate("Words", "Video appointment")
    return _label(_FORMS[booking.form]).text
