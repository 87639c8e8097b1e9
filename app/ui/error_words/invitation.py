"""Errors of texts and rooms in words."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[
    ErrorKind.SMS_UNREACHABLE,
    ErrorKind.SMS_NUMBER_REFUSED,
    ErrorKind.SMS_LOST,
    ErrorKind.PATIENT_HAS_NO_PHONE,
    ErrorKind.PHONE_INVALID,
    ErrorKind.ROOM_UNREACHABLE,
    ErrorKind.ROOM_REFUSED,
]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
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
        case _:
            assert_never(kind)
    return title, advice
