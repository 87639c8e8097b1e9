"""What the video window says about the call, in one sentence each."""

from PySide6.QtCore import QCoreApplication

from app.domain.call import Medium, StepReason
from app.ui.theme.tokens import Tone
from app.ui.words import Label
from app.video.call_events import Stage
from app.video.call_view import CallView


def stage_label(view: CallView) -> Label:
    """Return the chip beside the patient's name."""
    translate = QCoreApplication.translate
    labels = {
        Stage.PREPARING: Label(translate("CallSentences", "Getting ready"), Tone.QUIET, "hourglass"),
        Stage.CONNECTING: Label(translate("CallSentences", "Connecting"), Tone.WARN, "hourglass"),
        Stage.RECONNECTING: Label(translate("CallSentences", "Reconnecting"), Tone.WARN, "arrow-clockwise"),
        Stage.TELEPHONE: Label(translate("CallSentences", "On the telephone"), Tone.ACCENT, "phone-call"),
        Stage.ENDED: Label(translate("CallSentences", "Ended"), Tone.QUIET, "check-circle"),
    }
    if view.stage is Stage.LIVE:
        if view.medium is Medium.SOUND:
            return Label(translate("CallSentences", "Sound only"), Tone.WARN, "speaker-high")
        return Label(translate("CallSentences", "Picture and sound"), Tone.GOOD, "video-camera")
    return labels[view.stage]


def stage_sentence(view: CallView) -> str:
    """Return what stands where the picture would be; empty while there is a picture."""
    translate = QCoreApplication.translate
    if view.stage is Stage.LIVE:
        if view.medium is Medium.SOUND:
            return translate("CallSentences", "Only sound comes through just now. You can talk to each other.")
        return ""
    return {
        Stage.PREPARING: translate("CallSentences", "Opening camera and microphone …"),
        Stage.CONNECTING: translate("CallSentences", "Connecting to the patient …"),
        Stage.RECONNECTING: translate("CallSentences", "The connection was lost. It is being restored …"),
        Stage.TELEPHONE: "",
        Stage.ENDED: translate("CallSentences", "The call has ended."),
    }[view.stage]


def proposal_sentence(reason: StepReason | None) -> str:
    """Return why the telephone is proposed."""
    translate = QCoreApplication.translate
    if reason is StepReason.PATIENT_ASKED:
        return translate("CallSentences", "The patient asks to be phoned instead")
    if reason is StepReason.MEDIA_LOST:
        return translate("CallSentences", "The video keeps failing")
    return translate("CallSentences", "The video does not get through")
