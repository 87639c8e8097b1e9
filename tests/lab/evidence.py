"""What is known of a call: what each end saw and heard, and what the console said."""

from dataclasses import dataclass

from tests.lab.measures import Shown


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one end had: pictures of the far end, pictures its own camera took, times of 10 ms with the far tone."""

    shown: list[Shown]
    taken: list[Shown]
    sounds: list[float]


@dataclass(frozen=True, slots=True)
class Words:
    """What the console said at a time: the call window's text, whether the telephone is offered or used, the fault.

    `blamed` is who it names to be at fault, empty while nobody is.
    """

    at: float
    text: str
    offered: bool
    telephone: bool
    blamed: str = ""
