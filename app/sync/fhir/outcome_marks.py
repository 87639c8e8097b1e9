"""What consoles did to the parts of an outcome, as these tell themselves: who wrote, relies on, or withdrew one.

Whoever loses takes back what is his own alone, and what no console withdrew has been withdrawn by others, for good.
"""

from app.domain.ids import ActionId
from app.sync.fhir.change_mark import carried_out, noted
from app.sync.fhir.codes import CHANGE
from app.sync.fhir.elements import objects, text
from app.sync.fhir.json_text import JsonObject

WITHDRAWN = "entered-in-error"
_SHARED = ":shared"
_WITHDREW = ":withdrew"


def shared(part: JsonObject, action_id: ActionId) -> JsonObject:
    """Return a part that somebody else wrote, with the note that an action relies on it as well."""
    return noted(part, ActionId(action_id + _SHARED))


def withdrawn(part: JsonObject, action_id: ActionId) -> JsonObject:
    """Return a part withdrawn by an action, so that a console may still put it back."""
    return {**noted(part, ActionId(action_id + _WITHDREW)), "status": WITHDRAWN}


def is_withdrawn(part: JsonObject) -> bool:
    """Tell whether a part counts no more, whoever said so."""
    return part.get("status") == WITHDRAWN


def withdrawn_by(part: JsonObject, action_id: ActionId) -> bool:
    """Tell whether an action withdrew a part, and no console has changed it since."""
    return is_withdrawn(part) and last_action(part) == action_id + _WITHDREW


def withdrawn_by_console(part: JsonObject) -> bool:
    """Tell whether it was a console that withdrew a part."""
    return is_withdrawn(part) and last_action(part).endswith(_WITHDREW)


def has_withdrawn(part: JsonObject, action_id: ActionId) -> bool:
    """Tell whether an action has withdrawn a part, whatever happened to it since."""
    return carried_out(part, ActionId(action_id + _WITHDREW))


def rests_on(part: JsonObject, action_id: ActionId) -> bool:
    """Tell whether an action has written a part or relies on it, whatever happened to it since."""
    return carried_out(part, action_id) or carried_out(part, ActionId(action_id + _SHARED))


def left_by(part: JsonObject, action_id: ActionId) -> bool:
    """Tell whether an action was the last to write a part, or to rely on it."""
    return last_action(part) in (action_id, action_id + _SHARED)


def last_action(resource: JsonObject) -> str:
    """Return the last thing a console noted on a resource; empty when none did."""
    notes = [each for each in objects(resource.get("extension")) if each.get("url") == CHANGE]
    return text(notes[-1].get("valueString")) if notes else ""
