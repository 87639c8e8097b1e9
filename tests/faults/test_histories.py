"""Two or three consoles, a practice system, and everything that can go wrong: nothing lost, nothing twice.

The same two hundred histories every time; `make faults` looks for new ones.
"""

import pytest
from hypothesis import Phase, given, settings

from tests.faults.play import play
from tests.faults.steps import History, histories, parse

_NO_EXPLANATION = (Phase.explicit, Phase.generate, Phase.shrink)


@pytest.mark.timeout(900)
@settings(max_examples=200, phases=_NO_EXPLANATION, derandomize=True)
@given(histories)
def test_every_history_ends_well(history: History) -> None:
    assert play(history) == []


def test_a_history_is_the_same_each_time_it_is_played_and_can_be_written_down() -> None:
    steps = "A book 0 0; B book 1 0; C storm 6 0; A wait 4 0; B lps_move 0 3; A kill 0 2; C take 0 0; C wait 6 0"
    text = f"1 3 1 7; {steps}"
    history = parse(text)
    assert repr(history) == f"parse({text!r})"
    assert play(history) == play(history)
