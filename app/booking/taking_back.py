"""Which actions leave the outbox when somebody takes something back, and what that means for the booking: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.booking.events import CancelAsked, Event, MoveTakenBack
from app.booking.results import events_of
from app.domain.actions import ActionKind, PendingAction, Refused
from app.domain.booking import Booking
from app.domain.errors import ErrorKind
from app.domain.views import Withdrawal
from app.domain.withdrawal import withdrawal_of

_CLAIMS_SLOT = frozenset({ActionKind.WRITE_APPOINTMENT, ActionKind.MOVE_APPOINTMENT})
_NEVER_TO_BE_SENT = frozenset({ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION})


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What to take out of the outbox, and the events the booking takes in with it."""

    actions: tuple[PendingAction, ...]
    events: tuple[Event, ...]


def cancelling(waiting: Sequence[PendingAction]) -> TakenBack:
    """Return what a cancellation takes out: the appointment and the invitation, where they certainly never left."""
    kinds = {kind for kind in _NEVER_TO_BE_SENT if not any(each.kind is kind and each.begun for each in waiting)}
    if any(each.kind is ActionKind.WRITE_APPOINTMENT and not each.begun for each in waiting):
        kinds.add(ActionKind.MOVE_APPOINTMENT)  # It waits behind what will never be there to be moved.
    unsent = tuple(each for each in waiting if each.kind in kinds)
    return TakenBack(unsent, (CancelAsked(frozenset(each.kind for each in unsent)),))


def taking_back(action: PendingAction, booking: Booking, waiting: Sequence[PendingAction]) -> TakenBack | None:
    """Return what withdrawing one waiting action of a booking means, or None when it cannot be withdrawn."""
    match withdrawal_of(action, booking.live):
        case Withdrawal.CANCELS_BOOKING:
            cancelled = cancelling(waiting)
            others = tuple(each for each in cancelled.actions if each.id != action.id)
            return TakenBack((*others, action), cancelled.events)
        case Withdrawal.STAYS_WHERE_IT_WAS:
            return _moves_taken_back(booking, waiting)
        case Withdrawal.DROPS_TEXT:
            return TakenBack((action,), events_of(action.kind, Refused(ErrorKind.WITHDRAWN)))
        case _:
            return None


def _moves_taken_back(booking: Booking, waiting: Sequence[PendingAction]) -> TakenBack | None:
    """Return what leaves when a booking stays where it was.

    Where something may have reached the practice system the oldest move stays: tried again it finds nothing to do,
    or undoes what it did, and lets go of every slot that was claimed. It cannot be taken back a second time.
    """
    moves = tuple(each for each in waiting if each.kind is ActionKind.MOVE_APPOINTMENT)
    if not any(each.begun and each.kind in _CLAIMS_SLOT for each in waiting):
        return TakenBack(moves, (MoveTakenBack(),))
    return None if booking.moved_from is None else TakenBack(moves[1:], (MoveTakenBack(),))
