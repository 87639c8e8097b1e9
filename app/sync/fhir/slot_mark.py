"""The mark a console writes on a slot taken for a booking: an identifier, with the name of who put it there.

It is derived from the booking, so every console knows it. At most one stands on a slot: whoever claims a free slot
takes away the mark that a cancelled booking may have left.
"""

from app.domain.booking import Booking
from app.domain.ids import derived_uuid
from app.domain.patient import Clinician
from app.sync.fhir.codes import UUID_PREFIX, UUID_SYSTEM
from app.sync.fhir.elements import as_object, objects, text
from app.sync.fhir.json_text import JsonObject

_CLAIM = "Reserveret af Klinikkonsol"


def is_marked(slot: JsonObject, booking: Booking) -> bool:
    """Tell whether a slot bears a booking's mark."""
    return any(text(mark.get("value")) == _value(booking) for mark in objects(slot.get("identifier")))


def with_mark(slot: JsonObject, booking: Booking, user: Clinician) -> JsonObject:
    """Return the slot taken for a booking."""
    others = [mark for mark in objects(slot.get("identifier")) if not _is_claim(mark)]
    mark: JsonObject = {"type": {"text": _CLAIM}, "system": UUID_SYSTEM, "value": _value(booking)}
    if user.name.strip():
        mark["assigner"] = {"display": user.name.strip()}
    return {**slot, "status": "busy", "identifier": [*others, mark]}


def without_mark(slot: JsonObject, booking: Booking) -> JsonObject:
    """Return the slot without a booking's mark, its status as it was."""
    rest = [mark for mark in objects(slot.get("identifier")) if text(mark.get("value")) != _value(booking)]
    bare = {name: value for name, value in slot.items() if name != "identifier"}
    return {**bare, "identifier": rest} if rest else bare


def marked_by(slot: JsonObject) -> str:
    """Return the name of who took a slot by a console, empty when nobody did or the mark does not tell."""
    marks = [mark for mark in objects(slot.get("identifier")) if _is_claim(mark)]
    return next((name for mark in marks if (name := text(as_object(mark.get("assigner")).get("display")))), "")


def _value(booking: Booking) -> str:
    return f"{UUID_PREFIX}{derived_uuid(booking.id, 'slot')}"


def _is_claim(mark: JsonObject) -> bool:
    return text(as_object(mark.get("type")).get("text")) == _CLAIM
