"""One real file per schema version, written by the program of that version: `python -m tests.store.schema_files`.

The command makes the file of the newest schema, with rows in every table, when it is not there; older ones are
never made again, for no program of today writes what theirs wrote.
"""

import asyncio
import shutil
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.booking import Booking, BookingState, PlannedTime, RoomLink, RowState
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, MessageId, SlotId, ThreadId
from app.domain.invitation import Delivery, LedgerEntry, Route
from app.domain.message import Direction
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.patient import Clinician, Role
from app.domain.ports.practice_system import ChangeBatch
from app.domain.ports.store import AssignmentTransition
from app.domain.private import Private
from app.store.cipher import unlock_to_read
from app.store.database import open_database
from app.store.local_store import LocalStore
from app.store.migrate import packaged_migrations
from tests.store.builders import (
    ANNA,
    BO,
    IN_AN_HOUR,
    KEY,
    LISE,
    NOW,
    PER,
    SettableClock,
    a_booking,
    a_held_thread,
    a_message,
    a_patient,
    a_picture,
    a_slot,
    a_wish,
    an_appointment,
    gone,
    keep,
    minutes,
    put,
    put_picture,
    thread_effect,
)

SCHEMAS = Path(__file__).parent / "schemas"
IDS = [BookingId(f"00000000-0000-4000-8000-00000000000{number}") for number in range(5)]


def newest_file() -> Path:
    """Where the file of the newest schema is to be."""
    return SCHEMAS / f"v{len(packaged_migrations())}.db"


def rows_in(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours; those of an index of SQLite's own are left out."""
    with closing(unlock_to_read(path, KEY)) as driver:
        schema = driver.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
        virtual = [name for name, sql in schema if sql.startswith("CREATE VIRTUAL")]
        found: dict[str, list[dict[str, Any]]] = {}
        for name, _ in schema:
            if name in virtual or name.startswith(("sqlite_", *(f"{each}_" for each in virtual))):
                continue
            cursor = driver.execute(f"SELECT * FROM {name}")
            columns = [column[0] for column in cursor.description]
            found[name] = [dict(zip(columns, values, strict=True)) for values in cursor]
        return found


def bookings() -> list[Booking]:
    """One of each kind that matters: on its way, confirmed, moved, in conflict, over."""
    as_it_was = Arrangement(IN_AN_HOUR, IN_AN_HOUR + minutes(10), SlotId("s1"), LISE, "video", Standing.BOOKED)
    moved = replace(as_it_was, start=IN_AN_HOUR + minutes(30), end=IN_AN_HOUR + minutes(40))
    entry = LedgerEntry(NOW, Delivery.ACCEPTED, Route.SMS, "sms-1")
    call = CallRecord(NOW, (MediumStep(NOW, Medium.VIDEO, StepReason.STARTED),), True, NOW + minutes(9), 2)
    outcome = Outcome(OutcomeKind.COMPLETED, NOW, NOW + minutes(9), "0125", "Video", Private("Ingen feber."))
    return [
        a_booking(id=IDS[0], slot_id=SlotId("s1"), room=RoomLink("abc", "https://r/abc"), ledger=(entry,)),
        a_booking(
            id=IDS[1],
            slot_id=SlotId("s3"),
            message_id=MessageId("m3"),
            start=IN_AN_HOUR + minutes(40),
            row_state=RowState.QUEUED,
            row_state_at=NOW,
            appointment_id="a1",
            moved_from=PlannedTime(IN_AN_HOUR, IN_AN_HOUR + minutes(10), SlotId("s2")),
            version_at=NOW,
        ),
        a_booking(
            id=IDS[2],
            patient_id=BO,
            state=BookingState.CONFIRMED,
            row_state=RowState.CONFLICT,
            row_state_at=NOW,
            conflict=Conflict(
                Wish.CANCEL, as_it_was, replace(as_it_was, standing=Standing.CANCELLED), moved, "Per Lund", NOW
            ),
            settled_by="Per Lund",
        ),
        a_booking(
            id=IDS[3],
            start=NOW,
            state=BookingState.ENDED,
            call=call,
            outcome=outcome,
            changed_at=NOW,
            extended_to=NOW + minutes(20),
        ),
        a_booking(
            id=IDS[4],
            state=BookingState.SLOT_TAKEN,
            failure=ErrorKind.SLOT_TAKEN,
            phone=None,
            claimed_slots=(SlotId("s4"), SlotId("s5")),
        ),
    ]


async def fill(store: LocalStore) -> None:
    """Put something in every table."""
    await keep(store, a_patient(), a_patient(BO, "Bo Test Ærø"))
    await keep(store, Clinician(LISE, "Lise Holm", Role.CLINICIAN), Clinician(PER, "Per Lund", Role.SECRETARY))
    await keep(store, a_slot("s1"), a_slot("s2", free=False), a_slot("s3", IN_AN_HOUR + minutes(40)))
    await keep(
        store,
        a_message("m1", NOW - minutes(90), urgent=True),
        a_message("m2", NOW - minutes(60), direction=Direction.FROM_CLINIC),
        a_message("m3", NOW - minutes(30), attachments=2),
        a_message("m4", NOW, thread_id=ThreadId("t2"), patient_id=BO, subject=Private("Åndenød")),
    )
    await keep(store, an_appointment("a1", slot_id=SlotId("s2"), changed_by="Per Lund", version_at=NOW))
    await keep(store, an_appointment("a2", NOW + timedelta(hours=5), patient_id=BO), a_held_thread())
    first, moved, conflict, ended, taken = bookings()
    await put(store, first, ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION)
    await put(store, moved, ActionKind.MOVE_APPOINTMENT)
    await put(store, conflict)
    await put(store, ended, ActionKind.WRITE_OUTCOME, ActionKind.CLOSE_ROOM)
    await put(store, taken, ActionKind.CLOSE_ROOM)
    await put_picture(store, a_picture(ended))
    saved = a_picture(ended, b"other", jpeg=None, row_state=RowState.CONFIRMED, reference="DocumentReference/d1")
    await put_picture(store, saved, waits=False)
    wish = a_wish(lost_to=None, over=PER)
    await store.assign(wish.thread_id, lambda _: AssignmentTransition(wish, (thread_effect(wish),)))
    await store.assign(
        ThreadId("t2"), lambda _: AssignmentTransition(a_wish(thread_id=ThreadId("t2"), wanted=None))
    )
    [room, *_] = await store.waiting_for(first.id)
    await store.transition(first.id, lambda _: None, finished=room.id)
    [close] = await store.waiting_for(taken.id)
    await store.transition(taken.id, lambda _: None, finished=close.id)
    [write, _] = await store.waiting_for(first.id)
    assert await store.begin(write.id)
    await store.postpone(write.id, NOW + minutes(3), ErrorKind.PRACTICE_UNREACHABLE)
    await store.store(ChangeBatch("Patient", (gone(a_patient(ANNA), version="2", at=NOW - minutes(1)),), NOW))
    await store.store(ChangeBatch("Communication", (), NOW, complete=True, expected=4))
    await store.note_probed("https://record.example 1.0", "atomic")
    await store.note_answer(NOW)
    await store.note_failure(NOW + minutes(1), ErrorKind.PRACTICE_SLOW)
    await store.note_paused(True)


async def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "new.db", KEY, SettableClock())
        await fill(LocalStore(database, SettableClock()))
        database.close()
        shutil.copyfile(Path(folder) / "new.db", path)


if __name__ == "__main__":
    if newest_file().exists():
        sys.exit(f"{newest_file().name} is there already")
    asyncio.run(_make(newest_file()))
