"""What a step asks for outside, joined to the booking it belongs to."""

from app.booking.progress import is_video
from app.domain.actions import ActionKind, Effect
from app.domain.booking import Booking
from app.domain.ports.store import Transition


def with_effects(booking: Booking, *kinds: ActionKind, occasion: str = "") -> Transition:
    """Return the transition to a booking, asking for these; an `occasion` lets a thing be asked for again."""
    return Transition(booking, tuple(Effect(kind, booking.id, booking.patient_id, occasion) for kind in kinds))


def room_closing(booking: Booking) -> tuple[ActionKind, ...]:
    """Return what closes the booking's room, which only a video consultation has."""
    return (ActionKind.CLOSE_ROOM,) if is_video(booking) else ()
