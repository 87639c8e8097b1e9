"""One call of the lab as a story: it comes about over a line that loses packets, and again after a cut."""

import os
from pathlib import Path

import pytest

from tests.lab.clinic import lab_clinic
from tests.lab.conditions import Condition, Trouble
from tests.lab.hold import with_console
from tests.lab.link import Impairment
from tests.lab.namespaces import what_is_missing
from tests.lab.network import lab_network

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

BAD_LINE = Condition("story", Impairment(loss=0.02, delay=0.02), Trouble.CUT, lasts=2)


async def test_a_call_over_a_bad_line_comes_about_and_survives_a_cut(tmp_path: Path) -> None:
    if missing := what_is_missing():
        pytest.skip(f"no network lab can be built here: {missing}")
    async with lab_network() as network, lab_clinic(network, tmp_path, with_turn=False) as clinic:
        result = await with_console(clinic, BAD_LINE)
    assert result.contact is not None
    assert result.again is not None
    assert result.clinic is not None
    assert result.patient is not None
    assert result.clinic.frozen < 1
    assert result.patient.frozen < 1
    assert "nothing" not in (result.clinic.rung, result.patient.rung)
    assert not [left for left in Path("/run/netns").iterdir() if str(os.getpid()) in left.name]
