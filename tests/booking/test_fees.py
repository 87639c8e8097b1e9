from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.events import PatientSeen
from app.booking.fee_table import load_fee_codes
from app.booking.fees import propose_fee
from app.booking.outcome_choice import preselect_outcome
from app.booking.saga import advance
from app.domain.booking import BookingState, ConsultationForm
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.outcome import FeeReason, OutcomeKind
from app.domain.waiting import PatientPhase
from tests.booking.fakes import NOW, RESOURCES, booking

CODES = load_fee_codes(RESOURCES / "fee_codes.toml")
TODAY, PILOT = date(2026, 11, 24), date(2021, 12, 31)
V, S, T = Medium.VIDEO, Medium.SOUND, Medium.TELEPHONE
VIDEO, TELEPHONE, IN_PERSON = ConsultationForm.VIDEO, ConsultationForm.TELEPHONE, ConsultationForm.IN_PERSON
DONE, PHONED = OutcomeKind.COMPLETED, OutcomeKind.BY_TELEPHONE


def record(
    *media: Medium, reason: StepReason = StepReason.MEDIA_LOST, parties: int = 2, connected: bool = True
) -> CallRecord:
    steps = tuple(
        MediumStep(NOW + timedelta(minutes=index), medium, reason if index else StepReason.STARTED)
        for index, medium in enumerate(media)
    )
    return CallRecord(NOW, steps, connected, NOW + timedelta(minutes=12), parties)


@pytest.mark.parametrize(
    ("call", "kind", "planned", "code", "reason"),
    [
        (record(V), DONE, VIDEO, "0125", FeeReason.VIDEO_HELD),
        (record(V, S), DONE, VIDEO, "0125", FeeReason.VIDEO_HELD),
        (record(T, V), DONE, TELEPHONE, "0125", FeeReason.VIDEO_HELD),
        (record(S), DONE, VIDEO, "0201", FeeReason.TELEPHONE_HELD),
        (record(V, parties=3), DONE, VIDEO, "0126", FeeReason.VIDEO_CONFERENCE_HELD),
        (record(V, T), PHONED, VIDEO, "0201", FeeReason.VIDEO_FAILED_TELEPHONE_HELD),
        (record(V, T), DONE, VIDEO, "0201", FeeReason.VIDEO_FAILED_TELEPHONE_HELD),
        (record(V, T, parties=3), DONE, VIDEO, "0201", FeeReason.VIDEO_FAILED_TELEPHONE_HELD),
        (record(V, T, reason=StepReason.PATIENT_ASKED), PHONED, VIDEO, "0201", FeeReason.TELEPHONE_HELD),
        (record(V), PHONED, VIDEO, "0201", FeeReason.VIDEO_FAILED_TELEPHONE_HELD),
        (record(T), DONE, TELEPHONE, "0204", FeeReason.TELEPHONE_HELD),
        (None, DONE, VIDEO, "0125", FeeReason.VIDEO_HELD),
        (None, DONE, TELEPHONE, "0204", FeeReason.TELEPHONE_HELD),
        (None, DONE, IN_PERSON, "0101", FeeReason.CONSULTATION_HELD),
        (None, PHONED, IN_PERSON, "0201", FeeReason.TELEPHONE_HELD),
        (None, PHONED, VIDEO, "0201", FeeReason.VIDEO_FAILED_TELEPHONE_HELD),
        (record(V), OutcomeKind.NO_SHOW, VIDEO, None, FeeReason.PATIENT_DID_NOT_COME),
        (record(V), OutcomeKind.TECHNICAL_FAILURE, VIDEO, None, FeeReason.NO_CONSULTATION_HELD),
    ],
)
def test_the_fee_follows_the_medium_that_carried_the_talk(
    call: CallRecord | None, kind: OutcomeKind, planned: ConsultationForm, code: str | None, reason: FeeReason
) -> None:
    proposal = propose_fee(call, kind, TODAY, CODES, planned)
    assert (proposal.code.code if proposal.code else None, proposal.reason) == (code, reason)


@pytest.mark.parametrize(
    ("call", "planned", "day", "code"),
    [
        (record(V), VIDEO, PILOT, "4436"),
        (record(V), VIDEO, PILOT + timedelta(days=1), "0125"),
        (record(T), TELEPHONE, PILOT, "0201"),
        (record(V, parties=3), VIDEO, PILOT, None),
        (record(V), VIDEO, date(2018, 1, 1), None),
    ],
)
def test_codes_are_dated(call: CallRecord, planned: ConsultationForm, day: date, code: str | None) -> None:
    proposal = propose_fee(call, DONE, day, CODES, planned)
    assert (proposal.code.code if proposal.code else None) == code
    assert (proposal.reason is FeeReason.NO_CODE_VALID) == (code is None)


@given(
    st.lists(st.sampled_from(Medium), min_size=1, max_size=5),
    st.sampled_from(OutcomeKind),
    st.dates(date(2018, 1, 1), date(2035, 1, 1)),
    st.sampled_from(ConsultationForm),
    st.integers(2, 5),
)
def test_no_video_fee_without_video_and_no_fee_outside_its_dates(
    media: list[Medium], kind: OutcomeKind, day: date, planned: ConsultationForm, parties: int
) -> None:
    proposal = propose_fee(record(*media, parties=parties), kind, day, CODES, planned)
    if proposal.code is not None:
        assert proposal.code.valid_on(day)
        assert kind in (DONE, PHONED)
        if proposal.code.code in ("0125", "0126", "4436"):
            assert V in media
            assert media[-1] is not T


def test_the_usual_outcome_is_chosen_beforehand() -> None:
    absent = booking(BookingState.DELIVERED)
    step = advance(absent, PatientSeen(PatientPhase.WAITING), NOW)
    assert step is not None
    there = step.booking
    unheard = record(V, connected=False)
    assert preselect_outcome(record(V), there) is OutcomeKind.COMPLETED
    assert preselect_outcome(record(V, T), there) is OutcomeKind.BY_TELEPHONE
    assert preselect_outcome(unheard, there) is OutcomeKind.TECHNICAL_FAILURE
    assert preselect_outcome(unheard, absent) is OutcomeKind.NO_SHOW
    assert preselect_outcome(None, absent) is OutcomeKind.NO_SHOW
    assert preselect_outcome(None, booking(form=TELEPHONE)) is OutcomeKind.COMPLETED
    assert preselect_outcome(None, there) is OutcomeKind.TECHNICAL_FAILURE
    rescued = replace(there, call=record(V, T))
    assert preselect_outcome(None, rescued) is PHONED, "the console was restarted after the rescue"
    assert preselect_outcome(record(V), rescued) is OutcomeKind.COMPLETED, "what was just held counts"
    step = advance(there, PatientSeen(PatientPhase.IN_CALL), NOW)
    assert step is not None
    assert preselect_outcome(None, step.booking) is OutcomeKind.COMPLETED, (
        "the console was restarted after the call"
    )
