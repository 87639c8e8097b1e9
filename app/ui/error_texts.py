"""Every kind of error as a title and one piece of advice; the type checker proves that none is missing."""

from dataclasses import dataclass
from typing import assert_never

from app.domain.errors import ErrorKind
from app.ui.error_words import call, colleagues, invitation, local_data, pictures, practice, this_pc


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened, and the one thing to do about it."""

    title: str
    advice: str


def error_text(kind: ErrorKind) -> ErrorText:
    """Return the text for a kind of error in the language of the screen."""
    return ErrorText(*_words(kind))


def _words(kind: ErrorKind) -> tuple[str, str]:
    match kind:
        case (
            ErrorKind.PRACTICE_UNREACHABLE
            | ErrorKind.PRACTICE_SLOW
            | ErrorKind.PRACTICE_ERROR
            | ErrorKind.PRACTICE_RUBBISH
            | ErrorKind.PRACTICE_REFUSED
            | ErrorKind.PRACTICE_TOO_LARGE
            | ErrorKind.PRACTICE_SIGN_IN_REFUSED
            | ErrorKind.PRACTICE_CERTIFICATE_EXPIRED
            | ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED
            | ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME
        ):
            words = practice.words(kind)
        case (
            ErrorKind.CONFLICT
            | ErrorKind.FEE_CLOSED
            | ErrorKind.SLOT_TAKEN
            | ErrorKind.NO_FREE_SLOT
            | ErrorKind.THREAD_TAKEN
            | ErrorKind.WITHDRAWN
            | ErrorKind.NOT_WITHDRAWABLE
        ):
            words = colleagues.words(kind)
        case (
            ErrorKind.SMS_UNREACHABLE
            | ErrorKind.SMS_NUMBER_REFUSED
            | ErrorKind.SMS_LOST
            | ErrorKind.PATIENT_HAS_NO_PHONE
            | ErrorKind.PHONE_INVALID
            | ErrorKind.ROOM_UNREACHABLE
            | ErrorKind.ROOM_REFUSED
        ):
            words = invitation.words(kind)
        case ErrorKind.PICTURE_TOO_LARGE | ErrorKind.PICTURE_REFUSED | ErrorKind.PICTURE_UNREADABLE:
            words = pictures.words(kind)
        case (
            ErrorKind.NO_CAMERA
            | ErrorKind.CAMERA_BUSY
            | ErrorKind.NO_MICROPHONE
            | ErrorKind.NO_SPEAKER
            | ErrorKind.ECHO_NOT_REMOVED
            | ErrorKind.CALL_IN_PROGRESS
            | ErrorKind.CALL_NOT_CONNECTED
            | ErrorKind.MEDIA_LOST
            | ErrorKind.TEL_HANDLER_MISSING
        ):
            words = call.words(kind)
        case (
            ErrorKind.DATABASE_KEY_MISSING
            | ErrorKind.DATABASE_KEY_WRONG
            | ErrorKind.DATABASE_DAMAGED
            | ErrorKind.DATABASE_READ_ONLY
            | ErrorKind.DATABASE_TOO_NEW
            | ErrorKind.DATABASE_REPAIR_FAILED
            | ErrorKind.EXPORT_FAILED
            | ErrorKind.UNSENT_CHANGES
            | ErrorKind.DISK_FULL
        ):
            words = local_data.words(kind)
        case (
            ErrorKind.KEYRING_MISSING
            | ErrorKind.ALREADY_RUNNING
            | ErrorKind.SETTINGS_INVALID
            | ErrorKind.UNEXPECTED
        ):
            words = this_pc.words(kind)
        case _:
            assert_never(kind)
    return words
