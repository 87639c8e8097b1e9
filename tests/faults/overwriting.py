"""Whether anybody's change was overwritten by a console whose user had not seen it."""

from collections.abc import Iterator

from tests.faults.versions import Json, Version, identifiers_of, standing_of
from tests.faults.world import Wish, World


def overwritten(world: World) -> Iterator[str]:
    """Go through every version of every appointment in the order they were written."""
    changed: dict[str, dict[str, Version]] = {}
    latest: dict[str, Version] = {}
    for version in world.practice.log:
        if version.type != "Appointment":
            continue
        before = latest.get(version.id)
        if before is not None and version.body is not None and before.body is not None:
            writers = changed.setdefault(version.id, {})
            for field in _differing(before.body, version.body):
                earlier = writers.get(field)
                if earlier is not None and earlier.by != version.by and not _knew(world, version, earlier, field):
                    yield f"{version.by} overwrote the {field} that {earlier.by} wrote"
                writers[field] = version
        latest[version.id] = version


def _differing(before: Json, after: Json) -> list[str]:
    old, new = _fields(before), _fields(after)
    return [name for name in old if old[name] != new[name]]


def _fields(body: Json) -> dict[str, object]:
    return {
        "time": (body.get("start"), body.get("end")),
        "slot": [each["reference"] for each in body.get("slot", [])],
        "standing": standing_of(body),
        "people": sorted(each["actor"]["reference"] for each in body.get("participant", [])),
        "remark": body.get("comment"),
    }


def _knew(world: World, version: Version, earlier: Version, field: str) -> bool:
    """Whether a person at that console asked for something with the earlier change, or its like, on the screen."""
    if version.by not in {console.name for console in world.consoles}:
        return True  # the colleague has the practice system itself on the screen
    marks = identifiers_of(version.body or {})
    wishes = [wish for wish in world.wishes if _about(wish, marks, version)]
    return any(wish.seen >= earlier.number or _looked_alike(world, wish, earlier, field) for wish in wishes)


def _looked_alike(world: World, wish: Wish, earlier: Version, field: str) -> bool:
    """Whether what was on the screen is what was written again since: changed and changed back is no change."""
    seen = world.practice.log[wish.seen - 1].body if wish.seen else None
    return bool(seen and earlier.body and _fields(seen)[field] == _fields(earlier.body)[field])


def _about(wish: Wish, marks: set[str], version: Version) -> bool:
    same = f"urn:uuid:{wish.booking_id}" in marks or wish.appointment_id == version.id
    return wish.console == version.by and same
