"""The booking desk: the use cases behind the buttons, each one pure step of the saga saved in one transaction."""

from collections.abc import Callable
from datetime import timedelta

from app.booking.events import ConflictSettled, MoveAsked, PatientSeen, Requested
from app.booking.progress import planned_time
from app.booking.results import events_in
from app.booking.saga import advance_all
from app.booking.slot_choice import BusySpan, SlotProposal, SlotRule, choose_slots
from app.booking.talk_desk import TalkDesk, known_booking
from app.domain.actions import ActionResult, NotYet, PendingAction
from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, new_booking_id
from app.domain.ports.practice_system import Appointment
from app.domain.ports.store import BookingLedger, Calendar
from app.domain.slot import Slot, SlotKind
from app.domain.waiting import PatientPresence

INSTANT_LENGTH = timedelta(minutes=15)
"""How long an instant video consultation is booked for; the room stays open while somebody is in it."""

_SLOTS_READ = 100


class BookingDesk(TalkDesk):
    """Books, moves, cancels and ends consultations; `nudge` wakes whoever carries out the outbox.

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
        super().__init__(ledger, calendar, clock, nudge)
        self._calendar = calendar
        self._rule = rule or SlotRule()

    async def propose(self, clinician_id: ClinicianId) -> SlotProposal:
        """Return the slot a click on *Book video* would take now, and the next ones."""
        now = self._clock()
        kinds = (SlotKind.ANY, SlotKind(self._rule.form.value))
        free = await self._calendar.free_slots(clinician_id, now + self._rule.lead_time, _SLOTS_READ, kinds)
        live = await self._ledger.live_bookings()
        mine = (booking for booking in live if booking.clinician_id == clinician_id)
        busy = [BusySpan(booking.start, booking.lasts_until) for booking in mine]
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
        async with self._in_turn:
            await self._check_free(slot)
            return await self._request(patient_id, clinician_id, made_by, slot, message_id)

    async def book_now(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        message_id: MessageId | None = None,
    ) -> Booking:
        """Book an instant video consultation; a second click for the same patient returns the one there is."""
        async with self._in_turn:
            now = self._clock()
            for booking in await self._ledger.live_bookings():
                same = (booking.patient_id, booking.clinician_id) == (patient_id, clinician_id)
                usable = booking.form is ConsultationForm.VIDEO and booking.state is not BookingState.ROOM_FAILED
                if same and usable and booking.slot_id is None and now < booking.lasts_until:
                    return booking
            return await self._request(patient_id, clinician_id, made_by, None, message_id)

    async def move(self, booking_id: BookingId, slot: Slot) -> Booking:
        """Give a booking another time of the same clinician; the patient is told once the practice system took it.

        Raises KlinikError(SLOT_TAKEN) when another booking of this console's has the slot, CONFLICT when the
        consultation is under way or over, or waits for somebody to settle a conflict.
        """
        planned = PlannedTime(slot.start, slot.end, slot.id)
        async with self._in_turn:
            await self._check_free(slot, booking_id)
            otherwise = await self._steps.made_elsewhere(booking_id)
            known = known_booking(await self._ledger.booking(booking_id), otherwise)
            if known.clinician_id != slot.clinician_id:
                raise KlinikError(ErrorKind.UNEXPECTED, "a booking moves within its clinician's calendar")
            booking = await self._act(booking_id, MoveAsked(planned), otherwise=otherwise)
        if planned_time(booking) != planned:
            raise KlinikError(ErrorKind.CONFLICT, "the booking cannot be moved now")
        return booking

    async def cancel(self, booking_id: BookingId) -> Booking:
        """Cancel, or take a click back: the appointment is undone, then the patient is told and the room closed.

        What certainly has not left the PC yet never will. Raises KlinikError(CONFLICT) when the consultation has
        ended in another way.
        """
        otherwise = await self._steps.made_elsewhere(booking_id)
        async with self._in_turn:
            booking = known_booking(await self._steps.cancel(booking_id, otherwise), otherwise)
        self._nudge()
        if booking.state is not BookingState.CANCELLED:
            raise KlinikError(ErrorKind.CONFLICT, "a booking that is over cannot be cancelled")
        return booking

    async def settle(self, booking_id: BookingId, *, keep_mine: bool) -> Booking:
        """End a conflict: do what was asked for here all the same, or let the other change stand.

        Raises KlinikError(CONFLICT) when there is none, or not any more.
        """
        async with self._in_turn:
            if (booking := await self._ledger.booking(booking_id)) is None:
                raise KlinikError(ErrorKind.UNEXPECTED, "no such booking")
            settled = await self._act(booking_id, ConflictSettled(keep_mine))
        if settled == booking:
            raise KlinikError(ErrorKind.CONFLICT, "there is no conflict to settle")
        return settled

    async def withdraw(self, action: PendingAction) -> None:
        """Take a waiting action of a booking back, with what that means for the booking (`app.domain.withdrawal`).

        One that is under way may still be carried out; its result is then taken in. Raises
        KlinikError(NOT_WITHDRAWABLE) when it cannot be taken back, or is not as it was.
        """
        async with self._in_turn:
            booking = await self._ledger.booking(action.booking_id) if action.booking_id else None
            if booking is None:
                raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, "no action of a booking")
            await self._steps.withdraw(action, booking)
        self._nudge()

    async def on_presence(self, presence: PatientPresence) -> None:
        """Take in where a patient's browser is; bookings of other consoles are passed over."""
        await self._steps.take(presence.booking_id, PatientSeen(presence.phase))

    async def on_result(self, action: PendingAction, result: ActionResult) -> None:
        """Take in what came of a booking's action: one step, and the action leaves the outbox in the same commit.

        NotYet is nothing to take in; whoever carries the action keeps it for later.
        """
        if action.booking_id is None or isinstance(result, NotYet):
            return
        async with self._in_turn:
            events = await self._steps.what_came_of(action, action.booking_id, result)
            await self._steps.take(action.booking_id, *events, finished=action.id)

    async def on_appointment(self, appointment: Appointment) -> None:
        """Take in an appointment as the practice system holds it; safe to repeat, however often it is read.

        This is what confirms a booking that was first answered with `proposed`, and what takes in that an
        appointment was moved, cancelled or ended elsewhere.
        """
        events = events_in(appointment)
        async with self._in_turn:
            booking = await self._ledger.booking(appointment.known_as)
            if booking is not None and advance_all(booking, events, self._clock()) is not None:
                # Only news wakes the sync, or each reading would ask for the next.
                await self._act(booking.id, *events)

    async def _check_free(self, slot: Slot, mover: BookingId | None = None) -> None:
        """Raise KlinikError(SLOT_TAKEN) when another booking here has the slot, or has it until it is moved."""
        for booking in await self._ledger.live_bookings():
            held = {booking.slot_id, booking.moved_from.slot_id if booking.moved_from else None}
            if slot.id in held and booking.id != mover:
                raise KlinikError(ErrorKind.SLOT_TAKEN, "booked on this console")

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
