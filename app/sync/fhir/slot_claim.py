"""Taking a slot: a console writes its mark on it, and the server lets only one of two that try at once."""

from app.domain.arrangement import Standing
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import SlotId
from app.sync.fhir.bundle import read_page
from app.sync.fhir.change_mark import changed_by, standing_of
from app.sync.fhir.codes import UUID_PREFIX, UUID_SYSTEM
from app.sync.fhir.elements import identifiers, objects, reference_id
from app.sync.fhir.guarded import change
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.records import Records
from app.sync.fhir.sendable import DeclinedError
from app.sync.fhir.slot_mark import is_marked, marked_by, with_mark


async def claim_slot(records: Records, booking: Booking, slot_id: SlotId | None) -> None:
    """Make a slot busy and the booking's; one that already is stays so. An instant booking has none.

    Raises DeclinedError(SLOT_TAKEN) when it is another's or gone, with the name of who has it if that can be known;
    KlinikError when to be tried again.
    """
    if slot_id is None:
        return

    def claimed(slot: JsonObject) -> JsonObject | None:
        if slot.get("status") == "busy" and is_marked(slot, booking):
            return None
        if slot.get("status") != "free":
            raise DeclinedError(ErrorKind.SLOT_TAKEN, "the slot is not free", held=True, by=marked_by(slot))
        return with_mark(slot, booking, records.user)

    try:
        slot = await change(records.client, "Slot", slot_id, claimed)
    except DeclinedError as declined:
        if not declined.held:
            raise
        by = declined.by or await holder_of(records, booking, slot_id)
        raise DeclinedError(ErrorKind.SLOT_TAKEN, declined.detail, held=True, by=by) from declined
    if slot is None:
        raise DeclinedError(ErrorKind.SLOT_TAKEN, "the slot is gone")


async def holder_of(records: Records, booking: Booking, slot_id: SlotId | None) -> str:
    """Return the name of the colleague whose appointment stands in a slot, empty when that cannot be known.

    Only a word of explanation, so nothing that goes wrong on the way to it matters.
    """
    offered = records.capabilities.search_parameters.get("Appointment", frozenset())
    if slot_id is None or "slot" not in offered:
        return ""
    try:
        answer = await records.client.get("Appointment", {"slot": f"Slot/{slot_id}"})
        found = [entry.resource for entry in read_page(answer.body, "Appointment").entries]
    except KlinikError:
        return ""
    own = f"{UUID_PREFIX}{booking.id}"
    names = [
        changed_by(appointment)
        for appointment in found
        if standing_of(appointment) is not Standing.CANCELLED
        and own not in identifiers(appointment, UUID_SYSTEM)
        and any(reference_id(slot, "Slot") == slot_id for slot in objects(appointment.get("slot")))
    ]
    return next((name for name in names if name), "")
