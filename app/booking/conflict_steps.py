"""The steps of the saga when two people changed one appointment: the other one is shown, and a person decides."""

from dataclasses import replace
from datetime import datetime

from app.booking.cancelling_steps import cancelled, ended
from app.booking.effects import asks, both, called_off, new_time_told, room_closing
from app.booking.progress import at_time, patient_is_there, planned_time, same_time
from app.booking.reopening import invited_if_due, reopened, to_be_settled, without_failed_wish
from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.booking import Booking, BookingState, PlannedTime, RowState
from app.domain.errors import ErrorKind
from app.domain.ports.store import Transition

_OVER = {Standing.CANCELLED: BookingState.CANCELLED, Standing.ENDED: BookingState.ENDED}


def conflict_found(booking: Booking, conflict: Conflict, now: datetime) -> Transition | None:
    """Return the transition to a booking as the other one left it, in conflict; None for a wish that is gone."""
    stands = _as_before_the_wish(booking, conflict, now)
    if stands is None:
        return None
    there = _as_theirs(stands.booking, conflict.theirs)
    if conflict.theirs.standing is Standing.BOOKED:
        before = planned_time(stands.booking)
        same = same_time(planned_time(there), before)
        theirs = Transition(there) if same else new_time_told(there, now, before)
    elif conflict.wish is Wish.OUTCOME:
        # The consultation was held and its room is closed: there is nothing more to call off.
        theirs = Transition(replace(there, state=_OVER[conflict.theirs.standing]))
    else:
        theirs = _over(there, conflict.theirs.standing, now)
    shown = replace(
        theirs.booking,
        conflict=conflict,
        row_state=RowState.CONFLICT,
        failure=theirs.booking.failure or ErrorKind.CONFLICT,
        settled_by=conflict.by,
        version_at=conflict.at or booking.version_at,
    )
    return both(stands, replace(theirs, booking=shown))


def conflict_settled(booking: Booking, keep_mine: bool, now: datetime) -> Transition | None:
    """Return what a person's decision leads to; None when there is nothing to decide."""
    if booking.conflict is None or not to_be_settled(booking):
        return None
    again = _mine_again if keep_mine else theirs_stand
    return again(booking, booking.conflict, now)


def theirs_stand(booking: Booking, conflict: Conflict, now: datetime) -> Transition:
    """Return the transition to a booking that is as the other one wanted it, without a conflict."""
    settled = replace(without_failed_wish(booking), conflict=None, row_state=RowState.CONFIRMED)
    if conflict.wish is Wish.OUTCOME:
        settled = replace(settled, outcome=None)
    if settled.live and conflict.theirs.standing in _OVER:
        return _over(settled, conflict.theirs.standing, now, decided=True)
    return invited_if_due(settled, now)


def _as_before_the_wish(booking: Booking, conflict: Conflict, now: datetime) -> Transition | None:
    on_its_way = booking.row_state is RowState.QUEUED
    match conflict.wish:
        case Wish.MOVE if booking.live and booking.moved_from is not None:
            back = replace(at_time(booking, booking.moved_from), moved_from=None)
            return Transition(without_failed_wish(back))
        case Wish.CANCEL if on_its_way and booking.state is BookingState.CANCELLED:
            return reopened(booking, now, room_closed=False)
        case Wish.OUTCOME if on_its_way and booking.state is BookingState.ENDED and booking.outcome is not None:
            stands = conflict.theirs.standing is Standing.BOOKED
            return reopened(booking, now, room_closed=True) if stands else Transition(booking)
        case _:
            return None


def _as_theirs(booking: Booking, theirs: Arrangement) -> Booking:
    planned = PlannedTime(theirs.start, theirs.end, theirs.slot_id or booking.slot_id)
    return replace(at_time(booking, planned), clinician_id=theirs.clinician_id or booking.clinician_id)


def _over(booking: Booking, standing: Standing, now: datetime, *, decided: bool = False) -> Transition:
    """Who is there is thrown out by a person's decision only, and who holds the call has an outcome to save."""
    spared = booking.call is not None if decided else patient_is_there(booking)
    if standing is Standing.ENDED and booking.call is None:
        over = replace(booking, state=BookingState.ENDED)
        return Transition(over, room_closing(over, now))
    if standing is Standing.CANCELLED and not spared:
        over = replace(booking, state=BookingState.CANCELLED)
        return Transition(over, called_off(over, now))
    return Transition(booking)


def _mine_again(booking: Booking, conflict: Conflict, now: datetime) -> Transition:
    """Ask once more; the conflict is kept until it is done, for the wish now starts from what the other one did."""
    again = replace(without_failed_wish(booking), row_state=RowState.QUEUED, settled_by="")
    match conflict.wish:
        case Wish.MOVE:
            stands = Transition(again) if again.live else reopened(again, now, room_closed=True)
            mine = PlannedTime(conflict.mine.start, conflict.mine.end, conflict.mine.slot_id)
            moved = replace(at_time(stands.booking, mine), moved_from=planned_time(stands.booking))
            move = asks(moved, ActionKind.MOVE_APPOINTMENT, occasion=now.isoformat())
            return Transition(moved, (*stands.effects, *move))
        case Wish.CANCEL:
            return cancelled(again, now)
        case Wish.OUTCOME:
            return ended(again, now)
