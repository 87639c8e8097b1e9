"""Devices in words: what changed by itself, how far a trial of the sound is, and what it heard."""

from collections.abc import Sequence
from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.devices import DeviceKind, DeviceNews, NewsReason
from app.ui.theme.tokens import Tone
from app.video.sound.trial_stages import TrialStage, Voice


def kind_title(kind: DeviceKind) -> str:
    """Return what stands above the list of a kind."""
    translate = QCoreApplication.translate
    match kind:
        case DeviceKind.CAMERA:
            return translate("DeviceWords", "Camera")
        case DeviceKind.MICROPHONE:
            return translate("DeviceWords", "Microphone")
        case DeviceKind.SPEAKER:
            return translate("DeviceWords", "Loudspeaker")
        case _:
            assert_never(kind)


def default_choice(names: Sequence[str]) -> str:
    """Return what stands for following the system, with what that is now."""
    translate = QCoreApplication.translate
    if not names:
        return translate("DeviceWords", "None found")
    return translate("DeviceWords", "As the PC is set up ({name})").format(name=names[0])


def news_texts(news: Sequence[DeviceNews]) -> tuple[str, str] | None:
    """Return title and advice for what changed by itself, the newest last; a headset that is both is told once."""
    if not news:
        return None
    titles = list(dict.fromkeys(_happened(one) for one in news))
    used = list(dict.fromkeys(_used(one) for one in news))
    return " ".join(titles), " ".join(used)


def _happened(news: DeviceNews) -> str:
    translate = QCoreApplication.translate
    match news.reason:
        case NewsReason.UNPLUGGED:
            return translate("DeviceWords", "{name} was unplugged.").format(name=news.was)
        case NewsReason.PLUGGED_IN:
            return translate("DeviceWords", "{name} was plugged in.").format(name=news.now)
        case NewsReason.OTHER_DEFAULT:
            return translate("DeviceWords", "The PC was set to another device.")
        case _:
            assert_never(news.reason)


def _used(news: DeviceNews) -> str:
    translate = QCoreApplication.translate
    if not news.now:
        return {
            DeviceKind.CAMERA: translate("DeviceWords", "No camera is left."),
            DeviceKind.MICROPHONE: translate("DeviceWords", "No microphone is left."),
            DeviceKind.SPEAKER: translate("DeviceWords", "No loudspeaker is left."),
        }[news.kind]
    return {
        DeviceKind.CAMERA: translate("DeviceWords", "Camera now: {name}."),
        DeviceKind.MICROPHONE: translate("DeviceWords", "Microphone now: {name}."),
        DeviceKind.SPEAKER: translate("DeviceWords", "Loudspeaker now: {name}."),
    }[news.kind].format(name=news.now)


def trial_sentence(stage: TrialStage) -> str:
    """Return what a trial of the sound asks for now."""
    translate = QCoreApplication.translate
    match stage:
        case TrialStage.IDLE:
            return translate("DeviceWords", "Plays a chime, then records your voice and plays it to you.")
        case TrialStage.CHIME:
            return translate("DeviceWords", "Can you hear the chime?")
        case TrialStage.RECORDING:
            return translate("DeviceWords", "Say something now …")
        case TrialStage.PLAYING:
            return translate("DeviceWords", "This is how the patient hears you …")
        case _:
            assert_never(stage)


def voice_texts(voice: Voice) -> tuple[Tone, str, str]:
    """Return tone, title and advice for what a trial heard."""
    translate = QCoreApplication.translate
    match voice:
        case Voice.CLEAR:
            title = translate("DeviceWords", "Your voice is heard clearly")
            advice = translate("DeviceWords", "If you heard neither chime nor voice, choose another loudspeaker.")
            return Tone.GOOD, title, advice
        case Voice.FAINT:
            title = translate("DeviceWords", "Your voice is faint")
            advice = translate("DeviceWords", "Move closer to the microphone, or turn it up on the PC.")
            return Tone.WARN, title, advice
        case Voice.NOTHING:
            title = translate("DeviceWords", "Nothing was heard")
            advice = translate(
                "DeviceWords", "See whether the microphone is muted at its cable, or choose another one."
            )
            return Tone.BAD, title, advice
        case _:
            assert_never(voice)
