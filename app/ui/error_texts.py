"""Every kind of error as a title and one piece of advice; the type checker proves that none is missing.

The match is cut in four by where the fault lies, because each piece is then short enough to read.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

_Practice = Literal[
    ErrorKind.PRACTICE_UNREACHABLE,
    ErrorKind.PRACTICE_SLOW,
    ErrorKind.PRACTICE_ERROR,
    ErrorKind.PRACTICE_RUBBISH,
    ErrorKind.PRACTICE_REFUSED,
    ErrorKind.CONFLICT,
    ErrorKind.SLOT_TAKEN,
    ErrorKind.NO_FREE_SLOT,
]
_Invitation = Literal[
    ErrorKind.SMS_UNREACHABLE,
    ErrorKind.SMS_NUMBER_REFUSED,
    ErrorKind.SMS_LOST,
    ErrorKind.PATIENT_HAS_NO_PHONE,
    ErrorKind.PHONE_INVALID,
    ErrorKind.ROOM_UNREACHABLE,
    ErrorKind.ROOM_REFUSED,
    ErrorKind.ROOM_CLOSED,
]
_Call = Literal[
    ErrorKind.NO_CAMERA,
    ErrorKind.CAMERA_BUSY,
    ErrorKind.NO_MICROPHONE,
    ErrorKind.NO_SPEAKER,
    ErrorKind.CALL_IN_PROGRESS,
    ErrorKind.CALL_NOT_CONNECTED,
    ErrorKind.MEDIA_LOST,
    ErrorKind.TEL_HANDLER_MISSING,
]
_ThisPc = Literal[
    ErrorKind.KEYRING_MISSING,
    ErrorKind.DATABASE_KEY_MISSING,
    ErrorKind.DATABASE_KEY_WRONG,
    ErrorKind.DATABASE_DAMAGED,
    ErrorKind.DATABASE_READ_ONLY,
    ErrorKind.DATABASE_TOO_NEW,
    ErrorKind.ALREADY_RUNNING,
    ErrorKind.DISK_FULL,
    ErrorKind.SETTINGS_INVALID,
    ErrorKind.UNEXPECTED,
]


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened, and the one thing to do about it."""

    title: str
    advice: str


def error_text(kind: ErrorKind) -> ErrorText:
    """Return the text for a kind of error in the language of the screen."""
    match kind:
        case (
            ErrorKind.PRACTICE_UNREACHABLE
            | ErrorKind.PRACTICE_SLOW
            | ErrorKind.PRACTICE_ERROR
            | ErrorKind.PRACTICE_RUBBISH
            | ErrorKind.PRACTICE_REFUSED
            | ErrorKind.CONFLICT
            | ErrorKind.SLOT_TAKEN
            | ErrorKind.NO_FREE_SLOT
        ):
            return _practice(kind)
        case (
            ErrorKind.SMS_UNREACHABLE
            | ErrorKind.SMS_NUMBER_REFUSED
            | ErrorKind.SMS_LOST
            | ErrorKind.PATIENT_HAS_NO_PHONE
            | ErrorKind.PHONE_INVALID
            | ErrorKind.ROOM_UNREACHABLE
            | ErrorKind.ROOM_REFUSED
            | ErrorKind.ROOM_CLOSED
        ):
            return _invitation(kind)
        case (
            ErrorKind.NO_CAMERA
            | ErrorKind.CAMERA_BUSY
            | ErrorKind.NO_MICROPHONE
            | ErrorKind.NO_SPEAKER
            | ErrorKind.CALL_IN_PROGRESS
            | ErrorKind.CALL_NOT_CONNECTED
            | ErrorKind.MEDIA_LOST
            | ErrorKind.TEL_HANDLER_MISSING
        ):
            return _call(kind)
        case (
            ErrorKind.KEYRING_MISSING
            | ErrorKind.DATABASE_KEY_MISSING
            | ErrorKind.DATABASE_KEY_WRONG
            | ErrorKind.DATABASE_DAMAGED
            | ErrorKind.DATABASE_READ_ONLY
            | ErrorKind.DATABASE_TOO_NEW
            | ErrorKind.ALREADY_RUNNING
            | ErrorKind.DISK_FULL
            | ErrorKind.SETTINGS_INVALID
            | ErrorKind.UNEXPECTED
        ):
            return _this_pc(kind)
        case _:
            assert_never(kind)


def _practice(kind: _Practice) -> ErrorText:
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.PRACTICE_UNREACHABLE:
            title = translate("ErrorTexts", "No connection to the record system")
            advice = translate("ErrorTexts", "Work on: all is saved here, and sent when the connection is back.")
        case ErrorKind.PRACTICE_SLOW:
            title = translate("ErrorTexts", "The record system answers slowly")
            advice = translate("ErrorTexts", "Work on: what you do is saved here and sent as soon as it answers.")
        case ErrorKind.PRACTICE_ERROR:
            title = translate("ErrorTexts", "The record system reports a fault")
            advice = translate(
                "ErrorTexts", "Phone the supplier of the record system if it lasts more than ten minutes."
            )
        case ErrorKind.PRACTICE_RUBBISH:
            title = translate("ErrorTexts", "The record system's answer could not be read")
            advice = translate(
                "ErrorTexts", "Check that the address of the record system in the settings is right."
            )
        case ErrorKind.PRACTICE_REFUSED:
            title = translate("ErrorTexts", "The record system refused")
            advice = translate("ErrorTexts", "Check that this clinic's access to the record system is still valid.")
        case ErrorKind.CONFLICT:
            title = translate("ErrorTexts", "Changed by somebody else at the same time")
            advice = translate(
                "ErrorTexts",
                "Look at the newest version in the record system, then decide again.",
            )
        case ErrorKind.SLOT_TAKEN:
            title = translate("ErrorTexts", "The time has just been taken")
            advice = translate("ErrorTexts", "Choose the next free time.")
        case ErrorKind.NO_FREE_SLOT:
            title = translate("ErrorTexts", "No free video time")
            advice = translate("ErrorTexts", "Use Video now, or make a free time in the record system's calendar.")
        case _:
            assert_never(kind)
    return ErrorText(title, advice)


def _invitation(kind: _Invitation) -> ErrorText:
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.SMS_UNREACHABLE:
            title = translate("ErrorTexts", "SMS cannot be sent just now")
            advice = translate("ErrorTexts", "It is tried again by itself. Phone the patient if it is urgent.")
        case ErrorKind.SMS_NUMBER_REFUSED:
            title = translate("ErrorTexts", "The number cannot receive SMS")
            advice = translate("ErrorTexts", "Phone the patient and ask for a mobile number.")
        case ErrorKind.SMS_LOST:
            title = translate("ErrorTexts", "The SMS did not arrive")
            advice = translate("ErrorTexts", "Phone the patient.")
        case ErrorKind.PATIENT_HAS_NO_PHONE:
            title = translate("ErrorTexts", "The patient has no telephone number")
            advice = translate("ErrorTexts", "Write a mobile number in the record system and book again.")
        case ErrorKind.PHONE_INVALID:
            title = translate("ErrorTexts", "The telephone number is not valid")
            advice = translate("ErrorTexts", "Correct the number in the record system and book again.")
        case ErrorKind.ROOM_UNREACHABLE:
            title = translate("ErrorTexts", "No connection to the video service")
            advice = translate("ErrorTexts", "It is tried again by itself. Phone the patient if it is time.")
        case ErrorKind.ROOM_REFUSED:
            title = translate("ErrorTexts", "The video service refused to make a room")
            advice = translate("ErrorTexts", "Phone the patient, and tell whoever runs the video service.")
        case ErrorKind.ROOM_CLOSED:
            title = translate("ErrorTexts", "The video room is closed")
            advice = translate("ErrorTexts", "Book Video now to get a new room.")
        case _:
            assert_never(kind)
    return ErrorText(title, advice)


def _call(kind: _Call) -> ErrorText:
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
    return ErrorText(title, advice)


def _this_pc(kind: _ThisPc) -> ErrorText:
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.KEYRING_MISSING:
            title = translate("ErrorTexts", "The PC's password store cannot be used")
            advice = translate(
                "ErrorTexts", "Sign in to the PC as usual and unlock the password store, then try again."
            )
        case ErrorKind.DATABASE_KEY_MISSING:
            title = translate("ErrorTexts", "The key to the local data is missing")
            advice = translate(
                "ErrorTexts",
                "Ask IT support to restore it or to fetch a fresh copy.",
            )
        case ErrorKind.DATABASE_KEY_WRONG:
            title = translate("ErrorTexts", "The key does not fit the local data")
            advice = translate("ErrorTexts", "Sign in with the user who installed the program, or ask IT support.")
        case ErrorKind.DATABASE_DAMAGED:
            title = translate("ErrorTexts", "The local data is damaged")
            advice = translate("ErrorTexts", "Ask IT support to fetch a fresh copy from the record system.")
        case ErrorKind.DATABASE_READ_ONLY:
            title = translate("ErrorTexts", "The local data cannot be written")
            advice = translate(
                "ErrorTexts", "Check that you may write in the program's data folder, then try again."
            )
        case ErrorKind.DATABASE_TOO_NEW:
            title = translate("ErrorTexts", "The local data was made by a newer version")
            advice = translate("ErrorTexts", "Install the newest version of the program on this PC.")
        case ErrorKind.ALREADY_RUNNING:
            title = translate("ErrorTexts", "Klinikkonsol is running already")
            advice = translate("ErrorTexts", "Use the window that is open, or close it and try again.")
        case ErrorKind.DISK_FULL:
            title = translate("ErrorTexts", "The disk is full")
            advice = translate("ErrorTexts", "Make room on the disk, then try again.")
        case ErrorKind.SETTINGS_INVALID:
            title = translate("ErrorTexts", "The settings cannot be read")
            advice = translate("ErrorTexts", "Correct the settings file, or ask IT support.")
        case ErrorKind.UNEXPECTED:
            title = translate("ErrorTexts", "Something unexpected happened")
            advice = translate("ErrorTexts", "Try again. Ask IT support if it happens again.")
        case _:
            assert_never(kind)
    return ErrorText(title, advice)
