"""Which outcome is pre-selected when a consultation ends, so that the usual one takes no choosing."""

from app.booking.progress import patient_came, was_in_call
from app.domain.booking import Booking, ConsultationForm
from app.domain.call import CallRecord, Medium
from app.domain.outcome import OutcomeKind


def preselect_outcome(record: CallRecord | None, booking: Booking) -> OutcomeKind:
    """Return the outcome most likely true.

    `record` is None when the program has carried no call since it was started; then the one kept with the booking
    counts, or the ledger, when another console held it.
    """
    record = record or booking.call
    if booking.form is not ConsultationForm.VIDEO:
        return OutcomeKind.COMPLETED
    if record is not None and record.medium is Medium.TELEPHONE:
        return OutcomeKind.BY_TELEPHONE
    if record.connected if record is not None else was_in_call(booking):
        return OutcomeKind.COMPLETED
    return OutcomeKind.TECHNICAL_FAILURE if patient_came(booking) else OutcomeKind.NO_SHOW
