"""What the video window says about the call, in one sentence each."""

from PySide6.QtCore import QCoreApplication

from app.domain.call import Medium, Rung, StepReason
from app.ui.theme.tokens import Tone
from app.ui.words import Label
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView


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
        if view.rung is Rung.LOWER_VIDEO:
            return Label(translate("CallSentences", "Smaller picture"), Tone.WARN, "video-camera")
        return Label(translate("CallSentences", "Picture and sound"), Tone.GOOD, "video-camera")
    return labels[view.stage]


def stage_sentence(view: CallView) -> str:
    """Return what stands where the picture would be; empty while there is a picture."""
    translate = QCoreApplication.translate
    if view.stage is Stage.LIVE:
        if view.medium is Medium.SOUND and view.reason in (StepReason.POOR_LINE, StepReason.SLOW_PC):
            return translate(
                "CallSentences", "Sound only. The picture comes back by itself when there is room for it."
            )
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
    if reason is StepReason.POOR_LINE:
        return translate("CallSentences", "The sound does not get through well")
    return translate("CallSentences", "The video does not get through")


def rung_sentences(rung: Rung, reason: StepReason) -> tuple[str, str]:
    """Return what the call has gone down to so that the sound holds, and why."""
    translate = QCoreApplication.translate
    if rung is Rung.SOUND:
        title = translate("CallSentences", "Sound only, so that you can hear each other")
    else:
        title = translate("CallSentences", "Smaller picture, so that the sound holds")
    if reason is StepReason.SLOW_PC:
        return title, translate("CallSentences", "This PC cannot keep up. The picture comes back by itself.")
    return title, translate("CallSentences", "The line carries little just now. The picture comes back by itself.")
