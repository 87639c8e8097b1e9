"""A clinic one can book, move and end consultations in, in memory."""

from dataclasses import dataclass, field, replace

from app.booking.extending_steps import longer
from app.booking.slot_choice import SlotProposal
from app.domain.booking import Booking, BookingState, PlannedTime, RowState
from app.domain.call import CallRecord
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId
from app.domain.outcome import Outcome
from app.domain.slot import Slot
from tests.ui import people
from tests.ui.fake_views import FakeViews


@dataclass
class FakeClinic(FakeViews):
    """`Views` and `Desk` in one, so that what is done is seen."""

    desk_failure: ErrorKind | None = None
    finished: list[Outcome] = field(default_factory=list)
    started: list[BookingId] = field(default_factory=list)
    settled: list[bool] = field(default_factory=list)

    async def propose(self, clinician_id: ClinicianId) -> SlotProposal:
        taken = {booking.slot_id for booking in self.bookings if booking.live}
        mine = [slot for slot in self.free if slot.clinician_id == clinician_id and slot.id not in taken]
        return SlotProposal(mine[0], tuple(mine[1:6])) if mine else SlotProposal(None)

    async def book_video(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        slot: Slot,
        message_id: MessageId | None = None,
    ) -> Booking:
        if any(one.slot_id == slot.id for one in self.bookings if one.live):
            raise KlinikError(ErrorKind.SLOT_TAKEN)
        return self._book(patient_id, clinician_id, slot, message_id)

    async def book_now(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        message_id: MessageId | None = None,
    ) -> Booking:
        return self._book(patient_id, clinician_id, None, message_id)

    def _book(
        self, patient_id: PatientId, clinician_id: ClinicianId, slot: Slot | None, message_id: MessageId | None
    ) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        start = slot.start if slot else self.clock()
        made = replace(
            people.booking(self.patient(patient_id), start=start, made_at=self.clock(), instant=slot is None),
            id=BookingId(f"booking-{len(self.bookings) + 1}"),
            clinician_id=clinician_id,
            slot_id=slot.id if slot else None,
            message_id=message_id,
            room=None,
        )
        self.put(made)
        return made

    async def cancel(self, booking_id: BookingId) -> Booking:
        return self._advance(self._live(booking_id), BookingState.CANCELLED)

    async def move(self, booking_id: BookingId, slot: Slot) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        booking = self._live(booking_id)
        was = PlannedTime(booking.start, booking.end, booking.slot_id)
        moved = replace(
            booking,
            start=slot.start,
            end=slot.end,
            slot_id=slot.id,
            moved_from=was,
            failure=None,
            row_state=RowState.QUEUED,
            row_state_at=self.clock(),
        )
        self.put(moved)
        return moved

    async def settle(self, booking_id: BookingId, *, keep_mine: bool) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        booking = self._known(booking_id)
        self.settled.append(keep_mine)
        state = RowState.QUEUED if keep_mine else RowState.CONFIRMED
        settled = replace(booking, conflict=None, row_state=state, row_state_at=self.clock())
        self.put(settled)
        return settled

    async def call_started(self, booking_id: BookingId) -> Booking:
        self.links_sent: list[BookingId] = []
        self.started.append(booking_id)
        booking = self._known(booking_id)
        return self._advance(booking, BookingState.IN_CALL) if booking.live else booking

    async def extend(self, booking_id: BookingId) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        booking = self._live(booking_id)
        end = longer(booking.lasts_until, self.clock())
        was = booking.moved_from or PlannedTime(booking.start, booking.end, booking.slot_id)
        extended = replace(booking, end=end, extended_to=end, moved_from=was, row_state=RowState.QUEUED)
        self.put(extended)
        return extended

    async def call_noted(self, booking_id: BookingId, record: CallRecord) -> Booking:
        booking = self._known(booking_id)
        if booking.live:
            booking = replace(booking, call=record)
            self.put(booking)
        return booking

    async def send_link(self, booking_id: BookingId) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        self.links_sent.append(booking_id)
        return self._known(booking_id)

    async def finish(self, booking_id: BookingId, outcome: Outcome) -> Booking:
        if self.desk_failure is not None:
            raise KlinikError(self.desk_failure)
        known = self._known(booking_id)
        if known.outcome == outcome:
            return known
        booking = self._advance(self._live(booking_id), BookingState.ENDED)
        self.finished.append(outcome)
        ended = replace(booking, outcome=outcome, row_state=RowState.SAVED_HERE, row_state_at=self.clock())
        self.put(ended)
        return ended

    def _known(self, booking_id: BookingId) -> Booking:
        """As the real desk: one that is not known is a fault."""
        found = next((one for one in self.bookings if one.id == booking_id), None)
        if found is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "no such booking")
        return found

    def _live(self, booking_id: BookingId) -> Booking:
        """As the real desk: what is over can neither be cancelled nor finished again."""
        booking = self._known(booking_id)
        if not booking.live:
            raise KlinikError(ErrorKind.CONFLICT, "the booking is over")
        return booking

    def _advance(self, booking: Booking, state: BookingState) -> Booking:
        booking = replace(booking, state=state, changed_at=self.clock())
        self.put(booking)
        return booking
