"""A colleague who works in the practice system itself; each deed is whole, as it is there."""

from datetime import timedelta

from tests.faults.seeding import PATIENTS, message
from tests.faults.steps import Step
from tests.faults.versions import Json, slots_of
from tests.faults.world import World

BY = "colleague"
_OPEN = frozenset({"proposed", "booked", "arrived"})


def act(world: World, step: Step) -> None:
    """Do one thing, if there is anything to do it to."""
    model = world.practice
    if step.verb == "lps_message":
        number = len(model.all("Communication"))
        thread = f"m{step.b % 3}" if step.b % 2 else ""
        model.write(BY, "Communication", f"m{number}", message(step.a, world.now(), thread))
        return
    free = sorted((slot for slot in model.all("Slot") if slot["status"] == "free"), key=lambda slot: slot["id"])
    if step.verb == "lps_book":
        if free:
            _book(world, PATIENTS[step.a % len(PATIENTS)], free[step.b % len(free)])
        return
    standing = [each for each in model.all("Appointment") if each["status"] in _OPEN]
    if not standing:
        return
    chosen = standing[step.a % len(standing)]
    match step.verb:
        case "lps_move" if free:
            _move(world, chosen, free[step.b % len(free)])
        case "lps_cancel":
            model.write(BY, "Appointment", chosen["id"], {**chosen, "status": "cancelled"})
            _mark(world, chosen, "free")
        case "lps_delete" if model.kind.type_history or len(model.all("Appointment")) > 1:
            # Where deletions are not listed, a list without any id is never believed: the last one would stay.
            model.write(BY, "Appointment", chosen["id"], None)
            _mark(world, chosen, "free")
        case "lps_arrive":
            model.write(BY, "Appointment", chosen["id"], {**chosen, "status": "arrived"})
        case "lps_remark":
            model.write(BY, "Appointment", chosen["id"], {**chosen, "comment": f"Bemærkning {step.b}"})
        case _:
            pass


def _book(world: World, patient: str, slot: Json) -> None:
    owner = _owner(slot)
    body: Json = {
        "status": "booked",
        "slot": [{"reference": f"Slot/{slot['id']}"}],
        "start": slot["start"],
        "end": slot["end"],
        "created": (world.now() - timedelta(seconds=1)).isoformat(),
        "participant": [_participant("Patient", patient), _participant("Practitioner", owner)],
    }
    made = world.practice.write(BY, "Appointment", f"lps{len(world.practice.log)}", body)
    _mark(world, made.body or {}, "busy")


def _move(world: World, appointment: Json, slot: Json) -> None:
    people = [each for each in appointment["participant"] if "Practitioner" not in each["actor"]["reference"]]
    people.append(_participant("Practitioner", _owner(slot)))
    moved = {**appointment, "start": slot["start"], "end": slot["end"], "participant": people}
    moved["slot"] = [{"reference": f"Slot/{slot['id']}"}]
    _mark(world, appointment, "free")
    world.practice.write(BY, "Appointment", appointment["id"], moved)
    _mark(world, moved, "busy")


def _mark(world: World, appointment: Json, status: str) -> None:
    """Mark the slots of an appointment, where the practice system does not do so itself."""
    if world.practice.kind.keeps_calendar:
        return
    for reference in sorted(slots_of(appointment)):
        slot_id = reference.partition("/")[2]
        slot = world.practice.get("Slot", slot_id)
        if slot is not None:
            world.practice.write(BY, "Slot", slot_id, {**slot, "status": status})


def _owner(slot: Json) -> str:
    return str(slot["schedule"]["reference"]).removeprefix("Schedule/cal-")


def _participant(resource_type: str, found: str) -> Json:
    return {"actor": {"reference": f"{resource_type}/{found}"}, "status": "accepted"}
