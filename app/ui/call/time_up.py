"""Watches the time of a call: tells quietly when it is nearly up, and gives it more when that is asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.booking import Booking
from app.domain.changes import Changes
from app.domain.clinic_time import clinic_date
from app.domain.errors import ErrorKind, KlinikError
from app.ui.call.notices import CallNotices
from app.ui.call.time_words import LEAD, NextPatient, TimeLine, next_patient, time_line
from app.ui.controls.live import LiveRead
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks

_SAID_FOR = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class _Seen:
    booking: Booking | None
    following: NextPatient | None


class TimeUp(QObject):
    """Follows one booking; reads nothing until its end is near or an extension is on its way. Call `tick` often."""

    def __init__(self, owner: QWidget, parts: ConsoleParts, booking: Booking, notices: CallNotices) -> None:
        super().__init__(owner)
        self._parts = parts
        self._notices = notices
        self._booking = booking
        self._following: NextPatient | None = None
        self._extended_at: datetime | None = None
        self._read: datetime | None = None
        self._line: TimeLine | None = None
        self._near = self._known = self._asking = self._over = False
        self._tasks = Tasks(self)
        self._live = LiveRead(
            self,
            parts.changes,
            Changes.BOOKINGS | Changes.CALENDAR | Changes.WAITING,
            read=self._look,
            show=self._show,
            fail=self._fail,
            looks=lambda: not self._over and (self._near or self._booking.moved_from is not None),
        )
        notices.more_time_wanted.connect(self.extend)
        notices.time_noted.connect(self._note)

    def tick(self) -> None:
        """Say what is to be said at this moment."""
        if self._over:
            return
        near = self._parts.clock() >= self._booking.lasts_until - LEAD
        if near and not self._near:
            self._known = False
            self._live.refresh()
        self._near = near
        self._say()

    def stop(self) -> None:
        """The conversation has ended: say nothing more."""
        self._over = True

    def extend(self) -> None:
        """Give the call more time, where that is offered."""
        if self._line is not None and self._line.minutes and not (self._asking or self._over):
            self._asking = True
            self._tasks.start(self._extend(), "extend call")

    async def _extend(self) -> None:
        failure: ErrorKind | None = None
        try:
            self._booking = await self._parts.desk.extend(self._booking.id)
            self._extended_at = self._parts.clock()
        except KlinikError as error:
            failure = error.kind
        finally:
            self._asking = False
        if not self._over:
            self._notices.show_time_failure(failure)
            self.tick()

    async def _look(self) -> _Seen:
        views, known = self._parts.views, self._booking
        card = await views.patient_card(known.patient_id)
        bookings = card.bookings if card is not None else ()
        booking = next((each for each in bookings if each.id == known.id), None)
        day = await views.day(clinic_date(known.start), known.clinician_id)
        return _Seen(booking, next_patient(booking or known, day, await views.waiting()))

    def _show(self, seen: _Seen) -> None:
        self._booking = seen.booking or self._booking
        self._following, self._known = seen.following, True
        self.tick()

    def _fail(self, _kind: ErrorKind) -> None:
        """Without the calendar the line tells the time alone."""
        self._known = False
        self.tick()

    def _note(self) -> None:
        self._read = self._booking.extended_to
        self._say()

    def _say(self) -> None:
        now, extended_at = self._parts.clock(), self._extended_at
        line = time_line(
            self._booking,
            now,
            self._following,
            known=self._known,
            just_extended=extended_at is not None and now - extended_at < _SAID_FOR,
            read=self._read is not None and self._read == self._booking.extended_to,
        )
        if line != self._line:
            self._line = line
            self._notices.show_time(line)
