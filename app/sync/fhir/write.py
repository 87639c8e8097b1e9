"""Carrying out the console's actions, each so that doing it again after a lost answer changes nothing."""

from app.domain.actions import ActionKind, ActionResult, AppointmentBooked, Carried, PendingAction, Refused
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.codes import UUID_PREFIX
from app.sync.fhir.elements import text
from app.sync.fhir.guarded import DeclinedError, change, create_once, find, id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.resources import (
    HELD,
    appointment_of,
    charge_of,
    check_sendable,
    encounter_of,
    final_elements,
    note_of,
)
from app.sync.fhir.slot_claim import claim_slot, release_slot

_WITHDRAWN = frozenset({"cancelled", "entered-in-error"})
_OVER = _WITHDRAWN | {"fulfilled", "noshow"}
_UNDECIDED = frozenset({"proposed", "pending", "waitlist"})


class ActionWriter:
    """Writes to one server, whose capabilities it is told."""

    def __init__(self, client: FhirClient, capabilities: FhirCapabilities) -> None:
        self._client = client
        self._capabilities = capabilities

    async def write(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out an action on the practice system; raises KlinikError when it is to be tried again later."""
        try:
            check_sendable(booking)
        except ValueError:
            return Refused(ErrorKind.PRACTICE_REFUSED)
        try:
            match action.kind:
                case ActionKind.WRITE_APPOINTMENT:
                    return await self._write_appointment(booking)
                case ActionKind.CANCEL_APPOINTMENT:
                    return await self._cancel_appointment(booking)
                case ActionKind.WRITE_OUTCOME:
                    return await self._write_outcome(booking)
                case _:
                    raise KlinikError(ErrorKind.UNEXPECTED, f"{action.kind.value} is not for the practice system")
        except DeclinedError as declined:
            return Refused(declined.kind)

    async def _write_appointment(self, booking: Booking) -> ActionResult:
        """Claim the slot first: of two consoles, the server lets one put its version in place of the free one."""
        await claim_slot(self._client, booking)
        try:
            appointment = await self._create(appointment_of(booking))
        except DeclinedError as declined:
            taken = declined.held and booking.slot_id is not None
            await release_slot(self._client, booking, held_by_another=taken)
            return Refused(ErrorKind.SLOT_TAKEN if taken else declined.kind)
        status = text(appointment.get("status"))
        if status in _WITHDRAWN:
            return Refused(ErrorKind.CONFLICT)
        return AppointmentBooked(id_of(appointment), confirmed=status not in _UNDECIDED)

    async def _cancel_appointment(self, booking: Booking) -> ActionResult:
        def cancelled(appointment: JsonObject) -> JsonObject | None:
            return None if appointment.get("status") in _OVER else {**appointment, "status": "cancelled"}

        if appointment_id := await self._appointment_id(booking):
            await change(self._client, "Appointment", appointment_id, cancelled)
        await release_slot(self._client, booking)
        return Carried()

    async def _write_outcome(self, booking: Booking) -> ActionResult:
        """Encounter, fee and note first, each once; the Appointment last, for its status says that all is there."""
        outcome = booking.outcome
        if outcome is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "an outcome is to be written before there is one")
        appointment_id = await self._appointment_id(booking)
        encounter_id: str | None = None
        if outcome.kind in HELD:
            encounter_id = id_of(await self._create(encounter_of(booking, outcome, appointment_id)))
        if outcome.fee_code:
            await self._create(charge_of(booking, outcome, outcome.fee_code, encounter_id))
        if note := outcome.note.reveal().strip():
            await self._create(note_of(booking, outcome, note, encounter_id, appointment_id))
        final = final_elements(outcome.kind)

        def ended(appointment: JsonObject) -> JsonObject | None:
            if appointment.get("status") == final["status"]:
                return None
            if appointment.get("status") in _OVER:
                raise DeclinedError(ErrorKind.CONFLICT, "the appointment was ended in another way")
            return {**appointment, **final}

        if appointment_id:
            await change(self._client, "Appointment", appointment_id, ended)
        return Carried()

    async def _appointment_id(self, booking: Booking) -> str | None:
        if booking.appointment_id:
            return booking.appointment_id
        found = await find(self._client, "Appointment", f"{UUID_PREFIX}{booking.id}")
        return id_of(found) if found else None

    async def _create(self, resource: JsonObject) -> JsonObject:
        conditional = text(resource.get("resourceType")) in self._capabilities.conditional_create
        return await create_once(self._client, resource, conditional)
