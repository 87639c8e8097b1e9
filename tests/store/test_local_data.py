"""What lies on this PC is told of, checked, and taken away."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind, KlinikError
from app.domain.private import Private
from app.store.cipher import unlock_to_read
from app.store.database import Database, open_database
from app.store.files import Files
from app.store.keys import DATABASE_KEY, FileKeys, database_key
from app.store.local_store import LocalStore
from app.store.schema import message
from app.store.upkeep import LocalDataKeeper
from app.store.views import StoreViews
from tests.store.builders import (
    KEEP_DAYS,
    KEY,
    NOW,
    SettableClock,
    a_booking,
    a_message,
    a_patient,
    an_appointment,
    keep,
    minutes,
    put,
)


async def test_a_sound_file_is_found_sound_and_that_is_noted(
    keeper: LocalDataKeeper, views: StoreViews, clock: SettableClock, store: LocalStore, path: Path
) -> None:
    await put(store, a_booking(), ActionKind.ENSURE_ROOM)
    assert (await views.local_data()).checked_at is None
    assert await keeper.check()
    assert (await views.local_data()).checked_at == clock.now
    assert not Files(path).repair_wanted.exists()


async def test_damage_that_no_start_would_meet_is_found_and_mended(
    path: Path, clock: SettableClock, keys: FileKeys
) -> None:
    database = open_database(path, KEY)
    store = LocalStore(database, clock)
    for number in range(60):
        await keep(store, a_message(f"m{number}", body=Private("x" * 3000)))
    await put(store, (booked := a_booking()), ActionKind.ENSURE_ROOM)
    database.close()
    with closing(unlock_to_read(path, KEY)) as driver:
        [[page]] = driver.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'message_thread'").fetchall()
    data = bytearray(path.read_bytes())
    data[page * 4096 - 500] ^= 1
    path.write_bytes(data)

    database = open_database(path, KEY)
    assert Files(path).set_aside() == []
    keeper = LocalDataKeeper(database, keys, clock, KEEP_DAYS, lambda _: None)
    assert not await keeper.check()
    database.close()
    database = open_database(path, KEY, clock)
    assert len(Files(path).set_aside()) == 1
    store, views = LocalStore(database, clock), StoreViews(database, None, clock)  # type: ignore[arg-type]
    assert [each.booking_id for each in await store.due_actions(NOW)] == [booked.id]
    report = await views.local_data()
    assert (report.repaired_at, report.lost_actions, report.backups) == (clock.now, 0, 1)
    assert report.messages == 0
    assert (await views.sync_status()).first_sync is not None
    database.close()


async def test_once_a_day(
    keeper: LocalDataKeeper, views: StoreViews, clock: SettableClock, store: LocalStore
) -> None:
    first = clock.now
    for later, expected in ((0, first), (60 * 23, first), (60, first + timedelta(days=1))):
        clock.move(minutes(later))
        await keeper.look_after()
        report = await views.local_data()
        assert (report.checked_at, report.tidied_at) == (expected, expected)


async def test_what_lies_here(store: LocalStore, views: StoreViews, path: Path) -> None:
    await keep(store, a_patient(), a_message("m1"), a_message("m2"), an_appointment())
    await put(store, a_booking())
    report = await views.local_data()
    assert (report.patients, report.messages, report.bookings) == (1, 2, 2)
    assert (report.lost_actions, report.repaired_at, report.backups) == (0, None, 0)
    assert report.size >= path.stat().st_size > 0


async def test_changes_that_wait_are_not_wiped_unasked(
    store: LocalStore, keeper: LocalDataKeeper, keys: FileKeys, path: Path
) -> None:
    await put(store, a_booking(), ActionKind.WRITE_APPOINTMENT)
    with pytest.raises(KlinikError) as refused:
        await keeper.wipe()
    assert refused.value.kind is ErrorKind.UNSENT_CHANGES
    assert keys.read(DATABASE_KEY) == KEY
    assert len(await store.due_actions(NOW)) == 1


@pytest.fixture
def wiped_folder(path: Path) -> Iterator[Path]:
    yield path.parent
    shutil.rmtree(path.parent)


async def test_a_wipe_takes_every_file_and_the_key(
    store: LocalStore, keeper: LocalDataKeeper, keys: FileKeys, path: Path, wiped_folder: Path
) -> None:
    files = Files(path)
    for other in (files.backup(1, whole=True), files.damaged(NOW), files.half):
        other.write_bytes(b"older")
    unrelated = wiped_folder / "settings.toml"
    unrelated.touch()
    await put(store, a_booking(), ActionKind.WRITE_APPOINTMENT)
    await keeper.wipe(even_unsent=True)
    assert list(wiped_folder.iterdir()) == [unrelated]
    assert keys.read(DATABASE_KEY) is None
    assert keys.read("another") == "secret"


async def test_a_wipe_cut_short_is_gone_through_with_by_the_next_start(
    database: Database, keys: FileKeys, path: Path
) -> None:
    database.close()
    Files(path).wipe_begun.touch()
    new = database_key(keys, path)
    assert new != KEY
    assert list(path.parent.iterdir()) == []


async def test_a_wipe_without_a_keyring_does_nothing(
    database: Database, clock: SettableClock, path: Path, monkeypatch: pytest.MonkeyPatch, keys: FileKeys
) -> None:
    def missing(_self: FileKeys, _name: str) -> None:
        raise KlinikError(ErrorKind.KEYRING_MISSING)

    monkeypatch.setattr(FileKeys, "delete", missing)
    keeper = LocalDataKeeper(database, keys, clock, KEEP_DAYS, lambda _: None)
    with pytest.raises(KlinikError):
        await keeper.wipe()
    assert not Files(path).wipe_begun.exists()
    assert await database.run(lambda c: c.scalar(select(func.count()).select_from(message))) == 0


async def test_a_check_under_way_does_not_hold_up_the_end_of_the_program(path: Path) -> None:
    database = open_database(path, KEY)
    started, loop = asyncio.Event(), asyncio.get_running_loop()

    def for_ever(connection: Connection) -> None:
        loop.call_soon_threadsafe(started.set)
        endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT sum(i) FROM n"
        connection.exec_driver_sql(endless)

    reading = asyncio.create_task(database.aside(for_ever))
    await started.wait()
    await loop.run_in_executor(None, database.close)
    with pytest.raises(KlinikError):
        await reading
