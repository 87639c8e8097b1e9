"""Writing how a consultation ended: its Encounter, fee and note, and the end of its Appointment.

As one transaction where the server was seen to keep those whole, otherwise one after the other with the Appointment
last, for its status says that all is there. Each part is created once, so either way can take over from the other.
"""

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from app.domain.actions import Carried, PendingAction
from app.domain.arrangement import Conflict, Standing, Wish
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import derived_uuid
from app.domain.outcome import Outcome
from app.sync.fhir.change_mark import as_left_by, carried_out, changed_by, marked, noted, standing_of
from app.sync.fhir.codes import UUID_PREFIX
from app.sync.fhir.elements import as_object, codings, instant, objects, text, version_time
from app.sync.fhir.guarded import TRIES, id_of
from app.sync.fhir.http import MAX_REQUEST
from app.sync.fhir.json_text import JsonObject, write_json
from app.sync.fhir.parse_calendar import arrangement_in
from app.sync.fhir.records import Records
from app.sync.fhir.resources import HELD, charge_of, encounter_of, final_elements, identifier, note_of, reference
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
from app.sync.fhir.wishes import ClashError, Wanted, wanted

_UNUSABLE = frozenset({*range(400, 502)}) - {401, 403, 408, 429}
"""A server that refuses the transaction as such is written to in another way; what passes is waited for."""
_WITHDRAWN = "entered-in-error"
_NOTHING_TO_BILL = frozenset({"cancelled", "noshow", _WITHDRAWN})
_BILLED = frozenset({"Encounter", "ChargeItem"})
_PURPOSES = {"Encounter": "encounter", "ChargeItem": "charge", "DocumentReference": "note"}
"""What the parts' identifiers are derived from: the same for every console, so that they find each other's."""

Ending = Callable[[JsonObject], JsonObject | None]


async def write_outcome(records: Records, action: PendingAction, booking: Booking, *, atomic: bool) -> Carried:
    """Write a booking's outcome. Raises ClashError, DeclinedError, or KlinikError when to be tried again."""
    if booking.outcome is None:
        raise KlinikError(ErrorKind.UNEXPECTED, "an outcome is to be written before there is one")
    writing = _Writing(records, action, booking, booking.outcome, await records.appointment_id(booking))
    parts = writing.parts()
    for part in parts:
        check_created(part)
    try:
        written: Carried | None = None
        # What is there already is compared, and what was settled is written over: part by part.
        if not await writing.begun(parts) and atomic and booking.conflict is None:
            written = await _as_one(records, parts, writing.appointment_id, writing.ended)
        written = written or await _one_by_one(writing)
    except ClashError:
        await _withdraw_bill(writing)
        raise
    if booking.conflict is not None and final_elements(booking.outcome.kind)["status"] != "cancelled":
        # Whoever cancelled it freed its time; a consultation that was held has used it up.
        with suppress(DeclinedError):
            await claim_slot(records, booking, booking.slot_id)
    return written


@dataclass(frozen=True, slots=True)
class _Writing:
    """One outcome on its way into the record, which a colleague may be ending as well.

    Each part is marked with the action that wrote it: what bears another mark, or none, is somebody else's.
    """

    records: Records
    action: PendingAction
    booking: Booking
    outcome: Outcome
    appointment_id: str | None

    @property
    def settled(self) -> bool:
        """Whether a person has seen the other outcome, and decided that this one is to stand."""
        return self.booking.conflict is not None and self.booking.conflict.wish is Wish.OUTCOME

    def wish(self) -> Wanted:
        """Return what is asked for of the Appointment."""
        wish = wanted(self.action, self.booking)
        if self.settled and wish.seen[-1].standing is Standing.ENDED:
            # Their outcome was seen; that they did not get round to ending the appointment makes no difference.
            return replace(wish, seen=(replace(wish.seen[-1], standing=Standing.BOOKED), *wish.seen))
        return wish

    def ended(self, appointment: JsonObject) -> JsonObject | None:
        """Return the Appointment ended, None when it is; raises ClashError when it cannot be without asking."""
        final = final_elements(self.outcome.kind)
        if appointment.get("status") == final["status"]:
            if carried_out(appointment, self.action.id):
                return None
            by_program = standing_of(appointment) is Standing.ENDED and not changed_by(appointment)
            if by_program and not self.settled:
                return None  # no console did it: what else is in the record tells whether there is another outcome
        self.wish().decide(appointment)
        return marked({**appointment, **final}, self.records.user, self.action.id)

    def parts(self) -> tuple[JsonObject, ...]:
        """Return what there is to create, where the Encounter is known by its own identifier."""
        if self.outcome.kind not in HELD:
            return self.about(None)
        made = encounter_of(self.booking, self.outcome, self.appointment_id)
        encounter: JsonObject = {"reference": f"{UUID_PREFIX}{derived_uuid(self.booking.id, 'encounter')}"}
        return (noted(made, self.action.id), *self.about(encounter))

    def about(self, encounter: JsonObject | None) -> tuple[JsonObject, ...]:
        """Return the fee and the note there are to create."""
        parts: list[JsonObject] = []
        if self.outcome.fee_code:
            parts.append(charge_of(self.booking, self.outcome, self.outcome.fee_code, encounter))
        if note := self.outcome.note.reveal().strip():
            parts.append(note_of(self.booking, self.outcome, note, encounter, self.appointment_id))
        return tuple(noted(part, self.action.id) for part in parts)

    async def begun(self, parts: tuple[JsonObject, ...]) -> bool:
        """Tell whether any part is in the record; raises ClashError when it is of another outcome."""
        newest = await self.records.appointment(self.appointment_id)
        done = newest is not None and self.ended(newest.body) is None and carried_out(newest.body, self.action.id)
        mine = {text(part.get("resourceType")): part for part in parts}
        any_found = False
        for resource_type, purpose in _PURPOSES.items():
            part = mine.get(resource_type)
            found = await self.find(resource_type, purpose, needed=part is not None)
            if found is None:
                continue
            any_found = True
            if part is None and resource_type not in _BILLED:
                continue
            if not (self.settled or done or self.goes_with(found, part)):
                raise await self.clash()
        return any_found

    async def find(self, resource_type: str, purpose: str, *, needed: bool) -> JsonObject | None:
        """Return a part of any outcome of the booking; one that mine does not need may be beyond the server."""
        try:
            uuid_urn = f"{UUID_PREFIX}{derived_uuid(self.booking.id, purpose)}"
            return await self.records.find(resource_type, uuid_urn)
        except DeclinedError:
            if needed:
                raise
            return None

    def goes_with(self, found: JsonObject, part: JsonObject | None) -> bool:
        """Tell whether a part that is there is mine, says what mine says, or is withdrawn."""
        if found.get("status") == _WITHDRAWN or as_left_by(found, self.action.id):
            return True
        return part is not None and _says(found, part)

    async def clash(self) -> ClashError:
        """Return the clash with an outcome that a colleague has written, or is about to."""
        newest = await self.records.appointment(self.appointment_id)
        wish = self.wish()
        if newest is None:
            return wish.gone()
        before = wish.before(newest.body)
        theirs = arrangement_in(newest.body, before)
        if theirs.standing is Standing.BOOKED:
            theirs, by = replace(theirs, standing=Standing.ENDED), ""
        else:
            by = changed_by(newest.body)
        return ClashError(Conflict(Wish.OUTCOME, before, wish.mine, theirs, by, version_time(newest.body)))

    async def create(self, part: JsonObject, *, done: bool) -> JsonObject:
        """Have a part in the record as it is here; `done` when the Appointment has been ended by this action."""
        made = await self.records.create(part)
        if carried_out(made, self.action.id) if done else as_left_by(made, self.action.id):
            # Ours. What was withdrawn here, for a clash, is billed after all when the outcome is written.
            return made if done or made.get("status") != _WITHDRAWN else await self.put(made, part)
        same = made.get("status") != _WITHDRAWN and _says(made, part)
        if not (same or self.settled or made.get("status") == _WITHDRAWN):
            raise await self.clash()
        if part["resourceType"] in _BILLED:
            # What is the same is marked too: then whoever loses does not withdraw what both rely on.
            return await self.put(made, part)
        if same:
            return made
        own = identifier(derived_uuid(self.booking.id, f"note {self.action.id}"))
        return await self.records.create({**part, "identifier": [own]})

    async def put(self, made: JsonObject, part: JsonObject) -> JsonObject:
        """Write a part over what is there under its identifier, once."""
        kept = ("identifier", "extension")

        def mine(found: JsonObject) -> JsonObject | None:
            withdrawn = found.get("status") == _WITHDRAWN
            if not withdrawn and as_left_by(found, self.action.id):
                return None
            if not withdrawn and _says(found, part):
                return noted(found, self.action.id)
            if not withdrawn and not self.settled:
                return None
            elements = {name: value for name, value in part.items() if name not in kept}
            return noted({**found, **elements}, self.action.id)

        stored = await self.records.change(text(part.get("resourceType")), id_of(made), mine) or made
        if not as_left_by(stored, self.action.id):
            raise await self.clash()
        return stored

    async def withdraw_theirs(self) -> None:
        """Withdraw what the other outcome bills and this one does not."""

        def withdrawn(found: JsonObject) -> JsonObject | None:
            if found.get("status") == _WITHDRAWN or carried_out(found, self.action.id):
                return None
            return noted({**found, "status": _WITHDRAWN}, self.action.id)

        mine = {part["resourceType"] for part in self.parts()}
        for resource_type in _BILLED - mine:
            if theirs := await self.find(resource_type, _PURPOSES[resource_type], needed=False):
                await self.records.change(resource_type, id_of(theirs), withdrawn)


def _says(found: JsonObject, part: JsonObject) -> bool:
    """Tell whether a part in the record says what a person chose for another: codes, period and note."""
    return (
        set(codings(part.get("code"))) <= set(codings(found.get("code")))
        and set(codings(part.get("type"))) <= set(codings(found.get("type")))
        and as_object(part.get("class")).get("code") == as_object(found.get("class")).get("code")
        and _same_period(as_object(part.get("period")), as_object(found.get("period")))
        and _note(part) == _note(found)
    )


def _same_period(one: JsonObject, other: JsonObject) -> bool:
    """Compare to the minute, for some systems keep no seconds."""
    if not one:
        return True
    with suppress(ValueError):
        apart = (abs(instant(one.get(end)) - instant(other.get(end))) for end in ("start", "end"))
        return all(each < timedelta(minutes=1) for each in apart)
    return False


def _note(part: JsonObject) -> str:
    attachments = (as_object(each.get("attachment")) for each in objects(part.get("content")))
    with suppress(ValueError):
        return "\n".join(base64.b64decode(text(each.get("data"))).decode().strip() for each in attachments)
    return ""


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


async def _one_by_one(writing: _Writing) -> Carried:
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
        await writing.withdraw_theirs()
    if writing.appointment_id is None:
        return Carried()
    return Carried(version_time(await records.change_appointment(writing.appointment_id, writing.ended) or {}))


async def _withdraw_bill(writing: _Writing) -> None:
    """Withdraw what this very action would bill when it lost, or when others have made it nothing to bill.

    It is only there when they came while it was being written here, part by part. What others bill is theirs.
    """

    def withdrawn(found: JsonObject) -> JsonObject | None:
        ours = as_left_by(found, writing.action.id) and found.get("status") != _WITHDRAWN
        return {**found, "status": _WITHDRAWN} if ours else None

    newest = await writing.records.appointment(writing.appointment_id)
    if newest is None:
        return
    if carried_out(newest.body, writing.action.id) and newest.body.get("status") not in _NOTHING_TO_BILL:
        return
    for resource_type in {text(part.get("resourceType")) for part in writing.parts()} & _BILLED:
        if made := await writing.find(resource_type, _PURPOSES[resource_type], needed=True):
            await writing.records.change(resource_type, id_of(made), withdrawn)
