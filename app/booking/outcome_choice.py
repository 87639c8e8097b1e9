"""Which outcome is pre-selected when a consultation ends, so that the usual one takes no choosing."""

from app.booking.progress import patient_came
from app.domain.booking import Booking, ConsultationForm
from app.domain.call import CallRecord, Medium
from app.domain.outcome import OutcomeKind


def preselect_outcome(record: CallRecord | None, booking: Booking) -> OutcomeKind:
    """Return the outcome most likely true; `record` is None when the program carried no call."""
    if booking.form is not ConsultationForm.VIDEO:
        return OutcomeKind.COMPLETED
    if record is not None and record.medium is Medium.TELEPHONE:
        return OutcomeKind.BY_TELEPHONE
    if record is not None and record.connected:
        return OutcomeKind.COMPLETED
    return OutcomeKind.TECHNICAL_FAILURE if patient_came(booking) else OutcomeKind.NO_SHOW
