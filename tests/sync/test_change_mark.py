"""The marks consoles leave on an appointment: they name who changed it as long as that is still what it says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.arrangement import Standing
from app.domain.ids import ActionId, ClinicianId
from app.domain.patient import Clinician, Role
from app.sync.fhir.change_mark import as_left_by, carried_out, changed_by, marked, noted, standing_of

AASE = Clinician(ClinicianId("p1"), " Læge Åse ", Role.CLINICIAN)
BO = Clinician(ClinicianId("p2"), "Bo", Role.SECRETARY)
BOOKED: dict[str, Any] = {"status": "booked", "start": "2026-11-23T09:00:00Z", "end": "2026-11-23T09:15:00Z"}
A, B = ActionId("a"), ActionId("b")


def test_the_last_to_change_it_is_named_and_the_room_link_kept() -> None:
    link = {"url": "urn:link", "valueUri": "https://moede.example/x"}
    first = marked({**BOOKED, "extension": [link]}, AASE, A)
    assert changed_by(first) == "Læge Åse"
    second = marked({**first, "status": "cancelled"}, BO, B)
    assert changed_by(second) == "Bo"
    assert second["extension"][0] == link  # type: ignore[index]
    assert (carried_out(second, A), carried_out(second, B)) == (True, True)
    assert (as_left_by(second, A), as_left_by(second, B)) == (False, True)


@pytest.mark.parametrize(
    ("since", "name"),
    [
        ({"comment": "Husk tolk"}, "Læge Åse"),
        ({"status": "arrived"}, "Læge Åse"),
        ({"start": "2026-11-23T10:00:20+01:00"}, "Læge Åse"),
        ({"start": "2026-11-23T09:05:00Z"}, ""),
        ({"status": "cancelled"}, ""),
        ({"end": None}, ""),
    ],
)
def test_a_mark_does_not_name_its_maker_for_what_another_program_did(since: dict[str, Any], name: str) -> None:
    changed = {**marked(BOOKED, AASE, A), **since}
    assert changed_by(changed) == name
    assert as_left_by(changed, A) is bool(name)
    assert carried_out(changed, A)


def test_a_mark_without_what_it_was_made_into_is_believed() -> None:
    by = {"url": "urn:klinikkonsol:changed-by", "valueReference": {"display": "Bo"}}
    assert changed_by({**BOOKED, "extension": [by]}) == "Bo"
    assert changed_by(BOOKED) == ""
    assert not as_left_by(BOOKED, A)


def test_somebody_without_a_name_is_not_named() -> None:
    nobody = Clinician(ClinicianId("p3"), " ", Role.CLINICIAN)
    assert changed_by(marked(BOOKED, nobody, A)) == ""


@given(st.lists(st.sampled_from([ActionId(name) for name in "abcdefghijklmn"]), max_size=30))
def test_only_the_last_few_actions_are_kept_and_each_once(actions: list[ActionId]) -> None:
    task: dict[str, Any] = {}
    for action in actions:
        task = noted(task, action)
    kept = [each["valueString"] for each in task.get("extension", [])]
    assert len(kept) == len(set(kept)) <= 8
    assert kept[-1:] == actions[-1:]
    assert all(carried_out(task, ActionId(action)) for action in kept)


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("proposed", Standing.BOOKED),
        ("checked-in", Standing.BOOKED),
        ("fulfilled", Standing.ENDED),
        ("noshow", Standing.ENDED),
        ("entered-in-error", Standing.CANCELLED),
    ],
)
def test_whether_it_stands_is_read_from_its_status(status: str, standing: Standing) -> None:
    assert standing_of({"status": status}) is standing
