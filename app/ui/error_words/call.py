"""Errors of the call in words."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[
    ErrorKind.NO_CAMERA,
    ErrorKind.CAMERA_BUSY,
    ErrorKind.NO_MICROPHONE,
    ErrorKind.NO_SPEAKER,
    ErrorKind.ECHO_NOT_REMOVED,
    ErrorKind.CALL_IN_PROGRESS,
    ErrorKind.CALL_NOT_CONNECTED,
    ErrorKind.MEDIA_LOST,
    ErrorKind.TEL_HANDLER_MISSING,
]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.NO_CAMERA:
            title = translate("ErrorTexts", "No camera found")
            advice = translate("ErrorTexts", "The patient sees a test picture. Plug in a camera to be seen.")
        case ErrorKind.CAMERA_BUSY:
            title = translate("ErrorTexts", "The camera is used by another program")
            advice = translate("ErrorTexts", "Close the other program, and switch the camera on again.")
        case ErrorKind.NO_MICROPHONE:
            title = translate("ErrorTexts", "No microphone found")
            advice = translate("ErrorTexts", "The patient cannot hear you. Plug in a headset or use the telephone.")
        case ErrorKind.NO_SPEAKER:
            title = translate("ErrorTexts", "No loudspeaker found")
            advice = translate("ErrorTexts", "You cannot hear the patient. Plug in a headset or use the telephone.")
        case ErrorKind.ECHO_NOT_REMOVED:
            title = translate("ErrorTexts", "This PC cannot remove echo")
            advice = translate("ErrorTexts", "Use a headset: otherwise the patient hears their own voice.")
        case ErrorKind.CALL_IN_PROGRESS:
            title = translate("ErrorTexts", "A conversation is going on")
            advice = translate("ErrorTexts", "End it before you let the next patient in.")
        case ErrorKind.CALL_NOT_CONNECTED:
            title = translate("ErrorTexts", "The call could not be connected")
            advice = translate("ErrorTexts", "Continue on the telephone.")
        case ErrorKind.MEDIA_LOST:
            title = translate("ErrorTexts", "Sound and picture from the patient are gone")
            advice = translate("ErrorTexts", "Continue on the telephone if they do not come back.")
        case ErrorKind.TEL_HANDLER_MISSING:
            title = translate("ErrorTexts", "This PC has no program to phone with")
            advice = translate("ErrorTexts", "Dial the number on the clinic's telephone.")
        case _:
            assert_never(kind)
    return title, advice
