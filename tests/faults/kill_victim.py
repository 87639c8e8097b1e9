"""A console that books, moves, cancels and ends consultations until it is killed.

`python -m tests.faults.kill_victim SETTINGS FIRST LAST` says on standard output what it was asked and what it
promised, one line each; from LAST on it only carries out what is left, says `quiet` and ends.
"""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from app.domain.booking import Booking, BookingState
from app.domain.clinic_time import utc_now
from app.domain.errors import KlinikError
from app.domain.ids import BookingId, PatientId
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.private import Private
from app.domain.settings import read_settings
from app.domain.slot import Slot, SlotKind
from app.store.presences import Presences
from app.store.views import StoreViews
from tests.faults.open_parts import Opened, open_parts

_DEEDS = ("book", "book", "book", "now", "cancel", "move", "move", "finish")
_PAUSE = 0.08
"""Seconds at most between two deeds."""


async def main(settings_path: Path, first: int, last: int) -> None:
    """Work until killed, or until all is done."""
    async with open_parts(read_settings(settings_path)) as opened:
        syncing = asyncio.create_task(opened.parts.sync.run())
        views = StoreViews(opened.database, Presences(lambda: None), utc_now)
        while (await views.sync_status()).first_sync is not None:
            await asyncio.sleep(0.05)
        _say("ready")
        for number in range(first, last):
            await _do(opened, number)
        while await views.waiting_actions():
            await asyncio.sleep(0.1)
        await asyncio.sleep(3)  # the last results are read back
        _say("quiet")
        syncing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await syncing


async def _do(opened: Opened, number: int) -> None:
    chance = Random(number)
    await asyncio.sleep(chance.uniform(0, _PAUSE))
    live = [each for each in await opened.parts.store.live_bookings() if _can_be_changed(each)]
    deed = chance.choice(_DEEDS) if live else "book"
    booking = chance.choice(live) if live else None
    slot = await _free_slot(opened, chance, booking if deed == "move" else None)
    if deed in ("book", "move") and slot is None:
        deed = "now"
    patient = await _patient(opened, chance)
    about = booking.id if booking is not None and deed in ("cancel", "move", "finish") else ""
    wanted = slot.start.isoformat() if slot is not None and deed in ("book", "move") else ""
    _say("asked", number, deed, about, wanted)
    try:
        done = await _ask(opened, deed, booking, slot, patient)
    except KlinikError as error:
        _say("refused", number, deed, about, error.kind.value)
    else:
        _say("promised", number, deed, done, wanted)


async def _ask(
    opened: Opened, deed: str, booking: Booking | None, slot: Slot | None, patient: PatientId
) -> BookingId:
    desk = opened.parts.desk
    clinician = (await opened.parts.store.clinicians())[0].id
    match deed, booking, slot:
        case "book", _, Slot():
            return (await desk.book_video(patient, slot.clinician_id, slot.clinician_id, slot)).id
        case "move", Booking(), Slot():
            return (await desk.move(booking.id, slot)).id
        case "cancel", Booking(), _:
            return (await desk.cancel(booking.id)).id
        case "finish", Booking(), _:
            now = utc_now()
            outcome = Outcome(
                OutcomeKind.COMPLETED, now, now + timedelta(minutes=5), "0125", "Video", Private("Notat")
            )
            return (await desk.finish(booking.id, outcome)).id
        case _:
            return (await desk.book_now(patient, clinician, clinician)).id


def _can_be_changed(booking: Booking) -> bool:
    return booking.state is not BookingState.ROOM_FAILED and booking.conflict is None


async def _free_slot(opened: Opened, chance: Random, booking: Booking | None) -> Slot | None:
    owners = [booking.clinician_id] if booking else [c.id for c in await opened.parts.store.clinicians()]
    free = await opened.parts.store.free_slots(chance.choice(owners), utc_now(), 40, tuple(SlotKind))
    return chance.choice(free) if free else None


async def _patient(opened: Opened, chance: Random) -> PatientId:
    rows: Sequence[str] = await opened.database.run(
        lambda connection: list(
            connection.exec_driver_sql("SELECT id FROM patient WHERE phone IS NOT NULL ORDER BY id").scalars()
        )
    )
    return PatientId(chance.choice(rows))


def _say(*words: object) -> None:
    sys.stdout.write("\t".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
