"""Errors of the program and the PC it runs on in words."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[
    ErrorKind.KEYRING_MISSING,
    ErrorKind.ALREADY_RUNNING,
    ErrorKind.SETTINGS_INVALID,
    ErrorKind.UNEXPECTED,
]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.KEYRING_MISSING:
            title = translate("ErrorTexts", "The PC's password store cannot be used")
            advice = translate(
                "ErrorTexts", "Sign in to the PC as usual and unlock the password store, then try again."
            )
        case ErrorKind.ALREADY_RUNNING:
            title = translate("ErrorTexts", "Klinikkonsol is running already")
            advice = translate("ErrorTexts", "Use the window that is open, or close it and try again.")
        case ErrorKind.SETTINGS_INVALID:
            title = translate("ErrorTexts", "The settings cannot be read")
            advice = translate("ErrorTexts", "Correct the settings file, or ask IT support.")
        case ErrorKind.UNEXPECTED:
            title = translate("ErrorTexts", "Something unexpected happened")
            advice = translate("ErrorTexts", "Try again. Ask IT support if it happens again.")
        case _:
            assert_never(kind)
    return title, advice
