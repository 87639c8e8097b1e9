"""The use cases of a consultation under way: it begins, is noted, gets more time and ends."""

import asyncio
from collections.abc import Callable

from app.booking.events import CallBegan, CallNoted, Event, ExtendAsked, LinkAsked, OutcomeChosen
from app.booking.extending_steps import longer
from app.booking.stepping import Stepping
from app.domain.booking import Booking
from app.domain.call import CallRecord
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.outcome import Outcome
from app.domain.ports.store import BookingLedger, Calendar


class TalkDesk:
    """What the booking desk does while patient and clinician talk; each method returns once it is durable.

    Raises KlinikError(UNEXPECTED) for a booking that is not in the local copy.
    """

    def __init__(self, ledger: BookingLedger, calendar: Calendar, clock: Clock, nudge: Callable[[], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._nudge = nudge
        self._steps = Stepping(ledger, calendar, clock)
        self._in_turn = asyncio.Lock()

    async def call_started(self, booking_id: BookingId) -> Booking:
        """Note that the clinician began the conversation, by video or telephone."""
        return await self._act(booking_id, CallBegan(), otherwise=await self._steps.made_elsewhere(booking_id))

    async def call_noted(self, booking_id: BookingId, record: CallRecord) -> Booking:
        """Keep how far the call has come, so that its times and medium survive a restart; safe to repeat.

        A booking that is over stays as it is.
        """
        otherwise = await self._steps.made_elsewhere(booking_id)
        return known_booking(await self._steps.take(booking_id, CallNoted(record), otherwise=otherwise), otherwise)

    async def extend(self, booking_id: BookingId) -> Booking:
        """Give a consultation under way ten more minutes, or as many steps of ten as bring its end ahead of now.

        The room is open that much longer; the practice system is asked for the new end, and may keep the old.
        Raises KlinikError(CONFLICT) when the consultation is not under way.
        """
        async with self._in_turn:
            otherwise = await self._steps.made_elsewhere(booking_id)
            known = known_booking(await self._ledger.booking(booking_id), otherwise)
            end = longer(known.lasts_until, self._clock())
            booking = await self._act(booking_id, ExtendAsked(end), otherwise=otherwise)
        if booking.extended_to != end:
            raise KlinikError(ErrorKind.CONFLICT, "only a consultation under way is extended")
        return booking

    async def send_link(self, booking_id: BookingId) -> Booking:
        """Send the patient the link to the video room by text, now, whatever was sent before.

        Raises KlinikError: PATIENT_HAS_NO_PHONE, or ROOM_REFUSED when the booking has no room.
        """
        otherwise = await self._steps.made_elsewhere(booking_id)
        known = known_booking(await self._ledger.booking(booking_id) or otherwise, otherwise)
        if known.phone is None:
            raise KlinikError(ErrorKind.PATIENT_HAS_NO_PHONE)
        if known.room is None or not known.live:
            raise KlinikError(ErrorKind.ROOM_REFUSED, "no room to come to")
        return await self._act(booking_id, LinkAsked(), otherwise=otherwise)

    async def finish(self, booking_id: BookingId, outcome: Outcome) -> Booking:
        """End the consultation; the outcome is written to the record and the room closed.

        The same outcome twice is one. Raises KlinikError(CONFLICT) when the consultation is over with another
        outcome, or without one; nothing is then saved.
        """
        otherwise = await self._steps.made_elsewhere(booking_id)
        async with self._in_turn:
            booking = await self._act(booking_id, OutcomeChosen(outcome), otherwise=otherwise)
        if booking.outcome != outcome:
            raise KlinikError(ErrorKind.CONFLICT, "a booking that is over takes no other outcome")
        return booking

    async def _act(
        self,
        booking_id: BookingId,
        *events: Event,
        otherwise: Booking | None = None,
    ) -> Booking:
        taken = await self._steps.take(booking_id, *events, otherwise=otherwise)
        booking = known_booking(taken, otherwise)
        self._nudge()
        return booking


def known_booking(booking: Booking | None, otherwise: Booking | None) -> Booking:
    """Return the booking as this console has it, or as others made it; raises KlinikError when nobody did."""
    known = booking or otherwise
    if known is None:
        raise KlinikError(ErrorKind.UNEXPECTED, "no such booking")
    return known
