"""What the witnesses make of what they are told."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from playwright.async_api import Page

from tests.driver.sound_card import SoundCard
from tests.lab.browser_witness import BrowserWitness
from tests.lab.console_witness import console_witness
from tests.lab.diary import diary
from tests.lab.evidence import Words
from tests.lab.measures import Shown
from tests.lab.result import Course

NO_PAGE = cast(Page, None)
"""The notes are handed over by hand."""
BEGAN = 1_800_000_000.0


def sound_notes(end: float, told: float, *levels: float) -> dict[str, list[object]]:
    return {"shown": [], "taken": [], "tone": [[end, told, list(levels)]], "said": []}


def near(times: list[float], expected: list[float]) -> bool:
    return len(times) == len(expected) and all(
        abs(one - other) < 1e-5 for one, other in zip(times, expected, strict=True)
    )


def test_the_sound_clock_is_tied_to_the_wall_by_the_message_that_was_least_late() -> None:
    witness = BrowserWitness(NO_PAGE)
    witness.keep(sound_notes(1.02, BEGAN + 1.62, 0.5, 0.5))
    witness.keep(sound_notes(1.04, BEGAN + 1.05, 0.5, 0.0))
    assert near(witness.evidence().sounds, [BEGAN + 1.01, BEGAN + 1.02, BEGAN + 1.03])


def test_a_sound_clock_that_stood_still_is_tied_anew() -> None:
    witness = BrowserWitness(NO_PAGE)
    for at in range(40):
        stood = 0.5 if at >= 20 else 0.0
        witness.keep(sound_notes(1.01 + at * 0.01, BEGAN + 1.01 + at * 0.01 + stood, 0.5))
    expected = [BEGAN + 1.0 + at * 0.01 + (0.5 if at >= 20 else 0.0) for at in range(40)]
    assert near(witness.evidence().sounds, expected)


def test_another_tab_has_another_sound_clock_and_what_was_heard_before_stays() -> None:
    witness = BrowserWitness(NO_PAGE)
    witness.keep(sound_notes(50.01, BEGAN + 1.01, 0.5))
    witness.turn_to(NO_PAGE)
    assert near(witness.evidence().sounds, [BEGAN + 1.0])
    witness.keep(sound_notes(0.01, BEGAN + 9.01, 0.5))
    assert near(witness.evidence().sounds, [BEGAN + 1.0, BEGAN + 9.0])


def test_the_console_s_far_picture_is_the_one_with_the_patient_s_numbers() -> None:
    far, own = (0, 7), (0, 8)
    seen = [(far, Shown(1, None, 320)), (own, Shown(1, 3, 640)), (far, Shown(2, 0x5000, 640))]
    # After a restart another picture may stand where the patient's stood.
    seen.append(((1, 7), Shown(9, 4, 640)))
    witness = replace(console_witness(Path("door"), SoundCard({})), pictures=seen)
    found = witness.evidence()
    assert [picture.at for picture in found.shown] == [1, 2]
    assert [picture.at for picture in found.taken] == [1, 9]
    assert found.sounds == []


def test_a_diary_tells_each_change_once_and_leaves_the_clock_out() -> None:
    words = [
        Words(101, "Nancy\nForbinder\n0:01", False, False),
        Words(102, "Nancy\nForbinder\n0:02", False, False),
        Words(115, "Nancy\nForbinder\n0:15", True, False),
    ]
    lines = diary(Course(100, 120, struck=110), words).splitlines()
    assert [line.split("s  ", 1)[1] for line in lines] == [
        "join is pressed",
        "Nancy | Forbinder",
        "TROUBLE",
        "Nancy | Forbinder | TELEPHONE OFFERED",
        "the end",
    ]
