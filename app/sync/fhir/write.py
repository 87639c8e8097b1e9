"""Carrying out the console's actions, each so that doing it again after a lost answer changes nothing."""

from dataclasses import replace

from app.domain.actions import (
    ActionKind,
    ActionResult,
    AppointmentBooked,
    Carried,
    Conflicted,
    PendingAction,
    Refused,
)
from app.domain.arrangement import Standing
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.patient import Clinician
from app.sync.conflicts import Done
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.change_mark import as_left_by, changed_by, left_slots, marked, standing_of
from app.sync.fhir.client import FhirClient
from app.sync.fhir.elements import version_time
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.moving import booked, move_appointment
from app.sync.fhir.outcome import write_outcome
from app.sync.fhir.parse_calendar import appointment_slots
from app.sync.fhir.records import Records
from app.sync.fhir.resources import appointment_of, check_sendable
from app.sync.fhir.sendable import DeclinedError
from app.sync.fhir.slot_claim import claim_slot, holder_of
from app.sync.fhir.slot_release import release_slot
from app.sync.fhir.wishes import ClashError, wanted


class ActionWriter:
    """Writes to one server on behalf of `user`.

    `atomic` tells whether the server was seen to carry out transactions as a whole or not at all.
    """

    def __init__(self, client: FhirClient, capabilities: FhirCapabilities, user: Clinician, atomic: bool) -> None:
        self._records = Records(client, capabilities, user)
        self._atomic = atomic

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out an action on the practice system; raises KlinikError when it is to be tried again later."""
        try:
            check_sendable(booking)
        except ValueError:
            return Refused(ErrorKind.PRACTICE_REFUSED)
        try:
            return await self._carry_out(action, booking)
        except DeclinedError as declined:
            return Refused(declined.kind, declined.by)
        except ClashError as clash:
            return Conflicted(clash.conflict)
        except KlinikError as error:
            if error.kind is ErrorKind.PRACTICE_TOO_LARGE:
                return Refused(error.kind)
            raise

    async def _carry_out(self, action: PendingAction, booking: Booking) -> ActionResult:
        match action.kind:
            case ActionKind.WRITE_APPOINTMENT:
                return await self._write_appointment(action, booking)
            case ActionKind.MOVE_APPOINTMENT:
                return await move_appointment(self._records, action, booking)
            case ActionKind.CANCEL_APPOINTMENT:
                return await self._cancel_appointment(action, booking)
            case ActionKind.WRITE_OUTCOME:
                return await write_outcome(self._records, action, booking, atomic=self._atomic)
            case _:
                raise KlinikError(ErrorKind.UNEXPECTED, f"{action.kind.value} is not for the practice system")

    async def _write_appointment(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Claim the slot first: of two consoles, the server lets one put its version in place of the free one."""
        if booking.moved_from is not None and (made := await self._records.made_for(booking)):
            # Made with an answer that was lost, and moved here since: the move that waits finds it where it is.
            return self._made(made)
        try:
            await claim_slot(self._records, booking, booking.slot_id)
            appointment = await self._create(action, booking)
        except DeclinedError as declined:
            made = await self._records.made_for(booking) if declined.kind is ErrorKind.SLOT_TAKEN else None
            if made is None or standing_of(made) is Standing.CANCELLED:
                await release_slot(
                    self._records, booking, booking.moved_from.slot_id if booking.moved_from else None
                )
                raise
            # Made with an answer that was lost, and moved away by others since.
            return self._made(made)
        if standing_of(appointment) is Standing.CANCELLED or _is_elsewhere(appointment, booking):
            await release_slot(self._records, booking, booking.slot_id)
        elif booking.moved_from is not None and booking.moved_from.slot_id != booking.slot_id:
            # Perhaps claimed with an answer that was lost, before it was moved to where it is made now.
            await release_slot(self._records, booking, booking.moved_from.slot_id)
        return self._made(appointment)

    async def _create(self, action: PendingAction, booking: Booking) -> JsonObject:
        try:
            made = appointment_of(_before_it_was_extended(booking))
            return await self._records.create(marked(made, self._records.user, action.id))
        except DeclinedError as declined:
            taken = declined.held and booking.slot_id is not None
            await release_slot(self._records, booking, booking.slot_id, held_by_another=taken)
            if not taken:
                raise
            by = await holder_of(self._records, booking, booking.slot_id)
            raise DeclinedError(ErrorKind.SLOT_TAKEN, declined.detail, by=by) from declined

    def _made(self, appointment: JsonObject) -> AppointmentBooked | Refused:
        if standing_of(appointment) is Standing.CANCELLED:
            return Refused(ErrorKind.CONFLICT, changed_by(appointment))
        return booked(appointment)

    async def _cancel_appointment(self, action: PendingAction, booking: Booking) -> ActionResult:
        wish = wanted(action, booking)

        def cancelled(appointment: JsonObject) -> JsonObject | None:
            if isinstance(wish.decide(appointment), Done):
                return None
            return marked({**appointment, "status": "cancelled"}, self._records.user, action.id)

        stored: JsonObject | None = None
        appointment_id = await self._records.appointment_id(booking)
        if appointment_id is not None:
            stored = await self._records.change_appointment(appointment_id, cancelled)
        by_others = appointment_id is not None and not as_left_by(stored or {}, action.id)
        moved_from = booking.moved_from.slot_id if booking.moved_from else None
        held = {*appointment_slots(stored or {}), *left_slots(stored or {})}
        for slot_id in {booking.slot_id, moved_from, *held}:
            await release_slot(self._records, booking, slot_id, doubtful=by_others)
        return Carried(version_time(stored or {}))


def _is_elsewhere(appointment: JsonObject, booking: Booking) -> bool:
    slots = appointment_slots(appointment)
    return bool(slots) and booking.slot_id not in slots


def _before_it_was_extended(booking: Booking) -> Booking:
    """A consultation that already goes on is written as it was planned: the move that waits asks for the rest."""
    was = booking.moved_from
    only_longer = was is not None and (was.start, was.slot_id) == (booking.start, booking.slot_id)
    return replace(booking, end=was.end) if was is not None and only_longer else booking
