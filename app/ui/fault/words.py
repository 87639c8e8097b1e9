"""Whose fault it is in words: who, what was measured, and the one thing to do about it."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.domain.call import CallRecord, Rung
from app.domain.culprit import Culprit, Evidence, EvidenceKind, Verdict
from app.ui.words import QT_TRANSLATE_NOOP

_MOST_EVIDENCE = 2
"""Phrases on the one line there is; the weightiest come first."""


@dataclass(frozen=True, slots=True)
class FixWords:
    """A fix card's three lines, and the word on the chip that opens it."""

    chip: str
    title: str
    evidence: str
    advice: str


def fix_words(verdict: Verdict) -> FixWords:
    """Return what a fix card says of a verdict that something is wrong."""
    chip, title = _who(verdict.culprit)
    phrases = [_phrase(evidence) for evidence in verdict.evidence[:_MOST_EVIDENCE]]
    return FixWords(chip, title, "  ·  ".join(phrases), _advice(verdict))


def told_afterwards(record: CallRecord) -> Verdict | None:
    """Return the verdict that belongs on the outcome sheet: of a call that did not go by video all the way."""
    fell = not record.connected or any(step.rung is not Rung.VIDEO for step in record.steps)
    return record.verdict if fell and record.verdict.culprit.named else None


def _who(culprit: Culprit) -> tuple[str, str]:
    translate = QCoreApplication.translate
    return {
        Culprit.THIS_PC: (translate("FixWords", "This PC"), translate("FixWords", "The trouble is on this PC")),
        Culprit.CLINIC_NETWORK: (
            translate("FixWords", "The clinic's network"),
            translate("FixWords", "The trouble is the clinic's network"),
        ),
        Culprit.ROOM_SERVICE: (
            translate("FixWords", "The video service"),
            translate("FixWords", "The trouble is the video service"),
        ),
        Culprit.SMS_ROUTE: (
            translate("FixWords", "The text message"),
            translate("FixWords", "The trouble is the text message to the patient"),
        ),
        Culprit.PATIENT_DEVICE: (
            translate("FixWords", "The patient's device"),
            translate("FixWords", "The trouble is the patient's phone or computer"),
        ),
        Culprit.PATIENT_NETWORK: (
            translate("FixWords", "The patient's network"),
            translate("FixWords", "The trouble is the patient's network"),
        ),
    }.get(
        culprit,
        (
            translate("FixWords", "The connection"),
            translate("FixWords", "The trouble is somewhere between you and the patient"),
        ),
    )


def _phrase(evidence: Evidence) -> str:
    number = "" if evidence.number is None else f"{evidence.number:.0f}"
    return QCoreApplication.translate("FixWords", _PHRASES[evidence.kind]).format(number=number)


_PHRASES = {
    EvidenceKind.NO_MICROPHONE: QT_TRANSLATE_NOOP("FixWords", "No microphone is connected"),
    EvidenceKind.MICROPHONE_SILENT: QT_TRANSLATE_NOOP(
        "FixWords", "The microphone has given no sound for {number} s"
    ),
    EvidenceKind.NO_SPEAKER: QT_TRANSLATE_NOOP("FixWords", "No loudspeaker is connected"),
    EvidenceKind.NO_CAMERA: QT_TRANSLATE_NOOP("FixWords", "No camera is connected"),
    EvidenceKind.CAMERA_BUSY: QT_TRANSLATE_NOOP("FixWords", "Another program uses the camera"),
    EvidenceKind.PC_TOO_SLOW: QT_TRANSLATE_NOOP("FixWords", "Each picture takes {number} ms, which is too long"),
    EvidenceKind.PC_SLEPT: QT_TRANSLATE_NOOP("FixWords", "The PC stood still for {number} s"),
    EvidenceKind.NO_NETWORK: QT_TRANSLATE_NOOP("FixWords", "This PC is on no network"),
    EvidenceKind.NETWORK_CHANGED: QT_TRANSLATE_NOOP("FixWords", "This PC has changed network"),
    EvidenceKind.OTHERS_UNREACHABLE: QT_TRANSLATE_NOOP("FixWords", "Other services do not answer either"),
    EvidenceKind.ROOM_LINE_DOWN: QT_TRANSLATE_NOOP("FixWords", "No line to the video service for {number} s"),
    EvidenceKind.ROOM_SILENT: QT_TRANSLATE_NOOP("FixWords", "The video service is not running"),
    EvidenceKind.SMS_FAILED: QT_TRANSLATE_NOOP("FixWords", "The text with the link did not get through"),
    EvidenceKind.SMS_NOT_SENT: QT_TRANSLATE_NOOP("FixWords", "The text with the link has waited for {number} s"),
    EvidenceKind.PAGE_CLOSED: QT_TRANSLATE_NOOP("FixWords", "The patient's page was closed"),
    EvidenceKind.PAGE_HIDDEN: QT_TRANSLATE_NOOP("FixWords", "The patient is looking at something else"),
    EvidenceKind.PATIENT_CAMERA: QT_TRANSLATE_NOOP("FixWords", "The patient's camera gives no picture"),
    EvidenceKind.PATIENT_MICROPHONE: QT_TRANSLATE_NOOP("FixWords", "The patient's microphone gives no sound"),
    EvidenceKind.PATIENT_SENDS_NOTHING: QT_TRANSLATE_NOOP("FixWords", "The patient's page sends nothing"),
    EvidenceKind.PATIENT_LINE_DOWN: QT_TRANSLATE_NOOP(
        "FixWords", "The patient's page has been away for {number} s"
    ),
    EvidenceKind.NO_WAY_THROUGH: QT_TRANSLATE_NOOP("FixWords", "Nothing gets through after {number} s"),
    EvidenceKind.RELAYED: QT_TRANSLATE_NOOP("FixWords", "The call has to take a detour"),
    EvidenceKind.MOBILE_NETWORK: QT_TRANSLATE_NOOP("FixWords", "The patient is on a mobile network"),
    EvidenceKind.NOTHING_ARRIVES: QT_TRANSLATE_NOOP("FixWords", "Nothing from the patient for {number} s"),
    EvidenceKind.LOSS_IN: QT_TRANSLATE_NOOP("FixWords", "{number} % of what the patient sends is lost"),
    EvidenceKind.LOSS_OUT: QT_TRANSLATE_NOOP("FixWords", "{number} % of what you send is lost"),
    EvidenceKind.ROUND_TRIP: QT_TRANSLATE_NOOP("FixWords", "The delay is {number} ms"),
    EvidenceKind.LITTLE_ROOM: QT_TRANSLATE_NOOP("FixWords", "The line carries only {number} kbit/s"),
}


def _advice(verdict: Verdict) -> str:
    """Return the one thing to do: of the weightiest evidence where that has its own, else of the culprit."""
    first = verdict.evidence[0].kind if verdict.evidence else None
    text = _FIXES.get(first) if first is not None else None
    return QCoreApplication.translate("FixWords", text or _ADVICE[verdict.culprit])


_PLUG_IN = QT_TRANSLATE_NOOP("FixWords", "Plug the headset in again, or choose another under Devices.")
_FIXES = {
    EvidenceKind.NO_MICROPHONE: _PLUG_IN,
    EvidenceKind.NO_SPEAKER: _PLUG_IN,
    EvidenceKind.MICROPHONE_SILENT: _PLUG_IN,
    EvidenceKind.NO_CAMERA: QT_TRANSLATE_NOOP("FixWords", "Plug the camera in again. You can talk on without it."),
    EvidenceKind.CAMERA_BUSY: QT_TRANSLATE_NOOP("FixWords", "Close the other program that uses the camera."),
    EvidenceKind.PC_TOO_SLOW: QT_TRANSLATE_NOOP("FixWords", "Close programs you do not use."),
    EvidenceKind.PC_SLEPT: QT_TRANSLATE_NOOP("FixWords", "Wait a moment. The call is being connected again."),
    EvidenceKind.NETWORK_CHANGED: QT_TRANSLATE_NOOP(
        "FixWords", "Wait a moment. The call is being connected on the new network."
    ),
    EvidenceKind.PAGE_HIDDEN: QT_TRANSLATE_NOOP("FixWords", "Ask the patient to come back to the video page."),
    EvidenceKind.PAGE_CLOSED: QT_TRANSLATE_NOOP("FixWords", "Ask the patient to open the link again."),
    EvidenceKind.PATIENT_CAMERA: QT_TRANSLATE_NOOP(
        "FixWords", "Ask the patient to turn the camera on in the page."
    ),
    EvidenceKind.PATIENT_MICROPHONE: QT_TRANSLATE_NOOP(
        "FixWords", "Ask the patient to allow the microphone, or phone the patient."
    ),
    EvidenceKind.MOBILE_NETWORK: QT_TRANSLATE_NOOP("FixWords", "Ask the patient to use Wi-Fi if there is any."),
}
_ADVICE = {
    Culprit.NONE: "",
    Culprit.UNSURE: QT_TRANSLATE_NOOP("FixWords", "Wait a moment, or go on by telephone."),
    Culprit.THIS_PC: QT_TRANSLATE_NOOP("FixWords", "Go on by telephone, and start the PC again afterwards."),
    Culprit.CLINIC_NETWORK: QT_TRANSLATE_NOOP(
        "FixWords", "Check the cable or Wi-Fi of this PC, or go on by telephone."
    ),
    Culprit.ROOM_SERVICE: QT_TRANSLATE_NOOP(
        "FixWords", "Go on by telephone. The call itself can go on as long as it holds."
    ),
    Culprit.SMS_ROUTE: QT_TRANSLATE_NOOP("FixWords", "Phone the patient, and read the code of the link aloud."),
    Culprit.PATIENT_DEVICE: QT_TRANSLATE_NOOP("FixWords", "Ask the patient to open the link again."),
    Culprit.PATIENT_NETWORK: QT_TRANSLATE_NOOP("FixWords", "Ask the patient to move closer to the Wi-Fi."),
}
