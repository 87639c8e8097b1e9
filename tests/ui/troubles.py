"""What several consoles and a failing network bring about: conflicts, threads that are taken, changes that wait."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.assignment import ThreadHolder
from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, SlotId
from app.domain.patient import Patient
from app.domain.views import WaitingAction, Withdrawal
from tests.ui import people

JENS = "Jens Holm"
COLLEAGUE = ThreadHolder(people.COLLEAGUE.id, people.COLLEAGUE.name, people.at(10, 1))
LONG_AGO = replace(COLLEAGUE, since=people.at(8, 50))
MINE = ThreadHolder(people.DOCTOR.id, people.DOCTOR.name, people.at(10, 2))


def arrangement(start: datetime = people.FIRST, standing: Standing = Standing.BOOKED) -> Arrangement:
    end = start + timedelta(minutes=15)
    return Arrangement(start, end, None, people.DOCTOR.id, ConsultationForm.VIDEO.value, standing)


BEFORE = arrangement()
MOVED = Conflict(
    Wish.CANCEL,
    BEFORE,
    arrangement(standing=Standing.CANCELLED),
    replace(arrangement(people.at(11)), clinician_id=people.COLLEAGUE.id),
    JENS,
    people.at(10, 2),
)
"""Cancelled here while a colleague moved it, and to somebody else."""
CANCELLED = Conflict(
    Wish.MOVE, BEFORE, arrangement(people.at(11)), arrangement(standing=Standing.CANCELLED), at=people.at(16, 0, -1)
)
"""Moved here while somebody whose name is not told cancelled it."""
ENDED = Conflict(
    Wish.OUTCOME,
    BEFORE,
    arrangement(standing=Standing.ENDED),
    arrangement(standing=Standing.CANCELLED),
    "Lars Friis",
    people.at(10, 3),
)
"""Finished here while a colleague cancelled it."""


def in_conflict(conflict: Conflict = MOVED, state: BookingState = BookingState.DELIVERED) -> Booking:
    old = people.NOW - timedelta(minutes=30)
    made = people.booking(
        state=state,
        start=conflict.theirs.start,
        made_at=old,
        row=RowState.CONFLICT,
        failure=ErrorKind.CONFLICT,
        ledger=people.ledger(*people.DELIVERED, first=old),
    )
    return replace(made, conflict=conflict, row_state_at=people.at(10, 3), settled_by=conflict.by)


def delivered(**fields: object) -> Booking:
    """Karen's appointment made half an hour ago, with any field as a test wants it."""
    old = people.NOW - timedelta(minutes=30)
    made = people.booking(
        state=BookingState.DELIVERED,
        made_at=old,
        row=RowState.CONFIRMED,
        ledger=people.ledger(*people.DELIVERED, first=old),
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # any field of the booking, named by the test


def being_moved() -> Booking:
    start = people.at(11)
    return delivered(
        start=start,
        end=start + timedelta(minutes=15),
        slot_id=SlotId("slot-anna-1100"),
        moved_from=PlannedTime(people.FIRST, people.FIRST + timedelta(minutes=15), SlotId("slot-anna-1020")),
        row_state=RowState.QUEUED,
        row_state_at=people.NOW,
    )


def waiting(
    key: str,
    kind: ActionKind,
    who: Patient = people.KAREN,
    *,
    withdrawal: Withdrawal = Withdrawal.CANCELS_BOOKING,
    failure: ErrorKind | None = None,
    attempts: int = 0,
    again: datetime | None = None,
    start: datetime | None = people.FIRST,
) -> WaitingAction:
    made, following = people.at(9, 35), again or people.NOW
    return WaitingAction(
        ActionId(key), kind, who.id, who.name, start, made, attempts, failure, following, withdrawal
    )


WAITING = (
    waiting(
        "w1",
        ActionKind.WRITE_APPOINTMENT,
        failure=ErrorKind.PRACTICE_UNREACHABLE,
        attempts=4,
        again=people.at(10, 9),
    ),
    waiting(
        "w2",
        ActionKind.SEND_INVITATION,
        people.OMAR,
        withdrawal=Withdrawal.DROPS_TEXT,
        failure=ErrorKind.SMS_UNREACHABLE,
        attempts=1,
        again=people.at(10, 5),
        start=people.at(11),
    ),
    waiting("w3", ActionKind.MOVE_APPOINTMENT, people.SIGNE, withdrawal=Withdrawal.STAYS_WHERE_IT_WAS),
    waiting("w4", ActionKind.WRITE_OUTCOME, people.VERNER, withdrawal=Withdrawal.NOT_POSSIBLE, start=people.at(9)),
    waiting("w5", ActionKind.ASSIGN_THREAD, people.MIA, withdrawal=Withdrawal.LETS_GO_OF_THREAD, start=None),
)
