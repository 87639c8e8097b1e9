"""What is checked before a resource is sent, for no server checks it all: codes, times, references and size."""

import re
from collections.abc import Iterator

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.elements import instant, text
from app.sync.fhir.http import MAX_REQUEST
from app.sync.fhir.json_text import JsonObject, write_json

_REFERENCE = re.compile(
    r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?|urn:uuid:[0-9a-f\-]{36}"
)
_TIMELESS = frozenset({"proposed", "cancelled", "waitlist"})
_STATUS = {
    "Appointment": "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in "
    "waitlist",
    "ChargeItem": "planned billable not-billable aborted billed entered-in-error unknown",
    "DocumentReference": "current superseded entered-in-error",
    "Encounter": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
    "Slot": "busy free busy-unavailable busy-tentative entered-in-error",
    "Task": "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed "
    "entered-in-error",
}
"""The status codes of FHIR R4 for what the console writes."""


class DeclinedError(KlinikError):
    """It is no for good, from the practice system or for it.

    `held` when it is because something else has the place, and `by` then is the name of whose that is, if known.
    """

    def __init__(self, kind: ErrorKind, detail: str, *, held: bool = False, by: str = "") -> None:
        super().__init__(kind, detail)
        self.held = held
        self.by = by


def check_created(resource: JsonObject) -> None:
    """Check a resource of ours; raises DeclinedError (PRACTICE_REFUSED, PRACTICE_TOO_LARGE)."""
    if any(not _REFERENCE.fullmatch(reference) for reference in _references(resource)):
        raise DeclinedError(ErrorKind.PRACTICE_REFUSED, "a reference that leads nowhere")
    check_changed(resource)


def check_changed(resource: JsonObject) -> None:
    """Check a resource that may hold others' elements, which are theirs to answer for; raises DeclinedError."""
    resource_type, status = text(resource.get("resourceType")), text(resource.get("status"))
    if status not in _STATUS.get(resource_type, "").split():
        raise DeclinedError(ErrorKind.PRACTICE_REFUSED, f"a {resource_type} with a status R4 does not know")
    if resource_type == "Appointment" and not _timed(resource):
        raise DeclinedError(ErrorKind.PRACTICE_REFUSED, "an Appointment without proper times (app-2, app-3)")
    check_size(resource)


def check_size(body: JsonObject) -> None:
    """Raise DeclinedError(PRACTICE_TOO_LARGE) when this is more than a practice system can be expected to take."""
    if len(write_json(body)) > MAX_REQUEST:
        raise DeclinedError(ErrorKind.PRACTICE_TOO_LARGE, f"more than {MAX_REQUEST} bytes")


def _timed(appointment: JsonObject) -> bool:
    ends = [name for name in ("start", "end") if name in appointment]
    if not ends:
        return appointment.get("status") in _TIMELESS
    try:
        return len(ends) == 2 and instant(appointment["start"]) < instant(appointment["end"])
    except ValueError:
        return False


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "reference" in value:
            yield text(value["reference"])
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
