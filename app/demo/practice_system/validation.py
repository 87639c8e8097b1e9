"""What the practice system asks of a resource before it is stored."""

import re
from collections.abc import Callable, Mapping

from app.demo.practice_system.definition import ResourceDefinition
from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.elements import date_range, objects_in, values_at
from app.demo.practice_system.problems import FhirError, JsonObject, broken_rule, invalid

_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_TIMELESS_APPOINTMENTS = frozenset({"proposed", "cancelled", "waitlist"})


def definition_of(resource_type: str) -> ResourceDefinition:
    """Return a type's definition; raises FhirError 404 for a type this server does not have."""
    if (definition := DEFINITIONS.get(resource_type)) is None:
        raise FhirError(404, "not-supported", "this server has no such resource type")
    return definition


def check_id(resource_id: str) -> str:
    """Return a well-formed logical id; raises FhirError 400 otherwise."""
    if not _ID.fullmatch(resource_id):
        raise invalid("not a valid logical id")
    return resource_id


def check_resource(resource_type: str, resource: object) -> JsonObject:
    """Return the resource when it may be stored as that type.

    Raises FhirError 400 for a malformed resource and 422 for one that breaks an invariant.
    """
    definition = definition_of(resource_type)
    if not isinstance(resource, dict):
        raise invalid("the body is not a JSON object")
    if resource.get("resourceType") != resource_type:
        raise invalid(f"resourceType is not {resource_type}")
    try:
        for item in objects_in(resource):
            if None in item.values() or {} in item.values() or [] in item.values():
                raise invalid("null, {} and [] have no meaning in FHIR; leave the element out")
    except ValueError as error:
        raise invalid(str(error)) from error
    _check_elements(definition, resource)
    _check_codes(definition, resource)
    if rule := _INVARIANTS.get(resource_type):
        rule(resource)
    return resource


def _check_elements(definition: ResourceDefinition, resource: JsonObject) -> None:
    for name, value in resource.items():
        element = name.removeprefix("_")
        if element not in definition.elements:
            raise invalid(f"unknown element '{name[:64]}'")
        if name == element and isinstance(value, list) is not (element in definition.repeating):
            raise invalid(f"{element} {'is' if element in definition.repeating else 'is not'} a list")
    if missing := sorted(definition.required - resource.keys()):
        raise invalid(f"missing: {', '.join(missing)}")
    if not isinstance(resource.get("meta", {}), dict):
        raise invalid("meta is not an object")


def _check_codes(definition: ResourceDefinition, resource: JsonObject) -> None:
    for path, allowed in definition.codes.items():
        for code in values_at(resource, path):
            if not isinstance(code, str) or code not in allowed:
                raise invalid(f"{path} is not one of: {', '.join(sorted(allowed))}")


def _span(resource: JsonObject) -> tuple[int, int] | None:
    ends: list[int] = []
    for name in ("start", "end"):
        value = resource.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or "T" not in value or not re.search(r"(Z|[+-]\d\d:\d\d)$", value):
            raise invalid(f"{name} is not an instant with a time zone")
        try:
            ends.append(date_range(value)[0])
        except (ValueError, OverflowError) as error:
            raise invalid(f"{name} is not an instant") from error
    return (ends[0], ends[1]) if len(ends) == 2 else None


def _check_slot(resource: JsonObject) -> None:
    span = _span(resource)
    if span and span[0] >= span[1]:
        raise broken_rule("Slot.end is not after Slot.start")


def _check_appointment(resource: JsonObject) -> None:
    span = _span(resource)
    if ("start" in resource) != ("end" in resource):
        raise broken_rule("app-2: either start and end are specified, or neither")
    if span is None and resource["status"] not in _TIMELESS_APPOINTMENTS:
        raise broken_rule("app-3: only proposed, cancelled or waitlisted appointments can be missing start/end")
    if span and span[0] > span[1]:
        raise broken_rule("Appointment.end is before Appointment.start")
    for participant in values_at(resource, "participant"):
        if not isinstance(participant, dict) or "status" not in participant:
            raise invalid("missing: participant.status")
        if not participant.keys() & {"type", "actor"}:
            raise broken_rule("app-1: either the type or actor on the participant SHALL be specified")


_INVARIANTS: Mapping[str, Callable[[JsonObject], None]] = {"Slot": _check_slot, "Appointment": _check_appointment}
