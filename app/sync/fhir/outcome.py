"""Writing how a consultation ended: its Encounter, fee and note, and the end of its Appointment.

As one transaction where the server was seen to keep those whole, otherwise one after the other with the Appointment
last, for its status says that all is there. Each part is created once, so either way can take over from the other.
"""

from collections.abc import Callable
from contextlib import suppress

from app.domain.actions import Carried, PendingAction
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.change_mark import carried_out
from app.sync.fhir.elements import text, version_time
from app.sync.fhir.guarded import TRIES, id_of
from app.sync.fhir.http import MAX_REQUEST
from app.sync.fhir.json_text import JsonObject, write_json
from app.sync.fhir.outcome_writing import Writing
from app.sync.fhir.outcome_yielding import agreed, give_way, take_the_place
from app.sync.fhir.records import Records
from app.sync.fhir.resources import HELD, final_elements, reference
from app.sync.fhir.sendable import DeclinedError, check_changed, check_created
from app.sync.fhir.slot_claim import claim_slot
from app.sync.fhir.transaction import (
    MOST_ENTRIES,
    Became,
    GuardedUpdate,
    became_of,
    entry_statuses,
    last_entry_time,
    transaction_of,
)
from app.sync.fhir.wishes import ClashError

_UNUSABLE = frozenset({*range(400, 502)}) - {401, 403, 408, 429}
"""A server that refuses the transaction as such is written to in another way; what passes is waited for."""

Ending = Callable[[JsonObject], JsonObject | None]


async def write_outcome(records: Records, action: PendingAction, booking: Booking, *, atomic: bool) -> Carried:
    """Write a booking's outcome; what a colleague has written just so is done.

    Raises ClashError, DeclinedError (FEE_CLOSED when its fee line may not be changed any more), or KlinikError when
    to be tried again.
    """
    if booking.outcome is None:
        raise KlinikError(ErrorKind.UNEXPECTED, "an outcome is to be written before there is one")
    writing = Writing(records, action, booking, booking.outcome, await records.appointment_id(booking))
    parts = writing.parts()
    for part in parts:
        check_created(part)
    try:
        written = await _written(writing, parts, atomic=atomic)
    except ClashError:
        if (same := await agreed(writing)) is None:
            await give_way(writing)
            raise
        written = same
    except DeclinedError as declined:
        # What was settled stands in the place of theirs, which must not be withdrawn with it.
        if declined.kind is ErrorKind.FEE_CLOSED and not writing.settled:
            await give_way(writing)
        raise
    if booking.conflict is not None and final_elements(booking.outcome.kind)["status"] != "cancelled":
        # Whoever cancelled it freed its time; a consultation that was held has used it up.
        with suppress(DeclinedError):
            await claim_slot(records, booking, booking.slot_id)
    return written


async def _written(writing: Writing, parts: tuple[JsonObject, ...], *, atomic: bool) -> Carried:
    written: Carried | None = None
    # What is there already is compared, and what was settled is written over: part by part.
    if not await writing.begun(parts) and atomic and writing.booking.conflict is None:
        written = await _as_one(writing.records, parts, writing.appointment_id, writing.ended)
    return written or await _one_by_one(writing)


async def _as_one(
    records: Records, parts: tuple[JsonObject, ...], appointment_id: str | None, ended: Ending
) -> Carried | None:
    """Write it all in one transaction; None when that is not to be had, and it can be written otherwise."""
    types = {text(part.get("resourceType")) for part in parts}
    if not parts or len(parts) >= MOST_ENTRIES or not types <= records.capabilities.conditional_create:
        return None
    tried: str | None = None
    for _ in range(TRIES):
        newest = await records.appointment(appointment_id)
        changed = ended(newest.body) if newest is not None else None
        if newest is None or changed is None or newest.etag is None or newest.etag == tried:
            return None
        check_changed(changed)
        bundle = transaction_of(parts, (GuardedUpdate(changed, newest.etag),))
        if len(write_json(bundle)) > MAX_REQUEST:
            return None
        answer = await records.client.transact(bundle, hand_back=_UNUSABLE)
        became = became_of(answer, len(parts) + 1)
        if became is not Became.OUTDATED:
            if became is not Became.WHOLE or any(status != 201 for status in entry_statuses(answer.body)[:-1]):
                return None  # what was there a moment before is somebody else's, perhaps, and is compared
            return Carried(last_entry_time(answer.body))
        tried = newest.etag
    return None


async def _one_by_one(writing: Writing) -> Carried:
    records, outcome = writing.records, writing.outcome
    newest = await records.appointment(writing.appointment_id)
    if newest is not None:
        writing.ended(newest.body)  # so that nothing is billed for an appointment that others have cancelled
    done = newest is not None and carried_out(newest.body, writing.action.id)
    encounter: JsonObject | None = None
    if outcome.kind in HELD:
        made = await writing.create(writing.parts()[0], done=done)
        encounter = reference("Encounter", id_of(made))
    for part in writing.about(encounter):
        await writing.create(part, done=done)
    if writing.settled and not done:
        await take_the_place(writing)
    if writing.appointment_id is None:
        return Carried()
    return Carried(version_time(await records.change_appointment(writing.appointment_id, writing.ended) or {}))
