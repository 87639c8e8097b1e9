"""The steps of the saga that end a booking from here, and what the practice system says to it."""

from dataclasses import replace
from datetime import datetime

from app.booking.effects import asks, both, called_off, invited, room_closing, with_effects
from app.booking.events import (
    CancelAsked,
    CancellationUndelivered,
    CancellationWritten,
    OutcomeChosen,
    OutcomeWritten,
    RecordRefused,
)
from app.booking.progress import (
    appointment_asked,
    at_time,
    held_time,
    invitation_asked,
    taken_back,
    was_invited_once,
)
from app.booking.reopening import reopened, without_failed_wish
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition

_EndEvent = (
    CancelAsked | OutcomeChosen | OutcomeWritten | CancellationWritten | CancellationUndelivered | RecordRefused
)


def follow_end(booking: Booking, event: _EndEvent, now: datetime) -> Transition | None:
    """Return what a wish to end a booking, or the answer to it, leads to; None when it changes nothing."""
    if booking.live:
        return _follow_wish(booking, event, now)
    if booking.state is BookingState.CANCELLED:
        return _follow_cancellation(booking, event, now)
    ended_here = booking.state is BookingState.ENDED and booking.outcome is not None
    return _follow_outcome(booking, event) if ended_here else None


def cancelled(booking: Booking, now: datetime) -> Transition:
    """Return the transition that asks the practice system for the cancellation."""
    over = replace(booking, state=BookingState.CANCELLED, row_state=RowState.QUEUED)
    return with_effects(over, ActionKind.CANCEL_APPOINTMENT, occasion=now.isoformat())


def ended(booking: Booking, now: datetime) -> Transition:
    """Return the transition that has the booking's outcome written and its room closed."""
    over = replace(booking, state=BookingState.ENDED, row_state=RowState.QUEUED)
    # Without a room (it failed, and they talked on the telephone) the appointment was never asked for.
    occasion = now.isoformat()
    first = () if appointment_asked(booking) else asks(over, ActionKind.WRITE_APPOINTMENT, occasion=occasion)
    outcome = asks(over, ActionKind.WRITE_OUTCOME, occasion=occasion)
    return Transition(over, (*first, *outcome, *room_closing(over, now)))


def _follow_wish(booking: Booking, event: _EndEvent, now: datetime) -> Transition | None:
    match event:
        case CancelAsked():
            return _cancel(booking, event, now)
        case OutcomeChosen(outcome):
            chosen = replace(booking, outcome=outcome, failure=None, settled_by="", conflict=None)
            return ended(chosen, now)
        case _:
            return None


def _follow_cancellation(booking: Booking, event: _EndEvent, now: datetime) -> Transition | None:
    asked = booking.row_state is RowState.QUEUED
    match event:
        case CancellationWritten(version_at) if asked:
            # Only now is it true: the patient is told what the calendar says, and the room closes.
            return Transition(_confirmed(booking, version_at), called_off(booking, now))
        case RecordRefused(failure, by) if asked:
            return _still_stands(booking, failure, by, now)
        case CancellationUndelivered(failure):
            return Transition(replace(booking, failure=failure))
        case _:
            return None


def _follow_outcome(booking: Booking, event: _EndEvent) -> Transition | None:
    match event:
        case OutcomeWritten(version_at):
            return Transition(_confirmed(booking, version_at))
        case RecordRefused(failure, by):
            refused = replace(booking, row_state=RowState.CONFLICT, conflict=None, failure=failure, settled_by=by)
            return Transition(refused)
        case _:
            return None


def _cancel(booking: Booking, event: CancelAsked, now: datetime) -> Transition:
    wish = replace(booking, failure=None, settled_by="", conflict=None)
    if ActionKind.MOVE_APPOINTMENT in event.unsent:
        wish = replace(wish, moved_from=None)
    if ActionKind.SEND_INVITATION in event.unsent and _nothing_but_queued(booking):
        wish = taken_back(wish, now)
    unsent = ActionKind.WRITE_APPOINTMENT in event.unsent
    refused = booking.row_state is RowState.CONFLICT and booking.appointment_id is None
    if appointment_asked(booking) and not unsent and not refused:
        return cancelled(wish, now)
    row_state = RowState.SAVED_HERE if unsent else booking.row_state
    over = replace(wish, state=BookingState.CANCELLED, row_state=row_state)
    return Transition(over, called_off(over, now))


def _confirmed(booking: Booking, version_at: datetime | None) -> Booking:
    known = replace(without_failed_wish(booking), version_at=version_at or booking.version_at)
    # A move that still is open here came to nothing: the end waited behind it.
    there = at_time(known, held_time(known))
    return replace(there, moved_from=None, claimed_slots=(), row_state=RowState.CONFIRMED, conflict=None)


def _still_stands(booking: Booking, failure: ErrorKind, by: str, now: datetime) -> Transition:
    """The appointment is in the calendar as before, so the booking is too: somebody has to see to it."""
    stands = reopened(replace(booking, conflict=None), now, room_closed=False)
    kept = replace(stands.booking, row_state=RowState.CONFLICT, failure=failure, settled_by=by)
    not_invited = was_invited_once(kept) and not invitation_asked(kept)
    return both(stands, invited(kept, now) if not_invited else Transition(kept))


def _nothing_but_queued(booking: Booking) -> bool:
    """Tell whether the patient knows of no text: none was sent before the one that was taken back."""
    return all(entry.delivery is Delivery.QUEUED for entry in booking.ledger)
