"""What a room is at one moment, and what that looks like to the patient and to the consoles."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, unique
from typing import Literal

from app.domain.ports.rooms import JsonObject, RoomRequest
from app.domain.waiting import PatientDevices, PatientPhase, PatientPresence
from app.room.events import ConsoleId

REJOIN_GRACE = timedelta(minutes=5)
"""A patient whose line drops after closing time has this long to come back."""
LONGEST_EXTENSION = timedelta(hours=4)
"""A forgotten browser tab does not keep a room open longer than this after its planned end."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@unique
class Stage(Enum):
    """How far the patient has come; kept while the line is down, so that coming back resumes it."""

    NEW = "new"
    OPENED = "opened"
    TESTED = "tested"
    WAITING = "waiting"
    ADMITTED = "admitted"
    IN_CALL = "in_call"
    CALLBACK = "callback"
    TELEPHONE = "telephone"
    LEFT = "left"
    ENDED = "ended"


PatientView = Literal["early", "preview", "waiting", "admitted", "telephone", "ended", "closed"]
BEFORE_WAITING = frozenset({Stage.NEW, Stage.OPENED, Stage.TESTED, Stage.LEFT})
TALKING = frozenset({Stage.ADMITTED, Stage.IN_CALL, Stage.TELEPHONE})


@dataclass(frozen=True, slots=True)
class Room:
    """One booking's room; `owner` is the console that took the patient in, `call` its newest attempt (-1: none).

    `told` and `reported` are what patient and consoles heard last: a step sends only what differs. `seen_at` is
    when the patient's line dropped, or in the midst of a conversation the console's.
    """

    plan: RoomRequest
    reported: PatientPresence
    stage: Stage = Stage.NEW
    connected: bool = False
    devices: PatientDevices = field(default_factory=PatientDevices)
    owner: ConsoleId | None = None
    call: int = -1
    delay_minutes: int = 0
    closed: bool = False
    rated: bool = False
    seen_at: datetime | None = None
    told: JsonObject | None = None


def new_room(plan: RoomRequest, now: datetime) -> Room:
    """Return an empty room for the plan."""
    return Room(plan=plan, reported=PatientPresence(plan.booking_id, PatientPhase.NOT_OPENED, now))


def occupied(room: Room) -> bool:
    """Tell whether somebody is waiting or talking; a wish to be telephoned counts until it is met."""
    if room.stage is Stage.CALLBACK:
        return True
    return room.connected and (room.stage is Stage.WAITING or room.stage in TALKING)


def closing_time(room: Room) -> datetime:
    """Return when the room closes as things stand: the planned time, extended while people are in it.

    No clock ends a conversation: while a console holds it the room stays open, and one whose lines drop has as long
    to be taken up again at any hour.
    """
    planned, talking = room.plan.closes_at, room.stage in TALKING
    limit = max(planned, room.plan.end + LONGEST_EXTENSION)
    if talking and room.owner is not None:
        return _NEVER
    if occupied(room):
        return max(limit, room.seen_at + LONGEST_EXTENSION) if talking and room.seen_at else limit
    if room.seen_at is None:
        return planned
    back = room.seen_at + REJOIN_GRACE
    return max(planned, back if talking else min(limit, back))


def is_closed(room: Room, now: datetime) -> bool:
    """Tell whether the room is over: closed by the clinic, or by time."""
    return room.closed or now >= closing_time(room)


def is_early(room: Room, now: datetime) -> bool:
    """Tell whether the room is still to open; a conversation under way is never sent back."""
    return now < room.plan.opens_at and room.stage not in TALKING


def deadline(room: Room, now: datetime) -> datetime | None:
    """Return when time alone will change the room next, or None."""
    if is_closed(room, now):
        return None
    return room.plan.opens_at if is_early(room, now) else closing_time(room)


def patient_view(room: Room, now: datetime) -> PatientView:
    """Return which face of the page the patient is to see."""
    if room.stage is Stage.ENDED:
        return "ended"
    if is_closed(room, now):
        return "closed"
    if room.stage in {Stage.CALLBACK, Stage.TELEPHONE}:
        return "telephone"
    if is_early(room, now):
        return "early"
    if room.stage is Stage.WAITING:
        return "waiting"
    return "admitted" if room.stage in TALKING else "preview"


def state_message(room: Room, now: datetime) -> JsonObject:
    """Return the `state` message: everything the page needs to show, and nothing about the patient."""
    plan = room.plan
    return {
        "type": "state",
        "phase": patient_view(room, now),
        "opens_at": plan.opens_at.isoformat(),
        "start": plan.start.isoformat(),
        "clinic_name": plan.clinic_name,
        "clinician_name": plan.clinician_name,
        "clinic_phone": plan.clinic_phone,
        "language": plan.language,
        "delay_minutes": room.delay_minutes,
        "callback": room.stage is Stage.CALLBACK,
    }


_PHASES = {
    Stage.NEW: PatientPhase.NOT_OPENED,
    Stage.OPENED: PatientPhase.OPENED,
    Stage.TESTED: PatientPhase.TESTED,
    Stage.WAITING: PatientPhase.WAITING,
    Stage.ADMITTED: PatientPhase.WAITING,
    Stage.IN_CALL: PatientPhase.IN_CALL,
    Stage.TELEPHONE: PatientPhase.IN_CALL,
    Stage.CALLBACK: PatientPhase.WANTS_PHONE,
    Stage.LEFT: PatientPhase.LEFT,
    Stage.ENDED: PatientPhase.LEFT,
}
_TRUE_WITHOUT_LINE = frozenset({Stage.NEW, Stage.CALLBACK, Stage.LEFT, Stage.ENDED})


def presence(room: Room, now: datetime) -> PatientPresence:
    """Return what the consoles are to know; `since` stays as long as the phase does."""
    phase = _PHASES[room.stage]
    if is_closed(room, now) and room.stage is not Stage.NEW:
        phase = PatientPhase.LEFT
    elif not room.connected and room.stage not in _TRUE_WITHOUT_LINE:
        phase = PatientPhase.AWAY
    since = room.reported.since if phase is room.reported.phase else now
    return PatientPresence(room.plan.booking_id, phase, since, room.devices)


def restored_room(
    plan: RoomRequest, now: datetime, *, stage: Stage, call: int, delay_minutes: int, closed: bool
) -> Room:
    """Return a stored room as the service finds it when it starts again: nobody is on a line.

    Who was in it may come back, unless that was long ago.
    """
    stage = Stage.WAITING if stage is Stage.ADMITTED else stage
    room = replace(new_room(plan, now), stage=stage, call=call, delay_minutes=delay_minutes, closed=closed)
    if (stage is Stage.WAITING or stage in TALKING) and now < plan.end + LONGEST_EXTENSION:
        room = replace(room, seen_at=now)
    return replace(room, reported=presence(room, now))
