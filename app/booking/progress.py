"""How far a booking has come: the order of its states, its delivery ledger and the facts read out of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery, LedgerEntry, Route
from app.domain.waiting import PatientPhase

_ORDER = (
    BookingState.REQUESTED,
    BookingState.ROOM_READY,
    BookingState.CONFIRMED,
    BookingState.INVITED,
    BookingState.DELIVERED,
    BookingState.OPENED,
    BookingState.TESTED,
    BookingState.WAITING,
    BookingState.IN_CALL,
)
_MOVED_AT_LEAST = timedelta(minutes=1)
_RANK = {state: rank for rank, state in enumerate(_ORDER)} | {
    BookingState.ROOM_FAILED: _ORDER.index(BookingState.REQUESTED),
    BookingState.UNDELIVERABLE: _ORDER.index(BookingState.INVITED),
}
SEEN: Mapping[PatientPhase, tuple[BookingState, Delivery]] = {
    PatientPhase.OPENED: (BookingState.OPENED, Delivery.OPENED),
    PatientPhase.TESTED: (BookingState.TESTED, Delivery.TESTED),
    PatientPhase.WAITING: (BookingState.WAITING, Delivery.WAITING),
    PatientPhase.WANTS_PHONE: (BookingState.WAITING, Delivery.WAITING),
    PatientPhase.IN_CALL: (BookingState.IN_CALL, Delivery.IN_CALL),
}
_CAME = frozenset(delivery for _, delivery in SEEN.values())

UNDONE = "undone"
"""Marks the ledger line of an invitation that was taken back together with its booking, before it left the PC."""
_NO_SMS_POSSIBLE = frozenset({ErrorKind.PATIENT_HAS_NO_PHONE, ErrorKind.SMS_NUMBER_REFUSED})


def rank(state: BookingState) -> int:
    """Return how far a state of a live booking is along the way; a final state has no rank."""
    return _RANK[state]


def patient_came(booking: Booking) -> bool:
    """Tell whether the patient's browser was ever seen in the room."""
    return any(entry.delivery in _CAME for entry in booking.ledger)


def was_in_call(booking: Booking) -> bool:
    """Tell whether the room service ever saw the patient in the video call."""
    return any(entry.delivery is Delivery.IN_CALL for entry in booking.ledger)


def is_video(booking: Booking) -> bool:
    """Tell whether the booking has a room and an invitation."""
    return booking.form is ConsultationForm.VIDEO


def appointment_asked(booking: Booking) -> bool:
    """Tell whether the practice system has been asked for the appointment; by video that follows the room."""
    return booking.room is not None or booking.appointment_id is not None or not is_video(booking)


def patient_is_there(booking: Booking) -> bool:
    """Tell whether the patient has come to the waiting room of this very consultation."""
    return rank(booking.state) >= rank(BookingState.WAITING)


def last_invitation(booking: Booking) -> LedgerEntry | None:
    """Return the line with which the newest invitation was put in the outbox, or taken back from it."""
    asked = (e for e in reversed(booking.ledger) if e.delivery is Delivery.QUEUED or e.reference == UNDONE)
    return next(asked, None)


def was_invited_once(booking: Booking) -> bool:
    """Tell whether an invitation was ever put in the outbox, whatever became of it."""
    return last_invitation(booking) is not None


def invitation_asked(booking: Booking) -> bool:
    """Tell whether an invitation was put in the outbox and not taken back, so that the patient may have it."""
    invitation = last_invitation(booking)
    return invitation is not None and invitation.delivery is Delivery.QUEUED


def planned_time(booking: Booking) -> PlannedTime:
    """Return when the booking is to be held, as this console has it."""
    return PlannedTime(booking.start, booking.end, booking.slot_id)


def held_time(booking: Booking) -> PlannedTime:
    """Return the time the practice system has, which is what patients and rooms are told: not that of a move."""
    return booking.moved_from or planned_time(booking)


def at_time(booking: Booking, planned: PlannedTime) -> Booking:
    """Return the booking at another time; an extension was of a consultation that began when it did."""
    extended_to = booking.extended_to if same_start(planned, planned_time(booking)) else None
    return replace(booking, start=planned.start, end=planned.end, slot_id=planned.slot_id, extended_to=extended_to)


def same_start(one: PlannedTime, other: PlannedTime) -> bool:
    """Tell whether two times begin alike to the minute, which is as fine as some practice systems keep them."""
    return abs(one.start - other.start) < _MOVED_AT_LEAST


def same_time(one: PlannedTime, other: PlannedTime) -> bool:
    """Tell whether two times are the same to the minute."""
    return same_start(one, other) and abs(one.end - other.end) < _MOVED_AT_LEAST


def may_be_expecting(booking: Booking) -> bool:
    """Tell whether the patient may know of a video consultation: invited here, or by whoever made it elsewhere."""
    made_elsewhere = is_video(booking) and booking.room is None and booking.appointment_id is not None
    return invitation_asked(booking) or made_elsewhere


def can_be_texted(booking: Booking) -> bool:
    """Tell whether a text about a change of plans has somebody to reach."""
    return may_be_expecting(booking) and not any(entry.failure in _NO_SMS_POSSIBLE for entry in booking.ledger)


def reach(booking: Booking, state: BookingState) -> Booking:
    """Move a live booking forward to a state; one that is over, or further on, stays where it is."""
    if not booking.live or rank(state) <= rank(booking.state):
        return booking
    mended = booking.state in (BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED)
    return replace(booking, state=state, failure=None if mended else booking.failure)


def taken_back(booking: Booking, now: datetime) -> Booking:
    """Note that the newest invitation, if there is one, was taken back before it left the PC."""
    if not invitation_asked(booking):
        return booking
    return entered(booking, now, Delivery.FAILED, reference=UNDONE, failure=ErrorKind.WITHDRAWN)


def entered(
    booking: Booking,
    now: datetime,
    delivery: Delivery,
    reference: str = "",
    failure: ErrorKind | None = None,
) -> Booking:
    """Add a line to the delivery ledger, unless the newest invitation has it already; times never run backwards."""
    invitation = last_invitation(booking)
    newest = booking.ledger[booking.ledger.index(invitation) :] if invitation else booking.ledger
    if any((e.delivery, e.reference, e.failure) == (delivery, reference, failure) for e in newest):
        return booking
    sent = any(entry.delivery is Delivery.ACCEPTED for entry in booking.ledger)
    at = max(now, booking.ledger[-1].at) if booking.ledger else now
    route = Route.SPOKEN_CODE if delivery in _CAME and not sent else Route.SMS
    return replace(booking, ledger=(*booking.ledger, LedgerEntry(at, delivery, route, reference, failure)))
