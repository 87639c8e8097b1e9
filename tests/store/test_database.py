import asyncio
import os
import secrets
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError
from app.domain.private import Private
from app.store.database import Database, open_database
from app.store.local_store import LocalStore
from app.store.migrate import packaged_migrations
from tests.store.builders import KEY, SettableClock, a_booking, a_message, a_patient, keep, put

CANARY = "Kanariefugl Ærøskøbing"


def insert_one(connection: Connection, name: str = "x") -> None:
    connection.exec_driver_sql("INSERT INTO finding (server, finding) VALUES (?, '')", (name,))


def count(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM finding").scalar_one())


def make_database(path: Path) -> None:
    """A file of many pages, whole on disk."""
    database = open_database(path, KEY)

    def fill(connection: Connection) -> None:
        for _ in range(50):
            insert_one(connection, secrets.token_hex(500))

    asyncio.run(database.run(fill))
    database.close()


def kind_of_opening(path: Path, key: str = KEY) -> ErrorKind:
    with pytest.raises(KlinikError) as failure:
        open_database(path, key)
    return failure.value.kind


async def test_nothing_readable_on_disk(path: Path, store: LocalStore) -> None:
    await keep(store, a_patient(name=CANARY), a_message(subject=Private(CANARY), body=Private(CANARY * 100)))
    await put(store, a_booking())
    files = list(path.parent.iterdir())
    assert path.with_name(path.name + "-wal") in files
    for file in files:
        data = file.read_bytes()
        assert CANARY.encode() not in data
        assert b"+4520123456" not in data
        assert b"SQLite format" not in data
        assert b"CREATE TABLE" not in data


@pytest.mark.usefixtures("database")
def test_file_and_folder_are_the_users_alone(path: Path) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


async def test_settings_that_durability_and_secrecy_rest_on(database: Database) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "temp_store", "user_version")
    found = await database.run(lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names])
    full, memory = 2, 2
    assert found == ["wal", full, 1, memory, len(packaged_migrations())]


async def test_work_runs_in_one_thread_of_its_own(database: Database) -> None:
    threads = {await database.run(lambda _: threading.get_ident()) for _ in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_a_failing_work_leaves_nothing(database: Database) -> None:
    def half(connection: Connection) -> None:
        insert_one(connection)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await database.run(half)
    assert await database.run(count) == 0


async def test_a_cancelled_caller_does_not_halve_the_work(database: Database) -> None:
    begun, go_on, loop = asyncio.Event(), threading.Event(), asyncio.get_running_loop()
    committed: list[None] = []

    def slow(connection: Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        assert go_on.wait(30)
        insert_one(connection)

    caller = asyncio.create_task(database.run(slow, on_commit=committed.append))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    assert await database.run(count) == 1
    assert committed == [None]


async def test_commit_is_told_before_the_caller_goes_on_and_never_for_a_failure(database: Database) -> None:
    told: list[str] = []
    await database.run(lambda _: "done", on_commit=told.append)
    assert told == ["done"]
    with pytest.raises(ZeroDivisionError):
        await database.run(lambda _: str(1 // 0), on_commit=told.append)
    assert told == ["done"]


def test_wrong_key(path: Path) -> None:
    make_database(path)
    before = path.read_bytes()
    assert kind_of_opening(path, "00" * 32) is ErrorKind.DATABASE_KEY_WRONG
    assert path.read_bytes() == before
    open_database(path, KEY).close()


async def test_wrong_key_beside_a_log_that_was_not_yet_folded_in(
    path: Path, tmp_path: Path, database: Database
) -> None:
    await database.run(insert_one)
    copy = tmp_path / "copy.db"
    for suffix in ("", "-wal"):
        Path(f"{copy}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
    assert kind_of_opening(copy, "00" * 32) is ErrorKind.DATABASE_KEY_WRONG
    opened = open_database(copy, KEY)
    assert await opened.run(count) == 1
    opened.close()


@pytest.mark.parametrize("key", ["", "abc", "5E" * 32, '"; DROP TABLE booking; --'])
def test_a_key_of_the_wrong_form(path: Path, key: str) -> None:
    assert kind_of_opening(path, key) is ErrorKind.DATABASE_KEY_WRONG
    assert not path.exists()


def test_damage_met_while_running(path: Path) -> None:
    make_database(path)
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    for page in range(pages * 2 // 3, pages):
        data[page * 4096 + 50] ^= 1
    path.write_bytes(data)
    database = open_database(path, KEY)
    with pytest.raises(KlinikError) as failure:
        asyncio.run(database.run(lambda c: c.exec_driver_sql("SELECT sum(length(server)) FROM finding").all()))
    database.close()
    assert failure.value.kind is ErrorKind.DATABASE_DAMAGED


async def test_full_disk(database: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        for _ in range(100):
            insert_one(connection, secrets.token_hex(2000))

    await database.run(insert_one)
    with pytest.raises(KlinikError) as failure:
        await database.run(fill)
    assert failure.value.kind is ErrorKind.DISK_FULL
    assert await database.run(count) == 1


async def test_a_database_that_may_not_be_written(database: Database) -> None:
    await database.run(lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))
    with pytest.raises(KlinikError) as failure:
        await database.run(insert_one)
    assert failure.value.kind is ErrorKind.DATABASE_READ_ONLY


@pytest.mark.parametrize("new", [False, True])
def test_read_only_folder_or_file(path: Path, new: bool) -> None:
    if new:
        path.parent.mkdir()
    else:
        make_database(path)
        path.chmod(0o400)
    path.parent.chmod(0o500)
    # Root may write everywhere, so the file is opened by a process without root's capabilities.
    unprivileged = ["setpriv", "--bounding-set", "-all"] if os.geteuid() == 0 else []
    opening = [*unprivileged, sys.executable, "-m", "tests.store.opener", str(path)]
    try:
        said = subprocess.run(opening, capture_output=True, text=True, check=True)
    finally:
        path.parent.chmod(0o700)
    assert said.stdout.strip() == ErrorKind.DATABASE_READ_ONLY.value


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert kind_of_opening(tmp_path / "file" / "clinic.db") is ErrorKind.UNEXPECTED


async def test_a_fault_of_ours_is_not_dressed_up_and_shows_no_data(store: LocalStore, database: Database) -> None:
    def wrong(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO read_point (type, at) VALUES (?, ?)", (CANARY, CANARY))

    with pytest.raises(Exception, match="read_point") as failure:
        await database.run(wrong)
    assert not isinstance(failure.value, KlinikError)
    assert CANARY not in str(failure.value)


def test_locked_by_another_program(path: Path) -> None:
    make_database(path)
    other = dbapi2.connect(path, isolation_level=None)
    other.execute(f"PRAGMA key = \"x'{KEY}'\"")
    database = open_database(path, KEY)

    async def work() -> None:
        await database.run(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 1"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(KlinikError):
            await database.run(insert_one)
        other.execute("ROLLBACK")
        await database.run(insert_one)

    asyncio.run(work())
    database.close()
    other.close()


async def test_what_was_written_is_there_next_time(path: Path, clock: SettableClock) -> None:
    booking = a_booking()
    database = open_database(path, KEY)
    await put(LocalStore(database, clock), booking)
    database.close()
    database = open_database(path, KEY)
    assert await LocalStore(database, clock).booking(booking.id) == booking
    database.close()
