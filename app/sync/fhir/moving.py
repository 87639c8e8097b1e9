"""Moving an appointment: the new slot is claimed first and the old one let go last, so a patient always has one.

One that is only longer keeps its slot, and has those after it that it runs into.

Every step can be repeated: a claim that stands is ours, a version that says the new time is what was asked for, and
a slot is only let go when the newest version of the appointment is not in it.
"""

from collections.abc import Sequence, Set
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from app.domain.actions import AppointmentBooked, PendingAction
from app.domain.arrangement import Arrangement, Standing
from app.domain.booking import Booking, PlannedTime
from app.domain.errors import ErrorKind
from app.domain.ids import SlotId
from app.sync.conflicts import Merged
from app.sync.fhir.change_mark import as_left_by, carried_out, left_slots, marked, noted, standing_of
from app.sync.fhir.elements import instant, text, version_time
from app.sync.fhir.following_slots import Following, following_slots
from app.sync.fhir.guarded import Edit, id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_calendar import appointment_slot, appointment_slots
from app.sync.fhir.records import Records
from app.sync.fhir.resources import fhir_instant, reference
from app.sync.fhir.sendable import DeclinedError
from app.sync.fhir.slot_claim import claim_slot, holder_of
from app.sync.fhir.slot_release import release_slot, withdraw_claim
from app.sync.fhir.wishes import ClashError, wanted


class Release(Protocol):
    """A way to let go of a slot."""

    async def __call__(
        self, records: Records, booking: Booking, slot_id: SlotId, *, doubtful: bool = False
    ) -> None: ...


_UNDECIDED = frozenset({"proposed", "pending", "waitlist"})
_ARRIVED = frozenset({"arrived", "checked-in"})


async def move_appointment(records: Records, action: PendingAction, booking: Booking) -> AppointmentBooked:
    """Carry out a move. Raises DeclinedError(SLOT_TAKEN), ClashError, or KlinikError when to be tried again."""
    wish = wanted(action, booking)
    appointment_id = await records.appointment_id(booking)
    newest = await records.appointment(appointment_id)
    after = await following_slots(records, booking)
    if appointment_id is None or newest is None:
        await _let_all_go(records, booking, after)
        raise wish.gone()

    left = {
        booking.slot_id,
        booking.moved_from.slot_id if booking.moved_from else None,
        *after.needed,
        *after.spare,
    }

    def moved(appointment: JsonObject) -> JsonObject | None:
        decision = wish.decide(appointment)
        out_of = appointment_slots(appointment)
        left.update((*out_of, *left_slots(appointment)))
        if not isinstance(decision, Merged):
            return None
        rearranged = _rearranged(appointment, decision.arrangement, after.needed)
        gone = set(out_of) - set(appointment_slots(rearranged))
        return marked(rearranged, records.user, action.id, left=gone)

    standing = await _put_in_place(records, booking, newest.body, moved, after)
    if standing is None:
        await _let_all_go(records, booking, after)
        raise wish.gone()
    kept = appointment_slots(standing) or (booking.slot_id,)
    for slot_id in kept:
        with suppress(DeclinedError):
            await claim_slot(records, booking, slot_id)
    doubtful = not as_left_by(standing, action.id)
    await _let_go(records, booking, left - set(kept), appointment_id, doubtful=doubtful)
    if between := _in_between(booking) - left:
        undone = doubtful and carried_out(standing, action.id)
        standing = await _overtaking(records, action, appointment_id) or standing
        await _let_go(records, booking, between, appointment_id, withdraw_claim, doubtful=undone)
    return booked(standing)


async def _overtaking(records: Records, action: PendingAction, appointment_id: str) -> JsonObject | None:
    """Note a move that had nothing to do, so that an earlier try of it that is still on its way comes too late."""

    def with_note(appointment: JsonObject) -> JsonObject | None:
        return None if carried_out(appointment, action.id) else noted(appointment, action.id)

    with suppress(DeclinedError):
        return await records.change_appointment(appointment_id, with_note)
    return None


async def _put_in_place(
    records: Records, booking: Booking, newest: JsonObject, moved: Edit, after: Following
) -> JsonObject | None:
    """Claim the new slot and change the appointment; returns it as it then stands, None when it is gone.

    What cannot be moved gives the new slot back, and those that were claimed before it.
    """
    appointment_id = id_of(newest)
    try:
        if moved(newest) is None:
            return newest
        for slot_id in (booking.slot_id, *after.needed):
            if slot_id not in appointment_slots(newest):
                await claim_slot(records, booking, slot_id)
        return await records.change_appointment(appointment_id, moved)
    except ClashError:
        # One that was to stay where it was has its time from others: they may have given it away by now.
        stays = booking.moved_from is None or booking.moved_from.slot_id == booking.slot_id
        await _let_go(records, booking, {booking.slot_id}, appointment_id, withdraw_claim, doubtful=stays)
        let_go = {*_in_between(booking), *after.needed, *after.spare}
        await _let_go(records, booking, let_go, appointment_id, withdraw_claim)
        raise
    except DeclinedError as declined:
        await _let_go(records, booking, {booking.slot_id, *after.needed, *after.spare}, appointment_id)
        await _let_go(records, booking, _in_between(booking), appointment_id, withdraw_claim)
        if declined.kind is ErrorKind.SLOT_TAKEN or not declined.held:
            raise
        by = await _holder(records, booking, after)
        raise DeclinedError(ErrorKind.SLOT_TAKEN, declined.detail, by=by) from declined


def booked(appointment: JsonObject) -> AppointmentBooked:
    """Return what a standing Appointment means for its booking."""
    confirmed = appointment.get("status") not in _UNDECIDED
    planned: PlannedTime | None = None
    with suppress(ValueError):
        start, end = instant(appointment.get("start")), instant(appointment.get("end"))
        planned = PlannedTime(start, end, appointment_slot(appointment))
    return AppointmentBooked(id_of(appointment), confirmed, planned, version_time(appointment))


def _in_between(booking: Booking) -> frozenset[SlotId]:
    """Return the slots that were only ever claimed, on the way to where the booking now is to be."""
    ends = {booking.slot_id, booking.moved_from.slot_id if booking.moved_from else None}
    return frozenset(booking.claimed_slots) - ends


async def _holder(records: Records, booking: Booking, after: Following) -> str:
    """Return the name of who has a slot that was asked for, if that can be known."""
    for slot_id in (booking.slot_id, *after.needed):
        if by := await holder_of(records, booking, slot_id):
            return by
    return ""


async def _let_all_go(records: Records, booking: Booking, after: Following) -> None:
    """Free the slots of a booking whose appointment is gone: all that may not be free yet."""
    await release_slot(records, booking, booking.slot_id, doubtful=True)
    if booking.moved_from is not None:
        await release_slot(records, booking, booking.moved_from.slot_id, doubtful=True)
    for slot in sorted({*_in_between(booking), *after.needed, *after.spare}):
        await withdraw_claim(records, booking, slot)


async def _let_go(
    records: Records,
    booking: Booking,
    slots: Set[SlotId | None],
    appointment_id: str,
    release: Release = release_slot,
    *,
    doubtful: bool = False,
) -> None:
    """Free those slots of a booking's in which its appointment does not stand.

    Another console may move it back at the same moment, under the same mark. So what was let go is looked at again,
    as that console looks again at what it claimed, and whichever comes last mends it.
    """
    let_go = {slot for slot in slots - await _standing_in(records, appointment_id) if slot is not None}
    for slot in let_go:
        await release(records, booking, slot, doubtful=doubtful)
    if let_go:
        for kept in let_go & await _standing_in(records, appointment_id):
            with suppress(DeclinedError):
                await claim_slot(records, booking, kept)


async def _standing_in(records: Records, appointment_id: str) -> frozenset[SlotId]:
    newest = await records.appointment(appointment_id)
    if newest is None or standing_of(newest.body) is Standing.CANCELLED:
        return frozenset()
    return frozenset(appointment_slots(newest.body))


def _rearranged(appointment: JsonObject, arrangement: Arrangement, after: Sequence[SlotId]) -> JsonObject:
    """Put an arrangement into the newest version, of which everything else is kept."""
    moved = {**appointment, "start": fhir_instant(arrangement.start), "end": fhir_instant(arrangement.end)}
    moved.pop("slot", None)
    if arrangement.slot_id is not None:
        moved["slot"] = [reference("Slot", slot_id) for slot_id in (arrangement.slot_id, *after)]
    if "minutesDuration" in moved:
        moved["minutesDuration"] = (arrangement.end - arrangement.start) // timedelta(minutes=1)
    if standing_of(appointment) is not Standing.BOOKED:
        moved["status"] = "booked"
        moved.pop("cancelationReason", None)
    elif text(appointment.get("status")) in _ARRIVED:
        moved["status"] = "booked"
    return moved
