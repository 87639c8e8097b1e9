"""Remembers what became of each booking's newest text with the link, for whoever asks why nobody comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.actions import ActionKind, ActionResult, InvitationArrived, InvitationTaken, PendingAction, Refused
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import KlinikError
from app.domain.ids import BookingId

Carry = Callable[[PendingAction, Booking], Awaitable[ActionResult]]


@dataclass(frozen=True, slots=True)
class TextNews:
    """`failed`: the text did not get through for good; `waiting_since`: it could not be sent yet, aware UTC."""

    failed: bool = False
    waiting_since: datetime | None = None


_NOTHING = TextNews()


class SmsWitness:
    """Stands before the SMS carrier; in memory only, for what matters is how it goes just now."""

    def __init__(self, carry: Carry, clock: Clock) -> None:
        self._carry = carry
        self._clock = clock
        self._news: dict[BookingId, TextNews] = {}

    async def __call__(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry the action out as the carrier does, and raise what it raises."""
        try:
            result = await self._carry(action, booking)
        except KlinikError:
            if action.kind is ActionKind.SEND_INVITATION:
                since = self.of(booking.id).waiting_since or self._clock()
                self._news[booking.id] = TextNews(waiting_since=since)
            raise
        if action.kind in (ActionKind.SEND_INVITATION, ActionKind.WATCH_DELIVERY):
            self._note(booking.id, result)
        return result

    def of(self, booking_id: BookingId) -> TextNews:
        """Return what is known of a booking's text, nothing when none was tried since the program started."""
        return self._news.get(booking_id, _NOTHING)

    def _note(self, booking_id: BookingId, result: ActionResult) -> None:
        match result:
            case Refused():
                self._news[booking_id] = TextNews(failed=True)
            case InvitationTaken() | InvitationArrived():
                self._news.pop(booking_id, None)
            case _:
                pass
