"""What the clinic is done with is forgotten here, and nothing else."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.booking import BookingState, RowState
from app.domain.changes import Changes
from app.domain.ids import MessageId, SlotId, ThreadId
from app.domain.message import Direction
from app.domain.ports.practice_system import ChangeBatch
from app.domain.ports.store import AssignmentTransition
from app.domain.private import Private
from app.store import retention
from app.store.database import Database
from app.store.files import Files
from app.store.keys import FileKeys
from app.store.local_store import LocalStore
from app.store.schema import appointment, booking, carried_key, message, resource, slot, thread, thread_holder
from app.store.upkeep import LocalDataKeeper
from app.store.views import StoreViews
from tests.store.builders import (
    IN_AN_HOUR,
    KEEP_DAYS,
    LISE,
    NOW,
    a_booking,
    a_held_thread,
    a_message,
    a_patient,
    a_slot,
    a_wish,
    an_appointment,
    fetched,
    keep,
    minutes,
    put,
    thread_effect,
)

LONG_AGO = NOW - timedelta(days=KEEP_DAYS + 1)
JUST_KEPT = NOW - timedelta(days=KEEP_DAYS - 1)


async def ids(database: Database, table: object) -> set[str]:
    def read(connection: Connection) -> set[str]:
        return set(connection.scalars(select(table.c.id)))  # type: ignore[attr-defined]

    return await database.run(read)


async def a_thread(store: LocalStore, name: str, at: object = LONG_AGO, **changes: object) -> ThreadId:
    """One message, whose id is the thread's, from the clinic if nothing else is said."""
    first = a_message(name, at, thread_id=ThreadId(name), direction=Direction.FROM_CLINIC)  # type: ignore[arg-type]
    await keep(store, replace(first, **changes))  # type: ignore[arg-type]
    return ThreadId(name)


async def test_closed_threads_go_with_their_raw_resources_and_nothing_else(
    store: LocalStore, database: Database, keeper: LocalDataKeeper, heard: list[Changes]
) -> None:
    await keep(store, a_patient())
    for name, at in (("old", LONG_AGO), ("kept", JUST_KEPT)):
        await a_thread(store, name, at)
    await keep(store, a_message("old-2", LONG_AGO - minutes(5), thread_id=ThreadId("old")))
    await keep(store, a_held_thread(thread_id=ThreadId("old"), holder=None))
    assert await keeper.tidy() == 2
    assert await ids(database, thread) == {"kept"}
    assert await ids(database, message) == {"kept"}
    assert await ids(database, thread_holder) == set()
    assert await ids(database, resource) == {"anna", "kept"}
    assert heard[-1] & Changes.MESSAGES
    assert await keeper.tidy() == 0


async def test_what_still_matters_stays_however_old(
    store: LocalStore, database: Database, keeper: LocalDataKeeper
) -> None:
    from_patient = {"direction": Direction.FROM_PATIENT}
    held = await a_thread(store, "held")
    await keep(store, a_held_thread(thread_id=held))
    wished = a_wish(thread_id=await a_thread(store, "wished"))
    await store.assign(wished.thread_id, lambda _: AssignmentTransition(wished, (thread_effect(wished),)))
    await a_thread(store, "booked")
    await put(store, a_booking(message_id=MessageId("booked")))
    await a_thread(store, "answered-again")
    await keep(store, a_message("new", JUST_KEPT, thread_id=ThreadId("answered-again")))
    await a_thread(store, "never-answered", **from_patient)
    assert await keeper.tidy() == 0
    assert await ids(database, thread) == {"held", "wished", "booked", "answered-again", "never-answered"}


async def test_past_consultations_and_slots_go_but_what_waits_or_is_disputed_stays_with_all_it_needs(
    store: LocalStore, database: Database, keeper: LocalDataKeeper
) -> None:
    theirs = Arrangement(LONG_AGO, LONG_AGO + minutes(10), None, LISE, "video", Standing.CANCELLED)
    conflict = Conflict(Wish.OUTCOME, theirs, theirs, theirs)
    over = a_booking(start=LONG_AGO, state=BookingState.ENDED, slot_id=SlotId("over"), message_id=MessageId("t"))
    never_ended = a_booking(start=LONG_AGO, appointment_id="never-ended")
    waits = a_booking(start=LONG_AGO, state=BookingState.ENDED, slot_id=SlotId("waits"), appointment_id="waits")
    disputed = a_booking(start=LONG_AGO, row_state=RowState.CONFLICT, conflict=conflict)
    refused = a_booking(start=LONG_AGO, state=BookingState.ENDED, row_state=RowState.CONFLICT)
    recent = a_booking(start=JUST_KEPT, state=BookingState.ENDED)
    await a_thread(store, "t")
    for name in ("over", "waits", "free"):
        await keep(store, a_slot(name, LONG_AGO))
    await keep(store, a_slot("next", IN_AN_HOUR))
    for name in ("waits", "never-ended", "others"):
        await keep(store, an_appointment(name, LONG_AGO))
    await keep(store, an_appointment("recent", JUST_KEPT))
    for each in (over, never_ended, disputed, refused, recent):
        await put(store, each, ActionKind.ENSURE_ROOM)
        [action] = await store.waiting_for(each.id)
        await store.transition(each.id, lambda _: None, finished=action.id)
    await put(store, waits, ActionKind.WRITE_OUTCOME)
    await keeper.tidy()
    assert await ids(database, booking) == {waits.id, disputed.id, refused.id, recent.id}
    assert await ids(database, slot) == {"waits", "next"}
    assert await ids(database, appointment) == {"waits", "recent"}
    assert await ids(database, thread) == set(), "nothing is left of what it led to"
    assert [each.kind for each in await store.due_actions(NOW)] == [ActionKind.WRITE_OUTCOME]
    left = await database.run(lambda c: set(c.scalars(select(carried_key.c.idempotency_key))))
    assert {key[:36] for key in left} == {over.id, never_ended.id, disputed.id, refused.id, recent.id}, (
        "these are new"
    )
    database_clock_later = NOW + timedelta(days=KEEP_DAYS + 1)
    keeper_later = LocalDataKeeper(
        database, FileKeys(Path("unused")), lambda: database_clock_later, KEEP_DAYS, lambda _: None
    )
    await keeper_later.tidy()
    left = await database.run(lambda c: set(c.scalars(select(carried_key.c.idempotency_key))))
    assert {key[:36] for key in left} == {disputed.id, refused.id}


async def test_what_was_forgotten_comes_back_only_when_it_is_changed_there(
    store: LocalStore, views: StoreViews, keeper: LocalDataKeeper
) -> None:
    await a_thread(store, "old")
    await keeper.tidy()
    there = a_message("old", LONG_AGO, thread_id=ThreadId("old"))
    await store.store(ChangeBatch("Communication", (), NOW, present=frozenset({"old"})))
    assert await views.inbox() == ()
    await store.store(ChangeBatch("Communication", (fetched(there, "2"),), NOW, present=frozenset({"old"})))
    assert [row.thread_id for row in await views.inbox()] == ["old"]


async def test_tidying_goes_in_steps_between_which_clicks_get_their_turn(
    store: LocalStore, database: Database, keeper: LocalDataKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    for number in range(9):
        await a_thread(store, f"t{number}")
    order: list[str] = []
    real = retention.forget_threads

    def noted(connection: Connection, before: object) -> tuple[int, bool]:
        order.append("step")
        return real(connection, before)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "forget_threads", noted)

    async def click() -> None:
        await database.run(lambda _: order.append("click"))

    async def clicks() -> None:
        while order.count("step") < 4:
            await click()

    gone, _ = await asyncio.gather(keeper.tidy(), clicks())
    assert gone == 9
    assert order.count("step") == 5
    steps = [at for at, what in enumerate(order) if what == "step"]
    assert all(after - before > 1 for before, after in pairwise(steps[:4]))


async def test_room_is_given_back(
    store: LocalStore, database: Database, keeper: LocalDataKeeper, path: Path
) -> None:
    for number in range(40):
        await a_thread(store, f"t{number}", body=Private("x" * 20_000))
    pages = await database.run(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
    await keeper.tidy()
    left, unused = await database.run(
        lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "freelist_count")]
    )
    assert unused == 0
    assert left < pages - 150
    database.close()
    assert path.stat().st_size == left * 4096


async def test_what_was_forgotten_is_not_left_in_unused_pages(
    store: LocalStore, database: Database, keeper: LocalDataKeeper
) -> None:
    assert await database.run(lambda c: c.exec_driver_sql("PRAGMA secure_delete").scalar_one()) == 1


async def test_what_was_forgotten_is_not_left_in_old_copies(
    database: Database, keeper: LocalDataKeeper, path: Path
) -> None:
    files = Files(path)
    copies = {
        (files.backup(number, whole=True), files.damaged(at)): at for number, at in ((1, LONG_AGO), (2, JUST_KEPT))
    }
    for both, at in copies.items():
        for each in both:
            each.touch()
            os.utime(each, (at.timestamp(), at.timestamp()))
    await keeper.tidy()
    assert [*files.backups(), *files.set_aside()] == [files.backup(2, whole=True), files.damaged(JUST_KEPT)]
