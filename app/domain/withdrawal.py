"""What taking back a waiting action would mean: one rule for the list that offers it and the desk that does it."""

from app.domain.actions import ActionKind, Effect, PendingAction
from app.domain.views import Withdrawal

_MEANS = {
    ActionKind.ENSURE_ROOM: Withdrawal.CANCELS_BOOKING,
    ActionKind.WRITE_APPOINTMENT: Withdrawal.CANCELS_BOOKING,
    ActionKind.MOVE_APPOINTMENT: Withdrawal.STAYS_WHERE_IT_WAS,
    ActionKind.SEND_INVITATION: Withdrawal.DROPS_TEXT,
    ActionKind.SEND_CANCELLATION: Withdrawal.DROPS_TEXT,
    ActionKind.ASSIGN_THREAD: Withdrawal.LETS_GO_OF_THREAD,
}
_CHANGES_BOOKING = frozenset({Withdrawal.CANCELS_BOOKING, Withdrawal.STAYS_WHERE_IT_WAS})


def withdrawal_of(action: PendingAction, live: bool) -> Withdrawal:
    """Return what withdrawing the action means; `live` tells whether its booking is ahead or under way.

    Of a booking that is over only a text can be dropped, and new times of a room that stands belong to what has
    happened already.
    """
    if action.kind is ActionKind.SAVE_PICTURE:
        # Once it is under way nobody knows whether the record has it, until it is refused or taken.
        return Withdrawal.NOT_POSSIBLE if action.begun else Withdrawal.DROPS_PICTURE
    means = _MEANS.get(action.kind, Withdrawal.NOT_POSSIBLE)
    if means in _CHANGES_BOOKING and not (live and _first(action)):
        return Withdrawal.NOT_POSSIBLE
    return means


def _first(action: PendingAction) -> bool:
    """A move is an occasion of its own each time; anything else with an occasion is asked for once more."""
    if action.kind is ActionKind.MOVE_APPOINTMENT or action.booking_id is None:
        return True
    return action.idempotency_key == Effect(action.kind, action.booking_id, action.patient_id).idempotency_key
