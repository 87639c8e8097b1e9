"""Who wrote, shares or withdrew a part, in whatever order they came; and when a fee line is closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorKind
from app.domain.ids import ActionId
from app.domain.outcome import OutcomeKind
from app.sync.fhir.change_mark import noted
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.outcome_marks import (
    has_withdrawn,
    left_by,
    rests_on,
    shared,
    withdrawn,
    withdrawn_by,
    withdrawn_by_console,
)
from app.sync.fhir.outcome_parts import check_fee, ends_as, is_closed
from app.sync.fhir.resources import final_elements
from app.sync.fhir.sendable import DeclinedError

MINE, THEIRS = ActionId("mine"), ActionId("theirs")
DEEDS = {"wrote": noted, "shared": shared, "withdrew": withdrawn}
histories = st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.sampled_from([MINE, THEIRS])), max_size=6)
statuses = st.sampled_from(
    ["planned", "billable", "billed", "aborted", "not-billable", "entered-in-error", "unknown"]
)


def fee(status: str = "billable", code: str = "0125") -> JsonObject:
    return {"resourceType": "ChargeItem", "status": status, "code": {"coding": [{"system": "s", "code": code}]}}


def after(history: list[tuple[str, ActionId]]) -> JsonObject:
    part = fee()
    for deed, action_id in history:
        part = DEEDS[deed]({**part, "status": "billable"}, action_id)
    return part


@given(histories)
def test_a_part_tells_who_was_last_and_how(history: list[tuple[str, ActionId]]) -> None:
    part = after(history)
    deed, by = history[-1] if history else ("", "")
    for action_id in (MINE, THEIRS):
        assert left_by(part, action_id) == (by == action_id and deed != "withdrew")
        assert withdrawn_by(part, action_id) == ((deed, by) == ("withdrew", action_id))
        assert rests_on(part, action_id) == any(
            each in history for each in (("wrote", action_id), ("shared", action_id))
        )
        assert has_withdrawn(part, action_id) == (("withdrew", action_id) in history)
    assert withdrawn_by_console(part) == (deed == "withdrew")


@given(histories, statuses)
def test_a_fee_line_is_closed_by_others_only(history: list[tuple[str, ActionId]], status: str) -> None:
    part = after(history)
    assert not is_closed(part)
    by_others = {**part, "status": status}
    back = status == "entered-in-error" and withdrawn_by_console(part)
    assert is_closed(by_others) == (not back and status not in ("planned", "billable", "unknown"))
    assert not is_closed({**by_others, "resourceType": "Encounter"})


@pytest.mark.parametrize(
    ("status", "mine", "goes"),
    [
        ("billed", "0125", True),
        ("billed", "9999", False),
        ("billed", None, False),
        ("aborted", "0125", False),
        ("not-billable", None, True),
        ("entered-in-error", "0125", False),
        ("entered-in-error", None, True),
        ("billable", "9999", True),
    ],
)
def test_a_closed_fee_line_goes_with_an_outcome_that_would_leave_it_so(
    status: str, mine: str | None, goes: bool
) -> None:
    part = fee(code=mine) if mine else None
    if goes:
        check_fee(fee(status), part)
        return
    with pytest.raises(DeclinedError) as refusal:
        check_fee(fee(status), part)
    assert refusal.value.kind is ErrorKind.FEE_CLOSED


@given(st.sampled_from(OutcomeKind), st.sampled_from(OutcomeKind))
def test_an_appointment_tells_how_it_ended(one: OutcomeKind, other: OutcomeKind) -> None:
    appointment: JsonObject = {"resourceType": "Appointment", **final_elements(one)}
    assert ends_as(appointment, final_elements(other)) == (final_elements(one) == final_elements(other))
    assert not ends_as({**appointment, "status": "cancelled", "cancelationReason": {}}, final_elements(other))
