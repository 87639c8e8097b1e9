"""Writing how a consultation ended: its Encounter, fee and note, and the end of its Appointment.

As one transaction where the server was seen to keep those whole, otherwise one after the other with the Appointment
last, for its status says that all is there. Each part is created once, so either way can take over from the other.
"""

from collections.abc import Callable
from contextlib import suppress

from app.domain.actions import Carried, PendingAction
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import derived_uuid
from app.domain.outcome import Outcome
from app.sync.fhir.change_mark import marked
from app.sync.fhir.codes import UUID_PREFIX, UUID_SYSTEM
from app.sync.fhir.elements import identifiers, text, version_time
from app.sync.fhir.guarded import TRIES, change, id_of
from app.sync.fhir.http import MAX_REQUEST
from app.sync.fhir.json_text import JsonObject, write_json
from app.sync.fhir.records import Records
from app.sync.fhir.resources import HELD, charge_of, encounter_of, final_elements, note_of, reference
from app.sync.fhir.sendable import DeclinedError, check_changed, check_created
from app.sync.fhir.slot_claim import claim_slot
from app.sync.fhir.transaction import (
    MOST_ENTRIES,
    Became,
    GuardedUpdate,
    became_of,
    last_entry_time,
    transaction_of,
)
from app.sync.fhir.wishes import ClashError, wanted

_UNUSABLE = frozenset({*range(400, 502)}) - {401, 403, 408, 429}
"""A server that refuses the transaction as such is written to in another way; what passes is waited for."""
_WITHDRAWN = "entered-in-error"
_NOTHING_TO_BILL = frozenset({"cancelled", "noshow", _WITHDRAWN})
_BILLED = frozenset({"Encounter", "ChargeItem"})

Ending = Callable[[JsonObject], JsonObject | None]


async def write_outcome(records: Records, action: PendingAction, booking: Booking, *, atomic: bool) -> Carried:
    """Write a booking's outcome. Raises ClashError, DeclinedError, or KlinikError when to be tried again."""
    outcome = booking.outcome
    if outcome is None:
        raise KlinikError(ErrorKind.UNEXPECTED, "an outcome is to be written before there is one")
    wish = wanted(action, booking)
    final = final_elements(outcome.kind)

    def ended(appointment: JsonObject) -> JsonObject | None:
        if appointment.get("status") == final["status"]:
            return None
        wish.decide(appointment)
        return marked({**appointment, **final}, records.user, action.id)

    appointment_id = await records.appointment_id(booking)
    parts = _parts(booking, outcome, appointment_id)
    for part in parts:
        check_created(part)
    try:
        written: Carried | None = None
        if atomic and booking.conflict is None:
            # What was settled is written part by part, for some of it may have to be taken back into use.
            written = await _as_one(records, parts, appointment_id, ended)
        written = written or await _one_by_one(records, booking, outcome, appointment_id, ended)
    except ClashError:
        await _withdraw_bill(records, parts, appointment_id)
        raise
    if booking.conflict is not None and final["status"] != "cancelled":
        # Whoever cancelled it freed its time; a consultation that was held has used it up.
        with suppress(DeclinedError):
            await claim_slot(records, booking, booking.slot_id)
    return written


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
            return Carried(last_entry_time(answer.body)) if became is Became.WHOLE else None
        tried = newest.etag
    return None


async def _one_by_one(
    records: Records, booking: Booking, outcome: Outcome, appointment_id: str | None, ended: Ending
) -> Carried:
    newest = await records.appointment(appointment_id)
    if newest is not None:
        ended(newest.body)  # so that nothing is billed for an appointment that others have cancelled
    encounter: JsonObject | None = None
    if outcome.kind in HELD:
        made = await _create(records, booking, encounter_of(booking, outcome, appointment_id))
        encounter = reference("Encounter", id_of(made))
    for part in _about(booking, outcome, appointment_id, encounter):
        await _create(records, booking, part)
    stored = await records.change_appointment(appointment_id, ended) if appointment_id is not None else None
    return Carried(version_time(stored or {}))


async def _create(records: Records, booking: Booking, part: JsonObject) -> JsonObject:
    made = await records.create(part)
    if booking.conflict is None or made.get("status") != _WITHDRAWN:
        return made

    def taken_back(found: JsonObject) -> JsonObject:
        return {**found, **part}

    return await change(records.client, text(part.get("resourceType")), id_of(made), taken_back) or made


async def _withdraw_bill(records: Records, parts: tuple[JsonObject, ...], appointment_id: str | None) -> None:
    """Withdraw what would be billed when others have ended the appointment without anything to bill.

    It is only there when they did so while it was being written here, part by part.
    """

    def withdrawn(found: JsonObject) -> JsonObject | None:
        return None if found.get("status") == _WITHDRAWN else {**found, "status": _WITHDRAWN}

    newest = await records.appointment(appointment_id)
    if newest is None or newest.body.get("status") not in _NOTHING_TO_BILL:
        return
    for part in parts:
        resource_type = text(part.get("resourceType"))
        if resource_type in _BILLED and (
            made := await records.find(resource_type, next(identifiers(part, UUID_SYSTEM)))
        ):
            await change(records.client, resource_type, id_of(made), withdrawn)


def _parts(booking: Booking, outcome: Outcome, appointment_id: str | None) -> tuple[JsonObject, ...]:
    """What there is to create, where the Encounter is known by its own identifier."""
    if outcome.kind not in HELD:
        return _about(booking, outcome, appointment_id, None)
    encounter: JsonObject = {"reference": f"{UUID_PREFIX}{derived_uuid(booking.id, 'encounter')}"}
    made = encounter_of(booking, outcome, appointment_id)
    return (made, *_about(booking, outcome, appointment_id, encounter))


def _about(
    booking: Booking, outcome: Outcome, appointment_id: str | None, encounter: JsonObject | None
) -> tuple[JsonObject, ...]:
    parts: list[JsonObject] = []
    if outcome.fee_code:
        parts.append(charge_of(booking, outcome, outcome.fee_code, encounter))
    if note := outcome.note.reveal().strip():
        parts.append(note_of(booking, outcome, note, encounter, appointment_id))
    return tuple(parts)
