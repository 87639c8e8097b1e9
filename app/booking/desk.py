"""The booking desk: the use cases behind the buttons, each one pure step of the saga saved in one transaction."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from app.booking.adoption import adopt
from app.booking.events import CallBegan, CallNoted, CancelAsked, Event, OutcomeChosen, PatientSeen, Requested
from app.booking.results import event_of, events_in
from app.booking.saga import advance
from app.booking.slot_choice import BusySpan, SlotProposal, SlotRule, choose_slots
from app.domain.actions import ActionResult, NotYet, PendingAction
from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.call import CallRecord
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, ClinicianId, MessageId, PatientId, new_booking_id
from app.domain.outcome import Outcome
from app.domain.ports.practice_system import Appointment
from app.domain.ports.store import BookingLedger, Calendar, Transition
from app.domain.slot import Slot, SlotKind
from app.domain.waiting import PatientPresence

INSTANT_LENGTH = timedelta(minutes=15)
"""How long an instant video consultation is booked for; the room stays open while somebody is in it."""

_SLOTS_READ = 100


class BookingDesk:
    """Books, cancels and ends consultations; `nudge` wakes whoever carries out the outbox.

    Every method that changes a booking returns once the change is durable. Raises KlinikError: SLOT_TAKEN when
    this console has booked the slot already, UNEXPECTED for a patient or booking that is not in the local copy.
    """

    def __init__(
        self,
        ledger: BookingLedger,
        calendar: Calendar,
        clock: Clock,
        nudge: Callable[[], None],
        rule: SlotRule | None = None,
    ) -> None:
        self._ledger = ledger
        self._calendar = calendar
        self._clock = clock
        self._nudge = nudge
        self._rule = rule or SlotRule()
        self._booking = asyncio.Lock()

    async def propose(self, clinician_id: ClinicianId) -> SlotProposal:
        """Return the slot a click on *Book video* would take now, and the next ones."""
        now = self._clock()
        kinds = (SlotKind.ANY, SlotKind(self._rule.form.value))
        free = await self._calendar.free_slots(clinician_id, now + self._rule.lead_time, _SLOTS_READ, kinds)
        live = await self._ledger.live_bookings()
        busy = [BusySpan(booking.start, booking.end) for booking in live if booking.clinician_id == clinician_id]
        return choose_slots(free, now, self._rule, busy)

    async def book_video(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        slot: Slot,
        message_id: MessageId | None = None,
    ) -> Booking:
        """Book a video consultation in a slot; the booking is returned as saved, everything else follows."""
        async with self._booking:
            if any(booking.slot_id == slot.id for booking in await self._ledger.live_bookings()):
                raise KlinikError(ErrorKind.SLOT_TAKEN, "booked on this console")
            return await self._request(patient_id, clinician_id, made_by, slot, message_id)

    async def book_now(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        message_id: MessageId | None = None,
    ) -> Booking:
        """Book an instant video consultation; a second click for the same patient returns the one there is."""
        async with self._booking:
            now = self._clock()
            for booking in await self._ledger.live_bookings():
                same = (booking.patient_id, booking.clinician_id) == (patient_id, clinician_id)
                usable = booking.form is ConsultationForm.VIDEO and booking.state is not BookingState.ROOM_FAILED
                if same and usable and booking.slot_id is None and now < booking.end:
                    return booking
            return await self._request(patient_id, clinician_id, made_by, None, message_id)

    async def cancel(self, booking_id: BookingId) -> Booking:
        """Cancel, or take a click back: room, appointment and invitation are undone and the patient is told.

        Raises KlinikError(CONFLICT) when the consultation has ended in another way.
        """
        booking = await self._act(booking_id, CancelAsked(), await self._made_elsewhere(booking_id))
        if booking.state is not BookingState.CANCELLED:
            raise KlinikError(ErrorKind.CONFLICT, "a booking that is over cannot be cancelled")
        return booking

    async def call_started(self, booking_id: BookingId) -> Booking:
        """Note that the clinician began the conversation, by video or telephone."""
        return await self._act(booking_id, CallBegan(), await self._made_elsewhere(booking_id))

    async def call_noted(self, booking_id: BookingId, record: CallRecord) -> Booking:
        """Keep how far the call has come, so that its times and medium survive a restart; safe to repeat.

        A booking that is over stays as it is.
        """
        otherwise = await self._made_elsewhere(booking_id)
        return _known(await self._advance(booking_id, CallNoted(record), otherwise=otherwise), otherwise)

    async def finish(self, booking_id: BookingId, outcome: Outcome) -> Booking:
        """End the consultation; the outcome is written to the record and the room closed.

        The same outcome twice is one. Raises KlinikError(CONFLICT) when the consultation is over with another
        outcome, or without one; nothing is then saved.
        """
        booking = await self._act(booking_id, OutcomeChosen(outcome), await self._made_elsewhere(booking_id))
        if booking.outcome != outcome:
            raise KlinikError(ErrorKind.CONFLICT, "a booking that is over takes no other outcome")
        return booking

    async def on_presence(self, presence: PatientPresence) -> None:
        """Take in where a patient's browser is; bookings of other consoles are passed over."""
        await self._advance(presence.booking_id, PatientSeen(presence.phase))

    async def on_result(self, action: PendingAction, result: ActionResult) -> None:
        """Take in what came of an action: one step, and the action leaves the outbox in the same commit.

        NotYet is nothing to take in; whoever carries the action keeps it for later.
        """
        if not isinstance(result, NotYet):
            await self._advance(action.booking_id, event_of(action.kind, result), finished=action.id)

    async def on_appointment(self, appointment: Appointment) -> None:
        """Take in an appointment as the practice system holds it; safe to repeat, however often it is read.

        This is what confirms a booking that was first answered with `proposed`, and what takes in that an
        appointment was moved, cancelled or ended elsewhere.
        """
        booking = await self._ledger.booking(appointment.known_as)
        for event in events_in(appointment):
            if booking is not None and advance(booking, event, self._clock()) is not None:
                # Only news wakes the sync, or each reading would ask for the next.
                booking = await self._act(booking.id, event)

    async def _request(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        slot: Slot | None,
        message_id: MessageId | None,
    ) -> Booking:
        patient = await self._calendar.patient(patient_id)
        if patient is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "the patient is not in the local copy")
        start = slot.start if slot else self._clock()
        requested = Requested(
            booking_id=new_booking_id(),
            patient_id=patient_id,
            clinician_id=clinician_id,
            made_by=made_by,
            form=ConsultationForm.VIDEO,
            start=start,
            end=slot.end if slot else start + INSTANT_LENGTH,
            slot_id=slot.id if slot else None,
            message_id=message_id,
            phone=patient.phone,
        )
        return await self._act(requested.booking_id, requested)

    async def _made_elsewhere(self, booking_id: BookingId) -> Booking | None:
        """Return the booking an appointment of another console or of the practice system stands for."""
        appointment = await self._calendar.appointment(booking_id)
        if appointment is None or appointment.patient_id is None:
            return None
        patient = await self._calendar.patient(appointment.patient_id)
        return adopt(appointment, patient, self._clock()) if patient else None

    async def _act(self, booking_id: BookingId, event: Event, otherwise: Booking | None = None) -> Booking:
        booking = _known(await self._advance(booking_id, event, otherwise=otherwise), otherwise)
        self._nudge()
        return booking

    async def _advance(
        self,
        booking_id: BookingId,
        event: Event | None,
        *,
        finished: ActionId | None = None,
        otherwise: Booking | None = None,
    ) -> Booking | None:
        """Take one step, from `otherwise` where this console has no such booking yet."""
        now = self._clock()

        def step(booking: Booking | None) -> Transition | None:
            return advance(booking or otherwise, event, now) if event is not None else None

        return await self._ledger.transition(booking_id, step, finished=finished)


def _known(booking: Booking | None, otherwise: Booking | None) -> Booking:
    known = booking or otherwise
    if known is None:
        raise KlinikError(ErrorKind.UNEXPECTED, "no such booking")
    return known
