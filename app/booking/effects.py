"""What a step asks for outside, joined to the booking it belongs to."""

from dataclasses import replace
from datetime import datetime

from app.booking.progress import (
    can_be_texted,
    entered,
    is_video,
    last_invitation,
    patient_is_there,
    planned_time,
    same_start,
    was_invited_once,
)
from app.domain.actions import ActionKind, Effect
from app.domain.booking import Booking, PlannedTime
from app.domain.invitation import Delivery
from app.domain.ports.store import Transition


def asks(booking: Booking, *kinds: ActionKind, occasion: str = "") -> tuple[Effect, ...]:
    """Return the effects of these kinds; an `occasion` lets a thing be asked for again."""
    return tuple(Effect(kind, booking.id, booking.patient_id, occasion) for kind in kinds)


def with_effects(booking: Booking, *kinds: ActionKind, occasion: str = "") -> Transition:
    """Return the transition to a booking, asking for these."""
    return Transition(booking, asks(booking, *kinds, occasion=occasion))


def room_closing(booking: Booking, now: datetime) -> tuple[Effect, ...]:
    """Return what closes the booking's room, which only a video consultation has."""
    return asks(booking, ActionKind.CLOSE_ROOM, occasion=now.isoformat()) if is_video(booking) else ()


def called_off(booking: Booking, now: datetime) -> tuple[Effect, ...]:
    """Return what tells the patient that the booking is cancelled, and closes the room.

    The text has the key of the invitation it answers: two consoles that see the same cancellation send one text.
    """
    invitation = last_invitation(booking)
    occasion = invitation.reference if invitation else ""
    text = asks(booking, ActionKind.SEND_CANCELLATION, occasion=occasion) if can_be_texted(booking) else ()
    return (*text, *room_closing(booking, now))


def invited(booking: Booking, now: datetime) -> Transition:
    """Return the transition that sends the invitation; a second one of a booking is an occasion of its own."""
    occasion = now.isoformat() if was_invited_once(booking) else ""
    queued = entered(booking, now, Delivery.QUEUED, reference=occasion)
    return with_effects(queued, ActionKind.SEND_INVITATION, occasion=occasion)


def new_time_told(booking: Booking, now: datetime, before: PlannedTime) -> Transition:
    """Return the transition that gives the booking's room its new times, and tells a patient who waits for the old.

    Patients are told when it begins, so another end alone is no news to them. A booking without a room here is in
    the hands of the console that made it.
    """
    if booking.room is None:
        return Transition(booking)
    begins_else = not same_start(before, planned_time(booking))
    tell = begins_else and can_be_texted(booking) and not patient_is_there(booking)
    text = (ActionKind.SEND_INVITATION,) if tell else ()
    return with_effects(booking, ActionKind.ENSURE_ROOM, *text, occasion=now.isoformat())


def both(first: Transition, then: Transition) -> Transition:
    """Return two steps as one: the second one's booking, the effects of both."""
    return replace(then, effects=(*first.effects, *then.effects))
