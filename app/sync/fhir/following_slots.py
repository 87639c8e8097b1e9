"""The slots an extended consultation runs into: claimed with the new end, so that nobody is booked there."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.booking import Booking
from app.domain.ids import SlotId
from app.sync.fhir.bundle import read_page
from app.sync.fhir.elements import checked_id, instant
from app.sync.fhir.guarded import GONE
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_calendar import slot_schedule
from app.sync.fhir.records import Records
from app.sync.fhir.resources import fhir_instant

_MOST = "50"


@dataclass(frozen=True, slots=True)
class Following:
    """Slots after the booking's own: those that it needs, in order, and those it was to have and does not need."""

    needed: tuple[SlotId, ...] = ()
    spare: tuple[SlotId, ...] = ()


async def following_slots(records: Records, booking: Booking) -> Following:
    """Return the slots of the same calendar that an extended booking reaches into; none where it has no slot.

    None either at a practice system that cannot be asked for them: then only the times are changed. Raises
    KlinikError when to be tried again.
    """
    offered = records.capabilities.search_parameters.get("Slot", frozenset())
    if booking.extended_to is None or booking.slot_id is None or not {"schedule", "start"} <= offered:
        return Following()
    own = await records.client.get(f"Slot/{booking.slot_id}", hand_back=GONE)
    schedule, own_end = slot_schedule(own.body), _instant(own.body, "end")
    if not own.good or schedule is None or own_end is None or own_end >= booking.lasts_until:
        return Following()
    span = (f"ge{fhir_instant(own_end)}", f"lt{fhir_instant(booking.lasts_until)}")
    answer = await records.client.get(
        "Slot", {"schedule": f"Schedule/{schedule}", "start": span, "_sort": "start", "_count": _MOST}
    )
    needed: list[SlotId] = []
    spare: list[SlotId] = []
    for entry in read_page(answer.body, "Slot").entries:
        starts = _instant(entry.resource, "start")
        same = slot_schedule(entry.resource) == schedule
        if same and starts is not None and own_end <= starts < booking.lasts_until:
            (needed if starts < booking.end else spare).append(SlotId(checked_id(entry.resource.get("id"))))
    return Following(tuple(needed), tuple(spare))


def _instant(slot: JsonObject, name: str) -> datetime | None:
    try:
        return instant(slot.get(name))
    except ValueError:
        return None
