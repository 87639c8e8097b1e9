"""What must be true of the practice system itself: each thing once, and the calendar as its appointments say."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.faults.versions import STANDING, Json, identifiers_of, slots_of
from tests.faults.world import World

OWN = "urn:uuid:"


def server_findings(world: World) -> Iterator[str]:
    model = world.practice
    yield from (f"unguarded: {write}" for write in sorted(set(model.unguarded)))
    for kind in ("Appointment", "Encounter", "ChargeItem", "DocumentReference", "Task"):
        marks = Counter(mark for each in model.all(kind) for mark in identifiers_of(each) if mark.startswith(OWN))
        yield from (f"{kind} {mark} is there {times} times" for mark, times in marks.items() if times > 1)
    for slot in model.all("Slot"):
        reference = f"Slot/{slot['id']}"
        holders = [each for each in model.all("Appointment") if reference in slots_of(each) and stands(each)]
        if len(holders) > 1:
            yield f"{len(holders)} appointments stand in {reference}"
        if slot["status"] == "free" and holders:
            yield f"{reference} is free although an appointment stands in it"
        theirs = _made_busy_by(world, slot["id"]) == "colleague"
        excused = theirs or _used_up(model.all("Appointment"), reference)
        if slot["status"] == "busy" and not holders and not excused:
            yield f"{reference} is busy although nothing stands in it"


def _made_busy_by(world: World, slot_id: str) -> str:
    """Who marked a slot busy; what a colleague marked, no console may let go of."""
    by, status = "", ""
    for version in world.practice.log:
        if (version.type, version.id) == ("Slot", slot_id) and version.body and version.body["status"] != status:
            by, status = version.by, version.body["status"]
    return by


def stands(appointment: Json) -> bool:
    return appointment["status"] in STANDING


def _used_up(appointments: Iterable[Json], reference: str) -> bool:
    """Whether a consultation that failed for technical reasons took the time of the slot."""
    return any(reference in slots_of(each) and "cancelationReason" in each for each in appointments)
