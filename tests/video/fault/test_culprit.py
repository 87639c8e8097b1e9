"""Whose fault it is, judged from facts: each culprit by its signs, and what holds for any facts at all."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.culprit import NO_VERDICT, Culprit, Evidence, EvidenceKind, Verdict
from app.domain.errors import ErrorKind
from app.domain.waiting import PatientPhase
from app.video.fault.culprit import classify
from app.video.fault.facts import Answer, Facts, Reach, Surroundings
from app.video.fault.line_trouble import in_trouble
from app.video.fault.opinion import STANDS_FOR, Opinion, form_opinion
from app.video.machine.ladder import LinkFigures
from app.video.side.messages import BrowserReport
from tests.video.link import figures

WELL = BrowserReport("live", "live", 0.3, False, 1000, 1000, 0, 500, 500, 300, 300, 40.0, "host", "wifi")
NEAR, FAR, DEAD = Reach(Answer.ANSWERS, 15.0), Reach(Answer.ANSWERS, 900.0), Reach(Answer.SILENT)
LINE_UP = Surroundings(room_line_up=True, phase=PatientPhase.IN_CALL, phase_for=60)
CALL = Facts(connected=True, captured_for=0.02, surroundings=LINE_UP, room=NEAR, other=NEAR, report=WELL,
             report_age=0.5, patient_sends=80.0, patient_gets=80.0)  # fmt: skip
LOST = replace(CALL, silent=4.0, report_age=4.0)
POOR = replace(CALL, link=LinkFigures(loss_in=0.2, loss_out=0.2))
UNWITNESSED = replace(POOR, room=Reach(), other=Reach())
DEAF_PATIENT = replace(WELL, microphone="ended")
AWAY = Surroundings(room_line_up=True, phase=PatientPhase.AWAY, phase_for=5)
LINE_DOWN = Surroundings(room_line_up=False)
UNOPENED = Surroundings(room_line_up=True, phase=PatientPhase.NOT_OPENED, sms_failed=True)

CASES = {
    "all is well": (CALL, Culprit.NONE),
    "loss that is borne": (replace(CALL, link=LinkFigures(loss_in=0.025, round_trip_ms=150)), Culprit.NONE),
    "no microphone": (replace(CALL, device_failures=(ErrorKind.NO_MICROPHONE,)), Culprit.THIS_PC),
    "no loudspeaker": (replace(CALL, device_failures=(ErrorKind.NO_SPEAKER,)), Culprit.THIS_PC),
    "a microphone that fell silent": (replace(CALL, captured_for=5.0), Culprit.THIS_PC),
    "a camera taken by another program": (replace(CALL, device_failures=(ErrorKind.CAMERA_BUSY,)), Culprit.THIS_PC),
    "a PC too slow": (replace(CALL, link=LinkFigures(encoder_load=1.1), encode_ms=40), Culprit.THIS_PC),
    "a PC that slept": (replace(LOST, slept=30.0), Culprit.THIS_PC),
    "the cable pulled": (replace(LOST, has_address=False, room=DEAD, other=DEAD), Culprit.CLINIC_NETWORK),
    "another network": (replace(LOST, moved=True), Culprit.CLINIC_NETWORK),
    "nothing answers": (replace(LOST, room=DEAD, other=DEAD), Culprit.CLINIC_NETWORK),
    "a slow line of ours": (replace(POOR, room=FAR, other=FAR), Culprit.CLINIC_NETWORK),
    "the line of the room down with all else": (
        replace(LOST, surroundings=LINE_DOWN, room_line_down=5, room=DEAD, other=DEAD),
        Culprit.CLINIC_NETWORK,
    ),
    "the room service stopped": (
        replace(CALL, surroundings=LINE_DOWN, room_line_down=5, room=Reach(Answer.REFUSES)),
        Culprit.ROOM_SERVICE,
    ),
    "the room service hangs": (
        replace(CALL, surroundings=LINE_DOWN, room_line_down=5, room=DEAD), Culprit.ROOM_SERVICE,
    ),
    "the text never came": (Facts(surroundings=UNOPENED, waiting=0, room=NEAR), Culprit.SMS_ROUTE),
    "the text waits": (
        Facts(surroundings=replace(UNOPENED, sms_failed=False, sms_waiting=20.0), room=NEAR), Culprit.SMS_ROUTE,
    ),
    "the page closed": (replace(LOST, surroundings=AWAY), Culprit.PATIENT_DEVICE),
    "the patient's microphone gone": (replace(CALL, report=DEAF_PATIENT), Culprit.PATIENT_DEVICE),
    "the patient's camera taken": (replace(CALL, report=replace(WELL, camera="muted")), Culprit.PATIENT_DEVICE),
    "a browser that sends nothing": (replace(LOST, report_age=1.0, patient_sends=0.0), Culprit.PATIENT_DEVICE),
    "the patient's camera turned off by choice": (replace(CALL, report=replace(WELL, camera="off")), Culprit.NONE),
    "the patient's line lost": (LOST, Culprit.PATIENT_NETWORK),
    "the patient missed long after": (
        replace(LOST, silent=40.0, surroundings=replace(AWAY, phase_for=10)), Culprit.PATIENT_NETWORK,
    ),
    "a poor line of the patient's": (POOR, Culprit.PATIENT_NETWORK),
    "a mobile network": (
        replace(UNWITNESSED, report=replace(WELL, network="cellular")), Culprit.PATIENT_NETWORK,
    ),
    "a poor line and no witness": (UNWITNESSED, Culprit.UNSURE),
    "a loss of ours": (replace(POOR, room=replace(NEAR, retried=2)), Culprit.CLINIC_NETWORK),
    "a poor line and nobody asked since": (replace(POOR, fresh=False), Culprit.UNSURE),
    "a delay of ours": (
        replace(CALL, link=LinkFigures(round_trip_ms=520), usual_trip_ms=20, room=Reach(Answer.ANSWERS, 510)),
        Culprit.CLINIC_NETWORK,
    ),
    "a delay of the patient's": (
        replace(CALL, link=LinkFigures(round_trip_ms=520), usual_trip_ms=20), Culprit.PATIENT_NETWORK,
    ),
    "a delay while a device is too busy": (
        replace(CALL, link=LinkFigures(round_trip_ms=520), usual_trip_ms=20, uneven=True), Culprit.UNSURE,
    ),
    "a line that became full": (
        replace(CALL, link=LinkFigures(round_trip_ms=150, target_bitrate=200_000), usual_trip_ms=30),
        Culprit.PATIENT_NETWORK,
    ),
    "our line became full": (
        replace(CALL, link=LinkFigures(round_trip_ms=150, target_bitrate=200_000), usual_trip_ms=30,
                room=Reach(Answer.ANSWERS, 130), usual_room_ms=10),
        Culprit.CLINIC_NETWORK,
    ),
    "little is sent though the line is well": (
        replace(CALL, link=LinkFigures(round_trip_ms=30, target_bitrate=100_000), usual_trip_ms=25), Culprit.NONE,
    ),
    "the clinic cut off though the practice system is next door": (
        replace(LOST, room=DEAD, other=NEAR), Culprit.CLINIC_NETWORK,
    ),
    "the line to the room not yet back after a cut": (
        replace(CALL, surroundings=LINE_DOWN, room_line_down=9, room_line_alone=False), Culprit.NONE,
    ),
    "the page closed a moment ago": (
        replace(CALL, silent=1.0, surroundings=replace(AWAY, phase_for=1)), Culprit.PATIENT_DEVICE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_culprit_is_known_by_its_signs(case: str) -> None:
    facts, culprit = CASES[case]
    verdict = classify(facts)
    assert verdict.culprit is culprit
    assert bool(verdict.evidence) == culprit.named or culprit is Culprit.UNSURE


def test_the_evidence_has_its_numbers() -> None:
    evidence = classify(replace(POOR, link=LinkFigures(loss_in=0.24, round_trip_ms=1240))).evidence
    assert evidence == (Evidence(EvidenceKind.LOSS_IN, 24.0), Evidence(EvidenceKind.ROUND_TRIP, 1240.0))


reaches = st.builds(Reach, st.sampled_from(Answer), st.none() | st.floats(0, 3000))
reports = st.none() | st.builds(
    BrowserReport,
    st.sampled_from(("live", "muted", "off", "ended", "missing")),
    st.sampled_from(("live", "muted", "off", "ended", "missing")),
    st.just(0.1), st.booleans(), st.just(0), st.just(0), st.just(0), st.just(0), st.just(0), st.just(0), st.just(0),
    st.none(), st.just("host"), st.sampled_from(("wifi", "cellular", "ethernet", "")),
)  # fmt: skip
times = st.sampled_from((0.0, 1.0, 3.0, 5.0, 40.0))
anything = st.builds(
    Facts,
    connected=st.booleans(),
    device_failures=st.lists(st.sampled_from(ErrorKind), max_size=3).map(tuple),
    captured_for=st.none() | times,
    slept=times,
    moved=st.booleans(),
    has_address=st.booleans(),
    surroundings=st.builds(
        Surroundings,
        st.none() | st.booleans(),
        st.none() | st.sampled_from(PatientPhase),
        times,
        st.booleans(),
        times,
    ),
    room_line_down=times,
    room=reaches,
    other=reaches,
    waiting=times,
    answered=st.booleans(),
    silent=times,
    link=figures,
    report=reports,
    report_age=times,
    patient_sends=st.none() | times,
    patient_gets=st.none() | times,
    fresh=st.booleans(),
    uneven=st.booleans(),
    room_line_alone=st.booleans(),
    usual_trip_ms=st.none() | times,
    usual_room_ms=st.none() | times,
)


@given(anything)
def test_whoever_is_named_is_named_with_evidence(facts: Facts) -> None:
    verdict = classify(facts)
    if verdict.culprit.named:
        assert verdict.evidence
    assert (verdict.culprit is not Culprit.NONE) or not in_trouble(facts)


@given(anything)
def test_a_microphone_that_is_missing_here_is_nobody_elses_fault(facts: Facts) -> None:
    found = classify(replace(facts, device_failures=(ErrorKind.NO_MICROPHONE,)))
    assert found.culprit is Culprit.THIS_PC


@given(anything)
def test_a_pc_on_no_network_never_blames_the_patient(facts: Facts) -> None:
    found = classify(replace(facts, has_address=False))
    assert found.culprit in (Culprit.THIS_PC, Culprit.CLINIC_NETWORK)


@given(anything)
def test_nobody_s_network_is_blamed_before_anybody_was_asked(facts: Facts) -> None:
    unasked = replace(facts, fresh=False, has_address=True, moved=False, report=None)
    page = unasked.surroundings.phase in (PatientPhase.AWAY, PatientPhase.LEFT)
    if not page:
        assert classify(unasked).culprit not in (Culprit.CLINIC_NETWORK, Culprit.PATIENT_NETWORK)


BLAME = Verdict(Culprit.PATIENT_NETWORK, (Evidence(EvidenceKind.LOSS_IN, 20.0),))


def test_a_verdict_is_said_when_two_readings_agree_and_stays_to_be_read() -> None:
    once = form_opinion(Opinion(), BLAME, 10)
    assert once.said == NO_VERDICT
    twice = form_opinion(once, BLAME, 11)
    assert twice.said == BLAME
    well = form_opinion(form_opinion(twice, NO_VERDICT, 12), NO_VERDICT, 13)
    assert well.said == BLAME
    assert form_opinion(well, NO_VERDICT, 11 + STANDS_FOR).said == NO_VERDICT


@given(st.lists(st.sampled_from(Culprit), min_size=2, max_size=60))
def test_what_is_said_was_thought_twice_on_end_or_something_was_wrong_before(thoughts: list[Culprit]) -> None:
    opinion = Opinion()
    for now, culprit in enumerate(thoughts):
        before = opinion.said
        opinion = form_opinion(opinion, Verdict(culprit), now)
        if opinion.said.culprit is not before.culprit:
            assert thoughts[now - 1] in (culprit, Culprit.UNSURE)
            assert now > 0
