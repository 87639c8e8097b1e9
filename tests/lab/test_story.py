"""Calls of the lab as stories: over bad and broken lines, past a firewall, and through trouble at either end."""

import os
import shutil
from pathlib import Path

import pytest

from tests.lab.clinic import lab_clinic
from tests.lab.conditions import NEAR, Condition, Trouble, chosen
from tests.lab.hold import with_console
from tests.lab.link import Impairment, Udp
from tests.lab.namespaces import what_is_missing
from tests.lab.network import lab_network
from tests.lab.result import Result

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

BAD_LINE = Condition("story", Impairment(loss=0.02, delay=0.02), Trouble.CUT, lasts=2)
LONG_CUT = Condition("story of a cut", NEAR, Trouble.CUT, lasts=10)
FIREWALLS = (
    Condition("the patient's lets no UDP through", Impairment(delay=0.01, udp=Udp.BLOCKED)),
    Condition("the clinic's lets nothing but TLS out", NEAR, clinic=Impairment(only_tls=True)),
)
_SHORT = 3.0


async def held(condition: Condition, directory: Path, *, with_turn: bool = False) -> Result:
    """Hold one call, and leave nothing behind."""
    if missing := what_is_missing():
        pytest.skip(f"no network lab can be built here: {missing}")
    if with_turn and not shutil.which("turnserver"):
        pytest.skip("no TURN server is installed here")
    async with lab_network() as network, lab_clinic(network, directory, with_turn=with_turn) as clinic:
        result = await with_console(clinic, condition, _SHORT)
    assert not [left for left in Path("/run/netns").iterdir() if str(os.getpid()) in left.name]
    return result


async def test_a_call_over_a_bad_line_comes_about_and_survives_a_cut(tmp_path: Path) -> None:
    result = await held(BAD_LINE, tmp_path)
    assert result.contact is not None
    assert result.again is not None
    assert result.clinic is not None
    assert result.patient is not None
    assert result.clinic.frozen < 1
    assert result.patient.frozen < 1
    assert "nothing" not in (result.clinic.rung, result.patient.rung)


async def test_a_line_cut_for_ten_seconds_brings_the_call_back(tmp_path: Path) -> None:
    result = await held(LONG_CUT, tmp_path)
    assert result.again is not None
    assert result.saved


@pytest.mark.parametrize("firewall", FIREWALLS, ids=lambda one: one.name)
async def test_the_two_meet_past_a_firewall_through_the_turn_server(tmp_path: Path, firewall: Condition) -> None:
    result = await held(firewall, tmp_path, with_turn=True)
    assert result.contact is not None
    assert result.clinic is not None
    assert result.patient is not None
    assert "nothing" not in (result.clinic.rung, result.patient.rung)


@pytest.mark.parametrize("name", ["tab reopened", "device unplugged", "console killed"])
async def test_a_call_outlives_what_happens_at_either_end(tmp_path: Path, name: str) -> None:
    (condition,) = chosen(name)
    result = await held(condition, tmp_path)
    assert result.contact is not None
    assert result.again is not None
    assert result.saved
