"""The clinic's own calendar rules: a slot is held by one appointment at most, and says so itself."""

from collections.abc import Iterable

from app.demo.practice_system.problems import FhirError
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.versions import Version

_NOT_HOLDING = frozenset({"proposed", "waitlist", "cancelled", "entered-in-error"})


def slots_of(store: ResourceStore, appointment: Version | None) -> list[str]:
    """Return the slots (`Slot/<id>`) an appointment's version refers to."""
    if appointment is None or appointment.type != "Appointment":
        return []
    return store.referenced(appointment, "slot")


def check_calendar(store: ResourceStore, slots: Iterable[str]) -> None:
    """Refuse a second appointment in a slot (FhirError 409) and mark each slot busy or free to match.

    A slot set busy by the client itself is left alone, so an appointment and its slot may come in either order.
    """
    for reference in sorted(set(slots)):
        slot = store.current(*reference.split("/", 1))
        holders = [version for version in store.referring(reference) if _holds(version)]
        if len(holders) > 1:
            raise FhirError(409, "conflict", f"{reference} is already held by another appointment")
        if slot is None or slot.body is None:
            continue
        resource = slot.resource()
        if holders and resource["status"] == "busy-unavailable":
            raise FhirError(409, "conflict", f"{reference} cannot be booked")
        before, after = ("free", "busy") if holders else ("busy", "free")
        if resource["status"] == before:
            store.append("Slot", slot.id, "PUT", resource | {"status": after})


def _holds(version: Version) -> bool:
    return version.type == "Appointment" and version.resource()["status"] not in _NOT_HOLDING
