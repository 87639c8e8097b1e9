"""One outcome on its way into the record: what it is made of, and how each part goes with what is there already."""

from dataclasses import dataclass, replace

from app.domain.actions import PendingAction
from app.domain.arrangement import Conflict, Standing, Wish
from app.domain.booking import Booking
from app.domain.ids import derived_uuid
from app.domain.outcome import Outcome
from app.sync.fhir.change_mark import as_left_by, carried_out, changed_by, marked, noted, standing_of
from app.sync.fhir.codes import UUID_PREFIX
from app.sync.fhir.elements import text, version_time
from app.sync.fhir.guarded import id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.outcome_marks import (
    is_withdrawn,
    left_by,
    rests_on,
    shared,
    withdrawn_by,
)
from app.sync.fhir.outcome_parts import BILLED, PURPOSES, check_fee, counts, is_closed, says
from app.sync.fhir.parse_calendar import arrangement_in
from app.sync.fhir.records import Records
from app.sync.fhir.resources import HELD, charge_of, encounter_of, final_elements, identifier, note_of
from app.sync.fhir.sendable import DeclinedError
from app.sync.fhir.wishes import ClashError, Wanted, wanted


@dataclass(frozen=True, slots=True)
class Writing:
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
        """Tell whether any part is in the record.

        Raises ClashError when it is of another outcome, DeclinedError(FEE_CLOSED) when it can no longer be changed.
        """
        newest = await self.records.appointment(self.appointment_id)
        done = newest is not None and self.ended(newest.body) is None and carried_out(newest.body, self.action.id)
        mine = {text(part.get("resourceType")): part for part in parts}
        any_found = False
        for resource_type in PURPOSES:
            part = mine.get(resource_type)
            found = await self.find(resource_type, needed=part is not None)
            if found is None:
                continue
            any_found = True
            if done or resource_type not in BILLED:
                continue
            if not (self.settled or self.goes_with(found, part)):
                raise await self.clash()
            check_fee(found, part)
        return any_found

    async def find(self, resource_type: str, *, needed: bool) -> JsonObject | None:
        """Return a part of any outcome of the booking; one that mine does not need may be beyond the server."""
        try:
            uuid_urn = f"{UUID_PREFIX}{derived_uuid(self.booking.id, PURPOSES[resource_type])}"
            return await self.records.find(resource_type, uuid_urn)
        except DeclinedError:
            if needed:
                raise
            return None

    def goes_with(self, found: JsonObject, part: JsonObject | None) -> bool:
        """Tell whether a part that is there is mine, says what mine says, or counts for nothing."""
        if is_withdrawn(found) or left_by(found, self.action.id):
            return True
        return says(found, part) if part is not None else not counts(found)

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
            by = "" if as_left_by(newest.body, self.action.id) else changed_by(newest.body)
        return ClashError(Conflict(Wish.OUTCOME, before, wish.mine, theirs, by, version_time(newest.body)))

    async def create(self, part: JsonObject, *, done: bool) -> JsonObject:
        """Have a part in the record as it is here; `done` when the Appointment has been ended by this action.

        Raises ClashError, or DeclinedError (FEE_CLOSED when it is a fee line that others are done with).
        """
        made = await self.records.create(part)
        if part["resourceType"] not in BILLED:
            return await self._note(made, part, done=done)
        if done and rests_on(made, self.action.id) and not withdrawn_by(made, self.action.id):
            return made
        same = not is_withdrawn(made) and says(made, part)
        ours = left_by(made, self.action.id)
        if not (same or ours or self.settled or is_withdrawn(made)):
            raise await self.clash()
        check_fee(made, part)
        # What is closed is as it should be. What was withdrawn, for a clash, is billed after all.
        ready = is_closed(made) or (ours and not is_withdrawn(made))
        return made if ready else await self._put(made, part)

    async def _note(self, made: JsonObject, note: JsonObject, *, done: bool) -> JsonObject:
        """Have my note in the record, beside one of another's: nothing that was written is lost."""
        ours = rests_on(made, self.action.id) and (done or not is_withdrawn(made))
        if ours or (not is_withdrawn(made) and says(made, note)):
            return made
        own = identifier(derived_uuid(self.booking.id, f"note {self.action.id}"))
        return await self.records.create({**note, "identifier": [own]})

    async def _put(self, made: JsonObject, part: JsonObject) -> JsonObject:
        """Write a part over what is there under its identifier, once; what says the same is only marked.

        Then whoever loses does not withdraw what both rely on.
        """
        kept = ("identifier", "extension")

        def mine(found: JsonObject) -> JsonObject | None:
            check_fee(found, part)
            if is_closed(found):
                return None
            if not is_withdrawn(found):
                if left_by(found, self.action.id):
                    return None
                if says(found, part):
                    return shared(found, self.action.id)
                if not self.settled:
                    return None
            elements = {name: value for name, value in part.items() if name not in kept}
            return noted({**found, **elements}, self.action.id)

        stored = await self.records.change(text(part.get("resourceType")), id_of(made), mine) or made
        if not (left_by(stored, self.action.id) or is_closed(stored)):
            raise await self.clash()
        return stored
