"""Errors of what lies on this PC in words."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[
    ErrorKind.DATABASE_KEY_MISSING,
    ErrorKind.DATABASE_KEY_WRONG,
    ErrorKind.DATABASE_DAMAGED,
    ErrorKind.DATABASE_READ_ONLY,
    ErrorKind.DATABASE_TOO_NEW,
    ErrorKind.DATABASE_REPAIR_FAILED,
    ErrorKind.EXPORT_FAILED,
    ErrorKind.UNSENT_CHANGES,
    ErrorKind.DISK_FULL,
]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
    translate = QCoreApplication.translate
    match kind:
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
            advice = translate(
                "ErrorTexts", "Close Klinikkonsol and open it again: it is then made anew from the record system."
            )
        case ErrorKind.DATABASE_READ_ONLY:
            title = translate("ErrorTexts", "The local data cannot be written")
            advice = translate(
                "ErrorTexts", "Check that you may write in the program's data folder, then try again."
            )
        case ErrorKind.DATABASE_TOO_NEW:
            title = translate("ErrorTexts", "The local data was made by a newer version")
            advice = translate("ErrorTexts", "Install the newest version of the program on this PC.")
        case ErrorKind.DATABASE_REPAIR_FAILED:
            title = translate("ErrorTexts", "The local data is damaged and could not be mended")
            advice = translate("ErrorTexts", "Keep the PC as it is, and phone IT support.")
        case ErrorKind.EXPORT_FAILED:
            title = translate("ErrorTexts", "The file could not be written")
            advice = translate("ErrorTexts", "Choose another folder.")
        case ErrorKind.UNSENT_CHANGES:
            title = translate("ErrorTexts", "Some changes have not been sent yet")
            advice = translate("ErrorTexts", "Wait until they are sent, or confirm that they may be lost.")
        case ErrorKind.DISK_FULL:
            title = translate("ErrorTexts", "The disk is full")
            advice = translate("ErrorTexts", "Make room on the disk, then try again.")
        case _:
            assert_never(kind)
    return title, advice
