"""What the search says while it lists nothing."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from app.domain.errors import ErrorKind
from app.ui.controls.empty import EmptyState
from app.ui.error_texts import error_text
from app.ui.theme.tokens import Tone


def say_begin(empty: EmptyState) -> None:
    """Say what can be searched for."""
    empty.say(
        "magnifying-glass",
        QCoreApplication.translate("SearchWords", "Search patients, messages and appointments"),
        QCoreApplication.translate(
            "SearchWords", "By name, CPR or telephone number, words of a message, or a day such as 20.11."
        ),
    )


def say_searching(empty: EmptyState) -> None:
    """Say that the answer is on its way."""
    empty.say("hourglass", QCoreApplication.translate("SearchWords", "Searching …"))


def say_nothing_found(empty: EmptyState) -> None:
    """Say how to find more."""
    empty.say(
        "magnifying-glass",
        QCoreApplication.translate("SearchWords", "Nothing found"),
        QCoreApplication.translate(
            "SearchWords", "Every word has to be there. Try fewer words, or only the beginning of them."
        ),
    )


def say_failed(empty: EmptyState, kind: ErrorKind, retry: Callable[[], None]) -> None:
    """Say why nothing could be looked up, and offer to try again."""
    words = error_text(kind)
    action = (QCoreApplication.translate("SearchWords", "Try again"), retry)
    empty.say("warning-circle", words.title, words.advice, tone=Tone.BAD, action=action)
