"""A practice system in memory for several consoles: versions, slots, and the rule for two changes at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.actions import (
    ActionKind,
    ActionResult,
    AppointmentBooked,
    Carried,
    Conflicted,
    PendingAction,
    Refused,
)
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish, changed_fields
from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, SlotId
from app.domain.ports.practice_system import Appointment
from app.sync.conflicts import Clash, Merged, merge

_REACHED = {
    "proposed": BookingState.REQUESTED,
    "booked": BookingState.CONFIRMED,
    "fulfilled": BookingState.ENDED,
    "cancelled": BookingState.CANCELLED,
}
_STANDING = {"fulfilled": Standing.ENDED, "cancelled": Standing.CANCELLED}
_WISHES = {
    ActionKind.MOVE_APPOINTMENT: Wish.MOVE,
    ActionKind.CANCEL_APPOINTMENT: Wish.CANCEL,
    ActionKind.WRITE_OUTCOME: Wish.OUTCOME,
}
Carrier = Callable[[PendingAction, Booking], Awaitable[ActionResult]]


@dataclass(frozen=True)
class Held:
    """One version of an appointment; `left_by` made it, `carried` are all the actions that ever changed it."""

    patient_id: PatientId
    clinician_id: ClinicianId
    planned: PlannedTime
    status: str
    version_at: datetime
    by: str = ""
    left_by: ActionId | None = None
    carried: frozenset[ActionId] = frozenset()


@dataclass
class FakePractice:
    """Keeps one appointment a booking; one that `decides_later` says proposed until it is asked to decide."""

    now: datetime
    decides_later: bool = False
    failure: ErrorKind | None = None
    unreachable: bool = False
    held: dict[BookingId, Held] = field(default_factory=dict)
    written: int = 0

    async def __call__(self, action: PendingAction, booking: Booking) -> ActionResult:
        return await self.carrier("")(action, booking)

    def carrier(self, user: str) -> Carrier:
        """Return what carries out the actions of one user's console."""

        async def carry(action: PendingAction, booking: Booking) -> ActionResult:
            if self.unreachable:
                raise KlinikError(ErrorKind.PRACTICE_UNREACHABLE)
            if action.kind is ActionKind.WRITE_APPOINTMENT:
                return self._write(action, booking, user)
            return self._change(action, booking, user)

        return carry

    @property
    def appointments(self) -> dict[BookingId, str]:
        return {booking_id: held.status for booking_id, held in self.held.items()}

    def change(self, booking_id: BookingId, by: str = "", **changes: object) -> None:
        """Change an appointment in the practice system itself."""
        held = replace(self.held[booking_id], by=by, left_by=None, **changes)  # type: ignore[arg-type]
        self.held[booking_id] = replace(held, version_at=self._next_version())

    def decide(self, status: str = "booked") -> bool:
        """Settle every proposed appointment; tells whether there was one."""
        proposed = [booking_id for booking_id, held in self.held.items() if held.status == "proposed"]
        for booking_id in proposed:
            self.change(booking_id, status=status)
        return bool(proposed)

    def read(self) -> list[Appointment]:
        """Return the appointments as the sync loop would read them."""
        return [
            Appointment(
                id=f"appointment-{booking_id}",
                booking_id=booking_id,
                patient_id=held.patient_id,
                clinician_id=held.clinician_id,
                slot_id=held.planned.slot_id,
                form=ConsultationForm.VIDEO,
                start=held.planned.start,
                end=held.planned.end,
                status=held.status,
                reached=_REACHED[held.status],
                changed_by=held.by,
                version_at=held.version_at,
            )
            for booking_id, held in self.held.items()
        ]

    def holder_of(self, slot_id: SlotId | None, but: BookingId) -> Held | None:
        """Return the appointment, other than one, that stands in a slot."""
        others = (held for booking_id, held in self.held.items() if booking_id != but)
        return next((each for each in others if self._stands_in(each, slot_id)), None)

    def _write(self, action: PendingAction, booking: Booking, user: str) -> ActionResult:
        if self.failure is not None:
            return Refused(self.failure)
        if (held := self.held.get(booking.id)) is None:
            if taken := self.holder_of(booking.slot_id, booking.id):
                return Refused(ErrorKind.SLOT_TAKEN, taken.by)
            planned = PlannedTime(booking.start, booking.end, booking.slot_id)
            status = "proposed" if self.decides_later else "booked"
            held = Held(booking.patient_id, booking.clinician_id, planned, status, self._next_version(), user)
            self.held[booking.id] = held
        if held.status == "cancelled":
            return Refused(ErrorKind.CONFLICT, held.by)
        return _booked(booking.id, held)

    def _change(self, action: PendingAction, booking: Booking, user: str) -> ActionResult:
        held = self.held.get(booking.id)
        wish = _WISHES[action.kind]
        if held is None:
            gone = replace(_arrangement(booking, booking.moved_from), standing=Standing.CANCELLED)
            conflict = Conflict(wish, _arrangement(booking, booking.moved_from), _mine(wish, booking), gone)
            return Conflicted(conflict) if wish is Wish.MOVE else Carried()
        theirs = _theirs(held)
        before = _before(action, booking, held, theirs)
        decision = merge(wish, before, _mine(wish, booking), theirs, held.by, held.version_at)
        overtaken = action.id in held.carried and held.left_by != action.id
        if isinstance(decision, Merged) and overtaken:
            return Conflicted(Conflict(wish, before, _mine(wish, booking), theirs, held.by, held.version_at))
        if isinstance(decision, Clash):
            return Conflicted(decision.conflict)
        if isinstance(decision, Merged):
            there = decision.arrangement
            taken = self.holder_of(there.slot_id, booking.id) if wish is Wish.MOVE else None
            if taken is not None:
                return Refused(ErrorKind.SLOT_TAKEN, taken.by)
            held = replace(
                held,
                planned=PlannedTime(there.start, there.end, there.slot_id),
                status={"booked": held.status if held.status == "proposed" else "booked"}.get(
                    there.standing.value, "fulfilled" if there.standing is Standing.ENDED else "cancelled"
                ),
                version_at=self._next_version(),
                by=user,
                left_by=action.id,
                carried=held.carried | {action.id},
            )
            self.held[booking.id] = held
        return _booked(booking.id, held) if wish is Wish.MOVE else Carried(held.version_at)

    def _next_version(self) -> datetime:
        self.written += 1
        return self.now + timedelta(milliseconds=self.written)

    @staticmethod
    def _stands_in(held: Held, slot_id: SlotId | None) -> bool:
        return slot_id is not None and held.planned.slot_id == slot_id and held.status != "cancelled"


def _booked(booking_id: BookingId, held: Held) -> AppointmentBooked:
    confirmed = held.status != "proposed"
    return AppointmentBooked(f"appointment-{booking_id}", confirmed, held.planned, held.version_at)


def _before(action: PendingAction, booking: Booking, held: Held, theirs: Arrangement) -> Arrangement:
    """What the wish starts from: what was seen here, or what this very action made of it."""
    if held.left_by == action.id:
        return theirs
    if booking.conflict is not None:
        return booking.conflict.theirs
    earlier = (_arrangement(booking, booking.moved_from),) if booking.moved_from else ()
    now = (_arrangement(booking, None),)
    seen: tuple[Arrangement, ...]
    seen = (earlier or now) if action.kind is ActionKind.MOVE_APPOINTMENT else (*earlier, *now)
    return next((each for each in seen if not changed_fields(each, theirs)), seen[-1])


def _arrangement(booking: Booking, planned: PlannedTime | None) -> Arrangement:
    at = planned or PlannedTime(booking.start, booking.end, booking.slot_id)
    return Arrangement(at.start, at.end, at.slot_id, booking.clinician_id, booking.form.value, Standing.BOOKED)


def _mine(wish: Wish, booking: Booking) -> Arrangement:
    standing = {Wish.MOVE: Standing.BOOKED, Wish.CANCEL: Standing.CANCELLED, Wish.OUTCOME: Standing.ENDED}
    return replace(_arrangement(booking, None), standing=standing[wish])


def _theirs(held: Held) -> Arrangement:
    standing = _STANDING.get(held.status, Standing.BOOKED)
    return Arrangement(
        held.planned.start,
        held.planned.end,
        held.planned.slot_id,
        held.clinician_id,
        ConsultationForm.VIDEO.value,
        standing,
    )
