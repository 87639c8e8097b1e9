"""Errors of the practice system in words, and of getting in there."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[
    ErrorKind.PRACTICE_UNREACHABLE,
    ErrorKind.PRACTICE_SLOW,
    ErrorKind.PRACTICE_ERROR,
    ErrorKind.PRACTICE_RUBBISH,
    ErrorKind.PRACTICE_REFUSED,
    ErrorKind.PRACTICE_TOO_LARGE,
    ErrorKind.PRACTICE_SIGN_IN_REFUSED,
    ErrorKind.PRACTICE_CERTIFICATE_EXPIRED,
    ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED,
    ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME,
]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
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
        case ErrorKind.PRACTICE_TOO_LARGE:
            title = translate("ErrorTexts", "The record system will not take so much at once")
            advice = translate("ErrorTexts", "Shorten the note, and save again.")
        case ErrorKind.PRACTICE_SIGN_IN_REFUSED:
            title = translate("ErrorTexts", "The record system does not let this PC in")
            advice = translate("ErrorTexts", "Ask the supplier of the record system to renew the clinic's access.")
        case ErrorKind.PRACTICE_CERTIFICATE_EXPIRED:
            title = translate("ErrorTexts", "The record system's certificate has expired")
            advice = translate(
                "ErrorTexts", "Check the date of this PC, else phone the supplier of the record system."
            )
        case ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED:
            title = translate("ErrorTexts", "The record system's certificate is not trusted by this PC")
            advice = translate(
                "ErrorTexts", "Ask IT support to install the certificate the supplier has handed out."
            )
        case ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME:
            title = translate("ErrorTexts", "Another server answers at the record system's address")
            advice = translate("ErrorTexts", "Ask IT support to check the address in the settings.")
        case _:
            assert_never(kind)
    return title, advice
