"""What must be true when everything has come to rest, whatever happened before; findings are sentences."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from app.domain.booking import Booking, BookingState, RowState
from app.domain.ids import derived_uuid
from app.sync.fhir.items import READ_ORDER
from tests.faults.console import Console
from tests.faults.overwriting import overwritten
from tests.faults.picture_oracle import picture_findings
from tests.faults.server_oracle import OWN, server_findings, stands
from tests.faults.thread_oracle import thread_findings
from tests.faults.versions import Json, Version, identifiers_of, slots_of
from tests.faults.world import World

_ROUNDED = timedelta(seconds=1)


async def findings(world: World) -> list[str]:
    """Return everything that is wrong at the end of a history."""
    found = [*server_findings(world), *overwritten(world), *await thread_findings(world)]
    found += await picture_findings(world)
    for console in world.consoles:
        found += await _console(world, console)
    return found


async def _console(world: World, console: Console) -> list[str]:
    found = [f"{console.name}: {what}" for what in await _copy_differs(world, console)]
    waiting = await console.waiting()
    found += [f"{console.name}: {each.kind} still waits" for each in waiting]
    for booking_id in await console.bookings():
        booking = await console.store.booking(booking_id)
        if booking is not None:
            found += [f"{console.name}: {what} ({_short(booking)})" for what in _booking(world, console, booking)]
    for wish in world.wishes:
        promised = wish.console == console.name and wish.accepted and wish.booking_id
        if promised and await console.store.booking(wish.booking_id) is None:
            found.append(f"{console.name}: {wish.verb} was accepted and is lost")
    found += [f"{console.name}: {what}" for what in await _moves(world, console)]
    return found


async def _moves(world: World, console: Console) -> list[str]:
    """A move that was promised, and after which nothing else happened to the booking, was made or was refused."""
    found: list[str] = []
    for booking_id in dict.fromkeys(wish.booking_id for wish in world.wishes if wish.verb == "move"):
        wishes = [wish for wish in world.wishes if wish.booking_id == booking_id and wish.accepted is not False]
        booking = await console.store.booking(booking_id)
        if not wishes or wishes[-1].console != console.name or wishes[-1].verb != "move" or booking is None:
            continue
        told = booking.failure or booking.conflict or booking.settled_by or not booking.live
        changed = any(_by_colleague(world, booking, version) for version in world.practice.log)
        if wishes[-1].accepted and not (told or changed) and booking.start != wishes[-1].start:
            found.append(f"a move was promised and silently not made ({_short(booking)})")
    return found


def _by_colleague(world: World, booking: Booking, version: Version) -> bool:
    return (version.type, version.id, version.by) == ("Appointment", booking.appointment_id, "colleague")


async def _copy_differs(world: World, console: Console) -> list[str]:
    """Compare the local copy with the practice system, version by version."""
    current = world.practice.current.values()
    there = {(v.type, v.id): v.tag for v in current if v.type in READ_ORDER and v.body is not None}
    here = await console.copy(READ_ORDER)
    wrong = sorted(key for key in there.keys() | here.keys() if there.get(key) != here.get(key))
    if not world.practice.kind.type_history:
        # A list without any id is never believed, so of a type that is all gone the last one stays.
        some_left = {kind for kind, _ in there}
        wrong = [key for key in wrong if key[0] in some_left]
    return [f"{kind}/{found} is not as in the practice system" for kind, found in wrong]


def _booking(world: World, console: Console, booking: Booking) -> Iterator[str]:
    appointment = _appointment_of(world, booking)
    standing = appointment is not None and stands(appointment)
    if booking.row_state is RowState.CONFLICT:
        if booking.failure is None and booking.conflict is None:
            yield "a conflict that says nothing"
        return
    if booking.state is BookingState.ROOM_FAILED:
        return
    if booking.row_state is not RowState.CONFIRMED and _asked(booking):
        yield f"says {booking.row_state.value} although nothing waits"
        return
    if not booking.live and booking.state is not BookingState.ENDED:
        if standing and booking.state is BookingState.CANCELLED:
            yield "is cancelled here and stands in the practice system"
    elif appointment is None and booking.outcome is not None:
        yield from _outcome(world, booking, None)  # held all the same, in a time somebody else had
    elif appointment is None:
        yield "is gone from the practice system and not here"
    elif booking.live:
        yield from _as_planned(world, booking, appointment)
    else:
        yield from _outcome(world, booking, appointment)
    yield from _room(world, booking)
    yield from _texts(world, booking)


def _asked(booking: Booking) -> bool:
    """Whether the practice system was to know of it: not where it was taken back before anything left the PC."""
    taken_back = booking.state is BookingState.CANCELLED and booking.row_state is RowState.SAVED_HERE
    return booking.appointment_id is not None or booking.outcome is not None or not taken_back


def _as_planned(world: World, booking: Booking, appointment: Json) -> Iterator[str]:
    if not stands(appointment):
        yield f"is live here and {appointment['status']} in the practice system"
    elif abs(datetime.fromisoformat(appointment["start"]) - booking.start) >= _ROUNDED:
        yield f"is at {booking.start:%H.%M} here and at {appointment['start']} in the practice system"
    elif abs(datetime.fromisoformat(appointment["end"]) - booking.end) >= _ROUNDED:
        yield f"ends {booking.end:%H.%M} here and at {appointment['end']} in the practice system"
    elif slots_of(appointment) != _slots_of_its_time(world, booking):
        yield "is in another slot in the practice system"


def _slots_of_its_time(world: World, booking: Booking) -> set[str]:
    """Its own slot, and those of the same calendar that it runs into."""
    own = world.practice.get("Slot", booking.slot_id or "")
    if own is None:
        return set()
    ends = datetime.fromisoformat(own["end"])
    after = {
        f"Slot/{slot['id']}"
        for slot in world.practice.all("Slot")
        if slot["schedule"] == own["schedule"] and ends <= datetime.fromisoformat(slot["start"]) < booking.end
    }
    return {f"Slot/{booking.slot_id}"} | after


def _outcome(world: World, booking: Booking, appointment: Json | None) -> Iterator[str]:
    if booking.outcome is None:
        return
    model = world.practice
    wanted = {"Encounter": "encounter", "ChargeItem": "charge", "DocumentReference": "note"}
    if booking.outcome.kind.value in ("no_show", "technical_failure"):
        del wanted["Encounter"]
    for kind, purpose in wanted.items():
        mark = OWN + derived_uuid(booking.id, purpose)
        if not any(mark in identifiers_of(each) for each in model.all(kind)):
            yield f"its {kind} is missing"
    if appointment is not None and appointment["status"] not in ("fulfilled", "noshow", "cancelled"):
        yield f"has ended here and is {appointment['status']} in the practice system"


def _room(world: World, booking: Booking) -> Iterator[str]:
    room = world.rooms.rooms.get(booking.id)
    if booking.room is None or room is None:
        return
    if booking.live and room.closed:
        yield "is live and its room is closed"
    elif not booking.live and not room.closed:
        yield "is over and its room is open"
    elif booking.live and datetime.fromisoformat(room.start) != booking.start:
        yield "its room is planned for another time"
    elif booking.live and datetime.fromisoformat(room.end) != booking.lasts_until:
        yield "its room is open for another time than it lasts"


def _texts(world: World, booking: Booking) -> Iterator[str]:
    """What the patient read last must be what is true."""
    texts = world.sms.of(booking.id)
    in_charge = booking.room is not None and booking.failure is None and booking.outcome is None
    if booking.phone is None or not texts or not in_charge:
        return
    for earlier, later in pairwise(texts):
        if earlier.body == later.body:
            yield "the patient got the same text twice in a row"
    invited = "moede.example" in texts[-1].body
    if booking.state is BookingState.CANCELLED and invited:
        yield "is cancelled and the patient was never told"
    elif booking.live and not invited:
        yield "stands and the patient was told that it is cancelled"


def _appointment_of(world: World, booking: Booking) -> Json | None:
    by_id = world.practice.get("Appointment", booking.appointment_id) if booking.appointment_id else None
    mark = OWN + booking.id
    return by_id or next((each for each in world.practice.all("Appointment") if mark in identifiers_of(each)), None)


def _short(booking: Booking) -> str:
    failure = f", {booking.failure.value}" if booking.failure else ""
    return f"{booking.id[:8]} {booking.state.value}, {booking.row_state.value}{failure}"
