"""The waiting room as a pure function: what each event changes, and whom it tells.

A step knows one room only, so nothing of one patient can reach another: every effect carries that room's booking.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal, assert_never

from app.domain.ports.rooms import RoomRequest
from app.room.events import (
    Admit,
    AskForPhone,
    Close,
    ConsoleEvent,
    ConsoleGone,
    ConsoleId,
    ConsoleSignal,
    CountRating,
    Delay,
    DevicesTested,
    Effect,
    End,
    Event,
    GoOnByTelephone,
    Join,
    Leave,
    PatientArrived,
    PatientGone,
    PatientMessage,
    PatientSignal,
    Planned,
    Rating,
    SignalConsole,
    TellPatient,
    TellPresence,
    Tick,
)
from app.room.state import (
    BEFORE_WAITING,
    TALKING,
    Room,
    Stage,
    is_closed,
    is_early,
    occupied,
    presence,
    state_message,
)

Step = tuple[Room, tuple[Effect, ...]]


def step(room: Room, event: Event | ConsoleEvent, now: datetime) -> Step:
    """Apply one event; returns the room as it now is and what is to be sent, in order."""
    changed, effects = _apply(room, event, now)
    return _tell_what_differs(changed, effects, now)


def _apply(room: Room, event: Event | ConsoleEvent, now: datetime) -> Step:
    match event:
        case PatientArrived():
            changed = _arrive(room, now)
        case PatientGone():
            changed = replace(room, connected=False, seen_at=now if occupied(room) else room.seen_at), ()
        case Planned(plan):
            changed = (_reopened(room, plan) if room.closed else replace(room, plan=plan)), ()
        case Close():
            changed = replace(room, closed=True), ()
        case Tick():
            changed = room, ()
        case DevicesTested() | Join() | PatientSignal() | AskForPhone() | Leave() | Rating():
            changed = _from_patient(room, event, now) if room.connected else (room, ())
        case Admit() | ConsoleSignal() | GoOnByTelephone() | End() | Delay() | ConsoleGone():
            changed = _from_console(room, event, now)
        case _:
            assert_never(event)
    return changed


def _tell_what_differs(room: Room, effects: tuple[Effect, ...], now: datetime) -> Step:
    told = state_message(room, now)
    if room.connected and told != room.told:
        effects = (TellPatient(room.plan.booking_id, told), *effects)
        room = replace(room, told=told)
    reported = presence(room, now)
    if reported != room.reported:
        effects = (*effects, TellPresence(reported))
        room = replace(room, reported=reported)
    return room, effects


def _reopened(room: Room, plan: RoomRequest) -> Room:
    """The clinic plans the booking again after all: the same door, and nobody has been let in yet."""
    stage = Stage.OPENED if room.connected else Stage.NEW
    return replace(
        room, plan=plan, closed=False, stage=stage, owner=None, delay_minutes=0, rated=False, seen_at=None
    )


def _arrive(room: Room, now: datetime) -> Step:
    """Resume where the patient was; a room that has closed meanwhile is not revived by it."""
    over = is_closed(room, now)
    stage = room.stage
    if stage in {Stage.NEW, Stage.LEFT} or (over and stage is not Stage.ENDED):
        stage = Stage.OPENED
    room = replace(room, connected=True, stage=stage, told=None)
    return room, (_to_owner(room, "joined"),) if stage in {Stage.ADMITTED, Stage.IN_CALL} else ()


def _to_owner(room: Room, kind: Literal["joined", "phone", "left"], reason: str = "") -> SignalConsole:
    body = {"reason": reason} if reason else {}
    return SignalConsole(room.plan.booking_id, room.owner, kind, max(room.call, 0), body)


def _from_patient(room: Room, event: PatientMessage, now: datetime) -> Step:
    over = is_closed(room, now) or room.stage is Stage.ENDED
    changed: Step = room, ()
    match event:
        case Rating():
            changed = changed if room.rated else (replace(room, rated=True), (CountRating(event),))
        case _ if over:
            pass
        case DevicesTested(devices):
            stage = Stage.TESTED if room.stage is Stage.OPENED else room.stage
            changed = replace(room, devices=devices, stage=stage), ()
        case Join():
            changed = _join(room, now)
        case PatientSignal():
            changed = _signal(room, event)
        case AskForPhone():
            if room.stage not in {Stage.CALLBACK, Stage.TELEPHONE}:
                changed = replace(room, stage=Stage.CALLBACK), (_to_owner(room, "phone"),)
        case Leave():
            changed = replace(room, stage=Stage.LEFT, owner=None), (_to_owner(room, "left"),)
        case _:
            assert_never(event)
    return changed


def _signal(room: Room, signal: PatientSignal) -> Step:
    if room.stage not in {Stage.ADMITTED, Stage.IN_CALL} or signal.call != room.call:
        return room, ()
    stage = Stage.IN_CALL if signal.kind == "answer" else room.stage
    relayed = SignalConsole(room.plan.booking_id, room.owner, signal.kind, signal.call, signal.body)
    return replace(room, stage=stage), (relayed,)


def _join(room: Room, now: datetime) -> Step:
    ready = room.stage in BEFORE_WAITING or room.stage is Stage.CALLBACK
    if not ready or is_early(replace(room, stage=Stage.WAITING), now):
        return room, ()
    if room.owner is None:
        return replace(room, stage=Stage.WAITING), ()
    return _take_in(room, room.owner)


def _take_in(room: Room, console: ConsoleId) -> Step:
    """Attempts are numbered anew for each admission, since another console may have counted the last one's."""
    room = replace(room, stage=Stage.ADMITTED, owner=console, call=-1)
    return room, (_to_owner(room, "joined"),) if room.connected else ()


def _from_console(room: Room, event: ConsoleEvent, now: datetime) -> Step:
    changed: Step = room, ()
    match event:
        case ConsoleGone(console):
            changed = _lose_console(room, console, now)
        case _ if is_closed(room, now):
            pass
        case Delay(minutes):
            changed = replace(room, delay_minutes=minutes), ()
        case Admit(console):
            changed = _admit(room, console)
        case _ if room.owner not in {None, event.console}:
            pass
        case ConsoleSignal():
            changed = _relay(room, event)
        case GoOnByTelephone(console):
            changed = _conclude(room, console, Stage.TELEPHONE)
        case End(console):
            changed = _conclude(room, console, Stage.ENDED)
        case _:
            assert_never(event)
    return changed


def _conclude(room: Room, console: ConsoleId, stage: Literal[Stage.TELEPHONE, Stage.ENDED]) -> Step:
    room = replace(room, stage=stage, owner=console)
    return room, (TellPatient(room.plan.booking_id, {"type": stage.value}),)


def _admit(room: Room, console: ConsoleId) -> Step:
    """Take the patient in; one who has not pressed join yet is taken in when he does.

    When another console had the patient, it is told that he left it.
    """
    taken_over: tuple[Effect, ...] = ()
    if room.owner not in {None, console} and room.stage in TALKING:
        taken_over = (_to_owner(room, "left", "taken_over"),)
    if room.stage in BEFORE_WAITING:
        return replace(room, owner=console), ()
    room, effects = _take_in(room, console)
    return room, (*taken_over, *effects)


def _relay(room: Room, signal: ConsoleSignal) -> Step:
    fresh = signal.call > room.call if signal.kind == "offer" else signal.call == room.call
    if not (fresh and room.connected and room.stage in {Stage.ADMITTED, Stage.IN_CALL}):
        return room, ()
    room = replace(room, owner=signal.console, call=signal.call)
    message = {"type": signal.kind, "call": signal.call, "body": signal.body}
    return room, (TellPatient(room.plan.booking_id, message),)


def _lose_console(room: Room, console: ConsoleId, now: datetime) -> Step:
    """Forget the console; a conversation under way goes on, one not yet begun waits for another."""
    if room.owner != console:
        return room, ()
    if room.stage in TALKING:
        room = replace(room, seen_at=now)
    stage = Stage.WAITING if room.stage is Stage.ADMITTED else room.stage
    return replace(room, owner=None, stage=stage), ()
