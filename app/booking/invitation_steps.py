"""The steps of the saga that follow from what becomes of the invitation."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from app.booking.effects import invited, with_effects
from app.booking.events import InvitationAccepted, InvitationDelivered, InvitationFailed
from app.booking.progress import entered, is_video, rank, reach, was_invited_once
from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition


def follow_invitation(
    booking: Booking, event: InvitationAccepted | InvitationDelivered | InvitationFailed, now: datetime
) -> Transition | None:
    """Return what news of the invitation leads to, or None when none was ever asked for."""
    if not was_invited_once(booking):
        return None
    match event:
        case InvitationAccepted(reference):
            return _accepted(booking, reference, now)
        case InvitationDelivered():
            return with_effects(reach(entered(booking, now, Delivery.DELIVERED), BookingState.DELIVERED))
        case InvitationFailed(failure):
            return _failed(booking, failure, now)
        case _:
            assert_never(event)


def link_asked(booking: Booking, now: datetime) -> Transition | None:
    """Return the transition that sends the link once more, or None for a booking nobody can join by video."""
    if not booking.live or not is_video(booking) or booking.room is None or booking.phone is None:
        return None
    return invited(booking, now)


def _accepted(booking: Booking, reference: str, now: datetime) -> Transition:
    """A text that a gateway took after all mends what was said of an earlier one; each is watched on its own."""
    taken = entered(booking, now, Delivery.ACCEPTED, reference=reference)
    if not booking.live or taken is booking:
        return with_effects(taken)
    if booking.state is BookingState.UNDELIVERABLE:
        taken = replace(taken, state=BookingState.INVITED, failure=None)
    another = any(entry.delivery is Delivery.ACCEPTED for entry in booking.ledger)
    occasion = reference if another else ""
    return with_effects(reach(taken, BookingState.INVITED), ActionKind.WATCH_DELIVERY, occasion=occasion)


def _failed(booking: Booking, failure: ErrorKind, now: datetime) -> Transition:
    """A person has to phone, also when it was the text with a new time that failed after an older one arrived."""
    failed = entered(booking, now, Delivery.FAILED, failure=failure)
    if not booking.live or rank(booking.state) > rank(BookingState.DELIVERED):
        return with_effects(failed)
    return with_effects(replace(failed, state=BookingState.UNDELIVERABLE, failure=failure))
