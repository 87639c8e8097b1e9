"""Whose fault is it? Pure rules over measured facts, the most certain first, each with the evidence that tells."""

from collections.abc import Callable

from app.domain.culprit import NO_VERDICT, Culprit, Evidence, EvidenceKind, Verdict
from app.domain.errors import ErrorKind
from app.domain.waiting import PatientPhase
from app.video.fault.facts import Answer, Facts
from app.video.fault.line_trouble import (
    SLOW_TO_CONNECT,
    WARY_AFTER,
    as_poor,
    in_trouble,
    lossy,
    lost,
    silence,
    stuck,
    too_slow,
    what_is_wrong,
)

FRESH = 3.5
"""Seconds for which a report of the patient's browser, sent each second, still tells how it is there."""
CLOSED_WITH = 4.0
"""A page that is closed says goodbye as its media stop; one cut off is missed only by the room service's pings."""
DEAF = 2.0
"""Seconds without a sound from an open microphone; it gives one each 20 ms, silence too."""

_Rule = Callable[[Facts], Verdict | None]
_MISSING = {
    ErrorKind.NO_MICROPHONE: EvidenceKind.NO_MICROPHONE,
    ErrorKind.NO_SPEAKER: EvidenceKind.NO_SPEAKER,
    ErrorKind.NO_CAMERA: EvidenceKind.NO_CAMERA,
    ErrorKind.CAMERA_BUSY: EvidenceKind.CAMERA_BUSY,
}
_UNSOUND = ("ended", "missing", "muted")
_GONE = (PatientPhase.AWAY, PatientPhase.LEFT)


def classify(facts: Facts) -> Verdict:
    """Return whose fault it is that things are as they are; NONE while all is well."""
    for rule in _RULES:
        if (verdict := rule(facts)) is not None:
            return verdict
    return Verdict(Culprit.UNSURE, what_is_wrong(facts)) if in_trouble(facts) else NO_VERDICT


def _sound_devices(facts: Facts) -> Verdict | None:
    missing = [kind for kind in facts.device_failures if kind in (ErrorKind.NO_MICROPHONE, ErrorKind.NO_SPEAKER)]
    if missing:
        return _verdict(Culprit.THIS_PC, *(Evidence(_MISSING[kind]) for kind in missing))
    if facts.captured_for is not None and facts.captured_for >= DEAF:
        return _verdict(Culprit.THIS_PC, Evidence(EvidenceKind.MICROPHONE_SILENT, facts.captured_for))
    return None


def _slept(facts: Facts) -> Verdict | None:
    if facts.slept and (lost(facts) or stuck(facts)):
        return _verdict(Culprit.THIS_PC, Evidence(EvidenceKind.PC_SLEPT, facts.slept))
    return None


def _no_network(facts: Facts) -> Verdict | None:
    if not facts.has_address:
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.NO_NETWORK), *silence(facts))
    if facts.moved and (lost(facts) or stuck(facts)):
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.NETWORK_CHANGED), *silence(facts))
    return None


def _room_line(facts: Facts) -> Verdict | None:
    """A machine that refuses is reached, so the way to it is whole.

    A line that broke together with the call was cut with it, and is merely not there again yet.
    """
    if facts.surroundings.room_line_up is not False:
        return None
    down = Evidence(EvidenceKind.ROOM_LINE_DOWN, facts.room_line_down)
    if facts.room.answer is Answer.REFUSES:
        return _verdict(Culprit.ROOM_SERVICE, Evidence(EvidenceKind.ROOM_SILENT), down)
    if facts.connected and not lost(facts):
        return _verdict(Culprit.ROOM_SERVICE, down) if facts.room_line_alone and not lossy(facts) else None
    if facts.other.answer in (Answer.ANSWERS, Answer.REFUSES) and not lost(facts):
        return _verdict(Culprit.ROOM_SERVICE, down)
    if facts.room.answer is Answer.SILENT and facts.fresh:
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.OTHERS_UNREACHABLE), down)
    return None


def _text(facts: Facts) -> Verdict | None:
    around = facts.surroundings
    if around.phase not in (None, PatientPhase.NOT_OPENED) or facts.connected:
        return None
    if around.sms_failed:
        return _verdict(Culprit.SMS_ROUTE, Evidence(EvidenceKind.SMS_FAILED))
    if around.sms_waiting >= SLOW_TO_CONNECT:
        return _verdict(Culprit.SMS_ROUTE, Evidence(EvidenceKind.SMS_NOT_SENT, around.sms_waiting))
    return None


def _own_way_out(facts: Facts) -> Verdict | None:
    """Nothing arrives, neither from the patient nor from the room service.

    That the practice system answers tells little: in many clinics it stands in the next room.
    """
    if (lost(facts) or stuck(facts)) and facts.fresh and facts.room.answer is Answer.SILENT:
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.OTHERS_UNREACHABLE), *silence(facts))
    return None


def _page(facts: Facts) -> Verdict | None:
    around = facts.surroundings
    if around.phase not in _GONE or not ((facts.connected and facts.silent >= WARY_AFTER) or stuck(facts)):
        return None
    if around.phase is PatientPhase.LEFT or around.phase_for >= facts.silent - CLOSED_WITH:
        return _verdict(Culprit.PATIENT_DEVICE, Evidence(EvidenceKind.PAGE_CLOSED, around.phase_for))
    down = Evidence(EvidenceKind.PATIENT_LINE_DOWN, around.phase_for)
    return _verdict(Culprit.PATIENT_NETWORK, down, *silence(facts))


def _patient_devices(facts: Facts) -> Verdict | None:
    report = facts.report
    if report is None or facts.report_age > FRESH:
        return None
    found = []
    if report.microphone in _UNSOUND:
        found.append(Evidence(EvidenceKind.PATIENT_MICROPHONE))
    if report.camera in _UNSOUND:
        found.append(Evidence(EvidenceKind.PATIENT_CAMERA))
    if facts.patient_sends == 0:
        found.append(Evidence(EvidenceKind.PATIENT_SENDS_NOTHING, facts.silent))
    if report.hidden and found:
        found.insert(0, Evidence(EvidenceKind.PAGE_HIDDEN))
    return _verdict(Culprit.PATIENT_DEVICE, *found) if found else None


def _slow_pc(facts: Facts) -> Verdict | None:
    if too_slow(facts):
        return _verdict(Culprit.THIS_PC, Evidence(EvidenceKind.PC_TOO_SLOW, facts.encode_ms))
    return None


def _way_between(facts: Facts) -> Verdict | None:
    """The line is poor, or brings nothing: what the room service sees tells which end of it."""
    if not in_trouble(facts):
        return None
    evidence = what_is_wrong(facts)
    if facts.room.answer in (Answer.ANSWERS, Answer.REFUSES):
        late_alone = not lost(facts) and not stuck(facts) and not lossy(facts)
        if not facts.fresh or not evidence or (late_alone and facts.uneven):
            return None
        if as_poor(facts, facts.room):
            return Verdict(Culprit.CLINIC_NETWORK, evidence)
    elif facts.report is None or facts.report.network != "cellular":
        return None
    if facts.report is not None and facts.report.network == "cellular":
        evidence = (Evidence(EvidenceKind.MOBILE_NETWORK), *evidence)
    return Verdict(Culprit.PATIENT_NETWORK, evidence)


def _camera(facts: Facts) -> Verdict | None:
    missing = [kind for kind in facts.device_failures if kind in (ErrorKind.CAMERA_BUSY, ErrorKind.NO_CAMERA)]
    return _verdict(Culprit.THIS_PC, *(Evidence(_MISSING[kind]) for kind in missing)) if missing else None


def _verdict(culprit: Culprit, *evidence: Evidence) -> Verdict:
    return Verdict(culprit, evidence)


_RULES: tuple[_Rule, ...] = (
    _sound_devices,
    _slept,
    _no_network,
    _room_line,
    _text,
    _own_way_out,
    _page,
    _patient_devices,
    _slow_pc,
    _way_between,
    _camera,
)
