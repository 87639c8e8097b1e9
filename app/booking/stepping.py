"""Takes steps of the saga on the ledger, and knows what others made of a booking in the practice system."""

from app.booking.adoption import adopt
from app.booking.events import Event
from app.booking.results import events_in, events_of, overtaken
from app.booking.saga import advance_all
from app.booking.taking_back import cancelling, taking_back
from app.domain.actions import ActionKind, ActionResult, PendingAction, Refused
from app.domain.booking import Booking
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId
from app.domain.ports.store import BookingLedger, Calendar, Transition

_KEEPS_NEWS_BACK = frozenset({ActionKind.MOVE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT})
"""While these wait, news of the appointment is not looked at; when one comes to nothing it is looked at again."""


class Stepping:
    """Joins the saga, the ledger and the local copy; each call of `take` is one transaction."""

    def __init__(self, ledger: BookingLedger, calendar: Calendar, clock: Clock) -> None:
        self._ledger = ledger
        self._calendar = calendar
        self._clock = clock

    async def take(
        self,
        booking_id: BookingId,
        *events: Event,
        finished: ActionId | None = None,
        withdrawn: tuple[PendingAction, ...] = (),
        otherwise: Booking | None = None,
    ) -> Booking | None:
        """Let these events happen, to `otherwise` where this console has no such booking; returns it as it then is.

        Raises KlinikError(NOT_WITHDRAWABLE), and does nothing, when what is to be withdrawn is not as it was.
        """
        now = self._clock()

        def step(booking: Booking | None) -> Transition | None:
            return advance_all(booking or otherwise, events, now)

        return await self._ledger.transition(booking_id, step, finished=finished, withdrawn=withdrawn)

    async def made_elsewhere(self, booking_id: BookingId) -> Booking | None:
        """Return the booking an appointment of another console or of the practice system stands for."""
        appointment = await self._calendar.appointment(booking_id)
        if appointment is None or appointment.patient_id is None:
            return None
        patient = await self._calendar.patient(appointment.patient_id)
        return adopt(appointment, patient, self._clock()) if patient else None

    async def news(self, booking_id: BookingId) -> tuple[Event, ...]:
        """Return what the local copy says of a booking's appointment."""
        appointment = await self._calendar.appointment(booking_id)
        return () if appointment is None else events_in(appointment)

    async def what_came_of(
        self, action: PendingAction, booking_id: BookingId, result: ActionResult
    ) -> tuple[Event, ...]:
        """Return the events an action's result stands for, and the news it had kept back, if it came to nothing."""
        events = events_of(action.kind, result)
        if action.kind is ActionKind.MOVE_APPOINTMENT:
            waiting = await self._ledger.waiting_for(booking_id)
            if any(each.kind is action.kind and each.sequence > action.sequence for each in waiting):
                return overtaken(events)
        if isinstance(result, Refused) and action.kind in _KEEPS_NEWS_BACK:
            return (*events, *await self.news(booking_id))
        return events

    async def cancel(self, booking_id: BookingId, otherwise: Booking | None) -> Booking | None:
        """Cancel a booking that is ahead, with what certainly has not left the PC; returns it as it then is."""
        known = await self._ledger.booking(booking_id) or otherwise
        while known is not None and known.live:
            gone = cancelling(await self._ledger.waiting_for(booking_id))
            try:
                return await self.take(booking_id, *gone.events, withdrawn=gone.actions, otherwise=otherwise)
            except KlinikError as error:
                # One of them was begun just now, which each can be only once.
                if error.kind is not ErrorKind.NOT_WITHDRAWABLE:
                    raise
        return known

    async def withdraw(self, action: PendingAction, booking: Booking) -> None:
        """Take a waiting action back, and then look at the news it may have kept back.

        Raises KlinikError(NOT_WITHDRAWABLE) when it cannot be taken back, or is not as it was.
        """
        gone = taking_back(action, booking, await self._ledger.waiting_for(booking.id))
        if gone is None:
            raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, f"{action.kind.value} cannot be taken back")
        await self.take(booking.id, *gone.events, *await self.news(booking.id), withdrawn=gone.actions)
