"""Who changed an appointment, and by which action: what the consoles write on it, so that they can name each other.

An appointment is also changed by programs that know nothing of these marks and leave them standing. So the mark
says what its maker made of the appointment, and counts only as long as that is still so.
"""

from collections.abc import Collection
from contextlib import suppress

from app.domain.arrangement import Standing
from app.domain.ids import ActionId, SlotId
from app.domain.patient import Clinician
from app.sync.fhir.codes import CHANGE, CHANGED_BY, CHANGED_TO, LEFT_SLOT
from app.sync.fhir.elements import as_object, checked_id, extension, instant, objects, text
from app.sync.fhir.json_text import JsonObject

_OURS = frozenset({CHANGED_BY, CHANGED_TO, LEFT_SLOT, CHANGE})
_ACTIONS_KEPT = 8
_STANDING = {
    "cancelled": Standing.CANCELLED,
    "entered-in-error": Standing.CANCELLED,
    "fulfilled": Standing.ENDED,
    "noshow": Standing.ENDED,
}


def standing_of(appointment: JsonObject) -> Standing:
    """Return whether an Appointment holds, by its status; one that is only asked for does."""
    return _STANDING.get(text(appointment.get("status")), Standing.BOOKED)


def marked(
    appointment: JsonObject, user: Clinician, action_id: ActionId, left: Collection[SlotId] = ()
) -> JsonObject:
    """Return an Appointment with the mark of who made it what it is now, by which action.

    `left` are the slots it was moved out of; without, those it left before are still told.
    """
    by: JsonObject = {"reference": f"Practitioner/{user.id}"}
    if user.name.strip():
        by["display"] = user.name.strip()
    marks: list[JsonObject] = [
        {"url": CHANGED_BY, "valueReference": by},
        {"url": CHANGED_TO, "valueString": _made_into(appointment)},
        *_noted(appointment, action_id),
    ]
    told = left or left_slots(appointment)
    marks += [{"url": LEFT_SLOT, "valueString": slot_id} for slot_id in sorted(told)]
    others = [each for each in objects(appointment.get("extension")) if each.get("url") not in _OURS]
    return {**appointment, "extension": [*others, *marks]}


def noted(resource: JsonObject, action_id: ActionId) -> JsonObject:
    """Return a resource with the note that an action has changed it."""
    others = [each for each in objects(resource.get("extension")) if each.get("url") != CHANGE]
    return {**resource, "extension": [*others, *_noted(resource, action_id)]}


def changed_by(appointment: JsonObject) -> str:
    """Return the name of who last changed an Appointment by a console; empty when that was done in another way."""
    if not _fresh(appointment):
        return ""
    return text(as_object(extension(appointment, CHANGED_BY).get("valueReference")).get("display"))


def left_slots(appointment: JsonObject) -> frozenset[SlotId]:
    """Return the slots an Appointment was last moved out of by a console, which may not have been freed."""
    found: set[SlotId] = set()
    for each in objects(appointment.get("extension")):
        if each.get("url") == LEFT_SLOT:
            with suppress(ValueError):
                found.add(SlotId(checked_id(each.get("valueString"))))
    return frozenset(found)


def carried_out(resource: JsonObject, action_id: ActionId) -> bool:
    """Tell whether an action has already changed the resource, whatever happened to it since."""
    return action_id in _actions(resource)


def as_left_by(appointment: JsonObject, action_id: ActionId) -> bool:
    """Tell whether an action was the last to change the Appointment."""
    return _actions(appointment)[-1:] == [action_id] and _fresh(appointment)


def _noted(resource: JsonObject, action_id: ActionId) -> list[JsonObject]:
    actions = [each for each in _actions(resource) if each != action_id]
    return [{"url": CHANGE, "valueString": each} for each in [*actions, action_id][-_ACTIONS_KEPT:]]


def _actions(resource: JsonObject) -> list[str]:
    return [
        text(each.get("valueString")) for each in objects(resource.get("extension")) if each.get("url") == CHANGE
    ]


def _fresh(appointment: JsonObject) -> bool:
    made_into = text(extension(appointment, CHANGED_TO).get("valueString"))
    return made_into in ("", _made_into(appointment))


def _made_into(appointment: JsonObject) -> str:
    """What two people can disagree about, to the minute, for some systems keep no seconds."""
    times = (_minute(appointment.get(end)) for end in ("start", "end"))
    return " ".join((standing_of(appointment).value, *times))


def _minute(value: object) -> str:
    try:
        return instant(value).strftime("%Y-%m-%dT%H:%MZ")
    except ValueError:
        return "-"
