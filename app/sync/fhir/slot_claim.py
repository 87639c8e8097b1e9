"""Who has a slot: a console writes its mark on it, and the server lets only one of two that try at once.

The mark is an identifier derived from the booking. At most one stands on a slot: whoever claims a free slot takes
away the mark that a cancelled booking may have left.
"""

from app.domain.booking import Booking
from app.domain.errors import ErrorKind
from app.domain.ids import derived_uuid
from app.sync.fhir.client import FhirClient
from app.sync.fhir.codes import UUID_PREFIX, UUID_SYSTEM
from app.sync.fhir.elements import as_object, objects, text
from app.sync.fhir.guarded import DeclinedError, change
from app.sync.fhir.json_text import JsonObject

_CLAIM = "Reserveret af Klinikkonsol"


async def claim_slot(client: FhirClient, booking: Booking) -> None:
    """Make the booking's slot busy and ours; one that already is stays so. An instant booking has none.

    Raises DeclinedError(SLOT_TAKEN) when it is another's or gone, KlinikError when to be tried again.
    """
    ours = _mark_value(booking)

    def claimed(slot: JsonObject) -> JsonObject | None:
        if slot.get("status") == "busy" and ours in _values(slot):
            return None
        if slot.get("status") != "free":
            raise DeclinedError(ErrorKind.SLOT_TAKEN, "the slot is not free")
        others = [mark for mark in objects(slot.get("identifier")) if not _is_claim(mark)]
        mark: JsonObject = {"type": {"text": _CLAIM}, "system": UUID_SYSTEM, "value": ours}
        return {**slot, "status": "busy", "identifier": [*others, mark]}

    if booking.slot_id and await change(client, "Slot", booking.slot_id, claimed) is None:
        raise DeclinedError(ErrorKind.SLOT_TAKEN, "the slot is gone")


async def release_slot(client: FhirClient, booking: Booking, *, held_by_another: bool = False) -> None:
    """Take our mark off the booking's slot, if it is there, and free the slot unless another holds it.

    Raises KlinikError when to be tried again.
    """
    ours = _mark_value(booking)

    def released(slot: JsonObject) -> JsonObject | None:
        if ours not in _values(slot):
            return None
        rest = [mark for mark in objects(slot.get("identifier")) if text(mark.get("value")) != ours]
        freed = {name: value for name, value in slot.items() if name != "identifier"}
        if rest:
            freed["identifier"] = rest
        if slot.get("status") == "busy" and not held_by_another:
            freed["status"] = "free"
        return freed

    if booking.slot_id:
        await change(client, "Slot", booking.slot_id, released)


def _mark_value(booking: Booking) -> str:
    return f"{UUID_PREFIX}{derived_uuid(booking.id, 'slot')}"


def _values(slot: JsonObject) -> set[str]:
    return {text(mark.get("value")) for mark in objects(slot.get("identifier"))}


def _is_claim(mark: JsonObject) -> bool:
    return text(as_object(mark.get("type")).get("text")) == _CLAIM
