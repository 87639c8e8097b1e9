"""Errors of saving a patient's picture in the record, in words."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[ErrorKind.PICTURE_TOO_LARGE, ErrorKind.PICTURE_REFUSED, ErrorKind.PICTURE_UNREADABLE]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.PICTURE_TOO_LARGE:
            title = translate("ErrorTexts", "The picture is too large for the record system")
            advice = translate("ErrorTexts", "Try again: it is then sent half as large.")
        case ErrorKind.PICTURE_REFUSED:
            title = translate("ErrorTexts", "The record system does not take the picture")
            advice = translate(
                "ErrorTexts", "Ask the supplier of the record system to let the clinic save pictures."
            )
        case ErrorKind.PICTURE_UNREADABLE:
            title = translate("ErrorTexts", "The picture cannot be read")
            advice = translate("ErrorTexts", "Ask the patient for a new one.")
        case _:
            assert_never(kind)
    return title, advice
