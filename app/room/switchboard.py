"""The rooms and the lines to them: hands each event to its own room and each effect to whom it is addressed."""

import itertools
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol, assert_never

from app.domain.clinic_time import Clock
from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomRequest
from app.room.codes import code_digest, new_code, same_digest
from app.room.events import (
    Close,
    ConsoleEvent,
    ConsoleGone,
    ConsoleId,
    CountRating,
    Effect,
    Event,
    PatientArrived,
    PatientGone,
    PatientMessage,
    Planned,
    Rating,
    SignalConsole,
    TellPatient,
    TellPresence,
    Tick,
)
from app.room.line import CLOSE_GOING_AWAY, CLOSE_REPLACED
from app.room.state import Room, Stage, deadline, is_closed, new_room, restored_room
from app.room.storage import StoredRoom
from app.room.waiting_room import step
from app.room.wire import presence_message, signal_message

LOG = logging.getLogger(__name__)


class Line(Protocol):
    """The way to one browser or console."""

    def send(self, message: JsonObject) -> None: ...

    def close(self, code: int) -> None: ...


class Seat:
    """A room with its code and, when the patient's page is open, the line to it."""

    __slots__ = ("code", "deadline", "digest", "line", "room")

    def __init__(self, room: Room, code: str) -> None:
        self.room = room
        self.code = code
        self.digest = code_digest(code)
        self.line: Line | None = None
        self.deadline: datetime | None = None

    def stored(self) -> StoredRoom:
        """Return what a restart must not lose."""
        room = self.room
        return StoredRoom(room.plan, self.code, room.stage.value, room.call, room.delay_minutes, room.closed)


class Switchboard:
    """All rooms of the service. Nothing here waits: every call is done when it returns."""

    def __init__(
        self,
        clock: Clock,
        stored: Iterable[StoredRoom],
        on_rating: Callable[[Rating], None],
        on_change: Callable[[StoredRoom], None],
    ) -> None:
        self._clock = clock
        self._on_rating = on_rating
        self._on_change = on_change
        self._seats: dict[BookingId, Seat] = {}
        self._by_digest: dict[bytes, Seat] = {}
        self._consoles: dict[ConsoleId, Line] = {}
        self._console_ids = itertools.count(1)
        for record in stored:
            self._add(_restored(record, clock()), record.code)

    def ensure(self, plan: RoomRequest) -> tuple[StoredRoom, bool]:
        """Make, change or reopen the booking's room; returns it, and whether it is new. It keeps its code."""
        seat = self._seats.get(plan.booking_id)
        if seat is None:
            seat = self._add(new_room(plan, self._clock()), self._fresh_code())
            self._step(seat, Planned(plan))
            # Other consoles learn of the room now, as they would from the snapshot.
            self._carry_out(seat, TellPresence(seat.room.reported))
            return seat.stored(), True
        self._step(seat, Planned(plan))
        return seat.stored(), False

    def close_room(self, booking_id: BookingId) -> StoredRoom | None:
        """Close the room until it is planned again; returns it, or None when there is none."""
        seat = self._seats.get(booking_id)
        if seat is None:
            return None
        self._step(seat, Close())
        return seat.stored()

    def find(self, code: str) -> Seat | None:
        """Return the room of a code; how long it takes tells nothing about other codes."""
        digest = code_digest(code)
        seat = self._by_digest.get(digest)
        return seat if seat is not None and same_digest(seat.digest, digest) else None

    def patient_arrived(self, seat: Seat, line: Line) -> None:
        """Take up the patient's line; an older one of the same room is hung up on."""
        if seat.line is not None:
            seat.line.close(CLOSE_REPLACED)
        seat.line = line
        self._step(seat, PatientArrived())

    def patient_said(self, seat: Seat, line: Line, message: PatientMessage) -> None:
        """Take a message from the patient, unless his page has been opened elsewhere meanwhile."""
        if seat.line is line:
            self._step(seat, message)

    def patient_gone(self, seat: Seat, line: Line) -> None:
        """Note that the line dropped, unless another has taken its place."""
        if seat.line is line:
            seat.line = None
            self._step(seat, PatientGone())

    def console_arrived(self, line: Line) -> ConsoleId:
        """Take up a console's line and send it the snapshot."""
        console = ConsoleId(next(self._console_ids))
        now = self._clock()
        for seat in self._seats.values():
            if not is_closed(seat.room, now):
                line.send(presence_message(seat.room.reported))
        line.send({"type": "snapshot_end"})
        self._consoles[console] = line
        return console

    def console_said(self, booking_id: BookingId, event: ConsoleEvent) -> None:
        """Take a message from a console; one for an unknown room is dropped."""
        if seat := self._seats.get(booking_id):
            self._step(seat, event)

    def console_gone(self, console: ConsoleId) -> None:
        """Forget a console."""
        self._consoles.pop(console, None)
        for seat in self._seats.values():
            if seat.room.owner == console:
                self._step(seat, ConsoleGone(console))

    def tick(self) -> None:
        """Open and close the rooms whose time has come."""
        now = self._clock()
        for seat in self._seats.values():
            if seat.deadline is not None and seat.deadline <= now:
                self._step(seat, Tick())

    def forget_before(self, closed_before: datetime) -> None:
        """Drop rooms that were to close before this; their codes then lead nowhere."""
        for booking_id, seat in list(self._seats.items()):
            if seat.room.plan.closes_at < closed_before and seat.line is None:
                del self._seats[booking_id]
                del self._by_digest[seat.digest]

    def hang_up(self) -> None:
        """Close every line; both ends know to come back."""
        for line in [seat.line for seat in self._seats.values() if seat.line] + list(self._consoles.values()):
            line.close(CLOSE_GOING_AWAY)

    def gauges(self) -> Mapping[str, int]:
        """Return how many rooms and lines there are."""
        now = self._clock()
        seats = self._seats.values()
        waiting = [seat for seat in seats if seat.line is not None and seat.room.stage is Stage.WAITING]
        return {
            "room_rooms_open": sum(not is_closed(seat.room, now) for seat in seats),
            "room_patients_connected": sum(seat.line is not None for seat in seats),
            "room_patients_waiting": len(waiting),
            "room_consoles_connected": len(self._consoles),
        }

    def _add(self, room: Room, code: str) -> Seat:
        seat = Seat(room, code)
        seat.deadline = deadline(room, self._clock())
        self._seats[room.plan.booking_id] = seat
        self._by_digest[seat.digest] = seat
        return seat

    def _fresh_code(self) -> str:
        code = new_code()
        while code_digest(code) in self._by_digest:
            code = new_code()
        return code

    def _step(self, seat: Seat, event: Event | ConsoleEvent) -> None:
        now = self._clock()
        before = seat.room
        seat.room, effects = step(seat.room, event, now)
        seat.deadline = deadline(seat.room, now)
        if _durable(before) != _durable(seat.room):
            self._on_change(seat.stored())
        for effect in effects:
            self._carry_out(seat, effect)

    def _carry_out(self, seat: Seat, effect: Effect) -> None:
        match effect:
            case TellPatient(_, message):
                if seat.line is not None:
                    seat.line.send(message)
            case SignalConsole(console=console):
                for line in self._listeners(console):
                    line.send(signal_message(effect))
            case TellPresence(presence):
                for line in self._listeners(None):
                    line.send(presence_message(presence))
            case CountRating(rating):
                self._on_rating(rating)
            case _:
                assert_never(effect)

    def _listeners(self, console: ConsoleId | None) -> list[Line]:
        if console is None:
            return list(self._consoles.values())
        return [self._consoles[console]] if console in self._consoles else []


def _durable(room: Room) -> tuple[object, ...]:
    return room.stage, room.call, room.delay_minutes, room.closed


def _restored(stored: StoredRoom, now: datetime) -> Room:
    return restored_room(
        stored.plan,
        now,
        stage=Stage(stored.stage),
        call=stored.call,
        delay_minutes=stored.delay_minutes,
        closed=stored.closed,
    )
