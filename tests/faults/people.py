"""What people do at their consoles, and whether they were promised it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from app.domain.arrangement import Standing
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, PatientId, ThreadId, picture_id_of
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.private import Private
from app.domain.slot import Slot, SlotKind
from tests.faults.console import Console
from tests.faults.seeding import CLINICIANS, PATIENTS
from tests.faults.steps import Step
from tests.faults.versions import standing_of
from tests.faults.world import Wish, World

_TOLD = frozenset({ErrorKind.SLOT_TAKEN, ErrorKind.CONFLICT, ErrorKind.THREAD_TAKEN, ErrorKind.NOT_WITHDRAWABLE})
"""What a person may be told instead of a promise."""
_OUTCOMES = tuple(OutcomeKind)


async def act(world: World, console: Console, step: Step) -> None:
    """Let somebody do one thing, if there is anything to do it to."""
    await _DEEDS[step.verb](world, console, step)


async def _book(world: World, console: Console, step: Step) -> None:
    owner = ClinicianId(CLINICIANS[step.b % len(CLINICIANS)])
    patient, slot = await _patient(console, step), await _free_slot(console, owner, step.b // 2)
    if patient and slot:
        await _ask(world, console, Wish("book"), console.desk.book_video(patient, owner, console.user.id, slot))


async def _now(world: World, console: Console, step: Step) -> None:
    user = console.user.id
    if patient := await _patient(console, step):
        await _ask(world, console, Wish("now"), console.desk.book_now(patient, user, user))


async def _cancel(world: World, console: Console, step: Step) -> None:
    if booking_id := await _shown(console, step):
        await _ask(world, console, Wish("cancel", booking_id), console.desk.cancel(booking_id))


async def _move(world: World, console: Console, step: Step) -> None:
    if not (booking_id := await _shown(console, step)):
        return
    owner = await console.clinician_of(booking_id)
    if owner and (slot := await _free_slot(console, owner, step.b)):
        wish = Wish("move", booking_id, start=slot.start)
        await _ask(world, console, wish, console.desk.move(booking_id, slot))


async def _extend(world: World, console: Console, step: Step) -> None:
    """Begin to talk, and take longer; without a second word where it goes on already."""
    if booking_id := await _shown(console, step):
        await _ask(world, console, Wish("extend", booking_id), _talk_longer(console, booking_id))


async def _talk_longer(console: Console, booking_id: BookingId) -> Booking:
    await console.desk.call_started(booking_id)
    return await console.desk.extend(booking_id)


async def _finish(world: World, console: Console, step: Step) -> None:
    if booking_id := await _shown(console, step):
        kind, now = _OUTCOMES[step.b % len(_OUTCOMES)], console.clock()
        outcome = Outcome(kind, now, now + timedelta(minutes=5), "0125", "Video", Private("Notat"))
        await _ask(world, console, Wish("finish", booking_id), console.desk.finish(booking_id, outcome))


async def _settle(world: World, console: Console, step: Step) -> None:
    if conflicts := await console.conflicts():
        booking_id = conflicts[step.a % len(conflicts)]
        await settle(world, console, booking_id, keep_mine=step.b % 2 == 0)


async def settle(world: World, console: Console, booking_id: BookingId, *, keep_mine: bool) -> None:
    """Let a person end a conflict, with the other change before their eyes."""
    wish = Wish("settle", booking_id)
    if (booking := await console.store.booking(booking_id)) is not None:
        wish.seen = _shown_in_conflict(world, booking)
    await _ask(world, console, wish, console.desk.settle(booking_id, keep_mine=keep_mine))


async def _withdraw(world: World, console: Console, step: Step) -> None:
    if waiting := await console.waiting():
        chosen = waiting[step.a % len(waiting)]
        wish = Wish(
            "withdraw",
            BookingId(chosen.booking_id or ""),
            thread_id=chosen.thread_id or "",
            picture_id=chosen.picture_id or "",
        )
        await _ask(world, console, wish, console.outbox.withdraw(chosen.id))


async def _picture(world: World, console: Console, step: Step) -> None:
    """Save one of two pictures of a consultation of this console's."""
    bookings = await console.bookings()
    booking = await console.store.booking(bookings[step.a % len(bookings)]) if bookings else None
    if booking is not None:
        data = f"picture {step.b % 2}".encode()
        wish = Wish("picture", booking.id, picture_id=picture_id_of(booking.id, data))
        saving = console.pictures.save(booking, data, console.clock(), asked=True)
        await _ask(world, console, wish, saving)


async def _take(world: World, console: Console, step: Step) -> None:
    if not (chosen := await _thread(console, step)):
        return
    thread_id, patient_id = chosen
    wish = Wish("take", thread_id=thread_id)
    await _ask(world, console, wish, console.threads.take(thread_id, patient_id))


async def _take_over(world: World, console: Console, step: Step) -> None:
    if not (chosen := await _thread(console, step)):
        return
    thread_id, patient_id = chosen
    holder = await console.store.holder(thread_id)
    over = holder.clinician_id if holder else None
    wish = Wish("take_over", thread_id=thread_id, over=over or "")
    await _ask(world, console, wish, console.threads.take(thread_id, patient_id, over))


async def _let_go(world: World, console: Console, step: Step) -> None:
    if not (chosen := await _thread(console, step)):
        return
    thread_id, patient_id = chosen
    await _ask(world, console, Wish("let_go", thread_id=thread_id), console.threads.let_go(thread_id, patient_id))


async def _acknowledge(world: World, console: Console, step: Step) -> None:
    if not (chosen := await _thread(console, step)):
        return
    thread_id, _ = chosen
    await _ask(world, console, Wish("acknowledge", thread_id=thread_id), console.threads.acknowledge(thread_id))


async def _ask(world: World, console: Console, wish: Wish, asked: Coroutine[Any, Any, object]) -> None:
    """Ask a console for something, and keep in mind whether it promised it; a doomed one dies meanwhile."""
    wish.console, wish.at = console.name, asyncio.get_running_loop().time()
    if wish.booking_id:
        wish.appointment_id, tag = await console.seen(wish.booking_id)
        numbers = (version.number for version in world.practice.log if version.tag == tag)
        wish.seen = max(wish.seen, next(numbers, 0))
    world.wishes.append(wish)
    task = console.do(asked)
    if (turns := world.doomed.pop(console.name, None)) is not None:
        for _ in range(turns):
            await asyncio.sleep(0)
        if not task.done():
            await console.kill()
            console.start()
            return
    try:
        promised = await task
        wish.accepted = True
        if isinstance(promised, Booking):
            wish.booking_id = promised.id
    except KlinikError as error:
        wish.accepted = False
        if error.kind not in _TOLD:
            world.trouble.append(f"{console.name} {wish.verb}: {error}")


def _shown_in_conflict(world: World, booking: Booking) -> int:
    """Return the number of the newest version that says what the conflict shows as the colleague's."""
    if booking.conflict is None:
        return 0
    theirs = booking.conflict.theirs
    found = [
        version.number
        for version in world.practice.log
        if version.type == "Appointment"
        and version.id == booking.appointment_id
        and (
            theirs.standing is Standing.CANCELLED
            if version.body is None
            else standing_of(version.body) == theirs.standing.value
            and datetime.fromisoformat(version.body["start"]) == theirs.start
        )
    ]
    return max(found, default=0)


async def _patient(console: Console, step: Step) -> PatientId | None:
    """A patient who is shown: for a while after its file was made anew a console has none."""
    patient_id = PatientId(PATIENTS[step.a % len(PATIENTS)])
    return patient_id if await console.store.patient(patient_id) else None


async def _free_slot(console: Console, owner: ClinicianId, choice: int) -> Slot | None:
    free = await console.store.free_slots(owner, console.clock(), 4, tuple(SlotKind))
    return free[choice % len(free)] if free else None


async def _shown(console: Console, step: Step) -> BookingId | None:
    """One of the consultations on this console's screen."""
    shown = await console.shown()
    return shown[step.a % len(shown)] if shown else None


async def _thread(console: Console, step: Step) -> tuple[ThreadId, PatientId] | None:
    threads = await console.inbox()
    return threads[step.a % len(threads)] if threads else None


_DEEDS: dict[str, Callable[[World, Console, Step], Coroutine[Any, Any, None]]] = {
    "book": _book, "now": _now, "cancel": _cancel, "move": _move, "extend": _extend, "finish": _finish,
    "settle": _settle, "picture": _picture, "withdraw": _withdraw, "take": _take, "take_over": _take_over,
    "let_go": _let_go, "acknowledge": _acknowledge,
}  # fmt: skip
