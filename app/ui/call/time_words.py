"""What the call says of its time: when it is up, who comes next, and what came of giving it more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from app.booking.extending_steps import longer
from app.domain.booking import Booking, BookingState
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.domain.views import DayRow, WaitingRow
from app.domain.waiting import PatientPhase
from app.ui.danish_time import clock_text
from app.ui.error_texts import error_text
from app.ui.theme.tokens import Tone
from app.ui.words import unsettled

LEAD = timedelta(minutes=2)
"""So long before the end of its time a consultation is told of it."""
_MINUTE = timedelta(minutes=1)
_BEHIND = frozenset({BookingState.ENDED, BookingState.IN_CALL})
_HERE = frozenset({PatientPhase.WAITING, PatientPhase.WANTS_PHONE})


@dataclass(frozen=True, slots=True)
class NextPatient:
    """When the next consultation of the same clinician begins, and whether its patient waits already."""

    start: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """What to say; `minutes` is what the button adds, 0 for none, and `closable` what stays until it is read."""

    tone: Tone
    title: str
    advice: str
    minutes: int = 0
    closable: bool = False


def next_patient(booking: Booking, day: Iterable[DayRow], waiting: Iterable[WaitingRow]) -> NextPatient | None:
    """Return who comes after a consultation that day; None when nobody does."""
    later = [
        row
        for row in day
        if row.booking_id not in (None, booking.id)
        and row.clinician_id == booking.clinician_id
        and row.start >= booking.start
        and row.booking_state not in _BEHIND
    ]
    if not later:
        return None
    first = min(later, key=lambda row: row.start)
    return NextPatient(first.start, first.booking_id in set(_waiting_now(waiting)))


def time_line(
    booking: Booking,
    now: datetime,
    following: NextPatient | None,
    *,
    known: bool = True,
    just_extended: bool = False,
    read: bool = False,
) -> TimeLine | None:
    """Return what is to be said now, or None for nothing.

    `known` tells that the calendar has been looked at for who is `following`; `just_extended` while it was a moment
    ago; `read` when what the calendar made of it has been closed.
    """
    if not booking.live:
        return None
    until, kept = booking.lasts_until, _kept(booking)
    if now >= until - LEAD and not just_extended:
        minutes = round((longer(until, now) - until) / _MINUTE)
        late = now >= until and following is not None and (following.waits or following.start <= now)
        told = (_following(following) if known else "", "" if read else kept)
        words = " ".join(text for text in told if text)
        return TimeLine(Tone.WARN if late else Tone.QUIET, _time_up(until, now), words, minutes)
    title = QCoreApplication.translate("CallTime", "Extended to {time}").format(time=clock_text(until))
    if kept:
        return None if read else TimeLine(Tone.WARN, title, kept, closable=True)
    return TimeLine(Tone.GOOD, title, _calendar(booking)) if just_extended else None


def _waiting_now(waiting: Iterable[WaitingRow]) -> Iterable[BookingId]:
    return (row.booking.id for row in waiting if row.presence is not None and row.presence.phase in _HERE)


def _time_up(until: datetime, now: datetime) -> str:
    translate = QCoreApplication.translate
    if now >= until:
        return translate("CallTime", "The time was up at {time}").format(time=clock_text(until))
    minutes = -((now - until) // _MINUTE)
    return translate("CallTime", "The time is up in {count} min.").format(count=minutes)


def _following(following: NextPatient | None) -> str:
    translate = QCoreApplication.translate
    if following is None:
        return translate("CallTime", "There are no more appointments today.")
    if following.waits:
        text = translate("CallTime", "The next patient, at {time}, is waiting already.")
    else:
        text = translate("CallTime", "Next patient at {time}.")
    return text.format(time=clock_text(following.start))


def _calendar(booking: Booking) -> str:
    translate = QCoreApplication.translate
    if booking.moved_from is not None:
        return translate("CallTime", "The calendar gets the new end as soon as the record system answers.")
    return translate("CallTime", "The calendar has the new end.")


def _kept(booking: Booking) -> str:
    """Return why the calendar keeps an earlier end, once that is known."""
    translate = QCoreApplication.translate
    if booking.extended_to is None or booking.moved_from is not None or booking.end >= booking.lasts_until:
        return ""
    ends = translate("CallTime", "In the calendar it still ends at {time}:").format(time=clock_text(booking.end))
    return f"{ends} {_why_kept(booking)}"


def _why_kept(booking: Booking) -> str:
    translate = QCoreApplication.translate
    if unsettled(booking) is not None:
        return translate(
            "CallTime", "the appointment was changed by others meanwhile, and waits for you to choose."
        )
    if booking.failure is ErrorKind.SLOT_TAKEN:
        return translate("CallTime", "the time after it is taken.")
    if booking.failure is None:
        return translate("CallTime", "there the time was not changed.")
    return error_text(booking.failure).title
