"""The steps of the saga that give a booking another time."""

from dataclasses import replace
from datetime import datetime

from app.booking.appointment_steps import timed
from app.booking.conflict_steps import theirs_stand
from app.booking.effects import both, new_time_told, with_effects
from app.booking.events import ExtendAsked, MoveAsked, MoveRefused, MoveTaken, MoveTakenBack
from app.booking.extending_steps import extend
from app.booking.progress import (
    appointment_asked,
    at_time,
    patient_is_there,
    planned_time,
    rank,
    reach,
    same_start,
    same_time,
)
from app.booking.reopening import invited_if_due, to_be_settled, without_failed_wish
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, PlannedTime, RowState
from app.domain.ports.store import Transition


def follow_move(
    booking: Booking, event: MoveAsked | ExtendAsked | MoveTaken | MoveRefused | MoveTakenBack, now: datetime
) -> Transition | None:
    """Return what a wish for another time, or the answer to it, leads to; None when it changes nothing."""
    match event:
        case MoveAsked(planned):
            return _asked(booking, planned, now)
        case ExtendAsked(end):
            return extend(booking, end, now)
        case MoveTaken():
            return _taken(booking, event, now)
        case MoveRefused(failure, by):
            back = _went_back(booking, now)
            if back is None or not back.booking.live:
                return back
            return replace(back, booking=replace(back.booking, failure=failure, settled_by=by))
        case MoveTakenBack():
            return _went_back(_perhaps_claimed(booking), now) if booking.live else None


def _asked(booking: Booking, planned: PlannedTime, now: datetime) -> Transition | None:
    refused = booking.row_state is RowState.CONFLICT and booking.appointment_id is None
    if not booking.live or booking.state is BookingState.IN_CALL or refused or to_be_settled(booking):
        return None
    if planned == planned_time(booking):
        return None
    moved = replace(without_failed_wish(at_time(_perhaps_claimed(booking), planned)), settled_by="")
    if not appointment_asked(booking):
        # Only the room is on its way, perhaps with the old times; the appointment will be written with the new.
        return with_effects(moved, ActionKind.ENSURE_ROOM, occasion=now.isoformat())
    moved = replace(moved, moved_from=booking.moved_from or planned_time(booking), row_state=RowState.QUEUED)
    return with_effects(moved, ActionKind.MOVE_APPOINTMENT, occasion=now.isoformat())


def _taken(booking: Booking, event: MoveTaken, now: datetime) -> Transition | None:
    held = event.planned or planned_time(booking)
    held = replace(held, slot_id=held.slot_id or booking.slot_id)
    known = replace(booking, appointment_id=event.appointment_id, version_at=event.version_at or booking.version_at)
    as_asked = same_time(held, planned_time(booking))
    if booking.moved_from is None:
        # Taken back, or overtaken by other news, while the answer was on its way: the practice system is right.
        news = booking.live and appointment_asked(booking) and not to_be_settled(booking)
        elsewhere = timed(_answered(known, event), held, now) if news else None
        return elsewhere or Transition(_answered(booking, event))
    if not booking.live:
        return Transition(replace(known, moved_from=None if as_asked else held))
    if event.another_waits and not as_asked:
        return Transition(replace(known, moved_from=held))
    row_state = RowState.CONFIRMED if event.confirmed else RowState.SENT
    there = replace(at_time(without_failed_wish(known), held), moved_from=None, claimed_slots=())
    done = replace(there, conflict=None, row_state=row_state)
    before = booking.moved_from
    told = new_time_told(reach(done, BookingState.CONFIRMED) if event.confirmed else done, now, before)
    if same_start(held, before) and patient_is_there(booking):
        return told  # Only longer: nobody is sent a text in the middle of it.
    return both(told, invited_if_due(told.booking, now))


def _perhaps_claimed(booking: Booking) -> Booking:
    """Remember the slot that a move led to, which may have been tried: the booking is about to be elsewhere."""
    if booking.moved_from is None or booking.slot_id is None:
        return booking
    return replace(booking, claimed_slots=tuple(dict.fromkeys((*booking.claimed_slots, booking.slot_id))))


def _answered(booking: Booking, event: MoveTaken) -> Booking:
    return booking if event.another_waits else replace(booking, claimed_slots=())


def _went_back(booking: Booking, now: datetime) -> Transition | None:
    if booking.moved_from is None:
        return None
    back = replace(at_time(booking, booking.moved_from), moved_from=None)
    if not booking.live:
        return Transition(back)
    if booking.conflict is not None:
        return theirs_stand(back, booking.conflict, now)
    if booking.appointment_id is None:
        return Transition(replace(back, row_state=RowState.QUEUED))
    confirmed = rank(booking.state) >= rank(BookingState.CONFIRMED)
    return Transition(replace(back, row_state=RowState.CONFIRMED if confirmed else RowState.SENT))
