"""Which fee code to propose: it follows the medium that carried the talk, and the clinician may change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.booking import ConsultationForm
from app.domain.call import CallRecord, Medium, StepReason
from app.domain.outcome import FeeCode, FeeProposal, FeeReason, OutcomeKind

VIDEO_CONFERENCE_PARTIES = 3
"""A video talk with this many parties is a videokonference (agreement OK22 between the regions and the GPs)."""


@dataclass(frozen=True, slots=True)
class _Service:
    """A reason, and the codes that pay for it; the first one valid on the day is proposed."""

    reason: FeeReason
    codes: tuple[str, ...]


_VIDEO = _Service(FeeReason.VIDEO_HELD, ("0125", "4436"))
_CONFERENCE = _Service(FeeReason.VIDEO_CONFERENCE_HELD, ("0126",))
_RESCUED = _Service(FeeReason.VIDEO_FAILED_TELEPHONE_HELD, ("0201",))
_TELEPHONE = _Service(FeeReason.TELEPHONE_HELD, ("0201",))
_AGREED_TELEPHONE = _Service(FeeReason.TELEPHONE_HELD, ("0204", "0201"))
_IN_PERSON = _Service(FeeReason.CONSULTATION_HELD, ("0101",))


def propose_fee(
    record: CallRecord | None,
    kind: OutcomeKind,
    day: date,
    codes: Sequence[FeeCode],
    planned: ConsultationForm,
) -> FeeProposal:
    """Propose the fee for a consultation held on a clinic day, out of the dated codes.

    `record` is None when the program carried no call. A video that failed and was carried on by telephone is
    billed as an ordinary telephone consultation, 0201 (laeger.dk, "Om videokonsultationer").
    """
    if kind is OutcomeKind.NO_SHOW:
        return FeeProposal(None, FeeReason.PATIENT_DID_NOT_COME)
    if kind is OutcomeKind.TECHNICAL_FAILURE:
        return FeeProposal(None, FeeReason.NO_CONSULTATION_HELD)
    service = _service(record, kind, planned)
    for wanted in service.codes:
        for code in codes:
            if code.code == wanted and code.valid_on(day):
                return FeeProposal(code, service.reason)
    return FeeProposal(None, FeeReason.NO_CODE_VALID)


def _service(record: CallRecord | None, kind: OutcomeKind, planned: ConsultationForm) -> _Service:
    if kind is OutcomeKind.BY_TELEPHONE or (record is not None and record.medium is Medium.TELEPHONE):
        return _telephone(record, planned)
    if record is None and planned is ConsultationForm.IN_PERSON:
        return _IN_PERSON
    if record is None and planned is ConsultationForm.TELEPHONE:
        return _AGREED_TELEPHONE
    if record is None:
        return _VIDEO
    if all(step.medium is not Medium.VIDEO for step in record.steps):
        return _TELEPHONE
    return _CONFERENCE if record.parties >= VIDEO_CONFERENCE_PARTIES else _VIDEO


def _telephone(record: CallRecord | None, planned: ConsultationForm) -> _Service:
    if planned is ConsultationForm.TELEPHONE:
        return _AGREED_TELEPHONE
    chosen = (StepReason.CLINICIAN_CHOSE, StepReason.PATIENT_ASKED, StepReason.STARTED)
    by_choice = record is not None and record.medium is Medium.TELEPHONE and record.steps[-1].reason in chosen
    return _TELEPHONE if by_choice or planned is ConsultationForm.IN_PERSON else _RESCUED
