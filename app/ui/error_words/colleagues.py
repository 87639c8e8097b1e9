"""Errors of two who want the same thing, and of taking a change back, in words."""

from typing import Literal, assert_never

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind

Kind = Literal[
    ErrorKind.CONFLICT,
    ErrorKind.FEE_CLOSED,
    ErrorKind.SLOT_TAKEN,
    ErrorKind.NO_FREE_SLOT,
    ErrorKind.THREAD_TAKEN,
    ErrorKind.WITHDRAWN,
    ErrorKind.NOT_WITHDRAWABLE,
]


def words(kind: Kind) -> tuple[str, str]:
    """Return title and advice."""
    translate = QCoreApplication.translate
    match kind:
        case ErrorKind.CONFLICT:
            title = translate("ErrorTexts", "Changed by somebody else at the same time")
            advice = translate(
                "ErrorTexts",
                "Look at the newest version in the record system, then decide again.",
            )
        case ErrorKind.FEE_CLOSED:
            title = translate("ErrorTexts", "The fee is billed or closed already")
            advice = translate(
                "ErrorTexts",
                "Correct it in the record system, and write there how the consultation ended.",
            )
        case ErrorKind.SLOT_TAKEN:
            title = translate("ErrorTexts", "The time has just been taken")
            advice = translate("ErrorTexts", "Choose the next free time.")
        case ErrorKind.NO_FREE_SLOT:
            title = translate("ErrorTexts", "No free video time")
            advice = translate("ErrorTexts", "Use Video now, or make a free time in the record system's calendar.")
        case ErrorKind.THREAD_TAKEN:
            title = translate("ErrorTexts", "A colleague has taken the conversation")
            advice = translate("ErrorTexts", "Take the next one, or take this one over.")
        case ErrorKind.WITHDRAWN:
            title = translate("ErrorTexts", "The change was taken back")
            advice = translate("ErrorTexts", "Do it again if it is to be done after all.")
        case ErrorKind.NOT_WITHDRAWABLE:
            title = translate("ErrorTexts", "The change can no longer be taken back")
            advice = translate("ErrorTexts", "Wait until it is carried out, and undo it then.")
        case _:
            assert_never(kind)
    return title, advice
