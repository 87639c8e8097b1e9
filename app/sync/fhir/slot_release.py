"""Giving a slot back: our mark is taken off, and the slot is free again unless it is somebody else's by now.

A practice system may free a slot itself, leave our mark on it, and give it to another patient. So before a slot is
freed its earlier versions are looked at, where the server keeps them: was it free since it was marked, then whoever
made it busy has it.
"""

from contextlib import suppress

from app.domain.booking import Booking
from app.domain.ids import SlotId
from app.sync.fhir.elements import as_object, last_changed, objects
from app.sync.fhir.guarded import change
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.records import Records
from app.sync.fhir.sendable import DeclinedError
from app.sync.fhir.slot_mark import is_marked, with_mark, without_mark

_VERSIONS = 50
_NO_HISTORY = frozenset({400, 404, 405, 410, 501})


async def release_slot(
    records: Records,
    booking: Booking,
    slot_id: SlotId | None,
    *,
    held_by_another: bool = False,
    doubtful: bool = False,
) -> None:
    """Take the booking's mark off a slot, if it is there, and free the slot unless another has it.

    `doubtful`: others have ended or moved the appointment, and may have given its time away. Then a slot whose
    earlier versions cannot be looked at stays as it is. Raises KlinikError when to be tried again.
    """
    if slot_id is None:
        return
    slot = await records.client.get(f"Slot/{slot_id}", hand_back=frozenset({404, 410}))
    if not slot.good or not is_marked(slot.body, booking):
        return
    given_away: bool | None = held_by_another
    if not held_by_another and slot.body.get("status") == "busy":
        given_away = await _was_free_since(records, booking, slot_id)
    if given_away is None and doubtful:
        return

    def released(newest: JsonObject) -> JsonObject | None:
        if not is_marked(newest, booking):
            return None
        bare = without_mark(newest, booking)
        return {**bare, "status": "free"} if bare.get("status") == "busy" and not given_away else bare

    await change(records.client, "Slot", slot_id, released)


async def withdraw_claim(records: Records, booking: Booking, slot_id: SlotId, *, doubtful: bool = False) -> None:
    """Let go of a slot that may have been claimed, even by a request that is still on its way.

    Where nothing is seen of a claim, the mark is put on the free slot and taken off again: what was to claim an
    earlier version then comes too late. Raises KlinikError when to be tried again.
    """

    def touched(slot: JsonObject) -> JsonObject | None:
        untouched = slot.get("status") == "free" and not is_marked(slot, booking)
        return {**with_mark(slot, booking, records.user), "status": "free"} if untouched else None

    with suppress(DeclinedError):
        await change(records.client, "Slot", slot_id, touched)
    await release_slot(records, booking, slot_id, doubtful=doubtful)


async def _was_free_since(records: Records, booking: Booking, slot_id: SlotId) -> bool | None:
    """Whether a slot was free after it was marked for the booking; None where that cannot be known."""
    if "Slot" not in records.capabilities.instance_history:
        return None
    path = f"Slot/{slot_id}/_history"
    answer = await records.client.get(path, {"_count": str(_VERSIONS)}, hand_back=_NO_HISTORY)
    if not answer.good:
        return None
    versions = [as_object(entry.get("resource")) for entry in objects(answer.body.get("entry"))]
    for version in sorted((each for each in versions if each), key=last_changed, reverse=True):
        if not is_marked(version, booking):
            return False
        if version.get("status") == "free":
            return True
    return False
