"""What becomes of an outcome that met another one: it agrees with it, gives way to it, or takes its place."""

from app.domain.actions import Carried
from app.domain.ids import ActionId
from app.sync.fhir.change_mark import as_left_by, carried_out
from app.sync.fhir.elements import text, version_time
from app.sync.fhir.guarded import id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.outcome_marks import (
    WITHDRAWN,
    has_withdrawn,
    is_withdrawn,
    last_action,
    left_by,
    rests_on,
    withdrawn,
)
from app.sync.fhir.outcome_parts import BILLED, check_fee, counts, ends_as, is_closed, says
from app.sync.fhir.outcome_writing import Writing
from app.sync.fhir.resources import final_elements, reference

_NOTHING_TO_BILL = frozenset({"cancelled", "noshow", WITHDRAWN})


async def agreed(writing: Writing) -> Carried | None:
    """Return that it is done, with my note added, when a colleague has ended it just so; None when it is otherwise.

    Just so: in the same way, in the same form, for the same fee.
    """
    newest = await writing.records.appointment(writing.appointment_id)
    if newest is None or writing.settled or not ends_as(newest.body, final_elements(writing.outcome.kind)):
        return None
    if (theirs := _other(newest.body, writing)) is None:
        return None
    mine = {text(part.get("resourceType")): part for part in writing.parts()}
    encounter: JsonObject | None = None
    for resource_type in sorted(BILLED):
        part = mine.get(resource_type)
        found = await writing.find(resource_type, needed=part is not None)
        if part is None:
            if found is not None and counts(found):
                return None
        elif found is None or not counts(found) or not (rests_on(found, theirs) and says(found, part)):
            return None
        elif resource_type == "Encounter":
            encounter = reference("Encounter", id_of(found))
    for part in writing.about(encounter):
        if part["resourceType"] not in BILLED:
            await writing.create(part, done=False)
    return Carried(version_time(newest.body))


async def give_way(writing: Writing) -> None:
    """Withdraw what this very action would bill when it lost, or when others have made it nothing to bill.

    What others bill is theirs, what a colleague relies on as well stays for him, and a closed fee is left alone.
    """
    newest = await writing.records.appointment(writing.appointment_id)
    appointment = newest.body if newest is not None else {}
    nothing_to_bill = appointment.get("status") in _NOTHING_TO_BILL
    action_id = writing.action.id
    if carried_out(appointment, action_id) and not (nothing_to_bill or as_left_by(appointment, action_id)):
        return
    theirs = None if writing.settled else _other(appointment, writing)

    def given_up(found: JsonObject) -> JsonObject | None:
        if is_withdrawn(found) or is_closed(found) or (theirs and rests_on(found, theirs)):
            return None
        ours = left_by(found, action_id) if nothing_to_bill else last_action(found) == action_id
        return withdrawn(found, action_id) if ours else None

    for resource_type in sorted({text(part.get("resourceType")) for part in writing.parts()} & BILLED):
        if made := await writing.find(resource_type, needed=True):
            await writing.records.change(resource_type, id_of(made), given_up)


async def take_the_place(writing: Writing) -> None:
    """Withdraw what the other outcome bills and this one does not; raises DeclinedError(FEE_CLOSED)."""

    def withdrawn_now(found: JsonObject) -> JsonObject | None:
        if is_withdrawn(found) or has_withdrawn(found, writing.action.id):
            return None
        check_fee(found, None)
        return None if is_closed(found) else withdrawn(found, writing.action.id)

    mine = {text(part.get("resourceType")) for part in writing.parts()}
    for resource_type in sorted(BILLED - mine):
        if theirs := await writing.find(resource_type, needed=False):
            await writing.records.change(resource_type, id_of(theirs), withdrawn_now)


def _other(appointment: JsonObject, writing: Writing) -> ActionId | None:
    """Return the action by which a colleague made the Appointment what it is; None when none did."""
    action_id = ActionId(last_action(appointment))
    others = bool(action_id) and action_id != writing.action.id
    return action_id if others and as_left_by(appointment, action_id) else None
