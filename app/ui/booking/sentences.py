"""What is said of one booking: what it is, how far it has come, and who else had a hand in it."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.booking import MADE_LONG_AGO, Booking, BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.ui.booking.conflict_words import colleague
from app.ui.danish_time import clock_text, moment_text
from app.ui.error_texts import error_text
from app.ui.words import consultation_text, delivery_label, outcome_text, unsettled

NEEDS_TELEPHONE = frozenset({BookingState.UNDELIVERABLE, BookingState.ROOM_FAILED})


def refusal(booking: Booking) -> ErrorKind | None:
    """Return why the appointment was refused, when it is not because somebody else took the time."""
    refused = booking.state is BookingState.SLOT_TAKEN and booking.failure is not ErrorKind.SLOT_TAKEN
    return booking.failure if refused else None


def move_refused(booking: Booking) -> bool:
    """Tell whether the booking stands where it stood because somebody took the time it was to be moved to."""
    return booking.live and booking.failure is ErrorKind.SLOT_TAKEN and not _extended(booking)


def outcome_refused(booking: Booking) -> ErrorKind | None:
    """Return why the practice system would not take the outcome, once there is nothing left to choose."""
    refused = booking.outcome is not None and booking.row_state is RowState.CONFLICT and unsettled(booking) is None
    return booking.failure if refused else None


def headline(booking: Booking, now: datetime, asked: datetime | None = None) -> str:
    """Return what the booking is, or what went wrong; `asked` is the time a move in vain was meant for."""
    if booking.state in NEEDS_TELEPHONE or refusal(booking):
        return error_text(booking.failure or ErrorKind.SMS_LOST).title
    if booking.state is BookingState.SLOT_TAKEN:
        return _taken(booking.start, booking.settled_by, now)
    if move_refused(booking):
        return _taken(asked, booking.settled_by, now)
    return _plain_headline(booking, now)


def _plain_headline(booking: Booking, now: datetime) -> str:
    translate = QCoreApplication.translate
    what, when = consultation_text(booking), moment_text(booking.start, now)
    if booking.state is BookingState.CANCELLED and booking.settled_by:
        text = translate("BookingRow", "Cancelled by {name}: {what} {when}")
        return text.format(name=booking.settled_by, what=what, when=when)
    if booking.state is BookingState.CANCELLED:
        return translate("BookingRow", "Cancelled: {what} {when}").format(what=what, when=when)
    if booking.outcome is not None:
        outcome = outcome_text(booking.outcome.kind)
        return translate("BookingRow", "{outcome} {when}").format(outcome=outcome, when=when)
    if booking.slot_id is None and booking.made_at != MADE_LONG_AGO:
        made = moment_text(booking.made_at, now)
        return translate("BookingRow", "{what} – made {when}").format(what=what, when=made)
    return translate("BookingRow", "{what} {when}").format(what=what, when=when)


def move_text(booking: Booking, now: datetime) -> str:
    """Return that the booking is being moved, was moved by a colleague, or stayed where it was; empty for none."""
    translate = QCoreApplication.translate
    if not booking.live or unsettled(booking) is not None:
        return ""
    if _extended(booking):
        return _extension(booking)
    if move_refused(booking):
        when = moment_text(booking.start, now)
        return translate("BookingRow", "The appointment still stands {when}.").format(when=when)
    if booking.moved_from is not None:
        when = moment_text(booking.moved_from.start, now)
        return translate("BookingRow", "Being moved from {when}").format(when=when)
    if booking.settled_by:
        return translate("BookingRow", "Moved by {name}").format(name=booking.settled_by)
    return ""


def _extended(booking: Booking) -> bool:
    """Tell whether the consultation has been given more time here than the practice system is known to have."""
    return booking.extended_to is not None and (booking.moved_from is not None or booking.extended_to > booking.end)


def _extension(booking: Booking) -> str:
    translate, until = QCoreApplication.translate, clock_text(booking.lasts_until)
    if booking.moved_from is not None:
        return translate("BookingRow", "Being extended to {time}").format(time=until)
    if booking.failure is ErrorKind.SLOT_TAKEN:
        text = translate("BookingRow", "Extended to {time}; in the calendar to {end}: the time after it is taken")
    else:
        text = translate("BookingRow", "Extended to {time}; in the calendar to {end}")
    return text.format(time=until, end=clock_text(booking.end))


def ledger_text(booking: Booking, now: datetime) -> str:
    """Return what became of the invitation, in one line."""
    if booking.state is BookingState.SLOT_TAKEN:
        return _not_booked(booking, now)
    if booking.state in NEEDS_TELEPHONE:
        text = QCoreApplication.translate("BookingRow", "{what} {when}. Phone the patient.")
        return text.format(what=consultation_text(booking), when=moment_text(booking.start, now))
    if booking.outcome is not None:
        refused = outcome_refused(booking)
        words = error_text(refused) if refused else None
        return f"{words.title}. {words.advice}" if words else booking.outcome.fee_text
    if not booking.ledger:
        return _before_the_text(booking)
    sent = any(entry.delivery is not Delivery.QUEUED for entry in booking.ledger)
    shown = [entry for entry in booking.ledger if not (sent and entry.delivery is Delivery.QUEUED)]
    return "  ·  ".join(delivery_label(entry.delivery, clock_text(entry.at)).text for entry in shown)


def code_text(booking: Booking) -> str:
    """Return the code a patient can be read aloud; empty when there is no room to come to."""
    if booking.room is None or not booking.live:
        return ""
    code = booking.room.code
    text = QCoreApplication.translate("BookingRow", "Code to read aloud: {code}")
    return text.format(code=f"{code[:5]}-{code[5:]}")


def _taken(at: datetime | None, by: str, now: datetime) -> str:
    translate, who = QCoreApplication.translate, colleague(by)
    if at is None:
        return translate("BookingRow", "The new time was taken by {who}").format(who=who)
    when = moment_text(at, now)
    return translate("BookingRow", "The time {when} was taken by {who}").format(when=when, who=who)


def _before_the_text(booking: Booking) -> str:
    """What the SMS waits for; nothing for a booking that was never to get one from here."""
    translate = QCoreApplication.translate
    if booking.state is BookingState.REQUESTED:
        return translate("BookingRow", "The room is being made ready …")
    if booking.state is BookingState.ROOM_READY:
        return translate("BookingRow", "The SMS is sent as soon as the record system has confirmed the time.")
    return ""


def _not_booked(booking: Booking, now: datetime) -> str:
    translate = QCoreApplication.translate
    nothing_sent = "" if booking.ledger else translate("BookingRow", "Nothing was sent to the patient.")
    refused = refusal(booking)
    if refused is None:
        return nothing_sent
    not_made = translate("BookingRow", "{what} {when} is not in the calendar.").format(
        what=consultation_text(booking), when=moment_text(booking.start, now)
    )
    return " ".join(text for text in (not_made, nothing_sent, error_text(refused).advice) if text)
