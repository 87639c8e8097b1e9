"""In what two versions of an appointment differ, and what a person has to see of a conflict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.arrangement import (
    Arrangement,
    ArrangementField,
    Conflict,
    Standing,
    Wish,
    changed_fields,
    shown_fields,
)
from app.domain.ids import ClinicianId, SlotId

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BEFORE = Arrangement(
    NINE, NINE + timedelta(minutes=15), SlotId("s1"), ClinicianId("doctor-1"), "video", Standing.BOOKED
)
LATER = replace(BEFORE, start=BEFORE.start + timedelta(hours=1), end=BEFORE.end + timedelta(hours=1))
F = ArrangementField


@pytest.mark.parametrize(
    ("after", "fields"),
    [
        (BEFORE, set()),
        (LATER, {F.TIME}),
        (replace(BEFORE, end=BEFORE.end + timedelta(minutes=1)), {F.TIME}),
        (replace(BEFORE, start=BEFORE.start - timedelta(seconds=59)), set()),
        (replace(BEFORE, slot_id=None), set()),
        (replace(BEFORE, clinician_id=ClinicianId("doctor-2")), {F.CLINICIAN}),
        (replace(BEFORE, form="telephone"), {F.FORM}),
        (replace(BEFORE, form=""), set()),
        (replace(LATER, standing=Standing.CANCELLED), {F.TIME, F.STANDING}),
    ],
)
def test_in_what_two_versions_differ(after: Arrangement, fields: set[ArrangementField]) -> None:
    assert changed_fields(BEFORE, after) == fields
    assert changed_fields(after, BEFORE) == fields


def test_a_person_sees_what_either_side_changed_in_one_order() -> None:
    mine, theirs = replace(BEFORE, standing=Standing.CANCELLED), replace(LATER, clinician_id=None)
    assert shown_fields(Conflict(Wish.CANCEL, BEFORE, mine, theirs)) == (F.TIME, F.CLINICIAN, F.STANDING)
    assert shown_fields(Conflict(Wish.MOVE, BEFORE, LATER, LATER)) == (F.TIME,)
