"""Whose fault is it? Pure rules over measured facts, the most certain first, each with the evidence that tells."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.call import Rung
from app.domain.culprit import NO_VERDICT, Culprit, Evidence, EvidenceKind, Verdict
from app.domain.errors import ErrorKind
from app.domain.waiting import PatientPhase
from app.video.facts import Answer, Facts
from app.video.ladder import BOUNDS, LinkFigures, Strain, strain

SILENT = 2.0
"""Seconds without anything from the patient that are trouble (`app.video.watch.SILENCE`)."""
SLOW_TO_CONNECT = 4.0
"""Seconds an attempt may be pending before it is trouble: through a relay far away it takes two or three."""
FRESH = 3.5
"""Seconds for which a report of the patient's browser, sent each second, still tells how it is there."""
CLOSED_WITH = 4.0
"""A page that is closed says goodbye as its media stop; one cut off is missed only by the room service's pings."""
SLOW = 400.0
"""Milliseconds to a service of the clinic's own choosing beyond which this end's network is slow."""
DEAF = 3.0
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
    return Verdict(Culprit.UNSURE, _what_is_wrong(facts)) if in_trouble(facts) else NO_VERDICT


def in_trouble(facts: Facts) -> bool:
    """Tell whether the conversation suffers, whosever fault it is."""
    return _lost(facts) or _stuck(facts) or strain(Rung.VIDEO, facts.link) in (Strain.LINE, Strain.PC)


def _lost(facts: Facts) -> bool:
    return facts.connected and facts.silent >= SILENT


def _stuck(facts: Facts) -> bool:
    return not facts.connected and facts.waiting >= SLOW_TO_CONNECT


def _sound_devices(facts: Facts) -> Verdict | None:
    missing = [kind for kind in facts.device_failures if kind in (ErrorKind.NO_MICROPHONE, ErrorKind.NO_SPEAKER)]
    if missing:
        return _verdict(Culprit.THIS_PC, *(Evidence(_MISSING[kind]) for kind in missing))
    if facts.captured_for is not None and facts.captured_for >= DEAF:
        return _verdict(Culprit.THIS_PC, Evidence(EvidenceKind.MICROPHONE_SILENT, facts.captured_for))
    return None


def _slept(facts: Facts) -> Verdict | None:
    if facts.slept and (_lost(facts) or _stuck(facts)):
        return _verdict(Culprit.THIS_PC, Evidence(EvidenceKind.PC_SLEPT, facts.slept))
    return None


def _no_network(facts: Facts) -> Verdict | None:
    if not facts.has_address:
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.NO_NETWORK), *_silence(facts))
    if facts.moved and (_lost(facts) or _stuck(facts)):
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.NETWORK_CHANGED), *_silence(facts))
    return None


def _room_line(facts: Facts) -> Verdict | None:
    """A machine that refuses is reached, so the way to it is whole."""
    if facts.surroundings.room_line_up is not False:
        return None
    down = Evidence(EvidenceKind.ROOM_LINE_DOWN, facts.room_line_down)
    if facts.room.answer is Answer.REFUSES:
        return _verdict(Culprit.ROOM_SERVICE, Evidence(EvidenceKind.ROOM_SILENT), down)
    media = facts.connected and not _lost(facts)
    if facts.other.answer in (Answer.ANSWERS, Answer.REFUSES) or media:
        return _verdict(Culprit.ROOM_SERVICE, down)
    if facts.other.answer is Answer.SILENT:
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.OTHERS_UNREACHABLE), down)
    return _verdict(Culprit.CLINIC_NETWORK, down, *_silence(facts)) if _lost(facts) else None


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
    """Nothing arrives, and neither does anything from the services this PC talks to."""
    if not (_lost(facts) or _stuck(facts)):
        return None
    reached = [reach for reach in (facts.room, facts.other) if reach.answer is not Answer.UNKNOWN]
    if reached and all(reach.answer is Answer.SILENT for reach in reached):
        return _verdict(Culprit.CLINIC_NETWORK, Evidence(EvidenceKind.OTHERS_UNREACHABLE), *_silence(facts))
    return None


def _page(facts: Facts) -> Verdict | None:
    around = facts.surroundings
    if around.phase not in _GONE or not (_lost(facts) or _stuck(facts)):
        return None
    if around.phase is PatientPhase.LEFT or around.phase_for >= facts.silent - CLOSED_WITH:
        return _verdict(Culprit.PATIENT_DEVICE, Evidence(EvidenceKind.PAGE_CLOSED, around.phase_for))
    down = Evidence(EvidenceKind.PATIENT_LINE_DOWN, around.phase_for)
    return _verdict(Culprit.PATIENT_NETWORK, down, *_silence(facts))


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
    if strain(Rung.VIDEO, LinkFigures(encoder_load=facts.link.encoder_load)) is Strain.PC:
        return _verdict(Culprit.THIS_PC, Evidence(EvidenceKind.PC_TOO_SLOW, facts.encode_ms))
    return None


def _way_between(facts: Facts) -> Verdict | None:
    """The line is poor, or brings nothing: the end whose other lines are well is not the one to blame."""
    if not in_trouble(facts):
        return None
    evidence = _what_is_wrong(facts)
    witnesses = [reach for reach in (facts.room, facts.other) if reach.answer is not Answer.UNKNOWN]
    slow = [reach for reach in witnesses if reach.answer is Answer.SILENT or (reach.round_trip_ms or 0) >= SLOW]
    if witnesses and len(slow) == len(witnesses):
        trips = [Evidence(EvidenceKind.ROUND_TRIP, reach.round_trip_ms) for reach in slow if reach.round_trip_ms]
        return Verdict(Culprit.CLINIC_NETWORK, (*trips[:1], *evidence))
    if facts.report is not None and facts.report.network == "cellular":
        return Verdict(Culprit.PATIENT_NETWORK, (Evidence(EvidenceKind.MOBILE_NETWORK), *evidence))
    return Verdict(Culprit.PATIENT_NETWORK, evidence) if witnesses else None


def _camera(facts: Facts) -> Verdict | None:
    missing = [kind for kind in facts.device_failures if kind in (ErrorKind.CAMERA_BUSY, ErrorKind.NO_CAMERA)]
    return _verdict(Culprit.THIS_PC, *(Evidence(_MISSING[kind]) for kind in missing)) if missing else None


def _verdict(culprit: Culprit, *evidence: Evidence) -> Verdict:
    return Verdict(culprit, evidence)


def _silence(facts: Facts) -> tuple[Evidence, ...]:
    if _stuck(facts):
        return (Evidence(EvidenceKind.NO_WAY_THROUGH, facts.waiting),)
    return (Evidence(EvidenceKind.NOTHING_ARRIVES, facts.silent),) if _lost(facts) else ()


def _what_is_wrong(facts: Facts) -> tuple[Evidence, ...]:
    link, bounds = facts.link, BOUNDS[Rung.VIDEO]
    found = list(_silence(facts))
    if not found:
        if link.loss_in >= bounds.loss:
            found.append(Evidence(EvidenceKind.LOSS_IN, 100 * link.loss_in))
        if link.loss_out >= bounds.loss:
            found.append(Evidence(EvidenceKind.LOSS_OUT, 100 * link.loss_out))
        if link.round_trip_ms is not None and link.round_trip_ms >= bounds.round_trip_ms:
            found.append(Evidence(EvidenceKind.ROUND_TRIP, link.round_trip_ms))
        if link.target_bitrate is not None and link.target_bitrate < bounds.bitrate:
            found.append(Evidence(EvidenceKind.LITTLE_ROOM, link.target_bitrate / 1000))
    if facts.relayed and not facts.connected:
        found.append(Evidence(EvidenceKind.RELAYED))
    return tuple(found)


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


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is said: a verdict once two readings on end agree, taken back only after a while."""

    said: Verdict = NO_VERDICT
    said_at: float = 0.0
    thought: Culprit = Culprit.NONE


STANDS_FOR = 8.0
"""Seconds a verdict stands after the trouble is over, so that it can be read."""


def form_opinion(opinion: Opinion, found: Verdict, now: float) -> Opinion:
    """Return what is said after one more reading, at `now` (monotonic s)."""
    agreed = found.culprit is opinion.thought
    if found.culprit is opinion.said.culprit:
        return Opinion(found, now, found.culprit)
    readable = not opinion.said.culprit.named or now - opinion.said_at >= STANDS_FOR
    if agreed and (found.culprit.named or readable):
        return Opinion(found, now, found.culprit)
    return Opinion(opinion.said, opinion.said_at, found.culprit)
