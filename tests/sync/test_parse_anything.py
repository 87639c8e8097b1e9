"""Whatever JSON a server sends is read or refused, and never anything worse."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.arrangement import Arrangement, Standing
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, ClinicianId, ThreadId
from app.domain.patient import Clinician, Role
from app.sync.fhir.bundle import read_history, read_page
from app.sync.fhir.capabilities import parse_capabilities
from app.sync.fhir.change_mark import changed_by, marked
from app.sync.fhir.parse_calendar import (
    arrangement_in,
    parse_appointment,
    parse_slot,
    schedule_clinician,
    slot_schedule,
)
from app.sync.fhir.parse_message import answered_message, parse_message, stated_thread
from app.sync.fhir.parse_people import parse_patient, parse_practitioner
from app.sync.fhir.parse_task import parse_task
from app.sync.fhir.transaction import entry_statuses, last_entry_time

CPR = "urn:oid:1.2.208.176.1.2"
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEEN = Arrangement(NINE, NINE, None, None, "", Standing.BOOKED)

_known_names = st.sampled_from(
    ["id", "resourceType", "identifier", "system", "value", "name", "given", "family", "text", "telecom", "use",
     "address", "line", "birthDate", "qualification", "code", "coding", "display", "actor", "reference", "schedule",
     "serviceType", "status", "start", "end", "participant", "slot", "extension", "url", "valueString", "subject",
     "sender", "recipient", "payload", "contentString", "contentAttachment", "topic", "sent", "meta", "versionId",
     "lastUpdated", "entry", "resource", "request", "response", "etag", "link", "relation", "rest", "mode", "type",
     "inResponseTo", "owner", "focus", "for", "executionPeriod",
     "fhirVersion", "interaction", "searchParam", "priority"]
)  # fmt: skip
_known_texts = st.sampled_from(
    ["Patient", "Slot", "Bundle", "CapabilityStatement", "server", "4.0.1", "p-1", "Patient/p-1", "Slot/1",
     "booked", "free", CPR, "2512489996", "9999999999", "phone", "20123456", "official", "old",
     "2026-11-23T09:00:00Z",
     "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-13-01", "2026-02-30", "http://[", "next",
     "DELETE", "urn:ietf:rfc:3986", "urn:uuid:x"]
)  # fmt: skip
_leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | _known_texts
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_known_names, inner, max_size=6),
    max_leaves=30,
)
resources = st.dictionaries(_known_names, _json, max_size=10)


def _slot(resource: dict[str, object]) -> object:
    return parse_slot(resource, ClinicianId("c"))


def _message(resource: dict[str, object]) -> object:
    return parse_message(resource, ThreadId("t"))


def _arrangement(resource: dict[str, object]) -> object:
    return arrangement_in(resource, SEEN)


def _marked(resource: dict[str, object]) -> object:
    user = Clinician(ClinicianId("c"), "Åse", Role.CLINICIAN)
    again = marked(resource, user, ActionId("a"))
    assert changed_by(again) == "Åse"
    return changed_by(resource)


def _page(resource: dict[str, object]) -> object:
    return read_page(resource, "Patient")


def _history(resource: dict[str, object]) -> object:
    return read_history(resource, "Slot")


@pytest.mark.parametrize(
    "parser",
    [parse_patient, parse_practitioner, _slot, parse_appointment, _message, parse_capabilities, _page, _history,
     schedule_clinician, slot_schedule, stated_thread, answered_message, parse_task, _arrangement, _marked,
     entry_statuses, last_entry_time],
)  # fmt: skip
@given(resource=resources)
def test_any_json_is_read_or_refused_and_nothing_else(
    parser: Callable[[dict[str, object]], object], resource: dict[str, object]
) -> None:
    with contextlib.suppress(ValueError):
        try:
            parser(resource)
        except KlinikError as error:
            if error.kind is not ErrorKind.PRACTICE_RUBBISH:
                raise
