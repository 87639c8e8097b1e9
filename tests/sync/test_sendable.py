"""What is not sent, because no server can be relied on to refuse it."""

from typing import Any

import pytest

from app.domain.errors import ErrorKind
from app.sync.fhir.sendable import DeclinedError, check_changed, check_created

TIMES = {"start": "2026-11-23T09:00:00Z", "end": "2026-11-23T09:15:00Z"}
BOOKED: dict[str, Any] = {"resourceType": "Appointment", "status": "booked", **TIMES}


@pytest.mark.parametrize(
    "changed",
    [
        BOOKED,
        {"resourceType": "Appointment", "status": "cancelled"},
        {"resourceType": "Slot", "status": "busy-unavailable"},
        {"resourceType": "Task", "status": "in-progress"},
        {**BOOKED, "basedOn": [{"reference": "somewhere else"}]},
    ],
)
def test_what_servers_take_is_sent(changed: dict[str, Any]) -> None:
    check_changed(changed)


@pytest.mark.parametrize(
    "changed",
    [
        {**BOOKED, "status": "bogus"},
        {**BOOKED, "status": ""},
        {"resourceType": "Slot", "status": "booked"},
        {"resourceType": "Patient", "status": "active"},
        {"resourceType": "Appointment", "status": "booked"},
        {"resourceType": "Appointment", "status": "arrived", "start": TIMES["start"]},
        {**BOOKED, "end": TIMES["start"]},
        {**BOOKED, "end": "kl. ti"},
    ],
)
def test_what_breaks_a_rule_of_fhir_is_not(changed: dict[str, Any]) -> None:
    with pytest.raises(DeclinedError) as declined:
        check_changed(changed)
    assert declined.value.kind is ErrorKind.PRACTICE_REFUSED


@pytest.mark.parametrize(
    "reference",
    ["Patient/p-1", "Practitioner/1/_history/2", "urn:uuid:0b1d1a5e-8c6f-4b59-93d5-2f5a3f1c9d10"],
)
def test_a_reference_leads_somewhere(reference: str) -> None:
    check_created({**BOOKED, "participant": [{"actor": {"reference": reference}}]})


@pytest.mark.parametrize("reference", ["", "Patient/", "patient/1", "Patient/a b", "../Patient/1", "urn:uuid:x", 7])
def test_a_reference_that_leads_nowhere_is_not_sent(reference: object) -> None:
    with pytest.raises(DeclinedError):
        check_created({**BOOKED, "participant": [{"actor": {"reference": reference}}]})


def test_more_than_a_megabyte_is_not_sent() -> None:
    check_changed({**BOOKED, "comment": "x" * 900_000})
    with pytest.raises(DeclinedError) as declined:
        check_changed({**BOOKED, "comment": "å" * 500_000})
    assert declined.value.kind is ErrorKind.PRACTICE_TOO_LARGE
