"""What counts as naming a fault rightly: the first name, the right one, and in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.culprit import Culprit
from tests.lab.injections import INJECTIONS
from tests.lab.scoring import CHIPS, NAMED_WITHIN, Saying, Score, figure, score, table

FAULT = Culprit.PATIENT_NETWORK
RIGHT, OTHER, UNSURE = CHIPS[FAULT], CHIPS[Culprit.THIS_PC], CHIPS[Culprit.UNSURE]


@pytest.mark.parametrize(
    ("sayings", "named", "after", "right"),
    [
        ([], Culprit.NONE, None, False),
        ([Saying(0, "")], Culprit.NONE, None, False),
        ([Saying(0, ""), Saying(3, RIGHT)], FAULT, 3, True),
        ([Saying(1, UNSURE), Saying(3, RIGHT)], FAULT, 3, True),
        ([Saying(1, UNSURE)], Culprit.UNSURE, 1, False),
        ([Saying(1, OTHER), Saying(3, RIGHT)], Culprit.THIS_PC, 1, False),
        ([Saying(NAMED_WITHIN + 0.1, RIGHT)], FAULT, NAMED_WITHIN + 0.1, False),
    ],
)
def test_the_first_name_counts_if_it_is_right_and_in_time(
    sayings: list[Saying], named: Culprit, after: float | None, right: bool
) -> None:
    found = score("a fault", FAULT, sayings)
    assert (found.named, found.after, found.right) == (named, after, right)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_the_share_is_of_all_faults_and_the_table_has_a_line_for_each(rights: list[bool]) -> None:
    scores = [Score("one", FAULT, FAULT if right else Culprit.UNSURE, 2.0) for right in rights]
    found = figure(scores)
    assert found.value == 100 * sum(rights) / len(rights)
    assert found.ok == (10 * sum(rights) >= 9 * len(rights))
    assert len(table(scores).splitlines()) == len(rights) + 2


def test_every_culprit_of_a_call_has_faults_and_every_fault_its_own_name() -> None:
    assert len(INJECTIONS) >= 30
    assert len({injection.name for injection in INJECTIONS}) == len(INJECTIONS)
    in_calls = {culprit for culprit in Culprit if culprit.named} - {Culprit.SMS_ROUTE}
    assert {injection.fault for injection in INJECTIONS} == in_calls
